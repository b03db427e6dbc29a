#include "copy_report.h"

#include <algorithm>
#include <cstdio>

#include "base/json.h"
#include "base/text.h"
#include "progress/progress_printer.h"

namespace tenon::cli {
namespace {

constexpr size_t kInputBytes = 120;

double PerSecond(int64_t number, double seconds) {
  return static_cast<double>(number) / std::max(seconds, 1e-6);
}

std::string SecondsText(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, seconds < 1 ? "%.3f s" : "%.1f s", seconds);
  return text;
}

}  // namespace

std::string ReportAsText(const CopyReport& report) {
  if (report.written.skipped) {
    return "copied nothing: the copy that was cut had published these rows; it is finished now\n";
  }
  const int64_t rows = report.written.rows, bytes = report.written.bytes;
  std::string text = "copied " + progress::WithCommas(rows) + (rows == 1 ? " row, " : " rows, ") +
                     progress::BytesText(static_cast<double>(bytes)) + " in " +
                     SecondsText(report.seconds) + " (" +
                     progress::WithCommas(static_cast<int64_t>(PerSecond(rows, report.seconds))) +
                     " rows/s, " + progress::BytesText(PerSecond(bytes, report.seconds)) + "/s)\n";
  if (report.written.error_rows == 0) return text;
  text += "left out " + progress::WithCommas(report.written.error_rows) +
          (report.written.error_rows == 1 ? " bad row:\n" : " bad rows, among them:\n");
  for (const ErrorRecord& row : report.bad_rows) {
    text += "  " + row.message + ": " + row.where;
    if (!row.input.empty()) text += " input=" + base::ShortText(row.input, kInputBytes);
    text += "\n";
  }
  return text;
}

std::string ReportAsJson(const CopyReport& report) {
  base::Json bad = base::Json::array();
  for (const ErrorRecord& row : report.bad_rows) {
    bad.push_back({{"message", row.message}, {"where", row.where}});
  }
  const int64_t rows = report.written.rows, bytes = report.written.bytes;
  return base::DumpJson({{"job", report.job},
                         {"run", report.run},
                         {"source", report.source},
                         {"target", report.target},
                         {"rows", rows},
                         {"bytes", bytes},
                         {"seconds", report.seconds},
                         {"rows_per_second", static_cast<int64_t>(PerSecond(rows, report.seconds))},
                         {"skipped", report.written.skipped},
                         {"bad_row_count", report.written.error_rows},
                         {"bad_rows", std::move(bad)}},
                        2) +
         "\n";
}

}  // namespace tenon::cli
