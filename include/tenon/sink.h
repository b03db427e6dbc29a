// Writing, in two phases: each partition's writer makes its rows durable but invisible and returns a message; then
// the sink publishes exactly what the messages name, once, under the token of the call.
//
//   Connector::OpenSink(options, request) -> Sink            the coordinator, one per write call
//   Connector::OpenWriters(options, sink.state()) -> WriterFactory -> Open(id) -> PartitionWriter
//       Write(batch)…, Commit() -> message                   durable, still invisible
//   Sink::Commit(seq, covers, messages)                      visible, and the register taken, in one step
//
// A writer or sink that is destroyed without Commit is given up, best effort; Recovery::Discard (connector.h) is
// the real clean-up and works in a new process. Threads as in source.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/record_batch.h"
#include "tenon/result.h"
#include "tenon/task_context.h"

namespace tenon {

// Identifies one write call. (home, job, sink) names the commit register; the token is drawn for this call alone.
struct SinkCall {
  std::string home;  // A state folder's own id.
  std::string job;
  std::string sink;  // The transformation_ctx, or the place of the call in the script.
  std::string run;
  std::string token;  // 32 hex digits.
  bool operator==(const SinkCall&) const = default;
};

// Attempts of one partition may race; exactly one of their messages reaches Sink::Commit.
struct WriterId {
  int partition = 0;
  int attempt = 0;
};

enum class WriteMode : int32_t {
  kAppend = 0,    // Add rows; make the target when it is missing.
  kCreate = 1,    // kAlreadyExists when the target is there.
  kReplace = 2,   // The target holds just these rows afterwards; its shape may change.
  kTruncate = 3,  // As kReplace, keeping the target's shape and rights.
  kUpsert = 4,    // By WriteRequest::keys.
};

// How strong one sink call's promise is. Fixed once the sink is open: it may depend on the target.
enum class CommitClass : int32_t {
  kAppendOnly = 0,     // No register: at least once, and the run says so.
  kRecoverable = 1,    // Several visible steps, each journalled: all or nothing after recovery.
  kAtomic = 2,         // One step: a rename, one upload's completion.
  kTransactional = 3,  // A database transaction that ends with the register.
};

struct WriteRequest {
  SinkCall call;
  std::optional<Schema> schema;  // None: each batch carries its own.
  WriteMode mode = WriteMode::kAppend;
  std::vector<std::string> keys;  // Of kUpsert.
  int wanted_writers = 1;
};

class PartitionWriter {
 public:
  PartitionWriter() = default;
  PartitionWriter(const PartitionWriter&) = delete;
  PartitionWriter& operator=(const PartitionWriter&) = delete;
  virtual ~PartitionWriter() = default;

  // Takes the batch; may block on the store, not for ever after the stop token is used. A bad row is reported by
  // context.AddError and does not end the writer. After an error only the destructor is legal.
  virtual Status Write(RecordBatch batch) = 0;
  // Makes what was written durable and still invisible. The message (at most 1 MiB, no secret) names it for
  // Sink::Commit and Recovery, here or in another process. Nothing may be called afterwards but the destructor.
  virtual Result<std::string> Commit() = 0;
};

class WriterFactory {
 public:
  virtual ~WriterFactory() = default;
  // Called concurrently. `context` outlives the writer.
  virtual Result<std::unique_ptr<PartitionWriter>> Open(WriterId id,
                                                        const TaskContext& context) const = 0;
};

// Coordinates one write call.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual CommitClass commit_class() const = 0;
  // Its places (temporary names, upload ids, backend id): journalled before anything is written, handed to
  // OpenWriters and to Recovery; no secret. Fixed once open.
  virtual std::string state() const { return {}; }
  // Not null only for writers that must live in the sink's own transaction; used in place of OpenWriters. Borrowed.
  virtual const WriterFactory* local_writers() const { return nullptr; }
  // The error that a schema would meet at this sink (a choice it cannot hold, a type it has no name for), before
  // anything is written. Default: every schema is taken.
  virtual Status CheckSchema(const Schema& schema) const;
  // Publishes exactly what the messages name and takes the register at `seq` with the token and the covers, in one
  // step. kConflict: decided otherwise (fenced, or a newer call). Any other error: the outcome is unknown, and the
  // engine settles it by Recovery; it is never read from the code.
  virtual Status Commit(uint64_t seq, std::string_view covers,
                        std::span<const std::string> messages, const TaskContext& context) = 0;
};

}  // namespace tenon
