#include "engine/local/read_ahead.h"

#include <utility>

#include "columnar/memory.h"

namespace tenon::engine {

ReadAhead::ReadAhead(std::unique_ptr<PartitionReader> reader, WorkerPool& pool, size_t depth,
                     MemoryGauge& gauge)
    : depth_(depth), gauge_(gauge), reader_(std::move(reader)), thread_(pool) {
  thread_.Start([this] { Loop(); });
}

ReadAhead::~ReadAhead() {
  {
    std::lock_guard guard(mutex_);
    closing_ = true;
  }
  emptied_.notify_all();
  thread_.Wait();
}

Result<std::optional<RecordBatch>> ReadAhead::Next() {
  std::unique_lock lock(mutex_);
  filled_.wait(lock, [this] { return !waiting_.empty() || ended_; });
  if (waiting_.empty()) {
    if (!error_.ok()) return error_;
    return std::optional<RecordBatch>();
  }
  std::optional<RecordBatch> batch(std::move(waiting_.front().batch));
  waiting_.pop_front();
  lock.unlock();
  emptied_.notify_one();
  return batch;
}

void ReadAhead::Loop() {
  std::unique_lock lock(mutex_);
  while (!closing_) {
    lock.unlock();
    Result<std::optional<RecordBatch>> next = reader_->Next();
    if (!next.ok() || !next->has_value()) {
      lock.lock();
      error_ = std::move(next).status();
      break;
    }
    RecordBatch batch = **std::move(next);
    MemoryHold hold(gauge_, columnar::BufferBytes(batch));
    lock.lock();
    waiting_.push_back({std::move(batch), std::move(hold)});
    filled_.notify_one();
    emptied_.wait(lock, [this] { return closing_ || waiting_.size() < depth_; });
  }
  ended_ = true;
  filled_.notify_all();
}

}  // namespace tenon::engine
