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

struct Cell {
  sqlite3_value* value;
  int kind;   // As it is stored: SQLITE_INTEGER, …
  bool utf8;  // The encoding of the database.
};

// REQUIRES: TEXT or BLOB. Text is in UTF-8, whatever encoding the database has.
std::string_view BytesOf(const Cell& cell) {
  // Text of UTF-8 is taken as bytes: as text, SQLite would copy it to end it with a NUL.
  const void* bytes = cell.kind == SQLITE_TEXT && !cell.utf8
                          ? static_cast<const void*>(sqlite3_value_text(cell.value))
                          : sqlite3_value_blob(cell.value);
  const int size = sqlite3_value_bytes(cell.value);
  if (size == 0) return {};
  return {static_cast<const char*>(bytes), static_cast<size_t>(size)};
}

// What a number of SQLite is as text.
std::string_view NumberText(const Cell& cell, char* buffer) {
  char* end = cell.kind == SQLITE_INTEGER
                  ? columnar::PutInteger(sqlite3_value_int64(cell.value), buffer)
                  : columnar::PutDouble(sqlite3_value_double(cell.value), buffer);
  return {buffer, static_cast<size_t>(end - buffer)};
}

bool AddLong(const Cell& cell, ColumnBuilder& to) {
  if (cell.kind == SQLITE_INTEGER) {
    to.Append(int64_t{sqlite3_value_int64(cell.value)});
    return true;
  }
  if (cell.kind != SQLITE_FLOAT) return false;
  const double value = sqlite3_value_double(cell.value);
  if (std::trunc(value) != value || std::fabs(value) > static_cast<double>(kExactWhole))
    return false;
  to.Append(static_cast<int64_t>(value));
  return true;
}

bool AddDouble(const Cell& cell, ColumnBuilder& to) {
  if (cell.kind == SQLITE_FLOAT) {
    to.Append(sqlite3_value_double(cell.value));
    return true;
  }
  if (cell.kind != SQLITE_INTEGER) return false;
  const int64_t value = sqlite3_value_int64(cell.value);
  if (value > kExactWhole || value < -kExactWhole) return false;
  to.Append(static_cast<double>(value));
  return true;
}

bool AddBoolean(const Cell& cell, ColumnBuilder& to) {
  if (cell.kind == SQLITE_INTEGER) {
    const int64_t value = sqlite3_value_int64(cell.value);
    if (value != 0 && value != 1) return false;
    to.Append(value == 1);
    return true;
  }
  if (cell.kind != SQLITE_TEXT) return false;
  const std::string text = base::ToLower(BytesOf(cell));
  if (text != "true" && text != "false") return false;
  to.Append(text == "true");
  return true;
}

bool AddText(const Cell& cell, ColumnBuilder& to) {
  if (cell.kind == SQLITE_INTEGER || cell.kind == SQLITE_FLOAT) {
    char buffer[columnar::kMostScalarBytes];
    to.Append(NumberText(cell, buffer));
    return true;
  }
  if (cell.kind != SQLITE_TEXT) return false;
  const std::string_view text = BytesOf(cell);
  if (!base::IsUtf8(text)) return false;
  to.Append(text);
  return true;
}

bool AddDecimal(const Cell& cell, const DataType& type, ColumnBuilder& to) {
  if (cell.kind == SQLITE_BLOB) return false;
  char buffer[64];
  std::string_view text;
  if (cell.kind == SQLITE_TEXT) {
    text = BytesOf(cell);
  } else if (cell.kind == SQLITE_INTEGER) {
    text = NumberText(cell, buffer);
  } else {
    // The fewest digits that read back, without an exponent: 0.1 is 0.1.
    const double value = sqlite3_value_double(cell.value);
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

bool AddDate(const Cell& cell, ColumnBuilder& to) {
  if (cell.kind != SQLITE_TEXT) return false;
  const std::optional<int64_t> days = base::ParseDate(BytesOf(cell));
  if (!days) return false;
  to.Append(*days);
  return true;
}

bool AddTimestamp(const Cell& cell, ColumnBuilder& to) {
  if (cell.kind != SQLITE_TEXT) return false;
  const auto parsed = base::ParseTimestamp(BytesOf(cell));
  if (!parsed) return false;
  to.Append(parsed->micros - int64_t{parsed->offset_seconds.value_or(0)} * 1'000'000);
  return true;
}

bool AddValue(const Cell& cell, const DataType& type, ColumnBuilder& to) {
  if (cell.kind == SQLITE_NULL) {
    to.AppendNull();
    return true;
  }
  switch (type.id()) {
    case TypeId::kLong: return AddLong(cell, to);
    case TypeId::kDouble: return AddDouble(cell, to);
    case TypeId::kString: return AddText(cell, to);
    case TypeId::kBoolean: return AddBoolean(cell, to);
    case TypeId::kDecimal: return AddDecimal(cell, type, to);
    case TypeId::kDate: return AddDate(cell, to);
    case TypeId::kTimestamp: return AddTimestamp(cell, to);
    case TypeId::kBinary:
      if (cell.kind != SQLITE_BLOB && cell.kind != SQLITE_TEXT) return false;
      to.Append(BytesOf(cell));
      return true;
    default: return false;
  }
}

}  // namespace

RowMaker::RowMaker(const Schema& schema, bool utf8) : fields_(schema.fields()), utf8_(utf8) {}

bool RowMaker::Add(RowValues values, BatchBuilder& rows, int* column) const {
  bool sound = true;
  for (size_t i = 0; i < fields_.size() && sound; ++i) {
    const int at = static_cast<int>(i);
    const Cell cell{values[i], sqlite3_value_type(values[i]), utf8_};
    sound = AddValue(cell, fields_[i].type, rows.column(at));
    *column = at;
  }
  rows.EndRow();
  return sound;
}

std::string RowMaker::Problem(RowValues values, int column) const {
  const Field& field = fields_[static_cast<size_t>(column)];
  sqlite3_value* const stored = values[static_cast<size_t>(column)];
  const Cell cell{stored, sqlite3_value_type(stored), utf8_};
  std::string value;
  char buffer[columnar::kMostScalarBytes];
  if (cell.kind == SQLITE_INTEGER) value = "integer " + std::string(NumberText(cell, buffer));
  if (cell.kind == SQLITE_FLOAT) value = "real " + std::string(NumberText(cell, buffer));
  if (cell.kind == SQLITE_BLOB)
    value = "blob of " + std::to_string(sqlite3_value_bytes(cell.value)) + " bytes";
  if (cell.kind == SQLITE_TEXT) {
    const std::string_view text = BytesOf(cell);
    value = base::IsUtf8(text) ? "text '" + base::ShortText(text, 100) + "'"
                               : "text that is no valid UTF-8";
  }
  return "column=" + field.name + " type=" + field.type.ToString() + " value=" + value;
}

}  // namespace tenon::sqlite
