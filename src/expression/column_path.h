// How a predicate names a column: the exact name of a top-level column, or a dotted path into structs, whose parts
// stand in backticks when they hold a dot or a backtick themselves. Pure functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/schema.h"

namespace tenon::expression {

// One part is the name itself, whatever it holds; more are joined with dots.
std::string JoinPath(const std::vector<std::string>& parts);
// The parts of a dotted path; nullopt when a backtick is not closed or a part is empty.
std::optional<std::vector<std::string>> SplitPath(std::string_view path);

struct ColumnPlace {
  std::vector<int> path;  // Column, then field of a struct, then field of that one…
  DataType type;
};

// A top-level column of exactly this name, else a path into structs; without a match the same ignoring ASCII case,
// as Spark does, when only one column is meant. nullopt: there is no such column.
std::optional<ColumnPlace> FindColumn(const Schema& schema, std::string_view name);
// The name under which FindColumn finds `place` exactly.
std::string NameOf(const Schema& schema, const ColumnPlace& place);

// kInvalidArgument TN2001 with the nearest name.
Status UnknownColumn(const Schema& schema, std::string_view name);

}  // namespace tenon::expression
