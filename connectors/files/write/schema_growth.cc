#include "connectors/files/write/schema_growth.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error_catalog.h"

namespace tenon::files {
namespace {

Result<std::vector<Field>> GrowFields(std::span<const Field> known, std::span<const Field> batch,
                                      const std::string& path);

Result<DataType> GrowType(const DataType& known, const DataType& batch, const std::string& path) {
  if (known == batch || batch.id() == TypeId::kNull) return known;
  if (known.id() == TypeId::kNull) return batch;
  if (known.id() == TypeId::kStruct && batch.id() == TypeId::kStruct) {
    TENON_ASSIGN_OR_RETURN(std::vector<Field> fields,
                           GrowFields(known.fields(), batch.fields(), path + "."));
    return DataType::Struct(std::move(fields));
  }
  if (known.id() == batch.id() && (known.id() == TypeId::kArray || known.id() == TypeId::kMap)) {
    TENON_ASSIGN_OR_RETURN(DataType element,
                           GrowType(known.element(), batch.element(), path + "[]"));
    return known.id() == TypeId::kArray ? DataType::Array(std::move(element))
                                        : DataType::Map(std::move(element));
  }
  return Status::InvalidArgument("Column has changed its type: column=" + path +
                                 " was=" + known.ToString() + " now=" + batch.ToString())
      .WithNumber(base::kErrSinkType)
      .WithHint("Give it one type before the write, by resolveChoice or ApplyMapping.");
}

Result<std::vector<Field>> GrowFields(std::span<const Field> known, std::span<const Field> batch,
                                      const std::string& path) {
  std::vector<Field> fields(known.begin(), known.end());
  for (const Field& field : batch) {
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const Field& each) { return each.name == field.name; });
    if (found != fields.end()) {
      TENON_ASSIGN_OR_RETURN(found->type, GrowType(found->type, field.type, path + field.name));
    } else if (field.type.id() != TypeId::kNull) {
      fields.push_back(field);
    }
  }
  return fields;
}

}  // namespace

Result<Schema> GrowSchema(const Schema& known, const Schema& batch) {
  TENON_ASSIGN_OR_RETURN(std::vector<Field> fields, GrowFields(known.fields(), batch.fields(), ""));
  return Schema(std::move(fields));
}

}  // namespace tenon::files
