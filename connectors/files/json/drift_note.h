// What the readers of one scan have found of names that drift, so that they all read a path in one way.
//
// Who finds it writes it down; the others follow before their batch at hand ends (JsonTree::Finish). So only batches
// that had ended before can differ. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace tenon::files {

// The way from a record to a value: "." and a name for a field, "[*]" for the elements of an array, "*" for the values
// of a map.
using JsonSteps = std::vector<std::string>;

class DriftNote {
 public:
  struct Known {
    std::set<JsonSteps> maps;  // Objects there are maps.
    // Records have a map of rare fields, beside these columns and those that a reader finds frequent.
    bool rest = false;
    std::vector<std::string> columns;
  };

  // Never null; a snapshot.
  std::shared_ptr<const Known> known() const;
  // Adds it if there is room. Whether it was not known.
  bool AddMap(JsonSteps steps);
  // Adds what is not known of these columns, as far as there is room. Whether it is new that there is a map.
  bool AddColumns(const std::vector<std::string>& columns);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Known> known_ = std::make_shared<const Known>();
};

}  // namespace tenon::files
