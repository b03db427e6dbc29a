#include <arrow/array/array_base.h>
#include <arrow/array/array_decimal.h>
#include <arrow/array/array_dict.h>
#include <arrow/array/array_nested.h>
#include <arrow/array/array_primitive.h>
#include <arrow/array/array_run_end.h>
#include <arrow/buffer.h>
#include <arrow/c/bridge.h>
#include <arrow/compute/api_vector.h>
#include <arrow/compute/cast.h>
#include <arrow/datum.h>
#include <arrow/extension_type.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "columnar/arrow/bridge.h"
#include "columnar/arrow/functions.h"
#include "columnar/buffers.h"
#include "columnar/column_ops.h"

namespace tenon::columnar {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

// Why a column could not be brought over; the caller adds its name.
constexpr std::string_view kDoing = "Column could not be brought into the canonical layout";

Result<Column> Canonical(const DataType& type, const ArrayPtr& array);

// Element i is element indices[i] of `values`; -1: null.
Result<ArrayPtr> Gather(const ArrayPtr& values, std::vector<int64_t> indices) {
  const auto rows = static_cast<int64_t>(indices.size());
  auto valid = AllocateValidity(0, rows);
  int64_t nulls = 0;
  for (int64_t i = 0; i < rows; ++i) {
    int64_t& index = indices[static_cast<size_t>(i)];
    if (index >= 0) continue;
    index = 0;
    ClearBit(valid.get(), i);
    ++nulls;
  }
  const auto numbers = arrow::Buffer::Wrap(indices);
  const auto bits = std::make_shared<arrow::Buffer>(valid.get(), BytesForBits(rows));
  const arrow::Datum taken(
      std::make_shared<arrow::Int64Array>(rows, numbers, nulls > 0 ? bits : nullptr, nulls));
  TENON_ASSIGN_OR_RETURN_ARROW(arrow::Datum gathered, kDoing,
                               arrow::compute::Take(arrow::Datum(values), taken));
  return gathered.make_array();
}

Result<ArrayPtr> CastTo(const ArrayPtr& array, const std::shared_ptr<arrow::DataType>& target) {
  TENON_ASSIGN_OR_RETURN_ARROW(
      arrow::Datum cast, kDoing,
      arrow::compute::Cast(arrow::Datum(array), arrow::compute::CastOptions::Safe(target)));
  return cast.make_array();
}

// The validity of `array` for a node that starts at offset 0.
BufferRef ValidityOf(const arrow::Array& array) {
  if (array.null_count() == 0 || array.null_bitmap_data() == nullptr) return {};
  auto bits = AllocateValidity(0, array.length());
  for (int64_t done = 0; done < array.length(); done += 64) {
    const int64_t count = std::min<int64_t>(64, array.length() - done);
    StoreBits(bits.get(), done, count,
              LoadBits(array.null_bitmap_data(), array.offset() + done, count));
  }
  return Freeze(std::move(bits));
}

std::shared_ptr<ArrayNode> NodeLike(const arrow::Array& array, int buffer_count) {
  auto node = std::make_shared<ArrayNode>();
  node->length = array.length();
  node->null_count = array.null_count();
  node->buffer_count = buffer_count;
  node->buffers[0] = ValidityOf(array);
  return node;
}

// How a stored time becomes microseconds (or days): multiplied, or divided towards the past.
struct Rescale {
  int64_t multiply = 1;
  int64_t divide = 1;
};

Rescale ToMicros(arrow::TimeUnit::type unit) {
  switch (unit) {
    case arrow::TimeUnit::SECOND: return {1'000'000, 1};
    case arrow::TimeUnit::MILLI: return {1'000, 1};
    case arrow::TimeUnit::MICRO: return {1, 1};
    case arrow::TimeUnit::NANO: return {1, 1'000};
  }
  return {1, 1};
}

int64_t FloorDivide(int64_t value, int64_t divisor) {
  const int64_t quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

template <typename In, typename Out>
Result<Column> RescaleTime(const DataType& type, const arrow::Array& array, Rescale by) {
  const auto* values = array.data()->GetValues<In>(1);
  auto node = NodeLike(array, 2);
  auto bytes = AllocateBytes(array.length() * static_cast<int64_t>(sizeof(Out)));
  auto* out = reinterpret_cast<Out*>(bytes.get());
  for (int64_t row = 0; row < array.length(); ++row) {
    int64_t value = array.IsNull(row) ? 0 : FloorDivide(values[row], by.divide);
    if (__builtin_mul_overflow(value, by.multiply, &value) ||
        value < std::numeric_limits<Out>::min() || value > std::numeric_limits<Out>::max()) {
      return Status::DataError("Time is outside of the range of microseconds: value=" +
                               std::to_string(values[row]) + " type=" + array.type()->ToString());
    }
    out[row] = static_cast<Out>(value);
  }
  node->buffers[1] = Freeze(std::move(bytes));
  return Column(type, std::move(node));
}

Result<Column> CanonicalTime(const DataType& type, const ArrayPtr& array) {
  switch (array->type_id()) {
    case arrow::Type::DATE64: return RescaleTime<int64_t, int32_t>(type, *array, {1, 86'400'000});
    case arrow::Type::TIME32:
      return RescaleTime<int32_t, int64_t>(
          type, *array, ToMicros(static_cast<const arrow::Time32Type&>(*array->type()).unit()));
    case arrow::Type::TIME64:
      return RescaleTime<int64_t, int64_t>(
          type, *array, ToMicros(static_cast<const arrow::Time64Type&>(*array->type()).unit()));
    default: {
      const auto unit = static_cast<const arrow::TimestampType&>(*array->type()).unit();
      // Instants of another zone are the same numbers.
      if (unit == arrow::TimeUnit::MICRO) return FromArrow(type, array);
      return RescaleTime<int64_t, int64_t>(type, *array, ToMicros(unit));
    }
  }
}

// One list's place in the values.
struct Extent {
  int64_t begin;
  int64_t length;
};

Result<Column> ListOf(const DataType& type, const arrow::Array& array, std::vector<int32_t> offsets,
                      Column elements) {
  auto node = NodeLike(array, 2);
  node->buffers[1] = Freeze(std::move(offsets));
  node->children = {elements.node()};
  return Column(type, std::move(node));
}

Status TooLong() {
  return Status::DataError("Batch holds more list elements than 32 bits count")
      .WithHint("Use smaller batches.");
}

// Lists whose values stand in row order, as large and fixed-size lists have them.
template <typename List>
Result<Column> ListInOrder(const DataType& type, const arrow::Array& array) {
  const auto& list = static_cast<const List&>(array);
  const int64_t begin = list.value_offset(0);
  std::vector<int32_t> offsets;
  for (int64_t row = 0; row <= list.length(); ++row) {
    const int64_t offset = list.value_offset(row) - begin;
    if (offset > std::numeric_limits<int32_t>::max()) return TooLong();
    offsets.push_back(static_cast<int32_t>(offset));
  }
  TENON_ASSIGN_OR_RETURN(Column elements,
                         Canonical(type.element(), list.values()->Slice(begin, offsets.back())));
  return ListOf(type, array, std::move(offsets), std::move(elements));
}

// Lists whose values stand anywhere.
template <typename View>
Result<Column> ListByView(const DataType& type, const arrow::Array& array) {
  const auto& view = static_cast<const View&>(array);
  std::vector<int32_t> offsets = {0};
  std::vector<int64_t> indices;
  for (int64_t row = 0; row < view.length(); ++row) {
    const int64_t length = view.IsNull(row) ? 0 : view.value_length(row);
    for (int64_t i = 0; i < length; ++i) indices.push_back(view.value_offset(row) + i);
    if (indices.size() > std::numeric_limits<int32_t>::max()) return TooLong();
    offsets.push_back(static_cast<int32_t>(indices.size()));
  }
  TENON_ASSIGN_OR_RETURN(ArrayPtr values, Gather(view.values(), std::move(indices)));
  TENON_ASSIGN_OR_RETURN(Column elements, Canonical(type.element(), values));
  return ListOf(type, array, std::move(offsets), std::move(elements));
}

Result<Column> CanonicalList(const DataType& type, const ArrayPtr& array) {
  switch (array->type_id()) {
    case arrow::Type::LIST: return ListInOrder<arrow::ListArray>(type, *array);
    case arrow::Type::LARGE_LIST: return ListInOrder<arrow::LargeListArray>(type, *array);
    case arrow::Type::FIXED_SIZE_LIST: return ListInOrder<arrow::FixedSizeListArray>(type, *array);
    case arrow::Type::LIST_VIEW: return ListByView<arrow::ListViewArray>(type, *array);
    default: return ListByView<arrow::LargeListViewArray>(type, *array);
  }
}

Result<Column> CanonicalMap(const DataType& type, const ArrayPtr& array) {
  const auto& map = static_cast<const arrow::MapArray&>(*array);
  const int64_t begin = map.value_offset(0), length = map.value_offset(map.length()) - begin;
  std::vector<int32_t> offsets;
  for (int64_t row = 0; row <= map.length(); ++row)
    offsets.push_back(static_cast<int32_t>(map.value_offset(row) - begin));
  TENON_ASSIGN_OR_RETURN(Column keys,
                         Canonical(DataType::String(), map.keys()->Slice(begin, length)));
  TENON_ASSIGN_OR_RETURN(Column values,
                         Canonical(type.element(), map.items()->Slice(begin, length)));
  const Column entries = MakeStruct({{"key", DataType::String(), false}, {"value", values.type()}},
                                    {keys, values}, length);
  return ListOf(type, *array, std::move(offsets), entries);
}

Result<Column> CanonicalStruct(const DataType& type, const ArrayPtr& array) {
  const auto& structure = static_cast<const arrow::StructArray&>(*array);
  auto node = NodeLike(*array, 1);
  for (size_t i = 0; i < type.fields().size(); ++i) {
    TENON_ASSIGN_OR_RETURN(Column field,
                           Canonical(type.fields()[i].type, structure.field(static_cast<int>(i))));
    node->children.push_back(field.node());
  }
  return Column(type, std::move(node));
}

// Each member at full length, null where another one is selected.
Result<Column> CanonicalUnion(const DataType& type, const ArrayPtr& array) {
  const auto& choice = static_cast<const arrow::UnionArray&>(*array);
  const bool dense = array->type_id() == arrow::Type::DENSE_UNION;
  std::vector<Column> members;
  for (int k = 0; k < choice.num_fields(); ++k) {
    std::vector<int64_t> indices;
    indices.reserve(static_cast<size_t>(choice.length()));
    for (int64_t row = 0; row < choice.length(); ++row) {
      const int64_t at =
          dense ? static_cast<const arrow::DenseUnionArray&>(choice).value_offset(row) : row;
      indices.push_back(choice.child_id(row) == k ? at : -1);
    }
    ArrayPtr values = choice.field(k);
    // Take cannot point at row 0 of nothing.
    if (values->length() == 0) {
      members.push_back(NullColumn(type.fields()[static_cast<size_t>(k)].type, choice.length()));
      continue;
    }
    TENON_ASSIGN_OR_RETURN(values, Gather(values, std::move(indices)));
    TENON_ASSIGN_OR_RETURN(Column member,
                           Canonical(type.fields()[static_cast<size_t>(k)].type, values));
    members.push_back(std::move(member));
  }
  return MakeChoice(type, members, choice.length());
}

Result<ArrayPtr> ExpandRuns(const arrow::RunEndEncodedArray& runs) {
  std::vector<int64_t> indices;
  indices.reserve(static_cast<size_t>(runs.length()));
  int64_t run = runs.FindPhysicalOffset();
  const arrow::Array& ends = *runs.run_ends();
  const auto end_of = [&](int64_t i) -> int64_t {
    if (ends.type_id() == arrow::Type::INT16)
      return static_cast<const arrow::Int16Array&>(ends).Value(i);
    if (ends.type_id() == arrow::Type::INT32)
      return static_cast<const arrow::Int32Array&>(ends).Value(i);
    return static_cast<const arrow::Int64Array&>(ends).Value(i);
  };
  for (int64_t row = 0; row < runs.length(); ++row) {
    while (end_of(run) <= runs.offset() + row) ++run;
    indices.push_back(run);
  }
  return Gather(runs.values(), std::move(indices));
}

Result<Column> Canonical(const DataType& type, const ArrayPtr& array) {
  switch (array->type_id()) {
    case arrow::Type::EXTENSION:
      return Canonical(type, static_cast<const arrow::ExtensionArray&>(*array).storage());
    case arrow::Type::DICTIONARY: {
      const auto& words = static_cast<const arrow::DictionaryArray&>(*array);
      TENON_ASSIGN_OR_RETURN_ARROW(
          arrow::Datum plain, kDoing,
          arrow::compute::Take(arrow::Datum(words.dictionary()), arrow::Datum(words.indices())));
      return Canonical(type, plain.make_array());
    }
    case arrow::Type::RUN_END_ENCODED: {
      TENON_ASSIGN_OR_RETURN(ArrayPtr plain,
                             ExpandRuns(static_cast<const arrow::RunEndEncodedArray&>(*array)));
      return Canonical(type, plain);
    }
    case arrow::Type::STRUCT: return CanonicalStruct(type, array);
    case arrow::Type::MAP: return CanonicalMap(type, array);
    case arrow::Type::SPARSE_UNION:
    case arrow::Type::DENSE_UNION: return CanonicalUnion(type, array);
    case arrow::Type::DATE64:
    case arrow::Type::TIME32:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP: return CanonicalTime(type, array);
    default: break;
  }
  if (type.id() == TypeId::kArray) return CanonicalList(type, array);
  TENON_ASSIGN_OR_RETURN(std::shared_ptr<arrow::DataType> target, ToArrowType(type));
  if (array->type()->Equals(*target)) return FromArrow(type, array);
  TENON_ASSIGN_OR_RETURN(ArrayPtr cast, CastTo(array, target));
  return FromArrow(type, cast);
}

}  // namespace

Result<RecordBatch> arrow_module::Normalise(RecordBatch batch) {
  const SchemaPtr schema = batch.schema_ptr();
  const int64_t rows = batch.num_rows();
  ArrowSchema layout = Borrow(*batch.layout());
  TENON_ASSIGN_OR_RETURN_ARROW(std::shared_ptr<arrow::Schema> arrow_schema, "Layout is not Arrow's",
                               arrow::ImportSchema(&layout));
  ArrowArray array = std::move(batch).Release();
  TENON_ASSIGN_OR_RETURN_ARROW(std::shared_ptr<arrow::RecordBatch> imported,
                               "Batch is not as its layout says",
                               arrow::ImportRecordBatch(&array, arrow_schema));
  std::vector<Column> columns;
  for (int i = 0; i < schema->size(); ++i) {
    Result<Column> column = Canonical(schema->field(i).type, imported->column(i));
    if (!column.ok())
      return std::move(column).status().WithWhere("column=" + schema->field(i).name);
    columns.push_back(*std::move(column));
  }
  return MakeBatch(schema, columns, rows);
}

}  // namespace tenon::columnar
