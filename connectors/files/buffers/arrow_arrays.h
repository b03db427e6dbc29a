// Arrow arrays whose buffers come from a pool and go back to it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "connectors/files/buffers/buffer_pool.h"
#include "tenon/arrow_abi.h"

namespace tenon::files {

struct ArrayParts {
  int64_t length = 0;
  int64_t null_count = 0;
  std::vector<Buffer> buffers;       // As Arrow orders them; an empty one is left out (no nulls).
  std::vector<ArrowArray> children;  // Taken over.
};

// The caller must call its release.
ArrowArray MakeArrowArray(std::shared_ptr<BufferPool> pool, ArrayParts parts);

// Sets bit i of `bits` to tags[i] == tag, for `rows` rows, and clears the last byte's rest. How
// many were set.
int64_t PackEqual(const uint8_t* tags, uint8_t tag, int64_t rows, uint8_t* bits);

}  // namespace tenon::files
