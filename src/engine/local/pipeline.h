// Runs partitions of one scan through a chain of narrow transforms into writers: one task per
// partition, one worker per core, batch by batch.
//
//   scan -> partition -> reader -> transform -> … -> writer -> message
//
// A worker does all of it by itself, on its own thread and without a queue; a reader that blocks is
// read ahead by a second thread. What is slow holds up what comes before it: memory stays bounded.
// Only kUnavailable is tried again, as a new attempt of the whole partition; what the lost attempt
// wrote and reported is forgotten. The first error cancels all other work and is the result.
//
// Every action is such a run: a sink's writers, a spool, and a call-back are all WriterFactories.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "columnar/checksum.h"
#include "engine/local/memory_plan.h"
#include "engine/local/retry.h"
#include "engine/local/task_host.h"
#include "engine/local/worker_pool.h"
#include "tenon/job.h"
#include "tenon/sink.h"
#include "tenon/source.h"
#include "transform/narrow.h"

namespace tenon::engine {

// What a job lends to each of its runs. All is borrowed.
struct Workshop {
  WorkerPool& pool;
  MemoryGauge& gauge;
  int threads = 1;
  RetryRule retry;
  std::stop_token stop;
  LogFunction log;
  // Called about twice a second, by one thread at a time, and once at the end; may be empty.
  std::function<void(const std::vector<NodeProgress>&)> on_progress;
};

struct ReadSide {
  std::string node;       // "read persons": in progress.
  std::string connector;  // In errors.
  Scan* scan = nullptr;
  const ReaderFactory* readers = nullptr;
  bool replayable = true;
  bool checksum = false;  // Of the rows as they are read.
  int max_readers = 0;
};

struct WriteSide {
  std::string node;
  std::string connector;
  const WriterFactory* writers = nullptr;
  bool may_retry = true;  // False: its writers share one transaction; a lost attempt ends the run.
  bool keep_messages = true;
  bool one_at_least = false;  // Opens and commits one writer even when there is no partition.
  int max_writers = 0;
};

struct ChainStep {
  const transform::NarrowTransform* transform = nullptr;
  SchemaPtr frame_schema;  // Of all its input; null: not known before the last batch.
};

struct Pipeline {
  ReadSide from;
  std::vector<ChainStep> chain;
  WriteSide to;
  ErrorIntake* errors = nullptr;
};

struct PipelineResult {
  std::vector<std::string> messages;  // In the order of the rows; empty unless they are kept.
  int partitions = 0;
  bool ended_early = false;  // A transform wanted no more: not all of the scan was read.
  int64_t rows_read = 0, bytes_read = 0;
  int64_t rows_written = 0, bytes_written = 0;
  std::map<std::string, int64_t> metrics;
  std::optional<columnar::RowChecksum> checksum;  // Of the attempts that won.
};

// Returns when all threads have left the run's objects. kCancelled soon after the stop token is
// used; errors name connector and partition.
Result<PipelineResult> RunPipeline(const Pipeline& pipeline, const Workshop& workshop);

}  // namespace tenon::engine
