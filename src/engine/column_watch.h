// Sees to it that columns a job names are there, where only the rows can tell: in a self-describing source.
//
// A stage before all others notes which columns batches have; Check, at the end of the read and before anything is
// published, refuses a name that no batch had. Lives through one run of a pipeline.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tenon/schema.h"
#include "transform/narrow.h"

namespace tenon::engine {

class ColumnWatch {
 public:
  explicit ColumnWatch(std::vector<std::string> required);
  ColumnWatch(const ColumnWatch&) = delete;
  ColumnWatch& operator=(const ColumnWatch&) = delete;
  ~ColumnWatch();

  // Lets every batch pass. Borrowed.
  const transform::NarrowTransform& transform() const { return *transform_; }
  // TN2001 with the nearest name that was seen. A source without rows has shown nothing, and nothing is refused.
  Status Check() const;

  // For the stage; any thread.
  void See(const Schema& schema);

 private:
  const std::vector<std::string> required_;
  const std::unique_ptr<transform::NarrowTransform> transform_;
  mutable std::mutex mutex_;
  std::vector<std::string> seen_;
};

}  // namespace tenon::engine
