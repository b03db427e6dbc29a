#include "base/text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace tenon::base {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\v\f";

// The length of the well-formed UTF-8 character at the beginning of `text`, 0 when there is none.
size_t CharacterLength(std::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const auto follows = [&](size_t i, uint8_t low = 0x80, uint8_t high = 0xBF) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool second = follows(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    return second && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool second = follows(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
    return second && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (true) {
    const size_t at = text.find(separator);
    pieces.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return pieces;
    text.remove_prefix(at + 1);
  }
}

std::string Join(const std::vector<std::string>& pieces, std::string_view separator) {
  std::string joined;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0) joined += separator;
    joined += pieces[i];
  }
  return joined;
}

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return text.substr(0, 0);
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string ToLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string ShortText(std::string_view text, size_t max_bytes) {
  std::string out;
  size_t at = 0;
  while (at < text.size()) {
    if (out.size() >= max_bytes) return out + "…";
    const size_t length = CharacterLength(text.substr(at));
    const auto byte = static_cast<uint8_t>(text[at]);
    if (length == 0 || byte < 0x20 || byte == 0x7F) {
      std::array<char, 5> escape{};
      std::snprintf(escape.data(), escape.size(), "\\x%02X", byte);
      out += escape.data();
      ++at;
    } else {
      out += text.substr(at, length);
      at += length;
    }
  }
  return out;
}

bool IsUtf8(std::string_view text) {
  // Plain text by words; the rest character by character.
  constexpr uint64_t kHighBits = 0x8080808080808080;
  uint64_t word = kHighBits;
  for (; text.size() >= sizeof(word); text.remove_prefix(sizeof(word))) {
    std::memcpy(&word, text.data(), sizeof(word));
    if ((word & kHighBits) != 0) break;
  }
  if ((word & kHighBits) == 0) {
    // The last word, over some bytes that were looked at already.
    std::memcpy(&word, text.data() + text.size() - sizeof(word), sizeof(word));
    if ((word & kHighBits) == 0) return true;
  }
  while (!text.empty()) {
    const size_t length = CharacterLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::optional<int64_t> ParseInteger(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<int64_t> ParseBytes(std::string_view text) {
  const std::string lower = ToLower(Trim(text));
  double number = 0;
  const auto [end, error] =
      std::from_chars(lower.data(), lower.data() + lower.size(), number, std::chars_format::fixed);
  const std::string unit(Trim(std::string_view(end, lower.data() + lower.size() - end)));
  const auto wrong = [&] {
    return Status::InvalidArgument("Size cannot be read: value=" + ShortText(text, 40))
        .WithHint("Write a number and a unit: 512m, 4g, 1.5GiB.");
  };
  if (error != std::errc() || !std::isfinite(number) || number < 0) return wrong();
  static constexpr std::string_view kUnits = "bkmgtp";
  double factor = 1;
  if (!unit.empty()) {
    const size_t power = kUnits.find(unit[0]);
    const std::string_view rest = std::string_view(unit).substr(1);
    if (power == std::string_view::npos ||
        (rest != "" && (power == 0 || (rest != "b" && rest != "ib")))) {
      return wrong();
    }
    factor = std::pow(1024.0, static_cast<double>(power));
  }
  const double bytes = number * factor;
  if (bytes >= 9.2e18) return wrong();
  return static_cast<int64_t>(bytes);
}

std::string FormatBytes(int64_t bytes) {
  static constexpr std::array<const char*, 6> kUnits = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  auto value = static_cast<double>(bytes);
  size_t unit = 0;
  while (std::abs(value) >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  std::array<char, 32> text{};
  const bool whole = unit == 0 || value == std::floor(value);
  std::snprintf(text.data(), text.size(), whole ? "%.0f %s" : "%.1f %s", value, kUnits[unit]);
  return text.data();
}

}  // namespace tenon::base
