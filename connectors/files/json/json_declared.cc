// Values of columns whose type is declared: read exactly or not at all.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "connectors/files/json/json_number.h"
#include "connectors/files/json/json_walk.h"

namespace tenon::files {
namespace {

constexpr int kMostDecimalDigits = 38;
constexpr int64_t kMicrosPerSecond = 1'000'000;

bool IsDigit(uint8_t c) { return c >= '0' && c <= '9'; }

// The number in text[0, size), which is well-formed, as a decimal; nothing when it has more digits than fit.
std::optional<Int128> DecimalOf(const uint8_t* text, size_t size, int precision, int scale) {
  const uint8_t* const end = text + size;
  const bool negative = *text == '-';
  std::string digits;
  int64_t point = -1;  // How many digits stand before it.
  const uint8_t* at = text + (negative ? 1 : 0);
  for (; at < end && (IsDigit(*at) || *at == '.'); ++at) {
    if (*at == '.') {
      point = static_cast<int64_t>(digits.size());
    } else {
      digits += static_cast<char>(*at);
    }
  }
  if (point < 0) point = static_cast<int64_t>(digits.size());
  if (at < end) {
    ++at;
    if (*at == '+') ++at;
    int exponent = 0;
    const auto read = std::from_chars(reinterpret_cast<const char*>(at),
                                      reinterpret_cast<const char*>(end), exponent);
    const bool zero = digits.find_first_not_of('0') == std::string::npos;
    if (zero) exponent = 0;
    if (!zero && read.ec != std::errc()) return std::nullopt;
    point += exponent;
  }
  Int128 value = 0;
  int used = 0;
  const int64_t wanted = std::max<int64_t>(point + scale, 0);
  for (int64_t i = 0; i < std::max<int64_t>(wanted, static_cast<int64_t>(digits.size())); ++i) {
    const int digit =
        i < static_cast<int64_t>(digits.size()) ? digits[static_cast<size_t>(i)] - '0' : 0;
    if (i >= wanted || point + scale < 0) {
      if (digit != 0) return std::nullopt;
      continue;
    }
    if (used > 0 || digit != 0) ++used;
    if (used > std::min(precision, kMostDecimalDigits)) return std::nullopt;
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}

// Bytes that base64 stands for; nothing when it is none.
std::optional<std::string> FromBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  uint32_t word = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    uint32_t six = 0;
    if (c >= 'A' && c <= 'Z') {
      six = static_cast<uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      six = static_cast<uint32_t>(c - 'a' + 26);
    } else if (IsDigit(static_cast<uint8_t>(c))) {
      six = static_cast<uint32_t>(c - '0' + 52);
    } else if (c == '+' || c == '/') {
      six = c == '+' ? 62 : 63;
    } else if (c != '=' || i < text.size() - padding) {
      return std::nullopt;
    }
    word = word << 6 | six;
    if (i % 4 != 3) continue;
    for (const int shift : {16, 8, 0}) bytes += static_cast<char>(word >> shift & 0xff);
    word = 0;
  }
  // Bits that no byte takes must be zeros, so that bytes have one form.
  const size_t size = bytes.size() - padding;
  if (std::any_of(bytes.begin() + static_cast<ptrdiff_t>(size), bytes.end(),
                  [](char c) { return c != 0; }))
    return std::nullopt;
  bytes.resize(size);
  return bytes;
}

// Digits of a second that microseconds do not hold.
bool HasFinerFraction(std::string_view text) {
  const size_t point = text.find('.');
  if (point == std::string_view::npos) return false;
  for (size_t i = point + 1; i < text.size() && IsDigit(static_cast<uint8_t>(text[i])); ++i) {
    if (i > point + 6 && text[i] != '0') return true;
  }
  return false;
}

std::optional<int64_t> TimeValue(TypeId type, std::string_view text) {
  if (type == TypeId::kDate) {
    const std::optional<int64_t> day = base::ParseDate(text);
    return day && base::FormatDate(*day) == text ? day : std::nullopt;
  }
  if (HasFinerFraction(text)) return std::nullopt;
  if (type == TypeId::kTime) return base::ParseTimeOfDay(text);
  const std::optional<base::ParsedTimestamp> parsed = base::ParseTimestamp(text);
  if (!parsed) return std::nullopt;
  if (type == TypeId::kTimestampNtz) {
    return parsed->offset_seconds ? std::nullopt : std::optional<int64_t>(parsed->micros);
  }
  int64_t micros = 0;
  const int64_t offset = parsed->offset_seconds.value_or(0) * kMicrosPerSecond;
  if (__builtin_sub_overflow(parsed->micros, offset, &micros)) return std::nullopt;
  return micros;
}

template <typename Whole>
bool Fits(int64_t value) {
  return value >= std::numeric_limits<Whole>::min() && value <= std::numeric_limits<Whole>::max();
}

bool FitsWhole(TypeId type, int64_t value) {
  switch (type) {
    case TypeId::kByte: return Fits<int8_t>(value);
    case TypeId::kShort: return Fits<int16_t>(value);
    case TypeId::kInt: return Fits<int32_t>(value);
    default: return true;
  }
}

}  // namespace

JsonWalk::Position JsonWalk::NotOf(Position at, const DataType& type) {
  error_text_ = "a value is no " + (type.is_nested() ? std::string(type.name()) : type.ToString()) +
                ", as is declared";
  return Fail(at, error_text_.c_str());
}

