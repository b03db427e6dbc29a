#include "transform/path.h"

#include <algorithm>
#include <utility>

#include "base/error_catalog.h"
#include "base/text.h"
#include "tenon/option_spec.h"

namespace tenon::transform {
namespace {

Status WrongPath(std::string_view text, std::string_view why) {
  return Status::InvalidArgument("Path is wrong: path=" + std::string(text) +
                                 " reason=" + std::string(why))
      .WithNumber(base::kErrTransformArgument)
      .WithHint(
          "Dots lead into structs, `backticks` quote a name that has dots, [] leads into an array.");
}

}  // namespace

Result<Path> ParsePath(std::string_view text) {
  Path path;
  size_t at = 0;
  while (true) {
    PathStep step;
    if (at < text.size() && text[at] == '`') {
      const size_t end = text.find('`', at + 1);
      if (end == std::string_view::npos) return WrongPath(text, "a backtick is not closed");
      step.name = text.substr(at + 1, end - at - 1);
      at = end + 1;
    } else {
      const size_t begin = at;
      while (at < text.size() && text[at] != '.' && text.substr(at, 2) != "[]") ++at;
      step.name = text.substr(begin, at - begin);
    }
    if (step.name.empty()) return WrongPath(text, "a name is empty");
    path.push_back(std::move(step));
    while (text.substr(at, 2) == "[]") {
      path.push_back({"", true});
      at += 2;
    }
    if (at == text.size()) return path;
    if (text[at] != '.') return WrongPath(text, "a dot is missing");
    ++at;
  }
}

std::string PathText(std::span<const PathStep> path) {
  std::string text;
  for (const PathStep& step : path) {
    if (step.elements) {
      text += "[]";
      continue;
    }
    if (!text.empty()) text += '.';
    const bool plain = step.name.find('.') == std::string::npos;
    text += plain ? step.name : "`" + step.name + "`";
  }
  return text;
}

std::optional<int> FindField(std::span<const Field> fields, std::string_view name,
                             bool case_sensitive) {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name) return static_cast<int>(i);
  }
  if (case_sensitive) return std::nullopt;
  const std::string lower = base::ToLower(name);
  for (size_t i = 0; i < fields.size(); ++i) {
    if (base::ToLower(fields[i].name) == lower) return static_cast<int>(i);
  }
  return std::nullopt;
}

std::vector<int> FindFields(std::span<const Field> fields, std::string_view name,
                            bool case_sensitive) {
  std::vector<int> found;
  const std::string lower = base::ToLower(name);
  for (size_t i = 0; i < fields.size(); ++i) {
    const bool same = fields[i].name == name;
    if (same || (!case_sensitive && base::ToLower(fields[i].name) == lower))
      found.push_back(static_cast<int>(i));
  }
  std::sort(found.begin(), found.end(), [&](int left, int right) {
    const std::string& a = fields[static_cast<size_t>(left)].name;
    const std::string& b = fields[static_cast<size_t>(right)].name;
    return std::make_pair(a != name, std::string_view(a)) <
           std::make_pair(b != name, std::string_view(b));
  });
  return found;
}

Status UnknownColumn(const std::string& path, std::string_view name, std::span<const Field> fields,
                     const std::string& parent) {
  std::vector<std::string> names;
  for (const Field& field : fields) names.push_back(field.name);
  const std::string nearest = NearestName(name, names);
  const std::string prefix = parent.empty() ? "" : parent + ".";
  return Status::InvalidArgument("Column is not in the source: column=" + path)
      .WithNumber(base::kErrUnknownColumn)
      .WithHint(nearest.empty() ? "There are: " + base::Join(names, ", ") + "."
                                : "Did you mean " + prefix + nearest + "?");
}

}  // namespace tenon::transform
