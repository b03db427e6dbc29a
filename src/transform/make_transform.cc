#include "transform/make_transform.h"

#include <array>
#include <nlohmann/json.hpp>

#include "base/error_catalog.h"
#include "base/json.h"
#include "base/text.h"
#include "tenon/option_spec.h"
#include "transform/apply_mapping.h"
#include "transform/fields.h"
#include "transform/limit.h"
#include "transform/resolve_choice.h"
#include "transform/unnest.h"
#include "transform/with_schema.h"

namespace tenon::transform {
namespace {

struct Known {
  std::string_view name;
  Result<std::unique_ptr<NarrowTransform>> (*make)(const base::JsonObject&);
};

// Sorted by name.
constexpr std::array kKnown = {
    Known{"apply_mapping", MakeApplyMapping},
    Known{"drop_fields", MakeDropFields},
    Known{"limit", MakeLimit},
    Known{"rename_field", MakeRenameField},
    Known{"resolve_choice", MakeResolveChoice},
    Known{"select_fields", MakeSelectFields},
    Known{"unnest", MakeUnnest},
    Known{"with_frame_schema", MakeWithSchema},
};

}  // namespace

std::vector<std::string> TransformNames() {
  std::vector<std::string> names;
  for (const Known& known : kKnown) names.emplace_back(known.name);
  return names;
}

Result<std::unique_ptr<NarrowTransform>> MakeTransform(std::string_view name,
                                                       const nlohmann::ordered_json& arguments) {
  for (const Known& known : kKnown) {
    if (known.name != name) continue;
    TENON_ASSIGN_OR_RETURN(const base::JsonObject object, base::JsonObject::From(arguments));
    Result<std::unique_ptr<NarrowTransform>> made = known.make(object);
    if (made.ok() || made.status().number() != 0) return made;
    return std::move(made).status().WithNumber(base::kErrTransformArgument);
  }
  const std::vector<std::string> names = TransformNames();
  const std::string nearest = NearestName(name, names);
  return Status::InvalidArgument("Transform is unknown: transform=" + std::string(name))
      .WithNumber(base::kErrUnknownTransform)
      .WithHint(nearest.empty() ? "There are: " + base::Join(names, ", ") + "."
                                : "Did you mean " + nearest + "?");
}

}  // namespace tenon::transform
