#include "columnar/parquet/plain_types.h"

#include <arrow/extension_type.h>
#include <arrow/type.h>

#include <utility>
#include <vector>

namespace tenon::columnar {
namespace {

using TypePtr = std::shared_ptr<arrow::DataType>;

bool IsText(const arrow::DataType& type) {
  return type.id() == arrow::Type::STRING || type.id() == arrow::Type::LARGE_STRING ||
         type.id() == arrow::Type::STRING_VIEW;
}

TypePtr StorageOf(TypePtr type) {
  while (type->id() == arrow::Type::EXTENSION)
    type = static_cast<const arrow::ExtensionType&>(*type).storage_type();
  return type;
}

TypePtr ListLike(const arrow::DataType& list, const TypePtr& element) {
  const auto field = list.field(0)->WithType(element);
  switch (list.id()) {
    case arrow::Type::LARGE_LIST: return arrow::large_list(field);
    case arrow::Type::FIXED_SIZE_LIST:
      return arrow::fixed_size_list(field,
                                    static_cast<const arrow::FixedSizeListType&>(list).list_size());
    case arrow::Type::LIST_VIEW: return arrow::list_view(field);
    case arrow::Type::LARGE_LIST_VIEW: return arrow::large_list_view(field);
    default: return arrow::list(field);
  }
}

TypePtr PlainMap(const arrow::MapType& map, const TypePtr& entries) {
  const TypePtr& key = entries->field(0)->type();
  // A dictionary of texts is text as well.
  const bool text =
      IsText(*key) || (key->id() == arrow::Type::DICTIONARY &&
                       IsText(*static_cast<const arrow::DictionaryType&>(*key).value_type()));
  if (!text) {
    return arrow::list(
        arrow::field("element", arrow::struct_({entries->field(0)->WithName("key"),
                                                entries->field(1)->WithName("value")})));
  }
  return std::make_shared<arrow::MapType>(map.key_field()->WithType(key),
                                          map.item_field()->WithType(entries->field(1)->type()));
}

}  // namespace

TypePtr PlainType(const parquet::arrow::SchemaField& field,
                  const parquet::SchemaDescriptor& schema) {
  TypePtr type = StorageOf(field.field->type());
  if (field.is_leaf()) {
    const parquet::ColumnDescriptor& column = *schema.Column(field.column_index);
    if (column.physical_type() == parquet::Type::INT96)
      return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    const auto& logical = column.logical_type();
    if (logical != nullptr && logical->is_enum() && type->id() == arrow::Type::BINARY)
      return arrow::utf8();
    return type->id() == arrow::Type::DURATION ? arrow::int64() : type;
  }
  std::vector<TypePtr> children;
  for (const auto& child : field.children) children.push_back(PlainType(child, schema));
  if (type->id() == arrow::Type::STRUCT) {
    arrow::FieldVector fields;
    for (size_t i = 0; i < children.size(); ++i)
      fields.push_back(field.children[i].field->WithType(children[i]));
    return arrow::struct_(std::move(fields));
  }
  if (children.size() != 1) return type;
  if (type->id() == arrow::Type::MAP)
    return PlainMap(static_cast<const arrow::MapType&>(*type), children[0]);
  return ListLike(*type, children[0]);
}

std::shared_ptr<arrow::ArrayData> WithPlainType(const std::shared_ptr<arrow::ArrayData>& data,
                                                const TypePtr& type) {
  if (data->type->Equals(*type, /*check_metadata=*/false)) return data;
  auto plain = std::make_shared<arrow::ArrayData>(*data);
  plain->type = type;
  if (type->id() == arrow::Type::DICTIONARY) return plain;
  for (size_t i = 0; i < plain->child_data.size(); ++i)
    plain->child_data[i] =
        WithPlainType(data->child_data[i], type->field(static_cast<int>(i))->type());
  return plain;
}

}  // namespace tenon::columnar
