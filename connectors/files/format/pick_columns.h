// The columns of a schema that a read has accepted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tenon/schema.h"

namespace tenon::files {

// Where the columns of exactly these names stand in `all`, in the order of the names; nothing when there is one that it
// has not, or one is named twice.
std::optional<std::vector<int>> FindColumns(const std::vector<std::string>& names,
                                            const Schema& all);

// REQUIRES: indexes of `all`.
Schema PickColumns(const Schema& all, const std::vector<int>& columns);

}  // namespace tenon::files
