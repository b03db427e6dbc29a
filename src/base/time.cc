#include "base/time.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <limits>

namespace tenon::base {
namespace {

constexpr int64_t kDaysPerEra = 146'097;  // 400 years.
constexpr int64_t kMaxTimestampDays = std::numeric_limits<int64_t>::max() / kMicrosPerDay - 1;

// Eats what it recognises from the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  bool Eat(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool Eat(std::string_view wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(wanted.size());
    return true;
  }
  // min..max digits as a number.
  std::optional<int> Digits(int min, int max) {
    int count = 0, value = 0;
    while (count < max && count < static_cast<int>(rest_.size()) &&
           IsDigit(rest_[static_cast<size_t>(count)])) {
      value = value * 10 + (rest_[static_cast<size_t>(count)] - '0');
      ++count;
    }
    if (count < min) return std::nullopt;
    rest_.remove_prefix(static_cast<size_t>(count));
    return value;
  }
  bool at_digit() const { return !rest_.empty() && IsDigit(rest_[0]); }
  // A fraction of a second in microseconds; digits after the sixth are cut off.
  std::optional<int64_t> Fraction() {
    int64_t micros = 0, unit = kMicrosPerSecond / 10;
    if (!at_digit()) return std::nullopt;
    for (; at_digit(); rest_.remove_prefix(1)) {
      micros += (rest_[0] - '0') * unit;
      unit /= 10;
    }
    return micros;
  }

 private:
  static bool IsDigit(char c) { return c >= '0' && c <= '9'; }
  std::string_view rest_;
};

std::optional<int64_t> ScanDate(Scanner& in) {
  const bool negative = in.Eat('-');
  if (!negative) in.Eat('+');
  const std::optional<int> year = in.Digits(4, 6);
  if (!year) return std::nullopt;
  CivilDate date{negative ? -*year : *year, 1, 1};
  if (in.Eat('-')) {
    const std::optional<int> month = in.Digits(1, 2);
    if (!month || *month < 1 || *month > 12) return std::nullopt;
    date.month = *month;
    if (in.Eat('-')) {
      const std::optional<int> day = in.Digits(1, 2);
      if (!day || *day < 1 || *day > DaysInMonth(date.year, date.month)) return std::nullopt;
      date.day = *day;
    }
  }
  return DaysFromCivil(date);
}

std::optional<int64_t> ScanTimeOfDay(Scanner& in) {
  const std::optional<int> hour = in.Digits(1, 2);
  if (!hour || *hour > 23) return std::nullopt;
  int64_t micros = *hour * 3600 * kMicrosPerSecond;
  if (!in.Eat(':')) return micros;
  const std::optional<int> minute = in.Digits(1, 2);
  if (!minute || *minute > 59) return std::nullopt;
  micros += *minute * 60 * kMicrosPerSecond;
  if (!in.Eat(':')) return micros;
  const std::optional<int> second = in.Digits(1, 2);
  if (!second || *second > 59) return std::nullopt;
  micros += *second * kMicrosPerSecond;
  if (!in.Eat('.')) return micros;
  const std::optional<int64_t> fraction = in.Fraction();
  if (!fraction) return std::nullopt;
  return micros + *fraction;
}

// Leaves `offset` empty when nothing is left; false when what is left is no zone.
bool ScanZone(Scanner& in, std::optional<int>* offset) {
  in.Eat(' ');
  if (in.done()) return true;
  if (in.Eat('Z') || in.Eat("UTC") || in.Eat("GMT")) {
    *offset = 0;
    if (in.done()) return true;
  }
  const bool negative = in.Eat('-');
  if (!negative && !in.Eat('+')) return false;
  const std::optional<int> hours = in.Digits(1, 2);
  if (!hours || *hours > 18) return false;
  int minutes = 0;
  if (in.Eat(':') || in.at_digit()) {
    const std::optional<int> digits = in.Digits(2, 2);
    if (!digits || *digits > 59) return false;
    minutes = *digits;
  }
  const int seconds = (*hours * 60 + minutes) * 60;
  *offset = negative ? -seconds : seconds;
  return in.done();
}

std::string Clock(int64_t micros_of_day, int fraction_digits) {
  const int64_t seconds = micros_of_day / kMicrosPerSecond;
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d:%02d", static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  std::string clock = text.data();
  std::snprintf(text.data(), text.size(), ".%06d",
                static_cast<int>(micros_of_day % kMicrosPerSecond));
  std::string fraction = text.data();
  if (fraction_digits >= 0)
    return clock + fraction.substr(0, static_cast<size_t>(fraction_digits) + 1);
  while (fraction.ends_with('0')) fraction.pop_back();
  return fraction == "." ? clock : clock + fraction;
}

struct DayAndTime {
  int64_t days, micros;
};
DayAndTime SplitInstant(int64_t micros) {
  int64_t days = micros / kMicrosPerDay;
  if (micros % kMicrosPerDay < 0) --days;
  // Written so that the smallest instant does not overflow.
  const int64_t rest = micros % kMicrosPerDay;
  return {days, rest < 0 ? rest + kMicrosPerDay : rest};
}

}  // namespace

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
int64_t DaysFromCivil(const CivilDate& date) {
  const int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year =
      (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - 719'468;
}

CivilDate CivilFromDays(int64_t days) {
  days += 719'468;
  const int64_t era = (days >= 0 ? days : days - (kDaysPerEra - 1)) / kDaysPerEra;
  const int64_t day_of_era = days - era * kDaysPerEra;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  const int month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

int DaysInMonth(int64_t year, int month) {
  static constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[static_cast<size_t>(month - 1)];
}

std::optional<int64_t> ParseDate(std::string_view text) {
  Scanner in(text);
  const std::optional<int64_t> days = ScanDate(in);
  return in.done() ? days : std::nullopt;
}

std::optional<ParsedTimestamp> ParseTimestamp(std::string_view text) {
  Scanner in(text);
  const std::optional<int64_t> days = ScanDate(in);
  if (!days || *days > kMaxTimestampDays || *days < -kMaxTimestampDays) return std::nullopt;
  ParsedTimestamp parsed{*days * kMicrosPerDay, std::nullopt};
  if (in.done()) return parsed;
  if (!in.Eat('T') && !in.Eat(' ')) return std::nullopt;
  const std::optional<int64_t> time = ScanTimeOfDay(in);
  if (!time || !ScanZone(in, &parsed.offset_seconds)) return std::nullopt;
  parsed.micros += *time;
  return parsed;
}

std::optional<int64_t> ParseTimeOfDay(std::string_view text) {
  Scanner in(text);
  const std::optional<int64_t> time = ScanTimeOfDay(in);
  return in.done() ? time : std::nullopt;
}

std::string FormatDate(int64_t days) {
  const CivilDate date = CivilFromDays(days);
  const char* sign = date.year < 0 ? "-" : date.year > 9999 ? "+" : "";
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%s%04lld-%02d-%02d", sign,
                static_cast<long long>(date.year < 0 ? -date.year : date.year), date.month,
                date.day);
  return text.data();
}

std::string FormatTimestamp(int64_t micros) {
  const DayAndTime at = SplitInstant(micros);
  return FormatDate(at.days) + " " + Clock(at.micros, -1);
}

std::string FormatInstant(int64_t micros) {
  const DayAndTime at = SplitInstant(micros);
  return FormatDate(at.days) + "T" + Clock(at.micros, 3) + "Z";
}

std::string FormatTimeOfDay(int64_t micros) { return Clock(SplitInstant(micros).micros, -1); }

int64_t NowMicros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace tenon::base
