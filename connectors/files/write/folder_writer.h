// Writes the rows of one partition into a folder for each value of the partition keys, with few files open at once.
//
// The first folders that come have their file open. What comes for others waits in a pile (row_pile.h) and is written
// at the end, folder by folder: each folder gets one file of a writer, or two where it lost its open file to another.
// Rows that come sorted by the keys never wait: a batch of one new folder takes the place of the folder that was
// written to longest ago.
#pragma once

#include <memory>

#include "connectors/files/write/file_series.h"
#include "tenon/sink.h"

namespace tenon::files {

// `schema`: of all rows; never null. Errors as PartitionKeys::Of.
Result<std::unique_ptr<PartitionWriter>> OpenFolderWriter(std::shared_ptr<const WriterTerms> terms,
                                                          WriterId id, SchemaPtr schema);

}  // namespace tenon::files
