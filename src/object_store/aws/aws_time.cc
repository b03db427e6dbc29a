#include "object_store/aws/aws_time.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "base/text.h"

namespace tenon::object_store {
namespace {

constexpr int64_t kSecond_ns = 1'000'000'000;

std::optional<int64_t> Number(std::string_view text, size_t at, size_t digits) {
  if (at + digits > text.size()) return std::nullopt;
  const std::string_view piece = text.substr(at, digits);
  const bool plain =
      std::all_of(piece.begin(), piece.end(), [](char c) { return c >= '0' && c <= '9'; });
  return plain ? base::ParseInteger(piece) : std::nullopt;
}

std::optional<int64_t> TimeOf(std::optional<int64_t> year, std::optional<int64_t> month,
                              std::optional<int64_t> day, std::string_view clock) {
  const auto hour = Number(clock, 0, 2), minute = Number(clock, 3, 2), second = Number(clock, 6, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (clock[2] != ':' || clock[5] != ':' || *hour > 23 || *minute > 59 || *second > 60)
    return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return ((days * 24 + *hour) * 3600 + *minute * 60 + *second) * kSecond_ns;
}

}  // namespace

std::optional<int64_t> ParseIsoTime(std::string_view text) {
  if (text.ends_with("+00:00"))
    return ParseIsoTime(std::string(text.substr(0, text.size() - 6)).append("Z"));
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text.back() != 'Z')
    return std::nullopt;
  std::optional<int64_t> time =
      TimeOf(Number(text, 0, 4), Number(text, 5, 2), Number(text, 8, 2), text.substr(11, 8));
  if (!time || text.size() == 20) return time;
  const std::string_view fraction = text.substr(20, text.size() - 21);
  const std::optional<int64_t> digits = Number(fraction, 0, fraction.size());
  if (text[19] != '.' || fraction.empty() || fraction.size() > 9 || !digits) return std::nullopt;
  int64_t scale = kSecond_ns;
  for (size_t i = 0; i < fraction.size(); ++i) scale /= 10;
  return *time + *digits * scale;
}

std::optional<int64_t> ParseHttpTime(std::string_view text) {
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || text[3] != ',' || !text.ends_with(" GMT")) return std::nullopt;
  const size_t month = kMonths.find(text.substr(8, 3));
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  return TimeOf(Number(text, 12, 4), static_cast<int64_t>(month / 3 + 1), Number(text, 5, 2),
                text.substr(17, 8));
}

}  // namespace tenon::object_store
