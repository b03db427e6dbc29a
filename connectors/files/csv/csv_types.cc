#include "connectors/files/csv/csv_types.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <string>

#include "connectors/files/csv/csv_value.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tenon::files {
namespace {

// So many digits a double always gives back.
constexpr uint32_t kDigitsOfDouble = 15;
constexpr uint32_t kMostDigits = 38;
constexpr uint32_t kShapeBytes = 16;
constexpr uint32_t kLongDigits = 10;  // So many may be an int or not; more are none.

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool AreAllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

// Which of the first sixteen bytes are no digits.
inline uint32_t NoDigits(const uint8_t* text) {
#if defined(__SSE2__)
  const __m128i values =
      _mm_sub_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text)), _mm_set1_epi8('0'));
  const __m128i digits = _mm_cmpeq_epi8(_mm_min_epu8(values, _mm_set1_epi8(9)), values);
  return static_cast<uint32_t>(_mm_movemask_epi8(digits)) ^ 0xffff;
#else
  uint32_t bits = 0;
  for (uint32_t i = 0; i < kShapeBytes; ++i) {
    bits |= static_cast<uint32_t>(static_cast<uint8_t>(text[i] - '0') > 9) << i;
  }
  return bits;
#endif
}

// Whether the nearest double, written with as few digits as tell it apart, has the digits of this number.
bool DoubleGivesBack(std::string_view number) {
  const auto digits_of = [](std::string_view text) {
    std::string digits;
    for (const char c : text) {
      if (c == 'e' || c == 'E') break;
      if (IsDigit(c) && !(digits.empty() && c == '0')) digits += c;
    }
    while (digits.ends_with('0')) digits.pop_back();
    return digits;
  };
  const std::string digits = digits_of(number);
  double value = 0;
  const char* const end = number.data() + number.size();
  const auto read = std::from_chars(number.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return false;
  if (value == 0) return digits.empty();
  // Below the least normal number a double has fewer digits.
  if (!std::isnormal(value)) return false;
  if (digits.size() <= kDigitsOfDouble) return true;
  char text[40];
  const char* const text_end =
      std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific).ptr;
  return digits_of({text, static_cast<size_t>(text_end - text)}) == digits;
}

// "1.5e10", ".5", "-0" and such, which a double gives back.
bool IsFloating(std::string_view value) {
  if (value == "NaN" || value == "Infinity" || value == "-Infinity" || value == "inf" ||
      value == "-inf") {
    return true;
  }
  const std::string_view number = value.substr(value.starts_with('-') ? 1 : 0);
  if (number.empty() || (!IsDigit(number[0]) && number[0] != '.')) return false;
  if (number.size() > 1 && number[0] == '0' && IsDigit(number[1])) return false;
  return DoubleGivesBack(number);
}

}  // namespace

void CsvColumnType::AddWhole(std::string_view digits) {
  const auto count = static_cast<uint32_t>(digits.size());
  kinds_ |= kWhole;
  expected_ = kWhole;
  numbers_.whole_digits = std::max(numbers_.whole_digits, count);
  numbers_.least_scale = 0;
}

void CsvColumnType::AddNumber(std::string_view value) {
  const std::string_view digits = value.starts_with('-') ? value.substr(1) : value;
  const size_t dot = digits.find('.');
  const std::string_view whole = digits.substr(0, dot);
  const bool canonical =
      AreAllDigits(whole) && (whole[0] != '0' || whole.size() == 1) && whole.size() <= kMostDigits;
  if (canonical && dot == std::string_view::npos && value != "-0") {
    AddWhole(whole);
    int64_t number = 0;
    if (!csv::ReadLong(reinterpret_cast<const uint8_t*>(value.data()), value.size(), &number)) {
      needs_decimal_ = true;
    } else if (number != static_cast<int32_t>(number)) {
      needs_long_ = true;
    }
    return;
  }
  if (canonical && dot != std::string_view::npos && AreAllDigits(digits.substr(dot + 1)) &&
      digits.size() - 1 <= kMostDigits &&
      (value[0] != '-' || digits.find_first_not_of("0.") != std::string_view::npos)) {
    const auto scale = static_cast<uint32_t>(digits.size() - dot - 1);
    kinds_ |= kFixed;
    expected_ = kFixed;
    numbers_.whole_digits = std::max(numbers_.whole_digits, static_cast<uint32_t>(whole.size()));
    numbers_.least_scale = std::min(numbers_.least_scale, scale);
    numbers_.most_scale = std::max(numbers_.most_scale, scale);
    needs_decimal_ |= digits.size() > kDigitsOfDouble + 1 && !DoubleGivesBack(digits);
    return;
  }
  kinds_ |= IsFloating(value) ? kFloating : kText;
  expected_ = kFloating;
}

