#include "connectors/files/csv/csv_rows.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "columnar/buffers.h"
#include "columnar/json_text.h"
#include "columnar/scalar_text.h"

namespace tenon::files {
namespace {

using columnar::ArrayNode;
using columnar::Column;
using columnar::TextBuffer;

constexpr int64_t kMostValuesAtOnce = 16'384;
constexpr int64_t kMostRowsAtOnce = 512;
constexpr int64_t kLeastRowsAtOnce = 8;
constexpr int64_t kMostTextAtOnce = 1 << 20;
constexpr size_t kCopiedAtOnce = 32;

// The offset of a row's text, the next one that of its end.
const int32_t* OffsetsOf(const Column& column, int64_t row) {
  return column.node()->buffer<int32_t>(1) + column.node()->offset + row;
}

bool HoldsText(TypeId type) { return type == TypeId::kString || type == TypeId::kBinary; }

// As many rows as make not too many values, nor too much text.
int64_t RowsAtOnce(const std::vector<Column>& columns, int64_t row) {
  const auto count = static_cast<int64_t>(columns.size());
  int64_t rows = std::clamp(kMostValuesAtOnce / count, kLeastRowsAtOnce, kMostRowsAtOnce);
  rows = std::min(rows, columns[0].length() - row);
  const auto text = [&] {
    int64_t bytes = 0;
    for (const Column& column : columns) {
      if (!HoldsText(column.type().id())) continue;
      const int32_t* const offsets = OffsetsOf(column, row);
      bytes += offsets[rows] - offsets[0];
    }
    return bytes;
  };
  while (rows > 1 && text() > kMostTextAtOnce) rows = (rows + 1) / 2;
  return rows;
}

}  // namespace

Result<int64_t> CsvRows::AppendSome(const std::vector<Column>& columns, const Schema& schema,
                                    int64_t row, TextBuffer* out) {
  const int64_t rows = RowsAtOnce(columns, row);
  if (scratch_.size() < columns.size()) scratch_.resize(columns.size());
  std::vector<Cells> cells;
  for (size_t i = 0; i < columns.size(); ++i) {
    TENON_ASSIGN_OR_RETURN(
        const Cells rendered,
        Render(columns[i], schema.field(static_cast<int>(i)).name, row, rows, &scratch_[i]));
    cells.push_back(rendered);
  }
  PutSideBySide(cells, rows, out);
  return row + rows;
}

Status CsvRows::AppendHeader(const Schema& schema, TextBuffer* out) {
  for (int i = 0; i < schema.size(); ++i) {
    if (i > 0) out->Append(static_cast<char>(options_.separator));
    TENON_RETURN_IF_ERROR(AppendText(schema.field(i).name, schema.field(i).name, out));
  }
  out->Append('\n');
  return Status::Ok();
}

Result<CsvRows::Cells> CsvRows::Render(const Column& column, const std::string& name, int64_t row,
                                       int64_t rows, Scratch* scratch) const {
  const TypeId type = column.type().id();
  const auto count = static_cast<size_t>(rows);
  if (scratch->ends.size() < count + 1) scratch->ends.resize(count + 1);
  if (type == TypeId::kString) {
    const ArrayNode& node = *column.node();
    const auto* const text = node.buffer<char>(2);
    // Offsets of a canonical column are not negative.
    const auto* const ends = reinterpret_cast<const uint32_t*>(OffsetsOf(column, row)) + 1;
    const int32_t last = node.buffer<int32_t>(1)[node.offset + node.length];
    return Quoted({text, text + last, ends}, column, name, row, rows, scratch);
  }
  if (type == TypeId::kBinary) {
    return Quoted(RenderBinary(column, row, rows, scratch), column, name, row, rows, scratch);
  }
  uint32_t* const ends = scratch->ends.data() + 1;
  scratch->text.Clear();
  char* const text = scratch->text.Reserve(count * columnar::kMostScalarBytes);
  if (type == TypeId::kNull) {
    std::fill_n(ends, count, 0);
  } else {
    const ArrayNode& node = *column.node();
    const auto* const validity = columnar::HasNoNulls(node) ? nullptr : node.buffer<uint8_t>(0);
    columnar::PutValues(column.type(), node.buffers[1].data, validity, node.offset + row, rows,
                        text, ends);
  }
  const Cells cells{text, text + count * columnar::kMostScalarBytes, ends};
  if (!quoting_.numbers_too() || type == TypeId::kNull) return cells;
  return Quoted(cells, column, name, row, rows, scratch);
}

// As in JSON: base64, there in quotes.
CsvRows::Cells CsvRows::RenderBinary(const Column& column, int64_t row, int64_t rows,
                                     Scratch* scratch) const {
  std::string value;
  scratch->text.Clear();
  for (int64_t i = 0; i < rows; ++i) {
    if (!columnar::IsNull(*column.node(), row + i)) {
      value.clear();
      columnar::AppendJson(column, row + i, {}, &value);
      scratch->text.Append(std::string_view(value).substr(1, value.size() - 2));
    }
    scratch->ends[static_cast<size_t>(i) + 1] = static_cast<uint32_t>(scratch->text.size());
  }
  const std::string_view text = scratch->text.text();
  return {text.data(), text.data() + text.size(), scratch->ends.data() + 1};
}

Result<CsvRows::Cells> CsvRows::Quoted(const Cells& cells, const Column& column,
                                       const std::string& name, int64_t row, int64_t rows,
                                       Scratch* scratch) const {
  const ArrayNode& node = *column.node();
  const bool with_nulls = !columnar::HasNoNulls(node);
  const auto is_null = [&](int64_t i) { return with_nulls && columnar::IsNull(node, row + i); };
  const auto at = [&](int64_t i) {
    return std::string_view(cells.text + cells.ends[i - 1], cells.ends[i] - cells.ends[i - 1]);
  };
  bool as_they_are = true;
  for (int64_t i = 0; i < rows && as_they_are; ++i) {
    as_they_are = is_null(i) ? at(i).empty() : !quoting_.NeedsQuotes(at(i));
  }
  if (as_they_are) return cells;
  TextBuffer& text = scratch->quoted;
  text.Clear();
  scratch->quoted_ends.resize(static_cast<size_t>(rows) + 1);
  for (int64_t i = 0; i < rows; ++i) {
    if (!is_null(i)) TENON_RETURN_IF_ERROR(AppendText(at(i), name, &text));
    scratch->quoted_ends[static_cast<size_t>(i) + 1] = static_cast<uint32_t>(text.size());
  }
  // Room to read a little behind the last one.
  const char* const end = text.Reserve(kCopiedAtOnce) + kCopiedAtOnce;
  return Cells{text.text().data(), end, scratch->quoted_ends.data() + 1};
}

Status CsvRows::AppendText(std::string_view text, const std::string& name, TextBuffer* out) const {
  if (!quoting_.NeedsQuotes(text)) {
    out->Append(text);
    return Status::Ok();
  }
  if (!options_.quote) {
    // Blanks and empty texts are written as they are; what would break the record is refused.
    const char breaking[] = {static_cast<char>(options_.separator), '\n', '\r'};
    if (text.find_first_of({breaking, sizeof(breaking)}) == std::string_view::npos) {
      out->Append(text);
      return Status::Ok();
    }
    return Status::DataError("Value cannot be written without quotes: column=" + name +
                             " value=" + base::ShortText(text, 60))
        .WithHint("Set quoteChar, or choose a separator that no value holds.");
  }
  const char quote = static_cast<char>(*options_.quote);
  out->Append(quote);
  while (!text.empty()) {
    const size_t end = std::min(text.find(quote), text.size() - 1) + 1;
    out->Append(text.substr(0, end));
    if (text[end - 1] == quote) out->Append(quote);
    text.remove_prefix(end);
  }
  out->Append(quote);
  return Status::Ok();
}

void CsvRows::PutSideBySide(const std::vector<Cells>& cells, int64_t rows, TextBuffer* out) const {
  size_t bytes = static_cast<size_t>(rows) * cells.size() + kCopiedAtOnce;
  for (const Cells& column : cells) bytes += column.ends[rows - 1] - column.ends[-1];
  char* to = out->Reserve(bytes);
  const char separator = static_cast<char>(options_.separator);
  for (int64_t row = 0; row < rows; ++row) {
    for (const Cells& column : cells) {
      const char* const text = column.text + column.ends[row - 1];
      const size_t size = column.ends[row] - column.ends[row - 1];
      if (size <= kCopiedAtOnce &&
          column.text_end - text >= static_cast<ptrdiff_t>(kCopiedAtOnce)) {
        std::memcpy(to, text, kCopiedAtOnce);
      } else if (size > 0) {
        std::memcpy(to, text, size);
      }
      to += size;
      *to++ = separator;
    }
    to[-1] = '\n';
  }
  out->Commit(to);
}

}  // namespace tenon::files
