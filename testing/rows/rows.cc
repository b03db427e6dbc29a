#include "testing/rows/rows.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/time.h"
#include "columnar/buffers.h"
#include "columnar/column_ops.h"
#include "columnar/json_text.h"
#include "frame/schema_merge.h"

namespace tenon::testing {
namespace {

using columnar::ArrayNode;
using columnar::Column;
using columnar::NodePtr;
using Json = nlohmann::ordered_json;
using Values = std::vector<const Json*>;  // Null pointer: null.

[[noreturn]] void Fail(const std::string& text) {
  std::fprintf(stderr, "rows of a test do not fit: %s\n", text.c_str());
  std::abort();
}

template <typename T>
T Must(Result<T> result) {
  if (!result.ok()) Fail(result.status().ToString());
  return *std::move(result);
}

std::shared_ptr<ArrayNode> NodeOf(const Values& values, int buffer_count) {
  auto node = std::make_shared<ArrayNode>();
  node->length = static_cast<int64_t>(values.size());
  node->buffer_count = buffer_count;
  node->null_count = 0;
  auto bits = columnar::AllocateValidity(0, node->length);
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] != nullptr) continue;
    columnar::ClearBit(bits.get(), static_cast<int64_t>(i));
    ++node->null_count;
  }
  if (node->null_count > 0) node->buffers[0] = columnar::Freeze(std::move(bits));
  return node;
}

NodePtr Build(const DataType& type, const Values& values);

template <typename T, typename Read>
NodePtr BuildFixed(const Values& values, const Read& read) {
  auto node = NodeOf(values, 2);
  std::vector<T> out;
  for (const Json* value : values)
    out.push_back(value == nullptr ? T{} : static_cast<T>(read(*value)));
  node->buffers[1] = columnar::Freeze(std::move(out));
  return node;
}

NodePtr BuildBooleans(const Values& values) {
  auto node = NodeOf(values, 2);
  auto bits = columnar::AllocateZeroes(columnar::BytesForBits(node->length));
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] != nullptr && values[i]->get<bool>())
      columnar::SetBit(bits.get(), static_cast<int64_t>(i));
  }
  node->buffers[1] = columnar::Freeze(std::move(bits));
  return node;
}

NodePtr BuildText(const Values& values) {
  auto node = NodeOf(values, 3);
  std::vector<int32_t> offsets = {0};
  std::string text;
  for (const Json* value : values) {
    if (value != nullptr) text += value->get<std::string>();
    offsets.push_back(static_cast<int32_t>(text.size()));
  }
  node->buffers[1] = columnar::Freeze(std::move(offsets));
  node->buffers[2] = columnar::Freeze(std::move(text));
  return node;
}

// "-12.5" at scale 2 is -1250, in 16 or 32 bytes.
void StoreDecimal(const std::string& text, int scale, int width, uint8_t* out) {
  unsigned __int128 unscaled = 0;
  int fraction = -1;
  for (const char c : text) {
    if (c == '.') fraction = 0;
    if (c < '0' || c > '9') continue;
    unscaled = unscaled * 10 + static_cast<unsigned>(c - '0');
    if (fraction >= 0) ++fraction;
  }
  for (int i = std::max(fraction, 0); i < scale; ++i) unscaled *= 10;
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) unscaled = -unscaled;
  std::memset(out, negative && unscaled != 0 ? 0xFF : 0, static_cast<size_t>(width));
  std::memcpy(out, &unscaled, 16);
}

NodePtr BuildDecimals(const DataType& type, const Values& values) {
  auto node = NodeOf(values, 2);
  const int width = type.precision() > 38 ? 32 : 16;
  auto bytes = columnar::AllocateZeroes(width * node->length);
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] == nullptr) continue;
    const std::string text =
        values[i]->is_string() ? values[i]->get<std::string>() : values[i]->dump();
    StoreDecimal(text, type.scale(), width, bytes.get() + i * static_cast<size_t>(width));
  }
  node->buffers[1] = columnar::Freeze(std::move(bytes));
  return node;
}

NodePtr BuildStructs(const DataType& type, const Values& values) {
  auto node = NodeOf(values, 1);
  for (const Field& field : type.fields()) {
    Values below;
    for (const Json* value : values) {
      const bool has =
          value != nullptr && value->contains(field.name) && !(*value)[field.name].is_null();
      below.push_back(has ? &(*value)[field.name] : nullptr);
    }
    node->children.push_back(Build(field.type, below));
  }
  return node;
}

