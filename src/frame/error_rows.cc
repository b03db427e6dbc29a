#include "frame/error_rows.h"

#include <utility>

#include "tenon/batch_builder.h"

namespace tenon::frame {
namespace {

SchemaPtr ErrorSchema() {
  const DataType text = DataType::String();
  const DataType call_site = DataType::Struct({{"site", text}, {"info", text}});
  const DataType error =
      DataType::Struct({{"callsite", call_site}, {"msg", text}, {"input", text}, {"source", text}});
  return std::make_shared<const Schema>(std::vector<Field>{{"error", error}});
}

void AppendText(ColumnBuilder& column, const std::string& text) {
  if (text.empty()) {
    column.AppendNull();
  } else {
    column.Append(text);
  }
}

}  // namespace

Result<RecordBatch> ErrorRows(const std::vector<ErrorRecord>& records, const CallSite& call_site) {
  BatchBuilder rows(ErrorSchema());
  for (const ErrorRecord& record : records) {
    ColumnBuilder& error = rows.column(0);
    AppendText(error.field(0).field(0), call_site.site);
    AppendText(error.field(0).field(1), call_site.info);
    error.field(0).EndStruct();
    AppendText(error.field(1), record.message);
    AppendText(error.field(2), record.input);
    AppendText(error.field(3), record.where);
    error.EndStruct();
    rows.EndRow();
  }
  return rows.Finish();
}

}  // namespace tenon::frame
