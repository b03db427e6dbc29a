// The options of CSV files, as scripts give them and checked. Values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tenon/result.h"
#include "tenon/schema.h"

namespace tenon::files {

// How fields and records are told apart. All characters are ASCII and differ.
struct CsvDialect {
  uint8_t separator = ',';
  std::optional<uint8_t> quote = '"';
  // The character behind it stands for itself, save n, r, t and 0: inside and outside of quotes.
  std::optional<uint8_t> escaper;
  // A newline in quotes (or behind the escaper) belongs to the value. Without it a newline always ends a record.
  bool multi_line = false;
};

// As scripts spell them: separator, quoteChar ("-1": none), escaper ("": none).
struct CsvDialectWords {
  std::string separator = ",";
  std::string quote_char = "\"";
  std::string escaper;
  bool multi_line = false;
};

// kInvalidArgument names the option that is not one ASCII character, or that equals another. "\t" may be spelt so. An
// escaper that is the quote means doubled quotes, which are always understood.
Result<CsvDialect> CheckDialect(const CsvDialectWords& words);

enum class CsvTypes {
  kStrings,  // Every column is text, as in Glue.
  kInfer,    // Found in all rows before the first one is read.
};

struct CsvReadOptions {
  CsvDialect dialect;
  bool with_header = false;  // Else columns are col0, col1 and so on.
  bool skip_first = false;   // The first record that is not the header.
  CsvTypes types = CsvTypes::kStrings;
  // Types of the columns of these names; without a header also the names of the first columns.
  Schema declared;
  // A longer record ends the read with an error.
  int64_t longest_record_bytes = int64_t{512} << 20;
};

// As scripts spell them. `types`: "strings" or "infer". `columns`: "id:long,price:decimal(10,2)" or the same as a JSON
// object. optimizePerformance needs no word: reading is always fast.
struct CsvReadWords {
  CsvDialectWords dialect;
  bool with_header = false;
  bool skip_first = false;
  std::string types = "strings";
  std::string columns;
};
// kInvalidArgument: as CheckDialect; `types` is another word; `columns` cannot be read, names a column twice or has a
// type that CSV does not hold.
Result<CsvReadOptions> CheckCsvRead(const CsvReadWords& words);

struct CsvWriteOptions {
  uint8_t separator = ',';
  std::optional<uint8_t> quote = '"';
  bool write_header = true;
};
// Quotes stand only where they must, so that strictCheckForQuoting needs no word either. kInvalidArgument: as
// CheckDialect.
Result<CsvWriteOptions> CheckCsvWrite(const std::string& separator, const std::string& quote_char,
                                      bool write_header);

}  // namespace tenon::files
