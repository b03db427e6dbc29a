// Reads ranges one after the other with a reader of its own for each.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "connectors/files/format/file_range.h"
#include "tenon/source.h"

namespace tenon::files {

using OpenRange = std::function<Result<std::unique_ptr<PartitionReader>>(FileRange range)>;

// `open` is called when the reader before it has ended, so one file is open at a time.
std::unique_ptr<PartitionReader> ReadInSequence(std::vector<FileRange> ranges, OpenRange open);

}  // namespace tenon::files
