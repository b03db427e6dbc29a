#include "run_table.h"

#include "base/json.h"
#include "text_table.h"

namespace tenon::cli {
std::string RunsAsTable(const std::vector<RunSummary>& runs, const std::string& state_folder) {
  if (runs.empty()) return "No runs in " + state_folder + "\n";
  std::vector<TableRow> rows = {{"JOB", "RUN", "STATE", "STARTED", "ENDED", "ROWS", "HELD BY"}};
  for (const RunSummary& run : runs) {
    std::string state = run.state;
    if (run.pending_slots > 0) state += " (" + std::to_string(run.pending_slots) + " pending)";
    rows.push_back({run.job, run.run, state, TimeText(run.started_at_us), TimeText(run.ended_at_us),
                    std::to_string(run.rows), run.holder});
  }
  std::string table = TextTable(rows);
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
