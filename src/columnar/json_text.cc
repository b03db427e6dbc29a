#include "columnar/json_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "columnar/buffers.h"
#include "columnar/column_ops.h"
#include "columnar/scalar_text.h"

namespace tenon::columnar {

// A column prepared for many rows: what is asked for each value is found once.
struct JsonCell {
  DataType type;
  NodePtr node;                       // Keeps what the pointers point at.
  const uint8_t* validity = nullptr;  // Null: no row is null. Of a choice: not used.
  const void* values = nullptr;       // Codes of a choice.
  const int32_t* offsets = nullptr;
  const char* text = nullptr;
  int64_t offset = 0;
  std::string lead;  // Of a field: what stands before its value, the comma included.
  std::vector<JsonCell> below;
};

namespace {

constexpr char kHexDigits[] = "0123456789abcdef";
constexpr size_t kMostEscapedBytes = 6;

// What is written for a character: 0 is itself, 'u' a code, else a backslash and that.
constexpr std::array<char, 256> MakeEscapes() {
  std::array<char, 256> escapes{};
  for (size_t c = 0; c < 0x20; ++c) escapes[c] = 'u';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  return escapes;
}
constexpr std::array<char, 256> kEscapes = MakeEscapes();

// Whether one of eight characters may need an escape; wrong only in that it may say yes to some that need none.
bool MayNeedEscape(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighs = 0x8080808080808080;
  const auto zero_in = [](uint64_t x) { return (x - kOnes) & ~x; };
  const uint64_t control = (word - kOnes * 0x20) & ~word;
  return ((control | zero_in(word ^ kOnes * '"') | zero_in(word ^ kOnes * '\\')) & kHighs) != 0;
}

char* PutEscaped(char c, char* to) {
  const char escape = kEscapes[static_cast<uint8_t>(c)];
  if (escape == 0) {
    *to++ = c;
    return to;
  }
  *to++ = '\\';
  *to++ = escape;
  if (escape != 'u') return to;
  *to++ = '0';
  *to++ = '0';
  *to++ = kHexDigits[(c >> 4) & 0xF];
  *to++ = kHexDigits[c & 0xF];
  return to;
}

void AppendQuoted(std::string_view text, TextBuffer* out) {
  const char* from = text.data();
  const char* const end = from + text.size();
  char* to = out->Reserve(text.size() + 2);
  *to++ = '"';
  while (from < end) {
    uint64_t word;
    if (end - from >= 8) {
      std::memcpy(&word, from, 8);
      if (!MayNeedEscape(word)) {
        std::memcpy(to, &word, 8);
        from += 8;
        to += 8;
        continue;
      }
    }
    if (kEscapes[static_cast<uint8_t>(*from)] != 0) {
      out->Commit(to);
      to = out->Reserve(static_cast<size_t>(end - from) + kMostEscapedBytes + 1);
    }
    to = PutEscaped(*from++, to);
  }
  *to++ = '"';
  out->Commit(to);
}

void AppendBase64(std::string_view bytes, TextBuffer* out) {
  static constexpr char kLetters[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  char* to = out->Reserve(bytes.size() / 3 * 4 + 6);
  *to++ = '"';
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t here = std::min<size_t>(3, bytes.size() - i);
    uint32_t word = 0;
    for (size_t k = 0; k < 3; ++k)
      word = (word << 8) | (k < here ? static_cast<uint8_t>(bytes[i + k]) : 0U);
    for (size_t k = 0; k < 4; ++k) *to++ = k <= here ? kLetters[(word >> (18 - 6 * k)) & 63] : '=';
  }
  *to++ = '"';
  out->Commit(to);
}

JsonCell Prepared(const Column& column, JsonStyle style) {
  const ArrayNode& node = *column.node();
  JsonCell cell{.type = column.type(), .node = column.node(), .offset = node.offset};
  if (cell.type.id() == TypeId::kNull) return cell;
  if (cell.type.id() == TypeId::kChoice) {
    cell.values = node.buffers[0].data;
    for (size_t i = 0; i < node.children.size(); ++i) {
      cell.below.push_back(Prepared(Column(cell.type.fields()[i].type, node.children[i]), style));
    }
    return cell;
  }
  if (!HasNoNulls(node)) cell.validity = node.buffer<uint8_t>(0);
  cell.values = node.buffers[1].data;
  cell.offsets = node.buffer<int32_t>(1);
  switch (cell.type.id()) {
    case TypeId::kString:
    case TypeId::kBinary: cell.text = node.buffer<char>(2); break;
    case TypeId::kStruct:
      for (size_t i = 0; i < node.children.size(); ++i) {
        const Field& field = cell.type.fields()[i];
        JsonCell& below =
            cell.below.emplace_back(Prepared(Column(field.type, node.children[i]), style));
        TextBuffer name;
        AppendQuoted(field.name, &name);
        below.lead =
            (style.blanks ? ", " : ",") + std::string(name.text()) + (style.blanks ? ": " : ":");
      }
      break;
    case TypeId::kArray: cell.below.push_back(Prepared(StoredElements(column), style)); break;
    case TypeId::kMap: {
      const ArrayNode& entries = *node.children[0];
      cell.below.push_back(Prepared(
          Column(DataType::String(), Narrowed(entries.children[0], entries.offset, entries.length)),
          style));
      cell.below.push_back(Prepared(StoredValues(column), style));
      break;
    }
    default: break;
  }
  return cell;
}

const JsonCell& Chosen(const JsonCell& choice, int64_t at) {
  return choice.below[static_cast<const uint8_t*>(choice.values)[at]];
}

bool IsNullAt(const JsonCell& cell, int64_t row) {
  const int64_t at = cell.offset + row;
  if (cell.validity != nullptr) return !GetBit(cell.validity, at);
  if (cell.type.id() == TypeId::kChoice) return IsNullAt(Chosen(cell, at), at);
  return cell.type.id() == TypeId::kNull;
}

void AppendCell(const JsonCell& cell, int64_t row, JsonStyle style, TextBuffer* out);

void AppendObject(const JsonCell& cell, int64_t at, JsonStyle style, TextBuffer* out) {
  size_t comma = style.blanks ? 2 : 1;  // Of the first field it is left out.
  out->Append('{');
  for (const JsonCell& field : cell.below) {
    if (style.omit_nulls && IsNullAt(field, at)) continue;
    out->Append(std::string_view(field.lead).substr(comma));
    comma = 0;
    AppendCell(field, at, style, out);
  }
  out->Append('}');
}

void AppendList(const JsonCell& cell, int64_t at, JsonStyle style, TextBuffer* out) {
  out->Append('[');
  for (int32_t i = cell.offsets[at]; i < cell.offsets[at + 1]; ++i) {
    if (i > cell.offsets[at]) out->Append(style.blanks ? ", " : ",");
    AppendCell(cell.below[0], i, style, out);
  }
  out->Append(']');
}

std::string_view TextAt(const JsonCell& cell, int64_t at) {
  const int32_t begin = cell.offsets[at];
  return {cell.text + begin, static_cast<size_t>(cell.offsets[at + 1] - begin)};
}

void AppendMap(const JsonCell& cell, int64_t at, JsonStyle style, TextBuffer* out) {
  const JsonCell& keys = cell.below[0];
  out->Append('{');
  for (int32_t i = cell.offsets[at]; i < cell.offsets[at + 1]; ++i) {
    if (i > cell.offsets[at]) out->Append(style.blanks ? ", " : ",");
    AppendQuoted(TextAt(keys, keys.offset + i), out);
    out->Append(style.blanks ? ": " : ":");
    AppendCell(cell.below[1], i, style, out);
  }
  out->Append('}');
}

// Numbers that JSON lacks, dates and times stand in quotes.
bool IsQuoted(const JsonCell& cell, int64_t at) {
  switch (cell.type.id()) {
    case TypeId::kFloat: return !std::isfinite(static_cast<const float*>(cell.values)[at]);
    case TypeId::kDouble: return !std::isfinite(static_cast<const double*>(cell.values)[at]);
    case TypeId::kDate:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: return true;
    default: return false;
  }
}

void AppendCell(const JsonCell& cell, int64_t row, JsonStyle style, TextBuffer* out) {
  if (IsNullAt(cell, row)) return out->Append("null");
  const int64_t at = cell.offset + row;
  switch (cell.type.id()) {
    case TypeId::kStruct: return AppendObject(cell, at, style, out);
    case TypeId::kArray: return AppendList(cell, at, style, out);
    case TypeId::kMap: return AppendMap(cell, at, style, out);
    case TypeId::kChoice: return AppendCell(Chosen(cell, at), at, style, out);
    case TypeId::kString: return AppendQuoted(TextAt(cell, at), out);
    case TypeId::kBinary: return AppendBase64(TextAt(cell, at), out);
    default: break;
  }
  char* to = out->Reserve(kMostScalarBytes + 2);
  const bool quoted = IsQuoted(cell, at);
  if (quoted) *to++ = '"';
  to = PutValue(cell.type, cell.values, at, to);
  if (quoted) *to++ = '"';
  out->Commit(to);
}

}  // namespace

void AppendJson(const Column& column, int64_t row, JsonStyle style, std::string* out) {
  TextBuffer text;
  AppendCell(Prepared(SliceColumn(column, row, 1), style), 0, style, &text);
  *out += text.text();
}

JsonText::JsonText(const RecordBatch& batch, JsonStyle style)
    : rows_(batch.num_rows()), style_(style) {
  const ArrowArray& array = batch.array();
  std::vector<Column> columns;
  for (int i = 0; i < batch.num_columns(); ++i) {
    // A view whose release does nothing: the batch is borrowed.
    ArrowArray view = *array.children[i];
    view.release = [](ArrowArray* self) { self->release = nullptr; };
    const Column column = ImportColumn(batch.schema().field(i).type, &view);
    columns.push_back(SliceColumn(column, array.offset, array.length));
  }
  root_ = std::make_unique<const JsonCell>(
      Prepared(MakeStruct(batch.schema().fields(), columns, rows_), style));
}

JsonText::~JsonText() = default;

void JsonText::AppendRow(int64_t row, std::string* out) const {
  TextBuffer text;
  AppendCell(*root_, row, style_, &text);
  *out += text.text();
}

int64_t JsonText::AppendLines(int64_t row, size_t enough, TextBuffer* out) const {
  for (; row < rows_ && out->size() < enough; ++row) {
    AppendCell(*root_, row, style_, out);
    out->Append('\n');
  }
  return row;
}

}  // namespace tenon::columnar
