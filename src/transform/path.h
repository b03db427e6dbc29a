// Paths to columns and fields, as scripts write them: "a", "a.b", "`odd.name`.b", "items[].price". Values.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.h"
#include "tenon/schema.h"

namespace tenon::transform {

// One step down: into the field of this name, or into the elements of an array (no name).
struct PathStep {
  std::string name;
  bool elements = false;
  bool operator==(const PathStep&) const = default;
};

// Never empty; begins with a name.
using Path = std::vector<PathStep>;

// kInvalidArgument TN1021 for an empty name, a backtick without its end, something behind [].
Result<Path> ParsePath(std::string_view text);
std::string PathText(std::span<const PathStep> path);

// The field of exactly this name; when `case_sensitive` is false, else the first that differs in case only.
std::optional<int> FindField(std::span<const Field> fields, std::string_view name,
                             bool case_sensitive);

// All fields that FindField may mean, the exact one first, then by name: the same order for every schema.
std::vector<int> FindFields(std::span<const Field> fields, std::string_view name,
                            bool case_sensitive);

// kInvalidArgument TN2001 "Column is not in the source: column=usr_id" with the nearest name there is. `parent` is the
// path of `fields`, empty at the top.
Status UnknownColumn(const std::string& path, std::string_view name, std::span<const Field> fields,
                     const std::string& parent);

}  // namespace tenon::transform
