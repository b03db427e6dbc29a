// The list of files of a read as a pin, and back. A pin is text, some 30 bytes a file: each path without what it shares
// with the one before.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/files/read/file_list.h"
#include "tenon/result.h"

namespace tenon::files {

std::string PinOf(const std::vector<ListedFile>& files);

// kInvalidArgument: not a pin of ours.
Result<std::vector<ListedFile>> ReadPin(std::string_view pin);

// kConflict (TN6004) names the first file that is not what it was.
Status CheckStillThere(object_store::Store& store, const std::vector<ListedFile>& files);

}  // namespace tenon::files
