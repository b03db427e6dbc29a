#include "job/sort_keys.h"

#include <string>
#include <utility>

#include "base/error_catalog.h"

namespace tenon::job {
namespace {

Result<SortKey> ParseKey(const base::Json& json, const std::string& place) {
  SortKey key;
  if (json.is_string()) {
    key.column = json.get<std::string>();
    return key;
  }
  TENON_ASSIGN_OR_RETURN(const base::JsonObject object, base::JsonObject::From(json, place));
  TENON_RETURN_IF_ERROR(object.RefuseOthers({"column", "descending", "nulls_first"}));
  TENON_ASSIGN_OR_RETURN(key.column, object.String("column"));
  TENON_ASSIGN_OR_RETURN(key.descending, object.BooleanOr("descending", false));
  TENON_ASSIGN_OR_RETURN(key.nulls_first, object.BooleanOr("nulls_first", !key.descending));
  return key;
}

Result<std::vector<SortKey>> ParseKeys(const base::Json& arguments) {
  TENON_ASSIGN_OR_RETURN(const base::JsonObject object, base::JsonObject::From(arguments));
  TENON_RETURN_IF_ERROR(object.RefuseOthers({"keys"}));
  TENON_ASSIGN_OR_RETURN(const base::Json* list, object.Array("keys"));
  std::vector<SortKey> keys;
  for (const base::Json& json : *list) {
    TENON_ASSIGN_OR_RETURN(SortKey key, ParseKey(json, object.PathOf("keys") + "[" +
                                                           std::to_string(keys.size()) + "]"));
    keys.push_back(std::move(key));
  }
  if (keys.empty()) return Status::InvalidArgument("A sort needs a column: $.keys=[]");
  return keys;
}

}  // namespace

Result<std::vector<SortKey>> ParseSortKeys(const base::Json& arguments) {
  Result<std::vector<SortKey>> keys = ParseKeys(arguments);
  if (keys.ok() || keys.status().number() != 0) return keys;
  return std::move(keys).status().WithNumber(base::kErrTransformArgument);
}

}  // namespace tenon::job
