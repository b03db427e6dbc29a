// What a source holds, told by its first names: for a command line that is given a folder and no format.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "tenon/result.h"

namespace tenon::files {

// The first `most` files that a read of the file, folder or glob `path` takes with its sub-folders, in the order of the
// read. Errors as ListFiles of file_list.h, and those of the store. Blocks for a far store; any thread.
Result<std::vector<std::string>> FirstFiles(const std::string& path, int most,
                                            std::stop_token stop);

}  // namespace tenon::files
