// The elements of an array column, or the entries of a map column, as rows that know which row they come from.
#pragma once

#include <cstdint>
#include <vector>

#include "columnar/column.h"
#include "tenon/result.h"

namespace tenon::columnar {

struct ListRows {
  // long, one per row of the column: the number of its list; null where there is no list, or an empty one.
  Column ids;
  int64_t next_id = 0;  // The first number that was not used.
  // One per element, list after list: the number of its list (long), and its place in it from 0 (int).
  Column owners, places;
  // Of an array its elements, of a map its keys and its values: slices of the column's own buffers, unless a null row
  // hides elements.
  std::vector<Column> values;
  int64_t elements = 0;
};

// Lists are numbered from `first_id` on. REQUIRES: an array or a map. Any thread.
Result<ListRows> SpreadLists(const Column& column, int64_t first_id);

}  // namespace tenon::columnar