NodePtr BuildLists(const DataType& type, const Values& values) {
  auto node = NodeOf(values, 2);
  std::vector<int32_t> offsets = {0};
  Values below;
  for (const Json* value : values) {
    if (value != nullptr) {
      for (const Json& element : *value) below.push_back(element.is_null() ? nullptr : &element);
    }
    offsets.push_back(static_cast<int32_t>(below.size()));
  }
  node->buffers[1] = columnar::Freeze(std::move(offsets));
  node->children = {Build(type.element(), below)};
  return node;
}

NodePtr BuildMaps(const DataType& type, const Values& values) {
  auto node = NodeOf(values, 2);
  std::vector<int32_t> offsets = {0};
  std::vector<Json> keys;
  Values below;
  for (const Json* value : values) {
    if (value != nullptr) {
      for (const auto& [key, element] : value->items()) {
        keys.emplace_back(key);
        below.push_back(element.is_null() ? nullptr : &element);
      }
    }
    offsets.push_back(static_cast<int32_t>(below.size()));
  }
  Values key_values;
  for (const Json& key : keys) key_values.push_back(&key);
  auto entries = std::make_shared<ArrayNode>();
  entries->length = static_cast<int64_t>(below.size());
  entries->null_count = 0;
  entries->buffer_count = 1;
  entries->children = {Build(DataType::String(), key_values), Build(type.element(), below)};
  node->buffers[1] = columnar::Freeze(std::move(offsets));
  node->children = {std::move(entries)};
  return node;
}

bool Fits(const DataType& type, const Json& value) {
  switch (type.id()) {
    case TypeId::kBoolean: return value.is_boolean();
    case TypeId::kByte:
    case TypeId::kShort:
    case TypeId::kInt:
      return value.is_number_integer() &&
             value.get<int64_t>() == static_cast<int32_t>(value.get<int64_t>());
    case TypeId::kLong: return value.is_number_integer();
    case TypeId::kFloat:
    case TypeId::kDouble: return value.is_number_float();
    case TypeId::kStruct:
    case TypeId::kMap: return value.is_object();
    case TypeId::kArray: return value.is_array();
    default: return value.is_string();
  }
}

NodePtr BuildChoices(const DataType& type, const Values& values) {
  std::vector<Values> members(type.fields().size(), Values(values.size(), nullptr));
  for (size_t row = 0; row < values.size(); ++row) {
    if (values[row] == nullptr) continue;
    const Json* value = values[row];
    const bool named =
        value->is_object() && value->size() == 1 && value->begin().key().starts_with("$");
    const std::string name = named ? value->begin().key().substr(1) : "";
    if (named) value = &value->begin().value();
    size_t chosen = type.fields().size();
    for (size_t k = type.fields().size(); k-- > 0;) {
      if (named ? type.fields()[k].name == name : Fits(type.fields()[k].type, *value)) chosen = k;
    }
    if (chosen == type.fields().size())
      Fail("no member of " + type.ToString() + " for " + values[row]->dump());
    members[chosen][row] = value;
  }
  std::vector<Column> columns;
  for (size_t k = 0; k < members.size(); ++k)
    columns.emplace_back(type.fields()[k].type, Build(type.fields()[k].type, members[k]));
  return columnar::MakeChoice(type, columns, static_cast<int64_t>(values.size())).node();
}

int64_t ReadTime(const DataType& type, const Json& value) {
  const auto text = value.get<std::string>();
  if (type.id() == TypeId::kDate) {
    if (const auto days = base::ParseDate(text)) return *days;
  } else if (type.id() == TypeId::kTime) {
    if (const auto micros = base::ParseTimeOfDay(text)) return *micros;
  } else if (const auto parsed = base::ParseTimestamp(text)) {
    return parsed->micros - int64_t{parsed->offset_seconds.value_or(0)} * base::kMicrosPerSecond;
  }
  Fail(type.ToString() + " " + text);
}

NodePtr Build(const DataType& type, const Values& values) {
  const auto whole = [](const Json& value) { return value.get<int64_t>(); };
  const auto real = [](const Json& value) {
    return value.is_string() ? std::strtod(value.get<std::string>().c_str(), nullptr)
                             : value.get<double>();
  };
  const auto time = [&](const Json& value) { return ReadTime(type, value); };
  switch (type.id()) {
    case TypeId::kNull: {
      auto node = std::make_shared<ArrayNode>();
      node->length = node->null_count = static_cast<int64_t>(values.size());
      return node;
    }
    case TypeId::kBoolean: return BuildBooleans(values);
    case TypeId::kByte: return BuildFixed<int8_t>(values, whole);
    case TypeId::kShort: return BuildFixed<int16_t>(values, whole);
    case TypeId::kInt: return BuildFixed<int32_t>(values, whole);
    case TypeId::kLong: return BuildFixed<int64_t>(values, whole);
    case TypeId::kFloat: return BuildFixed<float>(values, real);
    case TypeId::kDouble: return BuildFixed<double>(values, real);
    case TypeId::kDecimal: return BuildDecimals(type, values);
    case TypeId::kString:
    case TypeId::kBinary: return BuildText(values);
    case TypeId::kDate: return BuildFixed<int32_t>(values, time);
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: return BuildFixed<int64_t>(values, time);
    case TypeId::kStruct: return BuildStructs(type, values);
    case TypeId::kArray: return BuildLists(type, values);
    case TypeId::kMap: return BuildMaps(type, values);
    case TypeId::kChoice: return BuildChoices(type, values);
  }
  Fail(type.ToString());
}

