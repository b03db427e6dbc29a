// Columns of text under names, for lists that people read. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tenon::cli {

using TableRow = std::vector<std::string>;

// A line for each row, cells padded to their column. REQUIRES: all rows are as long as the first.
std::string TextTable(const std::vector<TableRow>& rows);

// "2026-01-31 12:30:59"; empty for 0.
std::string TimeText(int64_t micros);

}  // namespace tenon::cli
