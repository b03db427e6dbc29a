#include "columnar/schema_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/json.h"
#include "tenon/option_spec.h"

namespace tenon::columnar {
namespace {

using base::Json;

constexpr int kDeepestType = 100;

// Glue's own name of a type, without parameters.
std::string GlueName(const DataType& type) {
  return type.id() == TypeId::kTimestampNtz ? "timestampntz" : std::string(type.name());
}

std::string TreeName(const DataType& type) {
  return type.id() == TypeId::kDecimal ? type.ToString() : GlueName(type);
}

void AppendBelow(const DataType& type, const std::string& indent, std::string* out);

void AppendLine(const std::string& name, const DataType& type, const std::string& indent,
                std::string* out) {
  *out += indent + "|-- " + name + ": " + TreeName(type) + "\n";
  AppendBelow(type, indent + "|    ", out);
}

void AppendMembers(const DataType& choice, const std::string& indent, std::string* out) {
  std::vector<const Field*> members;
  for (const Field& member : choice.fields()) members.push_back(&member);
  std::sort(members.begin(), members.end(),
            [](const Field* a, const Field* b) { return a->name < b->name; });
  for (const Field* member : members) {
    *out += indent + "|-- " + TreeName(member->type) + "\n";
    AppendBelow(member->type, indent + "|    ", out);
  }
}

void AppendBelow(const DataType& type, const std::string& indent, std::string* out) {
  switch (type.id()) {
    case TypeId::kStruct:
      for (const Field& field : type.fields()) AppendLine(field.name, field.type, indent, out);
      return;
    case TypeId::kArray: return AppendLine("element", type.element(), indent, out);
    case TypeId::kMap:
      *out += indent + "|-- keyType: string\n";
      return AppendLine("valueType", type.element(), indent, out);
    case TypeId::kChoice: return AppendMembers(type, indent, out);
    default: return;
  }
}

Status WrongType(const std::string& what) {
  return Status::InvalidArgument("Schema JSON is wrong: " + what);
}

Result<DataType> ReadType(const Json& json, const std::string& path, int depth);

Result<std::vector<Field>> ReadFields(const base::JsonObject& object, int depth) {
  std::vector<Field> fields;
  if (!object.Has("fields")) return fields;
  TENON_ASSIGN_OR_RETURN(const Json* list, object.Array("fields"));
  for (size_t i = 0; i < list->size(); ++i) {
    const std::string path = object.path() + ".fields[" + std::to_string(i) + "]";
    TENON_ASSIGN_OR_RETURN(const base::JsonObject field, base::JsonObject::From((*list)[i], path));
    TENON_ASSIGN_OR_RETURN(std::string name, field.String("name"));
    TENON_ASSIGN_OR_RETURN(const base::JsonObject container, field.Object("container"));
    TENON_ASSIGN_OR_RETURN(DataType type, ReadType(container.value(), container.path(), depth + 1));
    fields.push_back({std::move(name), std::move(type)});
  }
  return fields;
}

Result<DataType> ReadBelow(const base::JsonObject& object, std::string_view member, int depth) {
  TENON_ASSIGN_OR_RETURN(const base::JsonObject below, object.Object(member));
  return ReadType(below.value(), below.path(), depth + 1);
}

Result<DataType> ReadChoice(const base::JsonObject& object, int depth) {
  TENON_ASSIGN_OR_RETURN(const Json* list, object.Array("choices"));
  std::vector<DataType> members;
  for (size_t i = 0; i < list->size(); ++i) {
    TENON_ASSIGN_OR_RETURN(
        DataType member,
        ReadType((*list)[i], object.path() + ".choices[" + std::to_string(i) + "]", depth + 1));
    members.push_back(std::move(member));
  }
  if (members.size() == 1) return std::move(members[0]);
  Result<DataType> choice = DataType::Choice(std::move(members));
  if (!choice.ok())
    return WrongType("path=" + object.path() + " reason=" + std::string(choice.status().message()));
  return choice;
}

Result<DataType> ReadScalar(const std::string& name, const std::string& path) {
  if (name == "unknown") return DataType::Null();
  if (name == "enum") return DataType::String();
  if (name == "timestampntz") return DataType::TimestampNtz();
  Result<DataType> type = DataType::Parse(name);
  if (type.ok()) return type;
  return WrongType("path=" + path + ".dataType type=" + name)
      .WithHint(std::string(type.status().hint()));
}

Result<DataType> ReadType(const Json& json, const std::string& path, int depth) {
  if (depth > kDeepestType) return WrongType("nested too deeply: path=" + path);
  TENON_ASSIGN_OR_RETURN(const base::JsonObject object, base::JsonObject::From(json, path));
  TENON_ASSIGN_OR_RETURN(const std::string name, object.String("dataType"));
  if (name == "struct") {
    TENON_ASSIGN_OR_RETURN(std::vector<Field> fields, ReadFields(object, depth));
    return DataType::Struct(std::move(fields));
  }
  if (name == "array" || name == "set") {
    TENON_ASSIGN_OR_RETURN(DataType element, ReadBelow(object, "elementType", depth));
    return DataType::Array(std::move(element));
  }
  if (name == "map") {
    TENON_ASSIGN_OR_RETURN(DataType value, ReadBelow(object, "valueType", depth));
    return DataType::Map(std::move(value));
  }
  if (name == "choice") return ReadChoice(object, depth);
  if (name == "decimal") {
    TENON_ASSIGN_OR_RETURN(const int64_t precision, object.IntegerOr("precision", 10));
    TENON_ASSIGN_OR_RETURN(const int64_t scale, object.IntegerOr("scale", 2));
    if (precision < 1 || precision > 76 || scale < 0 || scale > precision)
      return WrongType("decimal is out of bounds: path=" + path + " precision=" +
                       std::to_string(precision) + " scale=" + std::to_string(scale));
    return DataType::Decimal(static_cast<int>(precision), static_cast<int>(scale));
  }
  return ReadScalar(name, path);
}

}  // namespace

std::string SchemaTree(const Schema& schema) {
  std::string tree = "root\n";
  for (const Field& field : schema.fields()) AppendLine(field.name, field.type, "", &tree);
  return tree;
}

nlohmann::ordered_json TypeToJson(const DataType& type) {
  Json json = {{"dataType", GlueName(type)}, {"properties", Json::object()}};
  switch (type.id()) {
    case TypeId::kDecimal:
      json["precision"] = type.precision();
      json["scale"] = type.scale();
      break;
    case TypeId::kStruct:
      json["fields"] = Json::array();
      for (const Field& field : type.fields()) {
        json["fields"].push_back({{"name", field.name},
                                  {"container", TypeToJson(field.type)},
                                  {"properties", Json::object()}});
      }
      break;
    case TypeId::kArray: json["elementType"] = TypeToJson(type.element()); break;
    case TypeId::kMap: json["valueType"] = TypeToJson(type.element()); break;
    case TypeId::kChoice:
      json["choices"] = Json::array();
      for (const Field& member : type.fields()) json["choices"].push_back(TypeToJson(member.type));
      break;
    default: break;
  }
  return json;
}

std::string SchemaJson(const Schema& schema) {
  return base::DumpJson(TypeToJson(DataType::Struct(schema.fields())));
}

Result<DataType> TypeFromJson(const nlohmann::ordered_json& json) { return ReadType(json, "$", 0); }

Result<Schema> SchemaFromJson(std::string_view text) {
  TENON_ASSIGN_OR_RETURN(const Json json, base::ParseJson(text, 4 * kDeepestType));
  TENON_ASSIGN_OR_RETURN(const DataType type, TypeFromJson(json));
  if (type.id() != TypeId::kStruct)
    return WrongType("the whole is no struct: type=" + type.ToString());
  return Schema({type.fields().begin(), type.fields().end()});
}

}  // namespace tenon::columnar
