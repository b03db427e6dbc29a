// A reader that a thread of its own reads ahead of the worker, a few batches at most: worth its
// hand-over only when the reader blocks, or when a core would stand idle otherwise.
//
// One thread uses it. Its destructor waits until the reader's present Next() has returned: use the
// stop token of the reader's context first when it may block.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "engine/local/memory_plan.h"
#include "engine/local/worker_pool.h"
#include "tenon/source.h"

namespace tenon::engine {

class ReadAhead final : public PartitionReader {
 public:
  // Takes over a reader that has not ended. `depth` batches wait at most, besides the one being read.
  ReadAhead(std::unique_ptr<PartitionReader> reader, WorkerPool& pool, size_t depth,
            MemoryGauge& gauge);
  ~ReadAhead() override;

  Result<std::optional<RecordBatch>> Next() override;

 private:
  void Loop();

  struct Waiting {
    RecordBatch batch;
    MemoryHold hold;
  };

  const size_t depth_;
  MemoryGauge& gauge_;
  std::unique_ptr<PartitionReader> reader_;  // The reading thread's, once it runs.
  std::mutex mutex_;
  std::condition_variable filled_, emptied_;
  std::deque<Waiting> waiting_;
  bool ended_ = false;
  Status error_;
  bool closing_ = false;
  WorkGroup thread_;  // Last: waited for before the rest dies.
};

}  // namespace tenon::engine
