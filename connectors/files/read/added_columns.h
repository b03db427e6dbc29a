// Columns that a file's name and time give to all of its rows: key=value folders, attachFilename, attachTimestamp.
//
// They stand behind the columns of the file; a column of the file with the same name gives way. A value that travels:
// the readers of any process get them with the scan's state. Immutable; any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/files/format/file_range.h"
#include "tenon/schema.h"
#include "tenon/source.h"

namespace tenon::files {

struct AddedColumn {
  enum Kind : int64_t { kHive, kFileName, kTimestamp } kind = kHive;
  Field field;
  bool operator==(const AddedColumn&) const = default;
};

class AddedColumns {
 public:
  AddedColumns() = default;
  explicit AddedColumns(std::vector<AddedColumn> columns) : columns_(std::move(columns)) {}

  const std::vector<AddedColumn>& columns() const { return columns_; }
  bool empty() const { return columns_.empty(); }
  bool Has(std::string_view name) const;

  // The columns of the file among `names`.
  std::vector<std::string> WithoutMine(const std::vector<std::string>& names) const;
  // `schema` without a column of a name of mine.
  Schema WithoutMine(const Schema& schema) const;
  // What readers give of files with `schema`: mine behind it; when `wanted` is there, only these, in its order.
  Schema Behind(const Schema& schema, const std::optional<std::vector<std::string>>& wanted) const;

  // Reads batches of one file and adds the columns that are `wanted` (none: all), in that order.
  std::unique_ptr<PartitionReader> Read(std::unique_ptr<PartitionReader> file,
                                        const FileRange& range,
                                        std::optional<std::vector<std::string>> wanted) const;

  std::string Serialise() const;
  static Result<AddedColumns> Parse(std::string_view bytes);

 private:
  std::vector<AddedColumn> columns_;
};

}  // namespace tenon::files
