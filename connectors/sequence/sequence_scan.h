// Planning a read of a sequence: what is pushed down becomes a range of rows and a list of columns, which travel as
// bytes to the readers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sequence_options.h"
#include "tenon/source.h"

namespace tenon::sequence {

// Rows [first, last) by number.
struct RowRange {
  int64_t first = 0, last = 0;
  int64_t size() const { return last > first ? last - first : 0; }
};

// What all readers of a scan share, besides the options.
struct ScanPlan {
  std::vector<int64_t> columns;  // Positions in the shape's schema.
  bool all_columns = true;       // As they are, whatever drift does to them.
  bool skip_null_values =
      false;  // A comparison was pushed down: rows whose first cell is null do not match.

  std::string Serialize() const;
  // kInvalidArgument when `bytes` is not such a plan or names a column that the shape lacks.
  static Result<ScanPlan> Parse(std::string_view bytes, const Shape& shape);
  // Of the batches when there is no drift.
  SchemaPtr SchemaOf(const Shape& shape) const;
};

std::string SerializeRange(RowRange range);
// kInvalidArgument when it is junk or no range of rows.
Result<RowRange> ParseRange(std::string_view payload);

Position PositionAt(int64_t row);
// kInvalidArgument that says to reset the bookmark when it is not a position of this connector.
Result<int64_t> ParsePosition(const Position& position);

// What the source can do of a conjunct, and the range of rows that it leaves.
struct ConjunctAnswer {
  PushDown push_down = PushDown::kNone;
  RowRange rows;
};
ConjunctAnswer AnswerConjunct(const Shape& shape, const Predicate& conjunct);

std::unique_ptr<Source> MakeSource(Shape shape);
Result<std::unique_ptr<ReaderFactory>> MakeReaderFactory(Shape shape, const ScanState& state);

}  // namespace tenon::sequence