JsonWalk::Position JsonWalk::Declared(Position at, JsonNode& node, int32_t row, int depth) {
  const uint8_t c = text_[*at];
  if (c == 'n') return Word(at, node, row);
  const DataType& type = node.declared;
  switch (type.id()) {
    case TypeId::kBoolean: return c == 't' || c == 'f' ? Word(at, node, row) : NotOf(at, type);
    case TypeId::kByte:
    case TypeId::kShort:
    case TypeId::kInt:
    case TypeId::kLong:
    case TypeId::kFloat:
    case TypeId::kDouble:
    case TypeId::kDecimal:
      return c == '-' || IsDigit(c) ? DeclaredNumber(at, node, row) : NotOf(at, type);
    case TypeId::kString: return c == '"' ? String(at, node, row) : AsText(at, node, row, depth);
    case TypeId::kBinary:
    case TypeId::kDate:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: return c == '"' ? DeclaredText(at, node, row) : NotOf(at, type);
    case TypeId::kArray: return c == '[' ? Value(at, node, row, depth) : NotOf(at, type);
    case TypeId::kStruct: return c == '{' ? Value(at, node, row, depth) : NotOf(at, type);
    case TypeId::kMap:
      if (c != '{') return NotOf(at, type);
      if (depth >= kMaxJsonDepth) return Fail(at, "nesting is too deep");
      return Map(at + 1, node, row, depth + 1);
    default: return Value(at, node, row, depth);
  }
}

JsonWalk::Position JsonWalk::DeclaredNumber(Position at, JsonNode& node, int32_t row) {
  const uint8_t* const begin = text_ + *at;
  const uint8_t* const end = ScalarEnd(at);
  const JsonNumber number = ParseNumber(begin, end);
  if (number.form == JsonNumber::kBad) return Fail(at, "a number is wrong");
  const auto size = static_cast<size_t>(end - begin);
  const DataType& type = node.declared;
  if (type.id() == TypeId::kDecimal) {
    const std::optional<Int128> value = DecimalOf(begin, size, type.precision(), type.scale());
    if (!value) return NotOf(at, type);
    tree_.Prepare(node, row, kDecimal);
    std::memcpy(node.slots[kDecimal].buffer.data() + static_cast<size_t>(row) * 16, &*value, 16);
    return at + 1;
  }
  if (type.id() == TypeId::kFloat || type.id() == TypeId::kDouble) {
    double value = number.real();
    if (number.form == JsonNumber::kWhole) value = static_cast<double>(number.whole());
    if (number.form == JsonNumber::kLargeWhole) {
      value = static_cast<double>(ParseLargeWhole(begin, size));
    }
    if (type.id() == TypeId::kFloat && !std::isfinite(static_cast<float>(value))) {
      return NotOf(at, type);
    }
    tree_.Prepare(node, row, kDouble);
    node.slots[kDouble].buffer.as<double>()[row] = value;
    return at + 1;
  }
  if (number.form != JsonNumber::kWhole || !FitsWhole(type.id(), number.whole())) {
    return NotOf(at, type);
  }
  tree_.Prepare(node, row, kInteger);
  node.slots[kInteger].buffer.as<int64_t>()[row] = number.whole();
  return at + 1;
}

JsonWalk::Position JsonWalk::DeclaredText(Position at, JsonNode& node, int32_t row) {
  scratch_.resize(at[1] - *at + kCopySlack);
  const size_t size = CopyString(at, reinterpret_cast<uint8_t*>(scratch_.data()));
  if (size == kBadEscape) return Fail(at, "an escape in a string is wrong");
  const std::string_view text(scratch_.data(), size);
  if (node.declared.id() == TypeId::kBinary) {
    const std::optional<std::string> bytes = FromBase64(text);
    if (!bytes) return NotOf(at, node.declared);
    PutText(node, row, *bytes);
    return at + 1;
  }
  const std::optional<int64_t> value = TimeValue(node.declared.id(), text);
  if (!value) return NotOf(at, node.declared);
  tree_.Prepare(node, row, kInteger);
  node.slots[kInteger].buffer.as<int64_t>()[row] = *value;
  return at + 1;
}

void JsonWalk::PutText(JsonNode& node, int32_t row, std::string_view text) {
  tree_.Prepare(node, row, kString);
  tree_.ReserveText(node, text.size());
  if (!text.empty()) std::memcpy(node.text.data() + node.text_bytes, text.data(), text.size());
  node.text_bytes += static_cast<int32_t>(text.size());
  node.slots[kString].buffer.as<int32_t>()[row + 1] = node.text_bytes;
  tree_.CountBytes(static_cast<int64_t>(text.size()));
}

// A value that is no string in a column of strings: as it stands in the file.
JsonWalk::Position JsonWalk::AsText(Position at, JsonNode& node, int32_t row, int depth) {
  const uint8_t* const begin = text_ + *at;
  if (*begin == '{' || *begin == '[') {
    const Position behind = Skip(at, depth);
    if (behind == nullptr) return nullptr;
    PutText(node, row, {reinterpret_cast<const char*>(begin), behind[-1] + 1 - *at});
    return behind;
  }
  const std::string_view text(reinterpret_cast<const char*>(begin),
                              static_cast<size_t>(ScalarEnd(at) - begin));
  if (*begin == '-' || IsDigit(*begin)) {
    if (ParseNumber(begin, begin + text.size()).form == JsonNumber::kBad) {
      return Fail(at, "a number is wrong");
    }
  } else if (text != "true" && text != "false") {
    return Fail(at, "a value is missing");
  }
  PutText(node, row, text);
  return at + 1;
}

}  // namespace tenon::files
