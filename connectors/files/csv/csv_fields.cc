#include "connectors/files/csv/csv_fields.h"

namespace tenon::files {

Result<CsvFields::OfFile> CsvFields::In(const CsvHead& head, const std::string& path) const {
  OfFile file;
  if (!by_name_) {
    file.count = static_cast<size_t>(columns_);
    for (int i = 0; i < columns_; ++i) file.field.push_back(i);
    return file;
  }
  file.count = head.names.size();
  file.field.assign(static_cast<size_t>(columns_), -1);
  for (size_t i = 0; i < head.names.size(); ++i) {
    const auto column = column_of_.find(head.names[i]);
    if (column == column_of_.end()) {
      return Status::DataError("File has a column that the read was not planned with: file=" +
                               path + " column=" + head.names[i])
          .WithHint("Read again: the file's header has changed since.");
    }
    file.field[static_cast<size_t>(column->second)] = static_cast<int>(i);
  }
  return file;
}

}  // namespace tenon::files
