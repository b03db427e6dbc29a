// Converts columns from one type to another by the rules of Glue's cast: what cannot be converted becomes null and
// is counted, never an error.
//
// Text is trimmed. Whole numbers out of range are impossible; fractions are cut towards zero for whole numbers and
// rounded half up for decimals. Numbers and timestamps convert as seconds since 1970 UTC. Text forms are Spark's:
// 1.0, 1.0E10, NaN, true, 2026-01-31, 2026-01-31 12:00:00.5; nested values become compact JSON. Text is read as a
// boolean from t/true/y/yes/1 and f/false/n/no/0, as a date from y-m-d (month and day may be missing), as a timestamp
// from a date, then blank or T, h:m[:s[.fraction]] and an optional zone. Any thread.
#pragma once

#include <cstdint>

#include "columnar/column.h"
#include "tenon/result.h"
#include "tenon/schema.h"

namespace tenon::columnar {

// True when some value of `from` has a counterpart in `to`. A column of a pair that has none becomes all null.
bool CanCast(const DataType& from, const DataType& to);

struct CastResult {
  Column column;
  int64_t impossible = 0;  // Values, not nulls before, that are null now.
};

// Equal types: the same buffers. From a choice: each value by its own type. To a choice: the value becomes its member
// of equal type name, impossible when there is none. Structs field by field by name, arrays and maps by element.
// kInternal only when the column breaks the layout contract, kResourceExhausted when text would pass 2 GiB.
Result<CastResult> CastColumn(const Column& column, const DataType& target);

}  // namespace tenon::columnar
