#include "engine/crash_notes.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <vector>

#include "connector/crash_report.h"

namespace tenon::engine {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxReports = 100;

fs::path FolderIn(const std::string& state_folder) { return fs::path(state_folder) / "crashes"; }

std::string NameOf(std::string_view run, uint32_t attempt) {
  return std::string(run) + "-" + std::to_string(attempt);
}

// Names begin with the time of their run.
void RemoveOldest(const fs::path& folder) {
  const std::vector<fs::path> reports = connector::FindCrashReports(folder);
  std::error_code ignored;
  for (size_t i = 0; i + kMaxReports < reports.size(); ++i) fs::remove(reports[i], ignored);
}

}  // namespace

Status ReportCrashes(const JobSettings& settings, std::string_view run, uint32_t attempt) {
  if (!settings.crash_reports) return Status::Ok();
  const std::string name =
      attempt > 0 ? NameOf(run, attempt) : "process-" + std::to_string(getpid());
  return connector::InstallCrashReport({fs::absolute(FolderIn(settings.state_folder)), name});
}

std::string CrashReportOf(const std::string& state_folder, const runstate::RunRecord& run) {
  if (run.state != runstate::RunState::kRunning && run.state != runstate::RunState::kCut) return {};
  const fs::path report = connector::CrashReportPath(
      {fs::absolute(FolderIn(state_folder)), NameOf(run.run, run.attempt)});
  std::error_code error;
  return fs::exists(report, error) ? report.string() : std::string();
}

std::string CrashNote(const std::string& state_folder, const runstate::RunRecord& run) {
  const std::string report = CrashReportOf(state_folder, run);
  if (report.empty()) return {};
  const std::string crash = connector::CrashOf(report);
  RemoveOldest(FolderIn(state_folder));
  return "The last attempt ended in a crash: run=" + run.run + (crash.empty() ? "" : " " + crash) +
         " report=" + report;
}

}  // namespace tenon::engine
