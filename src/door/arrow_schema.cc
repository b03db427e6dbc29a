// Schemas to and from the Arrow C Data Interface.
#include <charconv>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenon/record_batch.h"

namespace tenon {
namespace {

constexpr int kDeepestLayout = 64;

// What the private_data of an exported ArrowSchema owns. Children hold their own.
struct SchemaNode {
  std::string format, name;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
};

void ReleaseSchema(ArrowSchema* schema) {
  const std::unique_ptr<SchemaNode> node(static_cast<SchemaNode*>(schema->private_data));
  // A consumer may have moved a child out: its release is null then.
  for (ArrowSchema& child : node->children) {
    if (child.release != nullptr) child.release(&child);
  }
  schema->release = nullptr;
}

std::string CanonicalFormat(const DataType& type) {
  switch (type.id()) {
    case TypeId::kNull: return "n";
    case TypeId::kBoolean: return "b";
    case TypeId::kByte: return "c";
    case TypeId::kShort: return "s";
    case TypeId::kInt: return "i";
    case TypeId::kLong: return "l";
    case TypeId::kFloat: return "f";
    case TypeId::kDouble: return "g";
    case TypeId::kDecimal:
      return "d:" + std::to_string(type.precision()) + "," + std::to_string(type.scale()) +
             (type.precision() > 38 ? ",256" : "");
    case TypeId::kString: return "u";
    case TypeId::kBinary: return "z";
    case TypeId::kDate: return "tdD";
    case TypeId::kTime: return "ttu";
    case TypeId::kTimestamp: return "tsu:UTC";
    case TypeId::kTimestampNtz: return "tsu:";
    case TypeId::kStruct: return "+s";
    case TypeId::kArray: return "+l";
    case TypeId::kMap: return "+m";
    case TypeId::kChoice: {
      std::string format = "+us:";
      for (size_t code = 0; code < type.fields().size(); ++code) {
        format += (code == 0 ? "" : ",") + std::to_string(code);
      }
      return format;
    }
  }
  return "n";
}

// Fills `out` for one field and everything below it.
void ExportField(const std::string& name, const DataType& type, bool nullable, ArrowSchema* out);

void ExportNode(std::string format, const std::string& name, std::span<const Field> fields,
                bool nullable, ArrowSchema* out) {
  auto node = std::make_unique<SchemaNode>();
  node->format = std::move(format);
  node->name = name;
  node->children.resize(fields.size());
  for (size_t i = 0; i < fields.size(); ++i) {
    ExportField(fields[i].name, fields[i].type, fields[i].nullable, &node->children[i]);
    node->child_pointers.push_back(&node->children[i]);
  }
  *out = {};
  out->format = node->format.c_str();
  out->name = node->name.c_str();
  out->flags = nullable ? ARROW_FLAG_NULLABLE : 0;
  out->n_children = static_cast<int64_t>(fields.size());
  out->children = node->child_pointers.empty() ? nullptr : node->child_pointers.data();
  out->release = ReleaseSchema;
  out->private_data = node.release();
}

void ExportField(const std::string& name, const DataType& type, bool nullable, ArrowSchema* out) {
  if (type.id() == TypeId::kMap) {
    const Field entries{
        "entries",
        DataType::Struct({{"key", DataType::String(), false}, {"value", type.element()}}), false};
    return ExportNode(CanonicalFormat(type), name, {&entries, 1}, nullable, out);
  }
  ExportNode(CanonicalFormat(type), name, type.fields(), nullable, out);
}

Status NoLogicalType(std::string_view column, std::string_view format) {
  return Status::Unsupported("Column has an Arrow type that has no place here: column=" +
                             std::string(column) + " format=" + std::string(format));
}

Result<Field> ImportField(const ArrowSchema& in, const std::string& path, int depth);

std::string NameOf(const ArrowSchema& in) { return in.name != nullptr ? in.name : ""; }

std::string PathOf(const std::string& parent, const ArrowSchema& child) {
  return parent.empty() ? NameOf(child) : parent + "." + NameOf(child);
}

Result<std::vector<Field>> ImportChildren(const ArrowSchema& in, const std::string& path,
                                          int depth) {
  std::vector<Field> fields;
  if (depth > kDeepestLayout)
    return Status::Unsupported("Column is nested too deeply: column=" + path);
  for (int64_t i = 0; i < in.n_children; ++i) {
    TENON_ASSIGN_OR_RETURN(Field field,
                           ImportField(*in.children[i], PathOf(path, *in.children[i]), depth + 1));
    fields.push_back(std::move(field));
  }
  return fields;
}

// "d:10,2", "d:50,2,256".
Result<DataType> ImportDecimal(std::string_view format, const std::string& path) {
  int precision = 0, scale = 0;
  const char* end = format.data() + format.size();
  const auto first = std::from_chars(format.data() + 2, end, precision);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ',')
    return NoLogicalType(path, format);
  const auto second = std::from_chars(first.ptr + 1, end, scale);
  if (second.ec != std::errc() || (second.ptr != end && *second.ptr != ','))
    return NoLogicalType(path, format);
  if (precision < 1 || precision > 76 || scale < 0 || scale > precision)
    return NoLogicalType(path, format);
  return DataType::Decimal(precision, scale);
}

// Formats of one letter; null type and false when it is none of them.
bool ImportLetter(char letter, DataType* type) {
  switch (letter) {
    case 'n': *type = DataType::Null(); return true;
    case 'b': *type = DataType::Boolean(); return true;
    case 'c': *type = DataType::Byte(); return true;
    case 'C':
    case 's': *type = DataType::Short(); return true;
    case 'S':
    case 'i': *type = DataType::Int(); return true;
    case 'I':
    case 'l': *type = DataType::Long(); return true;
    case 'L': *type = DataType::Decimal(20, 0); return true;
    case 'e':
    case 'f': *type = DataType::Float(); return true;
    case 'g': *type = DataType::Double(); return true;
    case 'u':
    case 'U': *type = DataType::String(); return true;
    case 'z':
    case 'Z': *type = DataType::Binary(); return true;
    default: return false;
  }
}

Result<DataType> ImportNested(const ArrowSchema& in, std::string_view format,
                              const std::string& path, int depth) {
  TENON_ASSIGN_OR_RETURN(std::vector<Field> children, ImportChildren(in, path, depth));
  if (format == "+s") return DataType::Struct(std::move(children));
  const bool list = format == "+l" || format == "+L" || format == "+vl" || format == "+vL" ||
                    format.starts_with("+w:");
  if (list && children.size() == 1) return DataType::Array(std::move(children[0].type));
  if (format == "+r" && children.size() == 2) return std::move(children[1].type);
  if (format == "+m" && children.size() == 1 && children[0].type.id() == TypeId::kStruct &&
      children[0].type.fields().size() == 2) {
    const std::span<const Field> entry = children[0].type.fields();
    if (entry[0].type.id() != TypeId::kString) {
      return Status::Unsupported("Map keys are strings here: column=" + path +
                                 " key=" + entry[0].type.ToString());
    }
    return DataType::Map(entry[1].type);
  }
  if (format.starts_with("+us:") || format.starts_with("+ud:")) {
    std::vector<DataType> members;
    for (Field& child : children) members.push_back(std::move(child.type));
    Result<DataType> choice = DataType::Choice(std::move(members));
    if (!choice.ok()) {
      return Status::Unsupported("Union is no choice: column=" + path +
                                 " reason=" + std::string(choice.status().message()));
    }
    return choice;
  }
  return NoLogicalType(path, format);
}

Result<DataType> ImportType(const ArrowSchema& in, const std::string& path, int depth) {
  if (in.dictionary != nullptr) {
    if (depth > kDeepestLayout)
      return Status::Unsupported("Column is nested too deeply: column=" + path);
    return ImportType(*in.dictionary, path, depth + 1);
  }
  const std::string_view format = in.format != nullptr ? in.format : "";
  DataType type;
  if (format.size() == 1 && ImportLetter(format[0], &type)) return type;
  if (format.starts_with("d:")) return ImportDecimal(format, path);
  if (format == "vu") return DataType::String();
  if (format == "vz" || format.starts_with("w:")) return DataType::Binary();
  if (format == "tdD" || format == "tdm") return DataType::Date();
  if (format.size() == 3 && format.starts_with("tt")) return DataType::Time();
  if (format.size() >= 4 && format.starts_with("ts") && format[3] == ':') {
    return format.size() > 4 ? DataType::Timestamp() : DataType::TimestampNtz();
  }
  if (format.starts_with("+")) return ImportNested(in, format, path, depth);
  return NoLogicalType(path, format);
}

Result<Field> ImportField(const ArrowSchema& in, const std::string& path, int depth) {
  TENON_ASSIGN_OR_RETURN(DataType type, ImportType(in, path, depth));
  return Field{NameOf(in), std::move(type), (in.flags & ARROW_FLAG_NULLABLE) != 0};
}

bool IsCanonicalField(const ArrowSchema& layout, const DataType& type) {
  if (layout.dictionary != nullptr || CanonicalFormat(type) != layout.format) return false;
  if (type.id() == TypeId::kMap) {
    const ArrowSchema& entries = *layout.children[0];
    return IsCanonicalField(*entries.children[0], DataType::String()) &&
           IsCanonicalField(*entries.children[1], type.element());
  }
  for (size_t i = 0; i < type.fields().size(); ++i) {
    const Field& field = type.fields()[i];
    if (type.id() == TypeId::kChoice && NameOf(*layout.children[i]) != field.name) return false;
    if (!IsCanonicalField(*layout.children[i], field.type)) return false;
  }
  return true;
}

}  // namespace

void ExportSchema(const Schema& schema, ArrowSchema* out) {
  ExportNode("+s", "", schema.fields(), false, out);
}

Result<Schema> ImportSchema(const ArrowSchema& in) {
  if (in.format == nullptr || std::string_view(in.format) != "+s") {
    return Status::Unsupported("A batch is an Arrow struct: format=" +
                               std::string(in.format ? in.format : "none"));
  }
  TENON_ASSIGN_OR_RETURN(std::vector<Field> fields, ImportChildren(in, "", 0));
  return Schema(std::move(fields));
}

bool IsCanonical(const ArrowSchema& layout) {
  Result<Schema> schema = ImportSchema(layout);
  if (!schema.ok() || layout.dictionary != nullptr) return false;
  for (int i = 0; i < schema->size(); ++i) {
    if (!IsCanonicalField(*layout.children[i], schema->field(i).type)) return false;
  }
  return true;
}

}  // namespace tenon
