// What the durable writes of a job cost by themselves: the entries that a job with one bookmark-free source and one
// sink makes in the journal, without a job around them.
#pragma once

#include <filesystem>

#include "tenon/status.h"

namespace tenon::bench {

// Writes them in the journal of `state_folder`, from taking the job's lock to its clean end.
Status ReplayJournal(const std::filesystem::path& state_folder);

}  // namespace tenon::bench