DataType TypeOf(const Json& value) {
  switch (value.type()) {
    case Json::value_t::boolean: return DataType::Boolean();
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return value.get<int64_t>() == static_cast<int32_t>(value.get<int64_t>()) ? DataType::Int()
                                                                                : DataType::Long();
    case Json::value_t::number_float: return DataType::Double();
    case Json::value_t::string: return DataType::String();
    case Json::value_t::array: {
      DataType element;
      for (const Json& one : value) element = frame::MergeTypes(element, TypeOf(one));
      return DataType::Array(element);
    }
    case Json::value_t::object: {
      std::vector<Field> fields;
      for (const auto& [name, one] : value.items()) fields.push_back({name, TypeOf(one)});
      return DataType::Struct(std::move(fields));
    }
    default: return DataType::Null();
  }
}

}  // namespace

SchemaPtr SchemaOf(std::string_view fields) {
  const DataType type = Must(DataType::Parse("struct<" + std::string(fields) + ">"));
  return std::make_shared<const Schema>(
      std::vector<Field>(type.fields().begin(), type.fields().end()));
}

std::vector<Json> ParseRows(std::string_view rows) {
  std::vector<Json> parsed;
  const char* at = rows.data();
  const char* const end = rows.data() + rows.size();
  while (true) {
    while (at != end && std::strchr(" \n\t", *at) != nullptr) ++at;
    if (at == end) return parsed;
    // An object ends where its braces, outside of text, are balanced.
    int depth = 0;
    bool quoted = false;
    const char* stop = at;
    do {
      if (*stop == '\\' && quoted)
        ++stop;
      else if (*stop == '"')
        quoted = !quoted;
      else if (!quoted)
        depth += (*stop == '{') - (*stop == '}');
      ++stop;
    } while (stop < end && depth > 0);
    parsed.push_back(Json::parse(at, stop, nullptr, false));
    if (parsed.back().is_discarded()) Fail(std::string(at, stop));
    at = stop;
  }
}

RecordBatch Rows(SchemaPtr schema, const std::vector<Json>& rows) {
  std::vector<Column> columns;
  for (const Field& field : schema->fields()) {
    Values values;
    for (const Json& row : rows) {
      const bool has = row.contains(field.name) && !row[field.name].is_null();
      values.push_back(has ? &row[field.name] : nullptr);
    }
    columns.emplace_back(field.type, Build(field.type, values));
  }
  return Must(columnar::MakeBatch(std::move(schema), columns, static_cast<int64_t>(rows.size())));
}

RecordBatch Rows(SchemaPtr schema, std::string_view rows) {
  return Rows(std::move(schema), ParseRows(rows));
}
RecordBatch Rows(std::string_view fields, std::string_view rows) {
  return Rows(SchemaOf(fields), ParseRows(rows));
}

RecordBatch InferredRows(const std::vector<Json>& rows) {
  DataType type = DataType::Struct({});
  for (const Json& row : rows) type = frame::MergeTypes(type, TypeOf(row));
  return Rows(std::make_shared<const Schema>(
                  std::vector<Field>(type.fields().begin(), type.fields().end())),
              rows);
}

Column ColumnOf(const DataType& type, std::string_view values) {
  const Json parsed = Json::parse(values, nullptr, false);
  if (!parsed.is_array()) Fail(std::string(values));
  Values list;
  for (const Json& value : parsed) list.push_back(value.is_null() ? nullptr : &value);
  return Column(type, Build(type, list));
}

std::vector<std::string> RowTexts(const RecordBatch& batch) {
  const columnar::JsonText text(batch, {.omit_nulls = true});
  std::vector<std::string> rows(static_cast<size_t>(batch.num_rows()));
  for (size_t row = 0; row < rows.size(); ++row)
    text.AppendRow(static_cast<int64_t>(row), &rows[row]);
  return rows;
}

std::string ColumnText(const Column& column) {
  std::string text = "[";
  for (int64_t row = 0; row < column.length(); ++row) {
    if (row > 0) text += ',';
    columnar::AppendJson(column, row, {}, &text);
  }
  return text + "]";
}

}  // namespace tenon::testing
