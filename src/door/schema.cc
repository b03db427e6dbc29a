#include "tenon/schema.h"

#include <algorithm>

namespace tenon {
namespace {

// A name as it stands in a type's text: bare when it is made of letters, digits and a few signs,
// else in backticks.
std::string FieldNameText(const std::string& name) {
  const bool bare = !name.empty() && name.find_first_of(":,<>()` \t\r\n") == std::string::npos;
  if (bare) return name;
  std::string text = "`";
  for (char letter : name) text += letter == '`' ? std::string("``") : std::string(1, letter);
  return text + "`";
}

std::string FieldsText(std::span<const Field> fields) {
  std::string text;
  for (const Field& field : fields) {
    if (!text.empty()) text += ',';
    text += FieldNameText(field.name) + ":" + field.type.ToString();
  }
  return text;
}

bool HasChoice(std::span<const Field> fields) {
  return std::any_of(fields.begin(), fields.end(), [](const Field& field) {
    return field.type.id() == TypeId::kChoice || HasChoice(field.type.fields());
  });
}

}  // namespace

DataType DataType::Decimal(int precision, int scale) {
  DataType type(TypeId::kDecimal);
  type.precision_ = static_cast<int16_t>(std::clamp(precision, 1, 76));
  type.scale_ = static_cast<int16_t>(std::clamp<int>(scale, 0, type.precision_));
  return type;
}

DataType DataType::Struct(std::vector<Field> fields) {
  DataType type(TypeId::kStruct);
  type.fields_ = std::make_shared<const std::vector<Field>>(std::move(fields));
  return type;
}

DataType DataType::Array(DataType element) {
  DataType type(TypeId::kArray);
  type.fields_ = std::make_shared<const std::vector<Field>>(
      std::vector<Field>{{"element", std::move(element)}});
  return type;
}

DataType DataType::Map(DataType value) {
  DataType type(TypeId::kMap);
  type.fields_ =
      std::make_shared<const std::vector<Field>>(std::vector<Field>{{"value", std::move(value)}});
  return type;
}

Result<DataType> DataType::Choice(std::vector<DataType> members) {
  if (members.size() < 2) {
    return Status::InvalidArgument("A choice has two or more types: count=" +
                                   std::to_string(members.size()));
  }
  std::vector<Field> fields;
  for (DataType& member : members) {
    const std::string name(member.name());
    if (member.id() == TypeId::kNull || member.id() == TypeId::kChoice) {
      return Status::InvalidArgument("A choice cannot hold this type: type=" + member.ToString());
    }
    for (const Field& other : fields) {
      if (other.name == name) {
        return Status::InvalidArgument("A choice has two types of the same name: type=" +
                                       other.type.ToString() + " other=" + member.ToString());
      }
    }
    fields.push_back({name, std::move(member)});
  }
  DataType type(TypeId::kChoice);
  type.fields_ = std::make_shared<const std::vector<Field>>(std::move(fields));
  return type;
}

std::span<const Field> DataType::fields() const {
  return fields_ ? std::span<const Field>(*fields_) : std::span<const Field>();
}

const DataType& DataType::element() const { return fields_->front().type; }

std::string_view DataType::name() const {
  switch (id_) {
    case TypeId::kNull: return "null";
    case TypeId::kBoolean: return "boolean";
    case TypeId::kByte: return "byte";
    case TypeId::kShort: return "short";
    case TypeId::kInt: return "int";
    case TypeId::kLong: return "long";
    case TypeId::kFloat: return "float";
    case TypeId::kDouble: return "double";
    case TypeId::kDecimal: return "decimal";
    case TypeId::kString: return "string";
    case TypeId::kBinary: return "binary";
    case TypeId::kDate: return "date";
    case TypeId::kTime: return "time";
    case TypeId::kTimestamp: return "timestamp";
    case TypeId::kTimestampNtz: return "timestamp_ntz";
    case TypeId::kStruct: return "struct";
    case TypeId::kArray: return "array";
    case TypeId::kMap: return "map";
    case TypeId::kChoice: return "choice";
  }
  return "unknown";
}

std::string DataType::ToString() const {
  std::string text(name());
  switch (id_) {
    case TypeId::kDecimal:
      return text + "(" + std::to_string(precision_) + "," + std::to_string(scale_) + ")";
    case TypeId::kStruct: return text + "<" + FieldsText(fields()) + ">";
    case TypeId::kArray: return text + "<" + element().ToString() + ">";
    case TypeId::kMap: return text + "<string," + element().ToString() + ">";
    case TypeId::kChoice: {
      std::string members;
      for (const Field& member : fields())
        members += (members.empty() ? "" : ",") + member.type.ToString();
      return text + "<" + members + ">";
    }
    default: return text;
  }
}

bool DataType::operator==(const DataType& other) const {
  if (id_ != other.id_ || precision_ != other.precision_ || scale_ != other.scale_) return false;
  if (fields_ == other.fields_) return true;
  return fields_ && other.fields_ && *fields_ == *other.fields_;
}

std::optional<int> Schema::IndexOf(std::string_view name) const {
  for (int i = 0; i < size(); ++i) {
    if (field(i).name == name) return i;
  }
  return std::nullopt;
}

std::vector<std::string> Schema::names() const {
  std::vector<std::string> names;
  names.reserve(fields_.size());
  for (const Field& field : fields_) names.push_back(field.name);
  return names;
}

bool Schema::has_choice() const { return HasChoice(fields_); }

std::string Schema::ToString() const { return "struct<" + FieldsText(fields_) + ">"; }

}  // namespace tenon
