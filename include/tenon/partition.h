// The unit of parallel reading: Spark's InputPartition, Athena's Split, a JDBC stride.
//
// A value that may travel to another process: `payload` is the connector's own bytes, made with payload.h, and
// holds no secret: options reach the worker on their own, secret-aware way.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tenon {

struct Partition {
  std::string payload;
  int64_t rows = -1;  // Estimates; -1 = not known. Never zero for "not known".
  int64_t bytes = -1;
  bool splittable = false;  // Its reader asks split_wanted() and may give part of itself away.
  std::vector<std::string> hosts;  // Where it is best read; a hint.

  bool operator==(const Partition& other) const = default;
};

}  // namespace tenon
