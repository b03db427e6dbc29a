// From a transform's name and JSON arguments, as job.h gets them, to a checked narrow transform.
//
//   apply_mapping  {"mappings": [{"source", "source_type"?, "target", "target_type"?}…], "case_sensitive"?: false}
//   select_fields  {"paths": ["a", …]}
//   drop_fields    {"paths": ["a.b", …]}
//   limit          {"rows": 20}
//   rename_field   {"old_name": "a.b", "new_name": "a.c"}
//   resolve_choice {"specs": [["a.b", "cast:long"], …]} or {"choice": "make_struct"}
//   unnest         {}
//
// Paths: dots lead into structs, backticks quote a name that holds dots, [] leads into the elements of an array.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.h"
#include "transform/narrow.h"

namespace tenon::transform {

// kInvalidArgument: an unknown transform or parameter (the hint names the nearest), a missing or wrong one.
Result<std::unique_ptr<NarrowTransform>> MakeTransform(std::string_view name,
                                                       const nlohmann::ordered_json& arguments);
// Sorted.
std::vector<std::string> TransformNames();

}  // namespace tenon::transform
