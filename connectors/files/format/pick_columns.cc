#include "connectors/files/format/pick_columns.h"

#include <algorithm>
#include <utility>

namespace tenon::files {

std::optional<std::vector<int>> FindColumns(const std::vector<std::string>& names,
                                            const Schema& all) {
  std::vector<int> found;
  for (const std::string& name : names) {
    const std::optional<int> column = all.IndexOf(name);
    if (!column || std::count(found.begin(), found.end(), *column) > 0) return std::nullopt;
    found.push_back(*column);
  }
  return found;
}

Schema PickColumns(const Schema& all, const std::vector<int>& columns) {
  std::vector<Field> fields;
  for (const int column : columns) fields.push_back(all.field(column));
  return Schema(std::move(fields));
}

}  // namespace tenon::files
