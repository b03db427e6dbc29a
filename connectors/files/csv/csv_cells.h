// Values as CSV text: the forms that a cast to string gives, quoted only where they must be.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "columnar/column.h"
#include "tenon/status.h"

namespace tenon::files {

// The most characters that PutScalar writes.
inline constexpr size_t kMostScalarBytes = 96;

// Row `row` of a column of numbers, truth values, dates or times, which is not null; the end of what was written.
char* PutScalar(const columnar::Column& column, int64_t row, char* to);
// Whether PutScalar knows this type.
bool IsCsvScalar(TypeId type);

// Java's form with the fewest digits: 1.0, 1.0E10, NaN.
char* PutDouble(double value, char* to);
char* PutFloat(float value, char* to);

// Which characters make a value need quotes: the separator, the quote, line ends, and blanks at its ends.
class CsvQuoting {
 public:
  CsvQuoting(uint8_t separator, std::optional<uint8_t> quote);
  bool NeedsQuotes(std::string_view text) const;
  // Whether a number could need them: the separator or the quote is a character that numbers are made of.
  bool numbers_too() const { return numbers_too_; }

 private:
  bool special_[256] = {};
  bool numbers_too_ = false;
  uint8_t separator_;
  uint8_t quote_;
};

}  // namespace tenon::files
