#include "tenon/registration.h"

#include <algorithm>
#include <utility>

namespace tenon::internal {
namespace {

constexpr int kUnknownColumn = 2001;  // Of src/base/error_catalog.h, which the door does not see.

std::vector<OptionDescription> Joined(std::vector<OptionDescription> own,
                                      const std::vector<OptionDescription>& more) {
  own.insert(own.end(), more.begin(), more.end());
  return own;
}

}  // namespace

ConnectorInfo InfoOf(Registration registration, const std::vector<OptionDescription>& own) {
  ConnectorInfo info;
  info.options_schema = OptionsJsonSchema(Joined(own, registration.options), registration.unknown);
  info.name = std::move(registration.name);
  info.class_names = std::move(registration.class_names);
  info.version = std::move(registration.version);
  info.help = std::move(registration.help);
  info.can.write = false;
  return info;
}

Status CheckOptions(const Options& options, const Registration& registration,
                    const std::vector<OptionDescription>& own) {
  return CheckOptionNames(options, Joined(own, registration.options), registration.unknown);
}

Result<Schema> SelectColumns(const Schema& schema, const std::vector<std::string>& columns) {
  std::vector<Field> fields;
  fields.reserve(columns.size());
  for (const std::string& column : columns) {
    const std::optional<int> index = schema.IndexOf(column);
    if (!index) {
      const std::string nearest = NearestName(column, schema.names());
      return Status::InvalidArgument("Column is not in the source: column=" + column)
          .WithHint(nearest.empty() ? "" : "Did you mean " + nearest + "?")
          .WithNumber(kUnknownColumn);
    }
    fields.push_back(schema.field(*index));
  }
  return Schema(std::move(fields));
}

bool HasRepeats(std::vector<std::string> columns) {
  std::sort(columns.begin(), columns.end());
  return std::adjacent_find(columns.begin(), columns.end()) != columns.end();
}

}  // namespace tenon::internal
