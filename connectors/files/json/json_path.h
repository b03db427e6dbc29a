// The part of JSONPath that finds records inside documents: $, .name, ['name'], ["name"], [*]. A value; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.h"

namespace tenon::files {

struct JsonStep {
  bool elements = false;  // [*]: all elements of an array.
  std::string name;       // Else this field of an object.
  bool operator==(const JsonStep&) const = default;
};

// kInvalidArgument (TN1004) says what of `text` is not understood. "$" has no steps.
Result<std::vector<JsonStep>> ParseJsonPath(std::string_view text);

}  // namespace tenon::files
