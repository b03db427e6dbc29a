#include "connectors/files/parquet/merged_schema.h"

#include <algorithm>
#include <utility>

#include "columnar/cast.h"
#include "columnar/column.h"
#include "columnar/column_ops.h"
#include "columnar/field_places.h"
#include "tenon/options.h"

namespace tenon::files {
namespace {

constexpr int kMostDigits = 76;

bool IsWhole(TypeId id) { return id >= TypeId::kByte && id <= TypeId::kLong; }
bool IsReal(TypeId id) { return id == TypeId::kFloat || id == TypeId::kDouble; }

std::optional<DataType> WidenedDecimal(const DataType& a, const DataType& b) {
  const int scale = std::max(a.scale(), b.scale());
  const int whole = std::max(a.precision() - a.scale(), b.precision() - b.scale());
  if (whole + scale > kMostDigits) return std::nullopt;
  return DataType::Decimal(whole + scale, scale);
}

std::optional<DataType> WidenedStruct(const DataType& a, const DataType& b) {
  std::vector<Field> fields(a.fields().begin(), a.fields().end());
  for (const Field& field : b.fields()) {
    const std::optional<size_t> at = FindField(fields, field.name);
    if (!at) {
      fields.push_back(field);
      continue;
    }
    // A cast finds fields by their exact name.
    if (fields[*at].name != field.name) return std::nullopt;
    const std::optional<DataType> type = WidenedType(fields[*at].type, field.type);
    if (!type) return std::nullopt;
    fields[*at].type = *type;
  }
  return DataType::Struct(std::move(fields));
}

}  // namespace

std::optional<size_t> FindField(const std::vector<Field>& fields, const std::string& name) {
  for (size_t i = 0; i < fields.size(); ++i)
    if (fields[i].name == name) return i;
  for (size_t i = 0; i < fields.size(); ++i)
    if (EqualsIgnoreCase(fields[i].name, name)) return i;
  return std::nullopt;
}

std::optional<DataType> WidenedType(const DataType& a, const DataType& b) {
  if (a == b || b.id() == TypeId::kNull) return a;
  if (a.id() == TypeId::kNull) return b;
  if (IsWhole(a.id()) && IsWhole(b.id())) return a.id() < b.id() ? b : a;
  if (IsReal(a.id()) && IsReal(b.id())) return DataType::Double();
  if (a.id() != b.id()) return std::nullopt;
  switch (a.id()) {
    case TypeId::kDecimal: return WidenedDecimal(a, b);
    case TypeId::kStruct: return WidenedStruct(a, b);
    case TypeId::kArray:
    case TypeId::kMap: {
      const std::optional<DataType> element = WidenedType(a.element(), b.element());
      if (!element) return std::nullopt;
      return a.id() == TypeId::kArray ? DataType::Array(*element) : DataType::Map(*element);
    }
    default: return std::nullopt;
  }
}

Status MergedSchema::Add(const Schema& schema, const std::string& file) {
  for (const Field& field : schema.fields()) {
    const std::optional<size_t> at = FindField(fields_, field.name);
    // Two columns of one file that differ in case alone are two columns.
    if (!at || (fields_[*at].name != field.name && schema.IndexOf(fields_[*at].name))) {
      fields_.push_back(field);
      files_.push_back(file);
      continue;
    }
    std::optional<DataType> type = WidenedType(fields_[*at].type, field.type);
    if (!type) {
      return Status::DataError("Files hold a column in types that do not go together: column=" +
                               fields_[*at].name + " type=" + fields_[*at].type.ToString() +
                               " path=" + files_[*at] + " other_type=" + field.type.ToString() +
                               " other_path=" + file)
          .WithHint("Read them apart and cast the column of one, or leave one out by exclusions.");
    }
    if (*type == fields_[*at].type) continue;
    fields_[*at].type = *std::move(type);
    files_[*at] = file;
  }
  return Status::Ok();
}

Result<RecordBatch> BringUnder(RecordBatch batch, const SchemaPtr& target) {
  if (batch.schema_ptr() == target || batch.schema() == *target) {
    std::vector<int> positions;
    for (int i = 0; i < target->size(); ++i) positions.push_back(i);
    return std::move(batch).Project(positions, target);
  }
  const SchemaPtr have = batch.schema_ptr();
  const int64_t rows = batch.num_rows();
  const std::vector<columnar::Column> columns = columnar::TakeColumns(std::move(batch));
  const columnar::FieldPlaces exact(have->fields());
  const columnar::FieldPlaces any_case(have->fields(), columnar::NameCase::kIgnored);
  std::vector<columnar::Column> out;
  for (const Field& field : target->fields()) {
    std::optional<int> at = exact.Find(field.name);
    if (!at) at = any_case.Find(field.name);
    if (!at) {
      out.push_back(columnar::NullColumn(field.type, rows));
      continue;
    }
    const columnar::Column& column = columns[static_cast<size_t>(*at)];
    TENON_ASSIGN_OR_RETURN(columnar::CastResult cast, columnar::CastColumn(column, field.type));
    if (cast.impossible > 0) {
      return Status::DataError(
          "File holds other values than the schema of all files: column=" + field.name +
          " type=" + column.type().ToString() + " wanted=" + field.type.ToString());
    }
    out.push_back(std::move(cast.column));
  }
  return columnar::MakeBatch(target, out, rows);
}

}  // namespace tenon::files
