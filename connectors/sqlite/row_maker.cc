#include "connectors/sqlite/row_maker.h"

#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "base/time.h"
#include "columnar/scalar_text.h"
#include "door/jdbc_read.h"
#include "door/owned_array.h"

namespace tenon::sqlite {
namespace {

constexpr int64_t kExactWhole = int64_t{1}
                                << 53;  // Floats of 64 bits have all whole numbers up to it.

constexpr int64_t kFirstRows = 1024;

struct Cell {
  sqlite3_value* value;
  int kind;   // As it is stored: SQLITE_INTEGER, …
  bool utf8;  // The encoding of the database.
};

// Where a value goes.
struct Place {
  internal::PlainColumn& column;
  int64_t row;

  template <typename T>
  void Put(T value) const {
    column.Put(row, value);
  }
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

bool AddLong(const Cell& cell, Place to) {
  if (cell.kind == SQLITE_INTEGER) {
    to.Put(int64_t{sqlite3_value_int64(cell.value)});
    return true;
  }
  if (cell.kind != SQLITE_FLOAT) return false;
  const double value = sqlite3_value_double(cell.value);
  if (std::trunc(value) != value || std::fabs(value) > static_cast<double>(kExactWhole))
    return false;
  to.Put(static_cast<int64_t>(value));
  return true;
}

bool AddDouble(const Cell& cell, Place to) {
  if (cell.kind == SQLITE_FLOAT) {
    to.Put(sqlite3_value_double(cell.value));
    return true;
  }
  if (cell.kind != SQLITE_INTEGER) return false;
  const int64_t value = sqlite3_value_int64(cell.value);
  if (value > kExactWhole || value < -kExactWhole) return false;
  to.Put(static_cast<double>(value));
  return true;
}

bool AddBoolean(const Cell& cell, Place to) {
  if (cell.kind == SQLITE_INTEGER) {
    const int64_t value = sqlite3_value_int64(cell.value);
    if (value != 0 && value != 1) return false;
    to.column.PutBit(to.row, value == 1);
    return true;
  }
  if (cell.kind != SQLITE_TEXT) return false;
  const std::string text = base::ToLower(BytesOf(cell));
  if (text != "true" && text != "false") return false;
  to.column.PutBit(to.row, text == "true");
  return true;
}

// Gives the bytes that were added, or a negative number where the value is none of the column's.
int64_t AddBytes(const Cell& cell, TypeId type, Place to) {
  char buffer[columnar::kMostScalarBytes];
  std::string_view text;
  if (cell.kind == SQLITE_TEXT || (cell.kind == SQLITE_BLOB && type == TypeId::kBinary)) {
    text = BytesOf(cell);
    if (type == TypeId::kString && !base::IsUtf8(text)) return -1;
  } else if (type == TypeId::kString && cell.kind != SQLITE_BLOB) {
    text = NumberText(cell, buffer);
  } else {
    return -1;
  }
  to.column.PutText(to.row, text);
  return static_cast<int64_t>(text.size());
}

// As Arrow has them: of up to 38 digits, two words.
struct StoredDecimal {
  uint64_t low;
  int64_t high;
};

StoredDecimal Stored(const Decimal128& value) { return {value.low, value.high}; }

bool AddDecimal(const Cell& cell, const DataType& type, Place to) {
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
  to.Put(Stored(*value));
  return true;
}

bool AddDate(const Cell& cell, Place to) {
  if (cell.kind != SQLITE_TEXT) return false;
  const std::optional<int64_t> days = base::ParseDate(BytesOf(cell));
  if (!days) return false;
  to.Put(static_cast<int32_t>(*days));
  return true;
}

bool AddTimestamp(const Cell& cell, Place to) {
  if (cell.kind != SQLITE_TEXT) return false;
  const auto parsed = base::ParseTimestamp(BytesOf(cell));
  if (!parsed) return false;
  to.Put(parsed->micros - int64_t{parsed->offset_seconds.value_or(0)} * 1'000'000);
  return true;
}

bool AddValue(const Cell& cell, const DataType& type, Place to) {
  switch (type.id()) {
    case TypeId::kBoolean: return AddBoolean(cell, to);
    case TypeId::kDecimal: return AddDecimal(cell, type, to);
    case TypeId::kDate: return AddDate(cell, to);
    case TypeId::kTimestamp: return AddTimestamp(cell, to);
    default: return false;
  }
}

}  // namespace

RowMaker::RowMaker(SchemaPtr schema, bool utf8) : schema_(std::move(schema)), utf8_(utf8) {
  const auto memory = std::make_shared<internal::RecycledMemory>();
  for (const Field& field : schema_->fields()) {
    columns_.push_back({field.type.id(), internal::PlainColumn(field.type, memory)});
    row_bytes_ += columns_.back().to.row_bytes();
  }
}

bool RowMaker::Add(RowValues values, int* column) {
  if (rows_ == reserved_) {
    reserved_ = std::max(kFirstRows, 2 * reserved_);
    for (Filled& filled : columns_) filled.to.Reserve(reserved_);
  }
  const int64_t text_bytes = text_bytes_;
  for (size_t i = 0; i < columns_.size(); ++i) {
    Filled& filled = columns_[i];
    const Place to{filled.to, rows_};
    const Cell cell{values[i], sqlite3_value_type(values[i]), utf8_};
    bool sound = true;
    if (cell.kind == SQLITE_NULL) {
      filled.to.PutNull(rows_);
    } else if (filled.type == TypeId::kLong) {
      sound = AddLong(cell, to);
    } else if (filled.type == TypeId::kString || filled.type == TypeId::kBinary) {
      const int64_t bytes = AddBytes(cell, filled.type, to);
      sound = bytes >= 0;
      text_bytes_ += bytes;
    } else if (filled.type == TypeId::kDouble) {
      sound = AddDouble(cell, to);
    } else {
      sound = AddValue(cell, schema_->field(static_cast<int>(i)).type, to);
    }
    if (!sound) {
      *column = static_cast<int>(i);
      text_bytes_ = text_bytes;
      for (size_t k = 0; k < i; ++k) columns_[k].to.Forget(rows_);
      return false;
    }
  }
  ++rows_;
  return true;
}

Result<RecordBatch> RowMaker::Finish() {
  std::vector<ArrowArray> arrays;
  arrays.reserve(columns_.size());
  for (Filled& filled : columns_) arrays.push_back(filled.to.Finish(rows_));
  internal::Buffer no_nulls;
  ArrowArray array = internal::MakeArray(rows_, 0, true, {&no_nulls, 1}, std::move(arrays));
  rows_ = reserved_ = text_bytes_ = 0;
  return RecordBatch::Take(schema_, &array);
}

std::string RowMaker::Problem(RowValues values, int column) const {
  const Field& field = schema_->field(column);
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
