// Ends of a pipeline that keep nothing: a call-back for each batch, or nothing at all (the
// pipeline counts the rows).
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "tenon/sink.h"

namespace tenon::engine {

// Hands every batch to `visit`, one call at a time.
class VisitWriters final : public WriterFactory {
 public:
  explicit VisitWriters(std::function<Status(RecordBatch)> visit) : visit_(std::move(visit)) {}

  Result<std::unique_ptr<PartitionWriter>> Open(WriterId id,
                                                const TaskContext& context) const override;

 private:
  class Writer;

  std::function<Status(RecordBatch)> visit_;
  mutable std::mutex mutex_;
};

class DropWriters final : public WriterFactory {
 public:
  Result<std::unique_ptr<PartitionWriter>> Open(WriterId id,
                                                const TaskContext& context) const override;
};

}  // namespace tenon::engine
