// What the tests of CSV share: reading text through the format, and a slow reader of its own to compare with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compression/codec.h"
#include "connectors/files/csv/csv_dialect.h"
#include "connectors/files/csv/csv_windows.h"
#include "tenon/record_batch.h"
#include "tenon/schema.h"
#include "tenon/task_context.h"

namespace tenon::files {

using CsvRow = std::vector<std::optional<std::string>>;

// The records of a text, by a state machine written down here once more: fields, or why it is none.
struct OracleRecord {
  CsvRow fields;
  size_t begin = 0;
  std::string bad;
};
std::vector<OracleRecord> OracleRecords(const CsvDialect& dialect, std::string_view text);

struct CsvRead {
  Schema schema;
  std::vector<std::string> rows;  // As testing::TypedRow.
  std::vector<ErrorRecord> errors;
  int batches = 0;
  int opens = 0;  // Of files, to plan and to read.
  Status status;  // What ended the read, if not its end.
};

struct CsvTerms {
  CsvReadOptions options;
  std::vector<int64_t> borders;  // Where the text is cut into ranges.
  BatchLimits limits;
  CsvSizes sizes;
  std::optional<std::vector<std::string>> columns;
  bool one_reader = false;  // All ranges by one reader, not one each.
  compression::Codec codec = compression::Codec::kNone;
};

// Files of these contents, read through the format; with `terms.sizes` and `borders`. Rows stand in the order of files.
CsvRead ReadCsvFiles(const std::vector<std::string>& files, const CsvTerms& terms = {});
inline CsvRead ReadCsv(const std::string& text, const CsvTerms& terms = {}) {
  return ReadCsvFiles({text}, terms);
}

// "col0=x" of a row of strings as TypedRow writes it, nulls left out.
std::string StringRow(const std::vector<std::string>& names, const CsvRow& row);

uint64_t TestSeed();

}  // namespace tenon::files
