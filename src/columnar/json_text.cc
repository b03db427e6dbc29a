#include "columnar/json_text.h"

#include <cmath>
#include <string_view>

#include "columnar/buffers.h"
#include "columnar/column_ops.h"
#include "columnar/text_form.h"

namespace tenon::columnar {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

void AppendQuoted(std::string_view text, std::string* out) {
  *out += '"';
  for (const char c : text) {
    switch (c) {
      case '"': *out += "\\\""; break;
      case '\\': *out += "\\\\"; break;
      case '\n': *out += "\\n"; break;
      case '\r': *out += "\\r"; break;
      case '\t': *out += "\\t"; break;
      case '\b': *out += "\\b"; break;
      case '\f': *out += "\\f"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          *out += "\\u00";
          *out += kHexDigits[(c >> 4) & 0xF];
          *out += kHexDigits[c & 0xF];
        } else {
          *out += c;
        }
    }
  }
  *out += '"';
}

void AppendBase64(std::string_view bytes, std::string* out) {
  static constexpr char kLetters[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t here = std::min<size_t>(3, bytes.size() - i);
    uint32_t word = 0;
    for (size_t k = 0; k < 3; ++k)
      word = (word << 8) | (k < here ? static_cast<uint8_t>(bytes[i + k]) : 0U);
    for (size_t k = 0; k < 4; ++k) *out += k <= here ? kLetters[(word >> (18 - 6 * k)) & 63] : '=';
  }
}

// Writes the commas between the parts of an object or array, and the text before a value.
class Parts {
 public:
  Parts(char open, JsonStyle style, std::string* out) : style_(style), out_(out) { *out_ += open; }
  void Next() {
    if (count_++ > 0) *out_ += style_.blanks ? ", " : ",";
  }
  void Name(std::string_view name) {
    Next();
    AppendQuoted(name, out_);
    *out_ += style_.blanks ? ": " : ":";
  }

 private:
  JsonStyle style_;
  std::string* out_;
  int count_ = 0;
};

bool IsNullAt(const Column& column, int64_t row) {
  const ArrayNode& node = *column.node();
  if (column.type().id() == TypeId::kNull) return true;
  if (column.type().id() != TypeId::kChoice) return IsNull(node, row);
  const auto code = static_cast<size_t>(node.buffer<uint8_t>(0)[node.offset + row]);
  return IsNull(*node.children[code], node.offset + row);
}

void AppendStruct(const Column& column, int64_t row, JsonStyle style, std::string* out) {
  const ArrayNode& node = *column.node();
  Parts parts('{', style, out);
  for (size_t i = 0; i < node.children.size(); ++i) {
    const Field& field = column.type().fields()[i];
    const Column child(field.type, node.children[i]);
    if (style.omit_nulls && IsNullAt(child, node.offset + row)) continue;
    parts.Name(field.name);
    AppendJson(child, node.offset + row, style, out);
  }
  *out += '}';
}

void AppendList(const Column& column, int64_t row, JsonStyle style, std::string* out) {
  const ArrayNode& node = *column.node();
  const auto* offsets = node.buffer<int32_t>(1) + node.offset + row;
  const Column elements = StoredElements(column);
  Parts parts('[', style, out);
  for (int64_t i = offsets[0]; i < offsets[1]; ++i) {
    parts.Next();
    AppendJson(elements, i, style, out);
  }
  *out += ']';
}

void AppendMap(const Column& column, int64_t row, JsonStyle style, std::string* out) {
  const ArrayNode& node = *column.node();
  const auto* offsets = node.buffer<int32_t>(1) + node.offset + row;
  const ArrayNode& entries = *node.children[0];
  const Column keys(DataType::String(),
                    Narrowed(entries.children[0], entries.offset, entries.length));
  const Column values = StoredValues(column);
  Parts parts('{', style, out);
  std::string key;
  for (int64_t i = offsets[0]; i < offsets[1]; ++i) {
    key.clear();
    AppendScalar(keys, i, &key);
    parts.Name(key);
    AppendJson(values, i, style, out);
  }
  *out += '}';
}

template <typename Float>
void AppendNumber(Float value, void (*append)(Float, std::string*), std::string* out) {
  if (std::isfinite(value)) return append(value, out);
  *out += '"';
  append(value, out);
  *out += '"';
}

}  // namespace

void AppendJson(const Column& column, int64_t row, JsonStyle style, std::string* out) {
  if (IsNullAt(column, row)) {
    *out += "null";
    return;
  }
  const ArrayNode& node = *column.node();
  switch (column.type().id()) {
    case TypeId::kStruct: return AppendStruct(column, row, style, out);
    case TypeId::kArray: return AppendList(column, row, style, out);
    case TypeId::kMap: return AppendMap(column, row, style, out);
    case TypeId::kChoice: {
      const auto code = static_cast<size_t>(node.buffer<uint8_t>(0)[node.offset + row]);
      return AppendJson(Column(column.type().fields()[code].type, node.children[code]),
                        node.offset + row, style, out);
    }
    case TypeId::kFloat:
      return AppendNumber<float>(node.buffer<float>(1)[node.offset + row], AppendFloat, out);
    case TypeId::kDouble:
      return AppendNumber<double>(node.buffer<double>(1)[node.offset + row], AppendDouble, out);
    case TypeId::kBinary: {
      std::string bytes;
      AppendScalar(column, row, &bytes);
      *out += '"';
      AppendBase64(bytes, out);
      *out += '"';
      return;
    }
    case TypeId::kString:
    case TypeId::kDate:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: {
      std::string text;
      AppendScalar(column, row, &text);
      AppendQuoted(text, out);
      return;
    }
    default: return AppendScalar(column, row, out);
  }
}

JsonText::JsonText(const RecordBatch& batch, JsonStyle style)
    : schema_(&batch.schema()), style_(style) {
  const ArrowArray& root = batch.array();
  for (int i = 0; i < batch.num_columns(); ++i) {
    // A view whose release does nothing: the batch is borrowed.
    ArrowArray view = *root.children[i];
    view.release = [](ArrowArray* self) { self->release = nullptr; };
    const Column column = ImportColumn(schema_->field(i).type, &view);
    columns_.push_back(SliceColumn(column, root.offset, root.length));
  }
}

void JsonText::AppendRow(int64_t row, std::string* out) const {
  Parts parts('{', style_, out);
  for (int i = 0; i < schema_->size(); ++i) {
    const Column& column = columns_[static_cast<size_t>(i)];
    if (style_.omit_nulls && IsNullAt(column, row)) continue;
    parts.Name(schema_->field(i).name);
    AppendJson(column, row, style_, out);
  }
  *out += '}';
}

}  // namespace tenon::columnar
