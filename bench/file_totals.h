// A sink that reads every value of every batch into totals by column: what peers give with sums and counts.
//
// Of a number column the sum, of a text column the bytes, of a date column the days since 1970, of a boolean how many
// are true; with the number of values. Nested columns count what they hold. One result for all partitions.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "tenon/connector.h"

namespace tenon::bench {

struct ColumnTotal {
  int64_t values = 0;
  __int128 whole = 0;  // Of whole numbers, decimals without their point, bytes, days.
  double real = 0;
  bool is_real = false;
};

// Thread-safe.
class FileTotals {
 public:
  void Add(const std::map<std::string, ColumnTotal>& some, int64_t rows);
  // {"rows": 3, "columns": {"id": [3, "6"]}}: values and sum of each, doubles to nine digits. `only`: names with
  // commas between; empty: all.
  std::string ToJson(const std::string& only) const;
  int64_t rows() const { return rows_; }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, ColumnTotal> columns_;
  int64_t rows_ = 0;
};

// Named "totals".
std::shared_ptr<Connector> MakeTotalsConnector(std::shared_ptr<FileTotals> totals);

}  // namespace tenon::bench
