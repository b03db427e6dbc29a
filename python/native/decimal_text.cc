#include "decimal_text.h"

#include <algorithm>

namespace tenon::python {
namespace {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

}  // namespace

std::string DecimalToText(Decimal128 unscaled, int scale) {
  const auto value = static_cast<Int128>(
      (static_cast<UInt128>(static_cast<uint64_t>(unscaled.high)) << 64) | unscaled.low);
  UInt128 rest = value < 0 ? UInt128{0} - static_cast<UInt128>(value) : static_cast<UInt128>(value);
  std::string text;
  do {
    text.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
    if (static_cast<int>(text.size()) == scale) text.push_back('.');
  } while (rest != 0 || static_cast<int>(text.size()) <= scale);
  if (text.back() == '.') text.push_back('0');
  if (value < 0) text.push_back('-');
  std::reverse(text.begin(), text.end());
  return text;
}

std::optional<Decimal128> DecimalFromText(std::string_view text, int precision, int scale) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  UInt128 value = 0;
  int digits = 0, behind = -1;  // Digits behind the point; -1: no point yet.
  const auto add = [&](int digit) {
    if (value != 0 || digit != 0) ++digits;
    value = value * 10 + static_cast<UInt128>(digit);
    return digits <= precision;
  };
  for (const char c : text) {
    if (c == '.' && behind < 0) {
      behind = 0;
    } else if (c < '0' || c > '9') {
      return std::nullopt;
    } else if (behind >= scale) {
      if (c != '0') return std::nullopt;
    } else {
      if (behind >= 0) ++behind;
      if (!add(c - '0')) return std::nullopt;
    }
  }
  for (int missing = scale - std::max(behind, 0); missing > 0; --missing) {
    if (!add(0)) return std::nullopt;
  }
  if (text.empty()) return std::nullopt;
  if (negative) value = UInt128{0} - value;
  return Decimal128{static_cast<int64_t>(value >> 64), static_cast<uint64_t>(value)};
}

}  // namespace tenon::python
