// What a job knows of crashes: where its own will be reported, and whether its last attempt ended in one.
//
// Reports lie in the folder `crashes` of the state folder, named after run and attempt, so that the journal alone
// tells whose each is. The newest hundred are kept.
#pragma once

#include <string>
#include <string_view>

#include "runstate/records.h"
#include "tenon/job.h"

namespace tenon::engine {

// From now on a crash of this process is reported under the name of this attempt; with attempt 0 under that of the
// process, because no run has begun. Does nothing unless the settings ask for crash reports.
Status ReportCrashes(const JobSettings& settings, std::string_view run, uint32_t attempt);

// The report of a run that did not end because its last attempt crashed; empty for any other.
std::string CrashReportOf(const std::string& state_folder, const runstate::RunRecord& run);

// "The last attempt ended in a crash: run=… connector=… partition=… signal=… report=…", or empty. Removes what
// is more than a hundred reports.
std::string CrashNote(const std::string& state_folder, const runstate::RunRecord& run);

}  // namespace tenon::engine
