#include "job/derive.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include "base/error_catalog.h"
#include "base/text.h"
#include "transform/path.h"

namespace tenon::job {
namespace {

using Kind = DerivedRead::Kind;
using Inputs = std::vector<std::shared_ptr<const internal::PlanNode>>;

Status WrongCount(std::string_view name, std::string_view wanted, size_t given) {
  return Status::InvalidArgument(
             "Transform takes another number of frames: transform=" + std::string(name) +
             " takes=" + std::string(wanted) + " given=" + std::to_string(given))
      .WithNumber(base::kErrTransformArgument);
}

// A name, with or without backticks; one with dots is the name of a column too.
Result<std::vector<std::string>> Keys(const base::JsonObject& arguments, std::string_view member) {
  TENON_ASSIGN_OR_RETURN(std::vector<std::string> keys, arguments.Strings(member));
  for (std::string& key : keys) {
    if (!key.starts_with('`')) continue;
    TENON_ASSIGN_OR_RETURN(const transform::Path path, transform::ParsePath(key));
    if (path.size() > 1) {
      return Status::InvalidArgument("Join keys are whole columns: key=" + key)
          .WithNumber(base::kErrTransformArgument)
          .WithHint("Bring the field to the top first: unnest(), or apply_mapping.");
    }
    key = path.front().name;
  }
  return keys;
}

Status ReadJoin(const base::JsonObject& arguments, DerivedRead* derived) {
  TENON_RETURN_IF_ERROR(arguments.RefuseOthers({"keys1", "keys2", "kind"}));
  TENON_ASSIGN_OR_RETURN(const std::string kind, arguments.StringOr("kind", "inner"));
  if (kind != "inner" && kind != "left_anti") {
    return Status::InvalidArgument("Kind of a join is inner or left_anti: kind=" + kind)
        .WithNumber(base::kErrTransformArgument);
  }
  derived->unmatched = kind == "left_anti";
  TENON_ASSIGN_OR_RETURN(derived->left_keys, Keys(arguments, "keys1"));
  TENON_ASSIGN_OR_RETURN(derived->right_keys, Keys(arguments, "keys2"));
  const size_t left = derived->left_keys.size(), right = derived->right_keys.size();
  if (left == 0 || left != right) {
    return Status::InvalidArgument("Join needs as many keys of either frame: keys1=" +
                                   std::to_string(left) + " keys2=" + std::to_string(right))
        .WithNumber(base::kErrTransformArgument)
        .WithHint("Name pairs of columns: keys1=['id'], keys2=['person_id'].");
  }
  std::vector<std::string> pairs;
  for (size_t i = 0; i < left; ++i) {
    pairs.push_back(derived->left_keys[i] + " = " + derived->right_keys[i]);
  }
  derived->kind = Kind::kJoin;
  derived->detail = (derived->unmatched ? "Rows without " : "Join ") + base::Join(pairs, ", ");
  return Status::Ok();
}

Status ReadPartitions(const base::JsonObject& arguments, bool even, DerivedRead* derived) {
  TENON_RETURN_IF_ERROR(arguments.RefuseOthers({"partitions"}));
  TENON_ASSIGN_OR_RETURN(const int64_t count, arguments.Integer("partitions"));
  constexpr int64_t kMost = 100'000;
  if (count < 1 || count > kMost) {
    return Status::InvalidArgument("Number of partitions is out of bounds: partitions=" +
                                   std::to_string(count) + " least=1 most=" + std::to_string(kMost))
        .WithNumber(base::kErrTransformArgument);
  }
  derived->kind = Kind::kPartitions;
  derived->partitions = static_cast<int>(count);
  derived->even = even;
  derived->detail = (even ? "Repartition " : "Coalesce ") + std::to_string(count);
  return Status::Ok();
}

}  // namespace

std::vector<std::string> DerivedNames() { return {"coalesce", "join", "repartition", "union"}; }

bool IsDerived(std::string_view name) {
  const std::vector<std::string> names = DerivedNames();
  return std::find(names.begin(), names.end(), name) != names.end();
}

Result<std::shared_ptr<DerivedRead>> MakeDerived(std::string_view name, const base::Json& arguments,
                                                 Inputs inputs) {
  TENON_ASSIGN_OR_RETURN(const base::JsonObject object, base::JsonObject::From(arguments));
  auto derived = std::make_shared<DerivedRead>();
  if (name == "union") {
    TENON_RETURN_IF_ERROR(object.RefuseOthers({}));
    if (inputs.size() < 2) return WrongCount(name, "2 or more", inputs.size());
    derived->kind = Kind::kUnion;
    derived->detail = "Union of " + std::to_string(inputs.size()) + " frames";
  } else if (name == "join") {
    if (inputs.size() != 2) return WrongCount(name, "2", inputs.size());
    TENON_RETURN_IF_ERROR(ReadJoin(object, derived.get()));
  } else {
    if (inputs.size() != 1) return WrongCount(name, "1", inputs.size());
    TENON_RETURN_IF_ERROR(ReadPartitions(object, name == "repartition", derived.get()));
  }
  derived->inputs = std::move(inputs);
  return derived;
}

}  // namespace tenon::job
