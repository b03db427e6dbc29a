// SQLite's declared types and ours. Pure functions.
//
// SQLite lets any value stand in any column; what a column is declared as says what is meant:
//   INT, INTEGER, BIGINT, …: long (SQLite's integers have 64 bits, whatever the word)   BOOL, BOOLEAN: boolean
//   REAL, FLOAT, DOUBLE: double      DECIMAL(p,s), NUMERIC(p,s): decimal(p,s), without p and s decimal(38,18)
//   CHAR, TEXT, CLOB, TIME: string   BLOB: binary   DATE: date   DATETIME, TIMESTAMP: timestamp
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tenon/schema.h"

namespace tenon::sqlite {

// None: the word says nothing, only values tell (no type, ANY, JSON, STRING, UUID, …).
std::optional<DataType> TypeOfDeclared(std::string_view declared);

// What SQLite does to values that are put into a column of this declared type: numbers become integers or floats where
// that is what they look like, or text.
enum class Affinity { kNone, kText, kInteger, kReal, kNumeric };
Affinity AffinityOf(std::string_view declared);

// The word that gives the type back; none: SQLite has no column for it (structs, arrays, maps, choices).
std::optional<std::string> DeclaredOf(const DataType& type);

}  // namespace tenon::sqlite
