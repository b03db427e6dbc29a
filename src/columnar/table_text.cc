#include "columnar/table_text.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/text.h"
#include "columnar/buffers.h"
#include "columnar/column.h"
#include "columnar/column_ops.h"
#include "columnar/json_text.h"
#include "columnar/text_form.h"

namespace tenon::columnar {
namespace {

constexpr std::string_view kNull = "null";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kPlain = "\x1b[0m";
// More of a cell is never looked at: every column of a terminal takes at most this many bytes.
constexpr size_t kBytesPerColumn = 16;

struct Range {
  uint32_t first, last;
};
constexpr std::array kWide = {
    Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0xA4CF},
    Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},
    Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F},
    Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD},
};
constexpr std::array kCombining = {
    Range{0x0300, 0x036F},
    Range{0x200B, 0x200F},
    Range{0x20D0, 0x20FF},
    Range{0xFE00, 0xFE0F},
};

bool IsIn(std::span<const Range> ranges, uint32_t letter) {
  return std::any_of(ranges.begin(), ranges.end(), [letter](const Range& range) {
    return letter >= range.first && letter <= range.last;
  });
}

// The letter that begins well-formed UTF-8 text, and its bytes.
std::pair<uint32_t, size_t> FirstLetter(std::string_view text) {
  const auto lead = static_cast<uint8_t>(text[0]);
  const size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  uint32_t letter = bytes == 1 ? lead : lead & (0x7F >> bytes);
  for (size_t i = 1; i < bytes && i < text.size(); ++i) {
    letter = (letter << 6) | (static_cast<uint8_t>(text[i]) & 0x3F);
  }
  return {letter, std::min(bytes, text.size())};
}

size_t ColumnsOf(uint32_t letter) {
  if (letter < 0x300) return 1;
  if (IsIn(kCombining, letter)) return 0;
  return IsIn(kWide, letter) ? 2 : 1;
}

// Cut to `columns` with "…" at its end.
std::string Fitted(std::string text, size_t columns) {
  size_t used = 0, end = 0, fits = 0;
  while (end < text.size()) {
    const auto [letter, bytes] = FirstLetter(std::string_view(text).substr(end));
    used += ColumnsOf(letter);
    if (used > columns) {
      text.resize(fits);
      return text + "…";
    }
    end += bytes;
    if (used < columns) fits = end;
  }
  return text;
}

// Text that could be taken for a null, or whose ends cannot be seen, stands in quotes.
bool NeedsQuotes(std::string_view text) {
  return text.empty() || text == kNull || text.front() == ' ' || text.back() == ' ' ||
         text.front() == '"';
}

// Member `code` of a choice is what its rows hold.
Column Selected(Column column, int64_t* row) {
  while (column.type().id() == TypeId::kChoice) {
    const ArrayNode& node = *column.node();
    const auto code = static_cast<size_t>(node.buffer<uint8_t>(0)[node.offset + *row]);
    *row += node.offset;
    column = Column(column.type().fields()[code].type, node.children[code]);
  }
  return column;
}

std::string CellText(const Column& column, int64_t row) {
  const Column value = Selected(column, &row);
  const TypeId id = value.type().id();
  if (id == TypeId::kNull || IsNull(*value.node(), row)) return std::string(kNull);
  std::string text;
  if (value.type().is_nested() || id == TypeId::kBinary) {
    AppendJson(value, row, {.blanks = true, .omit_nulls = true}, &text);
    return text;
  }
  AppendScalar(value, row, &text);
  return id == TypeId::kString && NeedsQuotes(text) ? "\"" + text + "\"" : text;
}

bool IsNumber(TypeId id) { return id >= TypeId::kByte && id <= TypeId::kDecimal; }

}  // namespace

size_t DisplayColumns(std::string_view text) {
  size_t columns = 0;
  while (!text.empty()) {
    const auto [letter, bytes] = FirstLetter(text);
    columns += ColumnsOf(letter);
    text.remove_prefix(bytes);
  }
  return columns;
}

TableText::TableText(SchemaPtr schema, TableStyle style)
    : schema_(std::move(schema)), style_(style), widths_(static_cast<size_t>(schema_->size())) {}

void TableText::Add(const RecordBatch& batch, std::string* out) {
  // A view whose release does nothing: the batch is borrowed.
  std::vector<Column> columns;
  const ArrowArray& root = batch.array();
  for (int i = 0; i < batch.num_columns(); ++i) {
    ArrowArray view = *root.children[i];
    view.release = [](ArrowArray* self) { self->release = nullptr; };
    columns.push_back(
        SliceColumn(ImportColumn(schema_->field(i).type, &view), root.offset, root.length));
  }
  for (int64_t row = 0; row < batch.num_rows(); ++row) {
    Row cells;
    for (const Column& column : columns) {
      cells.push_back(
          Fitted(base::ShortText(CellText(column, row), style_.cell_columns * kBytesPerColumn),
                 style_.cell_columns));
    }
    if (head_printed_) {
      PrintRow(cells, false, out);
    } else {
      held_.push_back(std::move(cells));
      if (held_.size() == kRowsForWidths) PrintHeld(out);
    }
  }
}

void TableText::Finish(std::string* out) {
  if (!head_printed_) PrintHeld(out);
}

void TableText::PrintHeld(std::string* out) {
  Row names, types;
  for (const Field& field : schema_->fields()) {
    names.push_back(Fitted(base::ShortText(field.name, style_.cell_columns * kBytesPerColumn),
                           style_.cell_columns));
    types.push_back(Fitted(field.type.ToString(), style_.cell_columns));
  }
  for (size_t i = 0; i < widths_.size(); ++i) {
    widths_[i] = std::max(DisplayColumns(names[i]), DisplayColumns(types[i]));
    for (const Row& row : held_) widths_[i] = std::max(widths_[i], DisplayColumns(row[i]));
  }
  head_printed_ = true;
  PrintRow(names, false, out);
  PrintRow(types, true, out);
  for (size_t i = 0; i < widths_.size(); ++i) {
    *out += (i == 0 ? "" : "-+-") + std::string(widths_[i], '-');
  }
  *out += '\n';
  for (const Row& row : held_) PrintRow(row, false, out);
  held_.clear();
}

void TableText::PrintRow(const Row& row, bool dim, std::string* out) const {
  std::string line;
  for (size_t i = 0; i < row.size(); ++i) {
    if (i > 0) line += " | ";
    const std::string cell = Fitted(row[i], widths_[i]);
    const std::string blanks(widths_[i] - std::min(widths_[i], DisplayColumns(cell)), ' ');
    const bool right = IsNumber(schema_->field(static_cast<int>(i)).type.id()) && cell != kNull;
    const bool faint = style_.colour && (dim || cell == kNull);
    if (right) line += blanks;
    line += (faint ? std::string(kDim) : "") + cell + (faint ? std::string(kPlain) : "");
    if (!right) line += blanks;
  }
  line.resize(line.find_last_not_of(' ') + 1);
  *out += line + "\n";
}

}  // namespace tenon::columnar
