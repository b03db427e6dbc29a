// What a copy tells at its end.
#pragma once

#include <string>
#include <vector>

#include "tenon/job.h"

namespace tenon::cli {

struct CopyReport {
  std::string job, run, source, target;
  WriteReport written;
  double seconds = 0;
  std::vector<ErrorRecord> bad_rows;  // Some of them.
};

// "copied 1,234,567 rows, 410.0 MB in 1.2 s (1,028,805 rows/s, 341.7 MB/s)", and a line on bad rows if there were any.
std::string ReportAsText(const CopyReport& report);
// One document.
std::string ReportAsJson(const CopyReport& report);

}  // namespace tenon::cli
