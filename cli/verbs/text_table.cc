#include "text_table.h"

#include <algorithm>

#include "base/time.h"

namespace tenon::cli {

std::string TextTable(const std::vector<TableRow>& rows) {
  std::vector<size_t> widths(rows.empty() ? 0 : rows.front().size());
  for (const TableRow& row : rows) {
    for (size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string table;
  for (const TableRow& row : rows) {
    std::string line;
    for (size_t i = 0; i < widths.size(); ++i)
      line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    line.resize(line.find_last_not_of(' ') + 1);
    table += line + "\n";
  }
  return table;
}

std::string TimeText(int64_t micros) {
  return micros > 0 ? base::FormatTimestamp(micros - micros % base::kMicrosPerSecond) : "";
}

}  // namespace tenon::cli
