#include "expression/column_path.h"

#include <span>

#include "base/error_catalog.h"
#include "base/text.h"
#include "tenon/option_spec.h"

namespace tenon::expression {
namespace {

// The index of the field called `name`; ignoring case only when one field alone matches.
std::optional<int> FindField(std::span<const Field> fields, std::string_view name,
                             bool ignore_case) {
  std::optional<int> found;
  for (size_t i = 0; i < fields.size(); ++i) {
    const bool match =
        ignore_case ? EqualsIgnoreCase(fields[i].name, name) : fields[i].name == name;
    if (!match) continue;
    if (found) return ignore_case ? std::nullopt : found;
    found = static_cast<int>(i);
  }
  return found;
}

std::optional<ColumnPlace> FindPath(const Schema& schema, const std::vector<std::string>& parts,
                                    bool ignore_case) {
  ColumnPlace place;
  std::span<const Field> fields = schema.fields();
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0 && place.type.id() != TypeId::kStruct) return std::nullopt;
    const std::optional<int> index = FindField(fields, parts[i], ignore_case);
    if (!index) return std::nullopt;
    place.path.push_back(*index);
    const DataType type = fields[static_cast<size_t>(*index)].type;
    place.type = type;
    fields = place.type.fields();
  }
  return place;
}

}  // namespace

std::string JoinPath(const std::vector<std::string>& parts) {
  if (parts.size() == 1) return parts[0];
  std::string path;
  for (const std::string& part : parts) {
    if (!path.empty()) path += '.';
    if (part.find_first_of(".`") == std::string::npos) {
      path += part;
      continue;
    }
    path += '`';
    for (const char c : part) path += c == '`' ? std::string("``") : std::string(1, c);
    path += '`';
  }
  return path;
}

std::optional<std::vector<std::string>> SplitPath(std::string_view path) {
  std::vector<std::string> parts;
  size_t at = 0;
  while (true) {
    std::string part;
    if (at < path.size() && path[at] == '`') {
      for (++at;; ++at) {
        if (at >= path.size()) return std::nullopt;
        if (path[at] == '`') {
          if (at + 1 >= path.size() || path[at + 1] != '`') break;
          ++at;
        }
        part += path[at];
      }
      ++at;
    } else {
      const size_t end = std::min(path.find('.', at), path.size());
      part = path.substr(at, end - at);
      at = end;
    }
    if (part.empty()) return std::nullopt;
    parts.push_back(std::move(part));
    if (at == path.size()) return parts;
    if (path[at] != '.') return std::nullopt;
    ++at;
  }
}

std::optional<ColumnPlace> FindColumn(const Schema& schema, std::string_view name) {
  for (const bool ignore_case : {false, true}) {
    if (std::optional<ColumnPlace> place = FindPath(schema, {std::string(name)}, ignore_case))
      return place;
    if (const auto parts = SplitPath(name)) {
      if (std::optional<ColumnPlace> place = FindPath(schema, *parts, ignore_case)) return place;
    }
  }
  return std::nullopt;
}

std::string NameOf(const Schema& schema, const ColumnPlace& place) {
  std::vector<std::string> parts;
  std::span<const Field> fields = schema.fields();
  for (const int index : place.path) {
    const Field& field = fields[static_cast<size_t>(index)];
    parts.push_back(field.name);
    fields = field.type.fields();
  }
  return JoinPath(parts);
}

Status UnknownColumn(const Schema& schema, std::string_view name) {
  const std::vector<std::string> names = schema.names();
  const std::string nearest = NearestName(name, names);
  return Status::InvalidArgument("Column is not there: column=" + base::ShortText(name, 100))
      .WithHint(nearest.empty() ? "Columns: " + base::ShortText(base::Join(names, ", "), 300) + "."
                                : "Did you mean " + nearest + "?")
      .WithNumber(base::kErrUnknownColumn);
}

}  // namespace tenon::expression
