// What a ColumnBuilder holds: the buffers of one column as they grow, and its children's builders. Private to the door.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "door/buffer.h"
#include "tenon/batch_builder.h"

namespace tenon {

struct ColumnBuilder::State {
  explicit State(const DataType& column_type);

  // Whether the physical layout has a validity bitmap: all but null and choice.
  bool has_validity() const { return id != TypeId::kNull && id != TypeId::kChoice; }
  bool has_offsets() const {
    return id == TypeId::kString || id == TypeId::kBinary || id == TypeId::kArray ||
           id == TypeId::kMap;
  }

  // Buffers come from there, and go back there. REQUIRES: nothing was added yet.
  void UseMemory(const std::shared_ptr<internal::RecycledMemory>& memory);

  // About `rows` more cells will come: buffers of fixed width make room at their first.
  void ExpectRows(int64_t rows);

  // One cell was added to the value buffers: counts it, valid or null.
  void CountValid() {
    if (null_count > 0) validity.PushBit(length, true);
    ++length;
  }
  void CountNull();
  void AppendNull();
  bool LastIsNull() const;
  // Brings every child to the length that this column is about to have.
  void FillChildren();
  // Takes over from the children that a large value came.
  void TakeLarge() {
    for (ColumnBuilder& child : children) large |= std::exchange(child.state_->large, false);
  }

  // Adds an end of the present cell at `end`; false when it does not fit an Arrow offset.
  bool PushOffset(int64_t end) {
    if (end > std::numeric_limits<int32_t>::max()) return FailOffset();
    offsets.Push(static_cast<int32_t>(end));
    return true;
  }
  bool FailOffset();
  // Remembers the first thing that went wrong, told at Finish().
  void Fail(StatusCode code, std::string what);
  void FailType(std::string_view given);
  // A value of the wrong type takes the place of its cell, so that columns stay equally long.
  void FailTypeAsNull(std::string_view given);
  // The builder that takes the cells of a child that does not exist.
  ColumnBuilder& Stray(std::string_view what);

  // The first problem of this column or of one below it; ok when there is none.
  Status Problem(const std::string& path) const;
  int64_t Bytes() const;
  // The column so far as an array; the state is empty afterwards.
  ArrowArray Finish();
  void Clear();

  DataType type;
  TypeId id;
  bool large = false;  // A large value came since the owner looked.
  int64_t length = 0, null_count = 0;
  internal::Buffer validity;  // In use from the first null on.
  internal::Buffer values;    // Fixed-width values, bits, text or type codes.
  internal::Buffer offsets;
  std::vector<ColumnBuilder> children;  // Of a map: key and value.
  std::unique_ptr<ColumnBuilder> stray;
  StatusCode problem_code = StatusCode::kOk;
  std::string problem;
};

}  // namespace tenon
