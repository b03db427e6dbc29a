// Which field of a file each column of a read is.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "connectors/files/csv/csv_files.h"
#include "tenon/schema.h"

namespace tenon::files {

// Columns by name, made once for a read. Const methods, any thread.
class CsvFields {
 public:
  CsvFields(const Schema& all, bool by_name) : columns_(all.size()), by_name_(by_name) {
    for (int i = 0; i < all.size(); ++i) column_of_.emplace(all.field(i).name, i);
  }

  struct OfFile {
    size_t count = 0;        // As many as its records have.
    std::vector<int> field;  // Of each column; -1: the file has it not.
  };
  // By the names in its header, or by position. kDataError: the header names a column that the read does not know.
  Result<OfFile> In(const CsvHead& head, const std::string& path) const;

 private:
  const int columns_;
  const bool by_name_;
  std::unordered_map<std::string, int> column_of_;
};

}  // namespace tenon::files
