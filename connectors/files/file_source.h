// Reads files of JSON lines: a self-describing source that can be read again exactly (its pin is
// the list of files).
#pragma once

#include <memory>

#include "connectors/files/file_list.h"
#include "tenon/source.h"

namespace tenon::files {

// Checks that the paths exist; lists nothing yet.
Result<std::unique_ptr<Source>> OpenFileSource(FileSelection selection);

std::unique_ptr<ReaderFactory> MakeFileReaders();

}  // namespace tenon::files
