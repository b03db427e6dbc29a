// SelectFields, DropFields, RenameField: columns and fields by path. Paths that are not there are ignored, as in Glue;
// only the old name of a rename must be there when the source is typed. No value is touched.
#pragma once

#include <memory>

#include "base/json.h"
#include "transform/narrow.h"

namespace tenon::transform {

// {"paths": ["a", …]}: top-level columns, which keep their order.
Result<std::unique_ptr<NarrowTransform>> MakeSelectFields(const base::JsonObject& arguments);
// {"paths": ["a.b", …]}: also inside arrays of structs, with or without [].
Result<std::unique_ptr<NarrowTransform>> MakeDropFields(const base::JsonObject& arguments);
// {"old_name": "a.b", "new_name": "c.d"}: in place when both have the same parent; else the field moves behind the
// others of its new parent, which is made when missing. What had the new name before goes.
Result<std::unique_ptr<NarrowTransform>> MakeRenameField(const base::JsonObject& arguments);

}  // namespace tenon::transform
