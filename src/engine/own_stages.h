// Stages that the engine itself puts into a chain: the check of conjuncts that a source did not
// take exactly, and the shape that a sink was promised.
#pragma once

#include <memory>
#include <vector>

#include "tenon/expression.h"
#include "transform/narrow.h"

namespace tenon::engine {

// Keeps the rows for which every conjunct is true; `others`: those for which not all are, because one is false or null.
std::unique_ptr<transform::NarrowTransform> MakeFilter(std::vector<Predicate> conjuncts,
                                                       bool others = false);

// Brings every batch under `schema`, the merged schema of all of them.
std::unique_ptr<transform::NarrowTransform> MakeConform(SchemaPtr schema);

}  // namespace tenon::engine
