// Which values of CSV text need quotes. Values.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tenon::files {

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
