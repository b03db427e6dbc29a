#include "connectors/sqlite/row_maker.h"

#include <sqlite3.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "base/time.h"
#include "columnar/scalar_text.h"
#include "door/jdbc_read.h"

namespace tenon::sqlite {
namespace {

constexpr int64_t kExactWhole = int64_t{1}
                                << 53;  // Floats of 64 bits have all whole numbers up to it.

// REQUIRES: TEXT or BLOB. Text is in UTF-8, whatever encoding the database has.
std::string_view BytesOf(sqlite3_stmt* row, int column) {
  const void* bytes = sqlite3_column_type(row, column) == SQLITE_TEXT
                          ? static_cast<const void*>(sqlite3_column_text(row, column))
                          : sqlite3_column_blob(row, column);
  const int size = sqlite3_column_bytes(row, column);
  if (size == 0) return {};
  return {static_cast<const char*>(bytes), static_cast<size_t>(size)};
}

// What a number of SQLite is as text.
std::string_view NumberText(sqlite3_stmt* row, int column, int kind, char* buffer) {
  char* end = kind == SQLITE_INTEGER
                  ? columnar::PutInteger(sqlite3_column_int64(row, column), buffer)
                  : columnar::PutDouble(sqlite3_column_double(row, column), buffer);
  return {buffer, static_cast<size_t>(end - buffer)};
}

bool AddLong(sqlite3_stmt* row, int column, int kind, ColumnBuilder& to) {
  if (kind == SQLITE_INTEGER) {
    to.Append(int64_t{sqlite3_column_int64(row, column)});
    return true;
  }
  if (kind != SQLITE_FLOAT) return false;
  const double value = sqlite3_column_double(row, column);
  if (std::trunc(value) != value || std::fabs(value) > static_cast<double>(kExactWhole))
    return false;
  to.Append(static_cast<int64_t>(value));
  return true;
}

bool AddDouble(sqlite3_stmt* row, int column, int kind, ColumnBuilder& to) {
  if (kind == SQLITE_FLOAT) {
    to.Append(sqlite3_column_double(row, column));
    return true;
  }
  if (kind != SQLITE_INTEGER) return false;
  const int64_t value = sqlite3_column_int64(row, column);
  if (value > kExactWhole || value < -kExactWhole) return false;
  to.Append(static_cast<double>(value));
  return true;
}

bool AddBoolean(sqlite3_stmt* row, int column, int kind, ColumnBuilder& to) {
  if (kind == SQLITE_INTEGER) {
    const int64_t value = sqlite3_column_int64(row, column);
    if (value != 0 && value != 1) return false;
    to.Append(value == 1);
    return true;
  }
  if (kind != SQLITE_TEXT) return false;
  const std::string text = base::ToLower(BytesOf(row, column));
  if (text != "true" && text != "false") return false;
  to.Append(text == "true");
  return true;
}

bool AddText(sqlite3_stmt* row, int column, int kind, ColumnBuilder& to) {
  if (kind == SQLITE_INTEGER || kind == SQLITE_FLOAT) {
    char buffer[columnar::kMostScalarBytes];
    to.Append(NumberText(row, column, kind, buffer));
    return true;
  }
  if (kind != SQLITE_TEXT) return false;
  const std::string_view text = BytesOf(row, column);
  if (!base::IsUtf8(text)) return false;
  to.Append(text);
  return true;
}

bool AddDecimal(sqlite3_stmt* row, int column, int kind, const DataType& type, ColumnBuilder& to) {
  if (kind == SQLITE_BLOB) return false;
  char buffer[64];
  std::string_view text;
  if (kind == SQLITE_TEXT) {
    text = BytesOf(row, column);
  } else if (kind == SQLITE_INTEGER) {
    text = NumberText(row, column, kind, buffer);
  } else {
    // The fewest digits that read back, without an exponent: 0.1 is 0.1.
    const double value = sqlite3_column_double(row, column);
    const auto end =
        std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::fixed);
    if (end.ec != std::errc()) return false;
    text = {buffer, static_cast<size_t>(end.ptr - buffer)};
  }
  const Result<Decimal128> value =
      jdbc::internal::ParseDecimal(text, type.precision(), type.scale());
  if (!value.ok()) return false;
  to.Append(*value);
  return true;
}

bool AddDate(sqlite3_stmt* row, int column, int kind, ColumnBuilder& to) {
  if (kind != SQLITE_TEXT) return false;
  const std::optional<int64_t> days = base::ParseDate(BytesOf(row, column));
  if (!days) return false;
  to.Append(*days);
  return true;
}

bool AddTimestamp(sqlite3_stmt* row, int column, int kind, ColumnBuilder& to) {
  if (kind != SQLITE_TEXT) return false;
  const auto parsed = base::ParseTimestamp(BytesOf(row, column));
  if (!parsed) return false;
  to.Append(parsed->micros - int64_t{parsed->offset_seconds.value_or(0)} * 1'000'000);
  return true;
}

bool AddValue(sqlite3_stmt* row, int column, const DataType& type, ColumnBuilder& to) {
  const int kind = sqlite3_column_type(row, column);
  if (kind == SQLITE_NULL) {
    to.AppendNull();
    return true;
  }
  switch (type.id()) {
    case TypeId::kLong: return AddLong(row, column, kind, to);
    case TypeId::kDouble: return AddDouble(row, column, kind, to);
    case TypeId::kString: return AddText(row, column, kind, to);
    case TypeId::kBoolean: return AddBoolean(row, column, kind, to);
    case TypeId::kDecimal: return AddDecimal(row, column, kind, type, to);
    case TypeId::kDate: return AddDate(row, column, kind, to);
    case TypeId::kTimestamp: return AddTimestamp(row, column, kind, to);
    case TypeId::kBinary:
      if (kind != SQLITE_BLOB && kind != SQLITE_TEXT) return false;
      to.Append(BytesOf(row, column));
      return true;
    default: return false;
  }
}

}  // namespace

RowMaker::RowMaker(const Schema& schema) : fields_(schema.fields()) {}

bool RowMaker::Add(sqlite3_stmt* row, int first, BatchBuilder& rows, int* column) const {
  bool sound = true;
  for (size_t i = 0; i < fields_.size() && sound; ++i) {
    const int at = static_cast<int>(i);
    sound = AddValue(row, first + at, fields_[i].type, rows.column(at));
    *column = at;
  }
  rows.EndRow();
  return sound;
}

std::string RowMaker::Problem(sqlite3_stmt* row, int first, int column) const {
  const Field& field = fields_[static_cast<size_t>(column)];
  const int at = first + column, kind = sqlite3_column_type(row, at);
  std::string value;
  char buffer[columnar::kMostScalarBytes];
  if (kind == SQLITE_INTEGER) value = "integer " + std::string(NumberText(row, at, kind, buffer));
  if (kind == SQLITE_FLOAT) value = "real " + std::string(NumberText(row, at, kind, buffer));
  if (kind == SQLITE_BLOB)
    value = "blob of " + std::to_string(sqlite3_column_bytes(row, at)) + " bytes";
  if (kind == SQLITE_TEXT) {
    const std::string_view text = BytesOf(row, at);
    value = base::IsUtf8(text) ? "text '" + base::ShortText(text, 100) + "'"
                               : "text that is no valid UTF-8";
  }
  return "column=" + field.name + " type=" + field.type.ToString() + " value=" + value;
}

}  // namespace tenon::sqlite