void CsvColumnType::AddValue(std::string_view value) {
  const auto* const text = reinterpret_cast<const uint8_t*>(value.data());
  if (value.empty()) {
    kinds_ |= kText;
    return;
  }
  int32_t day = 0;
  if (value.size() == 10 && csv::ReadTenOfDate(text, &day)) {
    kinds_ |= kDate;
    expected_ = kDate;
    return;
  }
  if (IsDigit(value[0]) || value[0] == '-' || value[0] == '.' || value == "NaN" ||
      value == "Infinity" || value == "inf") {
    int64_t instant = 0;
    if (value.size() >= 19 && value[4] == '-' && csv::ReadTimestamp(text, value.size(), &instant)) {
      kinds_ |= kTimestamp;
      expected_ = kTimestamp;
      return;
    }
    return AddNumber(value);
  }
  uint8_t truth = 0;
  if (csv::ReadBoolean(text, value.size(), &truth)) {
    kinds_ |= kBoolean;
    expected_ = kBoolean;
    return;
  }
  kinds_ |= kText;
}

// Whether a value is like those before: looked at sixteen bytes at once. False: it is not, or perhaps not.
template <CsvColumnType::Kind kKind>
[[gnu::always_inline]] inline bool CsvColumnType::IsUsual(const uint8_t* text, uint32_t size,
                                                          csv::LaneNumbers* seen) const {
  if constexpr (kKind == kDate) {
    int32_t day = 0;
    return size == 10 && csv::ReadTenOfDate(text, &day);
  }
  if constexpr (kKind == kTimestamp) {
    int64_t instant = 0;
    return size == 19 && text[4] == '-' && csv::ReadTimestamp(text, size, &instant);
  }
  if (size > kShapeBytes) return false;
  const uint32_t sign = *text == '-' ? 1 : 0;
  const uint32_t others = (NoDigits(text) & ((1u << size) - 1)) >> sign;
  const uint32_t length = size - sign;
  const uint8_t first = text[sign];
  if constexpr (kKind == kWhole) {
    if (others != 0 || length == 0 || (first == '0' && size > 1)) return false;
    if (length >= kLongDigits && !needs_long_) return false;
    seen->whole_digits = std::max(seen->whole_digits, length);
    return true;
  }
  const auto dot = static_cast<uint32_t>(std::countr_zero(others));
  if (others == 0 || (others & (others - 1)) != 0 || text[sign + dot] != '.') return false;
  if (dot == 0 || dot + 1 == length || (first == '0' && (dot > 1 || sign != 0))) return false;
  const uint32_t scale = length - dot - 1;
  seen->whole_digits = std::max(seen->whole_digits, dot);
  seen->least_scale = std::min(seen->least_scale, scale);
  seen->most_scale = std::max(seen->most_scale, scale);
  return true;
}

// How many records from the first one on have usual values.
template <CsvColumnType::Kind kKind>
uint32_t CsvColumnType::PassSingly(int quote, const csv::LaneRun& given) {
  const csv::LaneRun run = given;
  csv::LaneNumbers seen = numbers_;
  const uint32_t* end = run.end;
  uint32_t record = 0;
  for (; record < run.records; ++record, end += run.stride) {
    const uint32_t begin = end[-1] + 1;
    const auto size = static_cast<int32_t>(*end - begin);
    if (size <= 0) continue;
    const uint8_t* const text = run.text + begin;
    const uint32_t quoted = *text == quote ? 1 : 0;
    const uint32_t length = static_cast<uint32_t>(size) - 2 * quoted;
    if (length == 0 || !IsUsual<kKind>(text + quoted, length, &seen)) break;
  }
  numbers_ = seen;
  return record;
}

template <CsvColumnType::Kind kKind>
uint32_t CsvColumnType::PassInLanes(const csv::LaneKernels& lanes, const csv::LaneRun& run) {
  if constexpr (kKind == kWhole) return lanes.pass_wholes(run, needs_long_, &numbers_);
  if constexpr (kKind == kFixed) return lanes.pass_fixed(run, &numbers_);
  if constexpr (kKind == kDate) return lanes.pass_dates(run);
  return 0;
}

