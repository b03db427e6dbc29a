#include "connectors/files/format/pick_columns.h"

#include <utility>

#include "columnar/field_places.h"

namespace tenon::files {

std::optional<std::vector<int>> FindColumns(const std::vector<std::string>& names,
                                            const Schema& all) {
  const columnar::FieldPlaces places(all.fields());
  std::vector<bool> taken(static_cast<size_t>(all.size()));
  std::vector<int> found;
  for (const std::string& name : names) {
    const std::optional<int> column = places.Find(name);
    if (!column || taken[static_cast<size_t>(*column)]) return std::nullopt;
    taken[static_cast<size_t>(*column)] = true;
    found.push_back(*column);
  }
  return found;
}

Schema PickColumns(const Schema& all, const std::vector<int>& columns) {
  std::vector<Field> fields;
  fields.reserve(columns.size());
  for (const int column : columns) fields.push_back(all.field(column));
  return Schema(std::move(fields));
}

}  // namespace tenon::files
