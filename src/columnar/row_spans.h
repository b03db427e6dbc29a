// Sets of row numbers as sorted spans that neither touch nor overlap: which rows of a row group may match. Pure
// functions; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "tenon/expression.h"

namespace tenon::columnar {

struct RowSpan {
  int64_t begin = 0;
  int64_t end = 0;  // Behind the last.
  bool operator==(const RowSpan&) const = default;
};
using RowSpans = std::vector<RowSpan>;

// All of [0, rows).
RowSpans AllRows(int64_t rows);
int64_t CountRows(const RowSpans& spans);
// Adds [begin, end) behind the last span, which it may touch. REQUIRES: begin is not before the last span's end.
void AppendSpan(RowSpan span, RowSpans* spans);
RowSpans Union(const RowSpans& a, const RowSpans& b);
RowSpans Intersect(const RowSpans& a, const RowSpans& b);

// The spans made larger until each begins and ends at a border. `borders` ascends from 0 to the number of rows.
RowSpans WidenTo(const RowSpans& spans, const std::vector<int64_t>& borders);

// Rows for which the predicate may be true, of [0, rows), given those for which a condition on one column may be; what
// stands under NOT, and texts, may be true everywhere.
using LeafRows = std::function<RowSpans(const Predicate& leaf)>;
RowSpans CandidateRows(const Predicate& predicate, int64_t rows, const LeafRows& leaf);

}  // namespace tenon::columnar
