#include "columnar/promises.h"

#include <utility>
#include <vector>

namespace tenon::columnar {

DataType WithoutPromises(const DataType& type) {
  switch (type.id()) {
    case TypeId::kStruct: {
      std::vector<Field> fields;
      for (const Field& field : type.fields())
        fields.push_back({field.name, WithoutPromises(field.type)});
      return DataType::Struct(std::move(fields));
    }
    case TypeId::kArray: return DataType::Array(WithoutPromises(type.element()));
    case TypeId::kMap: return DataType::Map(WithoutPromises(type.element()));
    default: return type;
  }
}

Schema WithoutPromises(const Schema& schema) {
  std::vector<Field> fields;
  for (const Field& field : schema.fields())
    fields.push_back({field.name, WithoutPromises(field.type)});
  return Schema(std::move(fields));
}

}  // namespace tenon::columnar
