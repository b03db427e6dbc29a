// Dates, times and instants as text, in the proleptic Gregorian calendar; no locale and no
// time-zone database: zones are offsets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tenon::base {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

struct CivilDate {
  int64_t year = 1970;
  int month = 1, day = 1;
  bool operator==(const CivilDate&) const = default;
};

// Days since 1970-01-01 and back. REQUIRES of the date: month 1..12; a day outside the month counts
// on.
int64_t DaysFromCivil(const CivilDate& date);
CivilDate CivilFromDays(int64_t days);
int DaysInMonth(int64_t year, int month);

// As Spark's DATE literal takes it: "2026-01-31", "2026-1-5", "2026-01", "2026", years up to six
// digits, a sign. nullopt for anything else, also for the 31st of April. Days since 1970-01-01.
std::optional<int64_t> ParseDate(std::string_view text);

struct ParsedTimestamp {
  int64_t micros = 0;                 // Of the wall clock as written.
  std::optional<int> offset_seconds;  // East of UTC; none when the text has no zone.
};
// A date as above, then 'T' or a blank and "12", "12:30", "12:30:59", "12:30:59.123456" (more
// digits are cut off), then a zone: Z, UTC, GMT, +02, +02:00, +0200, with or without a blank before
// it. nullopt for anything else, also for years that 64 bits of microseconds cannot hold (292,000).
std::optional<ParsedTimestamp> ParseTimestamp(std::string_view text);
// "12:30:59.5" as microseconds since midnight.
std::optional<int64_t> ParseTimeOfDay(std::string_view text);

// "2026-01-31"; years below 0 or above 9999 carry a sign.
std::string FormatDate(int64_t days);
// "2026-01-31 12:30:59.5": the fraction without trailing zeros, none when it is 0.
std::string FormatTimestamp(int64_t micros);
// "2026-01-31T12:30:59.500Z": the form of logs, always three digits.
std::string FormatInstant(int64_t micros);
// "12:30:59.5"
std::string FormatTimeOfDay(int64_t micros);

// The system clock, in microseconds since 1970-01-01T00:00:00Z.
int64_t NowMicros();

}  // namespace tenon::base
