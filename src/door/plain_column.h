// A column that is filled row by row by code that is called for each value: any type but null and nested ones.
//
//   PlainColumn column(DataType::Long(), memory);
//   column.Reserve(1024);
//   column.Put<int64_t>(0, 7);
//   column.PutNull(1);
//   ArrowArray array = column.Finish(2);
//
// What ColumnBuilder does for authors, without a call and a check for each value: the rows are counted by who fills
// them, for all columns at once. One thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "door/buffer.h"
#include "tenon/arrow_abi.h"
#include "tenon/schema.h"

namespace tenon::internal {

class PlainColumn {
 public:
  // Takes its memory from there. REQUIRES: a type that is neither null nor nested.
  PlainColumn(const DataType& type, const std::shared_ptr<RecycledMemory>& memory);

  // Room for `rows` rows in all, except for their text. Rows that were put stay.
  void Reserve(int64_t rows);

  // Each puts a row, which was reserved, behind those before it; again, if what was put there was forgotten.
  // REQUIRES: T is as wide as a value of the type.
  template <typename T>
  void Put(int64_t row, T value) {
    std::memcpy(values_.data() + row * static_cast<int64_t>(sizeof(T)), &value, sizeof(T));
  }
  void PutBit(int64_t row, bool value);  // Of a boolean.
  // Of a string or binary. REQUIRES: all text of the column has less than 2 GiB.
  void PutText(int64_t row, std::string_view text) {
    text_.PushBytes(text.data(), text.size());
    Put<int32_t>(row + 1, static_cast<int32_t>(text_.size()));
  }
  void PutNull(int64_t row);

  // Takes back the last row that was put.
  void Forget(int64_t row);

  // The first `rows` rows; the column is empty afterwards, with nothing reserved. REQUIRES: these were put.
  ArrowArray Finish(int64_t rows);

  // Of a value, without its text.
  int64_t row_bytes() const { return row_bytes_; }

 private:
  bool is_text() const { return offsets_ == 1; }
  int64_t BytesOf(int64_t rows) const;

  Buffer values_, text_,
      validity_;  // Of text, the values are where each ends. Validity: from the first null on.
  int64_t row_bytes_ = 0;  // 0: a bit.
  int64_t offsets_ = 0;    // Of text there is one value more than rows.
  int64_t reserved_ = 0, nulls_ = 0;
};

}  // namespace tenon::internal
