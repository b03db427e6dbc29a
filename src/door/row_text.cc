#include "door/row_text.h"

#include <bit>

#include "door/json_text.h"
#include "tenon/column_view.h"

namespace tenon::internal {
namespace {

void AppendElements(const ColumnView& column, int64_t row, std::string* text) {
  const ColumnView::Range cells = column.range(row);
  const bool map = column.type().id() == TypeId::kMap;
  *text += '[';
  for (int64_t i = cells.begin; i < cells.end; ++i) {
    if (map) AppendCellText(column.keys(), i, text);
    if (map) *text += '=';
    AppendCellText(column.elements(), i, text);
    *text += ',';
  }
  *text += ']';
}

}  // namespace

void AppendCellText(const ColumnView& column, int64_t row, std::string* text) {
  if (column.is_null(row)) {
    *text += "null";
    return;
  }
  const DataType& type = column.type();
  switch (type.id()) {
    case TypeId::kNull: *text += "null"; return;
    case TypeId::kBoolean: *text += column.GetBoolean(row) ? "true" : "false"; return;
    case TypeId::kFloat:
    case TypeId::kDouble:
      *text += std::to_string(std::bit_cast<int64_t>(column.GetDouble(row)));
      return;
    case TypeId::kDecimal:
      if (type.precision() > 38) {
        *text += "decimal";  // The view reads 128 bits; wider ones are not told apart.
      } else {
        const Decimal128 value = column.GetDecimal(row);
        *text += std::to_string(value.high) + ":" + std::to_string(value.low);
      }
      return;
    case TypeId::kString:
    case TypeId::kBinary: *text += JsonQuote(column.GetString(row)); return;
    case TypeId::kStruct:
      *text += '{';
      for (size_t i = 0; i < type.fields().size(); ++i) {
        AppendCellText(column.child(static_cast<int>(i)), row, text);
        *text += ',';
      }
      *text += '}';
      return;
    case TypeId::kArray:
    case TypeId::kMap: AppendElements(column, row, text); return;
    case TypeId::kChoice: {
      const int member = column.choice(row);
      *text += std::to_string(member) + "@";
      AppendCellText(column.child(member), row, text);
      return;
    }
    default: *text += std::to_string(column.GetLong(row)); return;
  }
}

void AppendRowTexts(const RecordBatch& batch, std::vector<std::string>* rows) {
  const BatchView view(batch);
  for (int64_t row = 0; row < batch.num_rows(); ++row) {
    std::string text;
    for (int i = 0; i < batch.num_columns(); ++i) {
      AppendCellText(view.column(i), row, &text);
      text += '|';
    }
    rows->push_back(std::move(text));
  }
}

}  // namespace tenon::internal