// The first record from `record` on whose value is not usual.
template <CsvColumnType::Kind kKind>
uint32_t CsvColumnType::PassUsual(int quote, const csv::LaneKernels* lanes, const CsvGrid& grid,
                                  size_t field, uint32_t record) {
  const csv::LaneRun run{.text = grid.text,
                         .end = grid.ends + static_cast<ptrdiff_t>(record * grid.stride + field),
                         .stride = grid.stride,
                         .records = grid.records - record};
  return record + csv::TakeRun(
                      run, lanes != nullptr,
                      [&](const csv::LaneRun& rest) { return PassInLanes<kKind>(*lanes, rest); },
                      [&](const csv::LaneRun& few) { return PassSingly<kKind>(quote, few); });
}

void CsvColumnType::Add(const CsvDialect& dialect, const csv::LaneKernels* lanes,
                        const CsvGrid& grid, size_t field) {
  std::string value, padded;
  const int quote = dialect.quote ? *dialect.quote : -1;
  for (uint32_t record = 0; record < grid.records && (kinds_ & kText) == 0; ++record) {
    switch (expected_) {
      case kWhole: record = PassUsual<kWhole>(quote, lanes, grid, field, record); break;
      case kFixed: record = PassUsual<kFixed>(quote, lanes, grid, field, record); break;
      case kDate: record = PassUsual<kDate>(quote, lanes, grid, field, record); break;
      case kTimestamp: record = PassUsual<kTimestamp>(quote, lanes, grid, field, record); break;
      default: break;
    }
    if (record == grid.records) return;
    const uint32_t begin = grid.begin(record, field);
    const auto size = static_cast<int32_t>(grid.end(record, field) - begin);
    if (size <= 0) continue;
    const uint8_t* const text = grid.text + begin;
    if (*text == quote || dialect.escaper) {
      CsvFieldText(dialect, grid, record, field, &value);
      padded.assign(kShapeBytes, ' ');
      padded += value;
      padded.append(kShapeBytes, ' ');
      AddValue(std::string_view(padded).substr(kShapeBytes, value.size()));
    } else {
      AddValue({reinterpret_cast<const char*>(text), static_cast<size_t>(size)});
    }
  }
}

void CsvColumnType::Merge(const CsvColumnType& other) {
  kinds_ |= other.kinds_;
  needs_long_ |= other.needs_long_;
  needs_decimal_ |= other.needs_decimal_;
  numbers_.whole_digits = std::max(numbers_.whole_digits, other.numbers_.whole_digits);
  numbers_.least_scale = std::min(numbers_.least_scale, other.numbers_.least_scale);
  numbers_.most_scale = std::max(numbers_.most_scale, other.numbers_.most_scale);
}

DataType CsvColumnType::type() const {
  constexpr uint8_t kNumber = kWhole | kFixed | kFloating;
  if (kinds_ == kBoolean) return DataType::Boolean();
  if (kinds_ == kDate) return DataType::Date();
  if ((kinds_ & kTimestamp) != 0 && (kinds_ & ~(kTimestamp | kDate)) == 0) {
    return DataType::Timestamp();
  }
  if (kinds_ == 0 || (kinds_ & ~kNumber) != 0) return DataType::String();
  if (kinds_ == kWhole && !needs_decimal_) {
    return needs_long_ ? DataType::Long() : DataType::Int();
  }
  const uint32_t precision = numbers_.whole_digits + numbers_.most_scale;
  const bool one_scale = numbers_.least_scale == numbers_.most_scale && kinds_ != kWhole;
  // Whole numbers among others are doubles only as far as a double counts.
  const bool exact_as_double =
      !needs_decimal_ && ((kinds_ & kWhole) == 0 || numbers_.whole_digits <= kDigitsOfDouble);
  if ((kinds_ & kFloating) == 0 && precision <= kMostDigits &&
      (one_scale || !exact_as_double || kinds_ == kWhole)) {
    return DataType::Decimal(static_cast<int>(precision), static_cast<int>(numbers_.most_scale));
  }
  return exact_as_double ? DataType::Double() : DataType::String();
}

}  // namespace tenon::files
