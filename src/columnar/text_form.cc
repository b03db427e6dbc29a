#include "columnar/text_form.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/time.h"
#include "columnar/buffers.h"

namespace tenon::columnar {
namespace {

// Java writes numbers below this exponent, and not below 10^-3, without one.
constexpr int kPlainBelowExponent = 7;
constexpr int kPlainFromExponent = -3;

template <typename Float>
void AppendFloating(Float value, std::string* out) {
  if (std::isnan(value)) {
    *out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    *out += value < 0 ? "-Infinity" : "Infinity";
    return;
  }
  if (std::signbit(value)) *out += '-';
  value = std::abs(value);
  if (value == 0) {
    *out += "0.0";
    return;
  }
  // "d.ddde-XX" with the fewest digits.
  std::array<char, 40> text;
  const char* end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific)
          .ptr;
  const std::string_view all(text.data(), static_cast<size_t>(end - text.data()));
  const size_t mark = all.find('e');
  std::string digits(all.substr(0, 1));
  if (mark > 2) digits += all.substr(2, mark - 2);
  int exponent = 0;
  const char* number = all.data() + mark + 1;
  std::from_chars(*number == '+' ? number + 1 : number, end, exponent);
  if (exponent < kPlainFromExponent || exponent >= kPlainBelowExponent) {
    *out += digits.substr(0, 1) + "." + (digits.size() > 1 ? digits.substr(1) : "0") + "E" +
            std::to_string(exponent);
  } else if (exponent < 0) {
    *out += "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  } else {
    const auto whole = static_cast<size_t>(exponent) + 1;
    if (digits.size() < whole) digits.append(whole - digits.size(), '0');
    *out += digits.substr(0, whole) + "." + (digits.size() > whole ? digits.substr(whole) : "0");
  }
}

}  // namespace

void AppendDouble(double value, std::string* out) { AppendFloating(value, out); }
void AppendFloat(float value, std::string* out) { AppendFloating(value, out); }

void AppendInteger(int64_t value, std::string* out) {
  std::array<char, 24> text;
  const char* end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out->append(text.data(), static_cast<size_t>(end - text.data()));
}

void AppendDecimal(const uint8_t* bytes, int width, int scale, std::string* out) {
  std::array<uint64_t, 4> limbs{};
  std::memcpy(limbs.data(), bytes, static_cast<size_t>(width));
  const auto words = static_cast<size_t>(width / 8);
  const bool negative = (bytes[width - 1] & 0x80) != 0;
  if (negative) {
    bool carry = true;
    for (size_t i = 0; i < words; ++i) {
      limbs[i] = ~limbs[i] + (carry ? 1 : 0);
      carry = carry && limbs[i] == 0;
    }
  }
  std::string digits;  // Backwards.
  const auto is_zero = [&] { return (limbs[0] | limbs[1] | limbs[2] | limbs[3]) == 0; };
  while (!is_zero()) {
    unsigned __int128 rest = 0;
    for (size_t i = words; i-- > 0;) {
      rest = (rest << 64) | limbs[i];
      limbs[i] = static_cast<uint64_t>(rest / 10);
      rest %= 10;
    }
    digits += static_cast<char>('0' + static_cast<int>(rest));
  }
  while (static_cast<int>(digits.size()) <= scale) digits += '0';
  if (negative) *out += '-';
  for (size_t i = digits.size(); i-- > 0;) {
    *out += digits[i];
    if (scale > 0 && i == static_cast<size_t>(scale)) *out += '.';
  }
}

void AppendScalar(const Column& column, int64_t row, std::string* out) {
  const ArrayNode& node = *column.node();
  const int64_t at = node.offset + row;
  switch (column.type().id()) {
    case TypeId::kBoolean: *out += GetBit(node.buffer<uint8_t>(1), at) ? "true" : "false"; return;
    case TypeId::kByte: return AppendInteger(node.buffer<int8_t>(1)[at], out);
    case TypeId::kShort: return AppendInteger(node.buffer<int16_t>(1)[at], out);
    case TypeId::kInt: return AppendInteger(node.buffer<int32_t>(1)[at], out);
    case TypeId::kLong: return AppendInteger(node.buffer<int64_t>(1)[at], out);
    case TypeId::kFloat: return AppendFloat(node.buffer<float>(1)[at], out);
    case TypeId::kDouble: return AppendDouble(node.buffer<double>(1)[at], out);
    case TypeId::kDecimal: {
      const int width = column.type().precision() > 38 ? 32 : 16;
      return AppendDecimal(node.buffer<uint8_t>(1) + at * width, width, column.type().scale(), out);
    }
    case TypeId::kString:
    case TypeId::kBinary: {
      const auto* offsets = node.buffer<int32_t>(1);
      out->append(node.buffer<char>(2) + offsets[at],
                  static_cast<size_t>(offsets[at + 1] - offsets[at]));
      return;
    }
    case TypeId::kDate: *out += base::FormatDate(node.buffer<int32_t>(1)[at]); return;
    case TypeId::kTime: *out += base::FormatTimeOfDay(node.buffer<int64_t>(1)[at]); return;
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: *out += base::FormatTimestamp(node.buffer<int64_t>(1)[at]); return;
    default: return;
  }
}

}  // namespace tenon::columnar
