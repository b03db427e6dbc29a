// Stored runs as people and programs read them.
#pragma once

#include <string>
#include <vector>

#include "tenon/job.h"

namespace tenon::cli {

// A table with one line a run; one sentence that names the folder when there is none.
std::string RunsAsTable(const std::vector<RunSummary>& runs, const std::string& state_folder);
// An array of objects with the members of RunSummary; times are ISO 8601 in UTC, null when there is none.
std::string RunsAsJson(const std::vector<RunSummary>& runs);

}  // namespace tenon::cli
