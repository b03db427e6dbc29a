// An embedder's functions of rows as narrow transforms.
#pragma once

#include <memory>
#include <string>

#include "tenon/job.h"
#include "transform/narrow.h"

namespace tenon::engine {

// What comes out describes itself. `detail` is the line in plans.
std::unique_ptr<transform::NarrowTransform> MakeMap(std::shared_ptr<const RowFunction> function,
                                                    std::string detail);
std::unique_ptr<transform::NarrowTransform> MakeRowFilter(
    std::shared_ptr<const RowPredicate> predicate, std::string detail);

}  // namespace tenon::engine
