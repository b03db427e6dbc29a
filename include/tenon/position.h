// How far a source has come: the value a bookmark stores.
//
// Text (JSON, because GetJobBookmark prints it), the connector's own, opaque to the engine and never compared by
// it. It starts with the connector's version of it: {"v":1,…}. A position holds no secret.
#pragma once

#include <optional>
#include <string>

namespace tenon {

struct Position {
  std::string json;
  bool operator==(const Position& other) const = default;
};

// What one source read in one run: (low, high], with low absent for "from the start". `pin` makes a later read
// exact where the store has something for it (a file list with ETags, a snapshot id); empty otherwise.
struct Interval {
  std::optional<Position> low;
  std::optional<Position> high;
  std::string pin;
  bool operator==(const Interval& other) const = default;
};

}  // namespace tenon
