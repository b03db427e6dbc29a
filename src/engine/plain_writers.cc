#include "engine/plain_writers.h"

#include <utility>

namespace tenon::engine {
namespace {

class DropWriter final : public PartitionWriter {
 public:
  Status Write(RecordBatch) override { return Status::Ok(); }
  Result<std::string> Commit() override { return std::string(); }
};

}  // namespace

class VisitWriters::Writer final : public PartitionWriter {
 public:
  explicit Writer(const VisitWriters& owner) : owner_(owner) {}

  Status Write(RecordBatch batch) override {
    std::lock_guard guard(owner_.mutex_);
    return owner_.visit_(std::move(batch));
  }
  Result<std::string> Commit() override { return std::string(); }

 private:
  const VisitWriters& owner_;
};

Result<std::unique_ptr<PartitionWriter>> VisitWriters::Open(WriterId, const TaskContext&) const {
  return std::unique_ptr<PartitionWriter>(std::make_unique<Writer>(*this));
}

Result<std::unique_ptr<PartitionWriter>> DropWriters::Open(WriterId, const TaskContext&) const {
  return std::unique_ptr<PartitionWriter>(std::make_unique<DropWriter>());
}

}  // namespace tenon::engine
