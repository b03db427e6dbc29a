// Finds where the fields of CSV text end: the kernels.
//
// A kernel looks at 64 bytes at once and takes quotes by their parity, which is right as long as every quote stands
// where a quote may stand; whether that is so it finds out with the same masks. Text where it is not goes to
// SplitExactly, a state machine that is right for any text and says which records are bad. All kernels give the same
// answers. Any thread.
//
// What is what: a quote opens a value only where a field begins; inside, two quotes are one; behind the closing one
// only a separator or a line end may stand. Elsewhere in a field that began without one a quote is a character.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "connectors/files/csv/csv_dialect.h"

namespace tenon::files {

enum class CsvKernel { kScalar, kAvx2, kAvx512 };

// Those that this machine runs, the fastest last.
std::vector<CsvKernel> CsvKernels();
CsvKernel FastestCsvKernel();

struct CsvSplit {
  uint32_t ends = 0;      // How many were found.
  uint32_t newlines = 0;  // How many of them end a record.
  bool clean = true;      // False: the ends are worth nothing, use SplitExactly.
  bool has_high = false;  // A byte above 0x7f.
  bool has_carriage = false;
};

// Appends the position of each separator and newline that ends a field to ends[0…]. `text` begins at a record's start
// and has 64 readable bytes behind it; `ends` has room for CsvEndsRoom().
CsvSplit SplitCsv(const CsvDialect& dialect, CsvKernel kernel, const uint8_t* text, size_t size,
                  uint32_t* ends);
struct CsvSkim {
  size_t records_size = 0;  // Up to the end of the last whole record; 0: none.
  bool clean = true;        // False: the size is worth nothing, use SplitExactly.
};

// Where SplitCsv would find the last record's end, without noting the others.
CsvSkim SkimCsv(const CsvDialect& dialect, CsvKernel kernel, const uint8_t* text, size_t size);
// As many entries as SplitCsv and SplitExactly may write for this text.
size_t CsvEndsRoom(const CsvDialect& dialect, const uint8_t* text, size_t size);

struct CsvBadRecord {
  uint32_t record = 0;  // Counted from the text's start.
  uint32_t at = 0;      // Where it shows.
  const char* why = "";
};

struct CsvExactSplit {
  uint32_t ends = 0;
  // Records with text behind a closing quote, or (without multi_line) with a quote that is not closed. Each once.
  std::vector<CsvBadRecord> bad;
  bool in_quotes = false;  // The text ends inside a quoted value.
};

// `whole`: the text ends with the file and its last newline was added.
CsvExactSplit SplitExactly(const CsvDialect& dialect, const uint8_t* text, size_t size, bool whole,
                           uint32_t* ends);

}  // namespace tenon::files
