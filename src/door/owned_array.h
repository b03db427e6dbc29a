// Arrow arrays that own what they point to.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "door/buffer.h"
#include "tenon/arrow_abi.h"

namespace tenon::internal {

// An array over `buffers` (at most three, moved away) and `children` (owned from here on). With `has_validity` the
// first buffer is the validity bitmap and stays null when it was never filled; any other empty buffer points to zeros,
// so that readers need no special case.
ArrowArray MakeArray(int64_t length, int64_t null_count, bool has_validity,
                     std::span<Buffer> buffers, std::vector<ArrowArray> children);

}  // namespace tenon::internal
