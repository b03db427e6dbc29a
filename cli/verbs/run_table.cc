#include "run_table.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/time.h"

namespace tenon::cli {
namespace {

using Row = std::array<std::string, 7>;

std::string TimeText(int64_t micros) {
  return micros > 0 ? base::FormatTimestamp(micros - micros % 1000000) : "";
}

}  // namespace

std::string RunsAsTable(const std::vector<RunSummary>& runs, const std::string& state_folder) {
  if (runs.empty()) return "No runs in " + state_folder + "\n";
  std::vector<Row> rows = {{"JOB", "RUN", "STATE", "STARTED", "ENDED", "ROWS", "HELD BY"}};
  for (const RunSummary& run : runs) {
    std::string state = run.state;
    if (run.pending_slots > 0) state += " (" + std::to_string(run.pending_slots) + " pending)";
    rows.push_back({run.job, run.run, state, TimeText(run.started_at_us), TimeText(run.ended_at_us),
                    std::to_string(run.rows), run.holder});
  }
  std::array<size_t, 7> widths{};
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string table;
  for (const Row& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i)
      line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    line.resize(line.find_last_not_of(' ') + 1);
    table += line + "\n";
  }
  for (const RunSummary& run : runs) {
    if (!run.crash_report.empty())
      table += "Run " + run.run + " crashed: report=" + run.crash_report + "\n";
  }
  return table;
}

std::string RunsAsJson(const std::vector<RunSummary>& runs) {
  base::Json list = base::Json::array();
  auto time = [](int64_t micros) {
    return micros > 0 ? base::Json(TimeText(micros)) : base::Json();
  };
  for (const RunSummary& run : runs) {
    list.push_back(
        {{"job", run.job},
         {"run", run.run},
         {"state", run.state},
         {"started_at", time(run.started_at_us)},
         {"ended_at", time(run.ended_at_us)},
         {"attempt", run.attempt},
         {"rows", run.rows},
         {"pending_slots", run.pending_slots},
         {"holder", run.holder},
         {"crash_report", run.crash_report.empty() ? base::Json() : base::Json(run.crash_report)}});
  }
  return base::DumpJson(list, 2) + "\n";
}

}  // namespace tenon::cli
