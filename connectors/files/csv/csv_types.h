// Which type a column of CSV text has, found in all of its values.
//
// The narrowest type that gives every value back as it was written: int, long, decimal when all values have the same
// digits behind the dot (or too many for a double), double, boolean, date, timestamp; else string. Numbers with
// leading zeros or a plus are text, and so is a column with an empty text ("") in it. Values in quotes count like
// others; nulls do not count; a column of nothing but nulls is a string. Merging is commutative, so that parts of a
// file may be looked at in any order. One thread at a time.
#pragma once

#include <cstdint>
#include <string_view>

#include "connectors/files/csv/csv_dialect.h"
#include "connectors/files/csv/csv_grid.h"
#include "connectors/files/csv/csv_lanes.h"
#include "tenon/schema.h"

namespace tenon::files {

class CsvColumnType {
 public:
  // Takes this field of all records in; `lanes` (LanesOf) may be null.
  void Add(const CsvDialect& dialect, const csv::LaneKernels* lanes, const CsvGrid& grid,
           size_t field);
  // One value, quotes and escapes undone. REQUIRES: 16 readable bytes before it, and behind it.
  void AddValue(std::string_view value);
  void Merge(const CsvColumnType& other);
  // What all values so far are.
  DataType type() const;

 private:
  enum Kind : uint8_t {
    kWhole = 1,
    kFixed = 2,     // Digits, a dot, digits.
    kFloating = 4,  // Another number that a double gives back.
    kBoolean = 8,
    kDate = 16,
    kTimestamp = 32,
    kText = 64,
  };

  void AddWhole(std::string_view digits);
  void AddNumber(std::string_view value);
  template <Kind kKind>
  uint32_t PassInLanes(const csv::LaneKernels& lanes, const csv::LaneRun& run);
  template <Kind kKind>
  bool IsUsual(const uint8_t* text, uint32_t size, csv::LaneNumbers* seen) const;
  template <Kind kKind>
  uint32_t PassSingly(int quote, const csv::LaneRun& run);
  template <Kind kKind>
  uint32_t PassUsual(int quote, const csv::LaneKernels* lanes, const CsvGrid& grid, size_t field,
                     uint32_t record);

  uint8_t kinds_ = 0;
  Kind expected_ = kText;       // What the last value was.
  bool needs_long_ = false;     // A whole number that an int cannot hold.
  bool needs_decimal_ = false;  // A number that neither a long nor a double gives back.
  csv::LaneNumbers numbers_;
};

}  // namespace tenon::files
