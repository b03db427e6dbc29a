#include "sequence_lies.h"

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "tenon/batch_builder.h"

namespace tenon::sequence {
namespace {

// A batch of one text column whose buffers can be spoilt: they belong to nobody else.
Result<RecordBatch> MakeTexts(SchemaPtr schema) {
  BatchBuilder rows(std::move(schema));
  rows.Append("first");
  rows.Append("second");
  rows.Append("third");
  return rows.Finish();
}

template <typename T>
T* BufferOf(const RecordBatch& batch, int column, int buffer) {
  return static_cast<T*>(const_cast<void*>(batch.array().children[column]->buffers[buffer]));
}

// The first text column; a lie about text needs one.
Result<int> TextColumn(const RecordBatch& batch) {
  for (int i = 0; i < batch.num_columns(); ++i) {
    if (batch.schema().field(i).type.id() == TypeId::kString) return i;
  }
  return Status::InvalidArgument("Lie needs a column of type string: option=types");
}

}  // namespace

Status Lie(std::string_view lie, int64_t batch_number, RecordBatch* batch) {
  if (lie == "unequal_lengths" && batch->num_columns() > 0) {
    --batch->array().children[batch->num_columns() - 1]->length;
  } else if (lie == "changed_schema" && batch_number > 0) {
    const auto other = std::make_shared<const Schema>(Schema({{"surprise", DataType::String()}}));
    TENON_ASSIGN_OR_RETURN(*batch, MakeTexts(other));
  } else if (lie == "bad_offsets" && batch->num_rows() > 0) {
    TENON_ASSIGN_OR_RETURN(const int column, TextColumn(*batch));
    BufferOf<int32_t>(*batch, column, 1)[batch->num_rows()] = 1 << 30;
  } else if (lie == "bad_utf8" && batch->num_rows() > 0) {
    TENON_ASSIGN_OR_RETURN(const int column, TextColumn(*batch));
    BufferOf<char>(*batch, column, 2)[0] = '\xFF';
  }
  return Status::Ok();
}

}  // namespace tenon::sequence
