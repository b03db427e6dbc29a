#include "columnar/row_spans.h"

#include <algorithm>
#include <iterator>

namespace tenon::columnar {

RowSpans AllRows(int64_t rows) {
  RowSpans spans;
  if (rows > 0) spans.push_back({0, rows});
  return spans;
}

int64_t CountRows(const RowSpans& spans) {
  int64_t rows = 0;
  for (const RowSpan& span : spans) rows += span.end - span.begin;
  return rows;
}

void AppendSpan(RowSpan span, RowSpans* spans) {
  if (span.begin >= span.end) return;
  if (!spans->empty() && span.begin <= spans->back().end) {
    spans->back().end = std::max(spans->back().end, span.end);
  } else {
    spans->push_back(span);
  }
}

RowSpans Union(const RowSpans& a, const RowSpans& b) {
  RowSpans sorted;
  std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(sorted),
             [](const RowSpan& x, const RowSpan& y) { return x.begin < y.begin; });
  RowSpans out;
  for (const RowSpan& span : sorted) AppendSpan(span, &out);
  return out;
}

RowSpans Intersect(const RowSpans& a, const RowSpans& b) {
  RowSpans out;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    AppendSpan({std::max(a[i].begin, b[j].begin), std::min(a[i].end, b[j].end)}, &out);
    if (a[i].end < b[j].end) {
      ++i;
    } else {
      ++j;
    }
  }
  return out;
}

RowSpans WidenTo(const RowSpans& spans, const std::vector<int64_t>& borders) {
  RowSpans out;
  for (const RowSpan& span : spans) {
    const auto above = std::upper_bound(borders.begin(), borders.end(), span.begin);
    const auto end = std::lower_bound(borders.begin(), borders.end(), span.end);
    RowSpan wide{above == borders.begin() ? span.begin : *(above - 1),
                 end == borders.end() ? span.end : *end};
    // Its neighbour may have been widened over it.
    if (!out.empty()) wide.begin = std::max(wide.begin, out.back().end);
    AppendSpan(wide, &out);
  }
  return out;
}

RowSpans CandidateRows(const Predicate& predicate, int64_t rows, const LeafRows& leaf) {
  switch (predicate.op) {
    case Op::kAnd: {
      RowSpans spans = AllRows(rows);
      for (const Predicate& each : predicate.args)
        spans = Intersect(spans, CandidateRows(each, rows, leaf));
      return spans;
    }
    case Op::kOr: {
      RowSpans spans;
      for (const Predicate& each : predicate.args)
        spans = Union(spans, CandidateRows(each, rows, leaf));
      return spans;
    }
    case Op::kAlwaysFalse: return {};
    case Op::kAlwaysTrue:
    case Op::kNot:
    case Op::kText: return AllRows(rows);
    default: return leaf(predicate);
  }
}

}  // namespace tenon::columnar
