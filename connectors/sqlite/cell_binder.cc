#include "connectors/sqlite/cell_binder.h"

#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "base/text.h"
#include "base/time.h"
#include "columnar/scalar_text.h"

namespace tenon::sqlite {
namespace {

constexpr int64_t kExactWhole = int64_t{1} << 53;  // Floats have all whole numbers up to it.
constexpr size_t kExactDigits = 15;                // And all decimals of so many digits.
constexpr size_t kWholeDigits = 18;                // Of a number that 64 bits hold, whatever it is.

constexpr const char* kOtherText = "text that the column would make another text's number";

void BindText(sqlite3_stmt* statement, int at, std::string_view text) {
  sqlite3_bind_text64(statement, at, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
}

// Whether a column of numbers would take the text for one.
bool LooksLikeNumber(std::string_view text) {
  text = base::Trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool letter = text.find_first_of("nNiI") != std::string_view::npos;  // NaN, inf: texts.
  return !text.empty() && !letter && end.ptr == text.data() + text.size() &&
         (end.ec == std::errc() || end.ec == std::errc::result_out_of_range);
}

// "12", "-7": the number says the same.
bool IsPlainWhole(std::string_view text, size_t most_digits) {
  if (text.starts_with('-') && text != "-0") text.remove_prefix(1);
  const bool digits =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits && !text.empty() && text.size() <= most_digits && (text[0] != '0' || text == "0");
}

size_t DigitsOf(std::string_view number) {
  size_t digits = 0;
  for (const char letter : number) {
    const bool digit = letter >= '0' && letter <= '9';
    if (digit && (digits > 0 || letter != '0')) ++digits;
  }
  return digits;
}

}  // namespace

const char* CellBinder::Bind(sqlite3_stmt* statement, int at, int64_t row) {
  if (view_.type().id() == TypeId::kNull || view_.is_null(row)) {
    sqlite3_bind_null(statement, at);
    return nullptr;
  }
  switch (view_.type().id()) {
    case TypeId::kBoolean:
      sqlite3_bind_int(statement, at, view_.GetBoolean(row) ? 1 : 0);
      return nullptr;
    case TypeId::kByte:
    case TypeId::kShort:
    case TypeId::kInt:
    case TypeId::kLong: {
      const int64_t value = view_.GetLong(row);
      if (affinity_ == Affinity::kReal && (value > kExactWhole || value < -kExactWhole))
        return "a whole number that a float cannot hold";
      sqlite3_bind_int64(statement, at, value);
      return nullptr;
    }
    case TypeId::kFloat:
    case TypeId::kDouble: return BindDouble(statement, at, view_.GetDouble(row));
    case TypeId::kString: {
      const std::string_view text = view_.GetString(row);
      const size_t most_digits = affinity_ == Affinity::kReal ? kExactDigits : kWholeDigits;
      if (MakesNumbers() && !IsPlainWhole(text, most_digits) && LooksLikeNumber(text))
        return kOtherText;
      BindText(statement, at, text);
      return nullptr;
    }
    case TypeId::kBinary: {
      const std::string_view bytes = view_.GetString(row);
      sqlite3_bind_blob64(statement, at, bytes.empty() ? "" : bytes.data(), bytes.size(),
                          SQLITE_STATIC);
      return nullptr;
    }
    case TypeId::kDecimal: return BindDecimal(statement, at, row);
    case TypeId::kDate: text_ = base::FormatDate(view_.GetLong(row)); break;
    case TypeId::kTime: text_ = base::FormatTimeOfDay(view_.GetLong(row)); break;
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: text_ = base::FormatTimestamp(view_.GetLong(row)); break;
    default: return "a value of a type that SQLite does not have";
  }
  BindText(statement, at, text_);
  return nullptr;
}

const char* CellBinder::BindDouble(sqlite3_stmt* statement, int at, double value) {
  if (std::isnan(value)) return "NaN, which SQLite does not have";
  if (affinity_ == Affinity::kText) {
    // SQLite would write 15 digits of it.
    text_.resize(columnar::kMostScalarBytes);
    text_.resize(static_cast<size_t>(columnar::PutDouble(value, text_.data()) - text_.data()));
    BindText(statement, at, text_);
    return nullptr;
  }
  sqlite3_bind_double(statement, at, value);
  return nullptr;
}

const char* CellBinder::BindDecimal(sqlite3_stmt* statement, int at, int64_t row) {
  const Decimal128 value = view_.GetDecimal(row);
  const uint64_t words[2] = {value.low, static_cast<uint64_t>(value.high)};
  text_.resize(columnar::kMostScalarBytes);
  const char* end = columnar::PutDecimal(reinterpret_cast<const uint8_t*>(words), sizeof(words),
                                         view_.type().scale(), text_.data());
  text_.resize(static_cast<size_t>(end - text_.data()));
  if (MakesNumbers() && DigitsOf(text_) > kExactDigits)
    return "a decimal of more digits than a float holds";
  BindText(statement, at, text_);
  return nullptr;
}

}  // namespace tenon::sqlite
