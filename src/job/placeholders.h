// ${name} in a URL. Pure functions.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "tenon/result.h"
#include "tenon/secret.h"

namespace tenon::job {

// The value of a name, or none.
using PlaceholderValue = std::function<std::optional<Secret>(std::string_view name)>;

// `text` with each ${name} replaced by its value as it is, without any encoding. kInvalidArgument TN1214 names the
// first one that has none, or that does not end.
Result<Secret> FillPlaceholders(const Secret& text, const PlaceholderValue& value_of);

// `text` with nothing in place of each ${name}.
std::string WithoutPlaceholders(std::string_view text);

}  // namespace tenon::job
