// Reading. A source says what it has and what it could do (Offer), plans one read of it (Plan), and the scan it
// returns hands out partitions; a reader factory opens each partition, here or in another process.
//
//   Source -> Offer(request): what I could do         no I/O that costs, no locks, may be asked again and again
//          -> Plan(accepted) -> Scan                  snapshot, locks, end position
//                                 -> NextPartitions() until empty
//   Connector::OpenReaders(options, scan.state()) -> ReaderFactory -> Open(partition) -> PartitionReader -> Next()
//
// Threads: each object is used by one thread at a time, different objects together; const methods may be called
// concurrently. Lives: the scan outlives all its readers; batches outlive everything.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenon/expression.h"
#include "tenon/partition.h"
#include "tenon/position.h"
#include "tenon/record_batch.h"
#include "tenon/result.h"
#include "tenon/task_context.h"

namespace tenon {

// Reads one partition: forward, once, one batch at a time. Ready when you hold it; the destructor gives back its
// connection, cursor or file. There is no Close(): a read has nothing to flush.
class PartitionReader {
 public:
  PartitionReader() = default;
  PartitionReader(const PartitionReader&) = delete;
  PartitionReader& operator=(const PartitionReader&) = delete;
  virtual ~PartitionReader() = default;

  // The next batch; nullopt at the end, and from then on always nullopt. A batch may have no rows: that is not
  // the end. A typed source's batches all have its schema; a self-describing source's each carry their own. May
  // block; returns kCancelled soon after the context's stop token is used. After an error the only legal call is
  // the destructor.
  virtual Result<std::optional<RecordBatch>> Next() = 0;
};

// Opens partitions of one scan in one process.
class ReaderFactory {
 public:
  virtual ~ReaderFactory() = default;
  // Called concurrently. `context` outlives the reader. kInvalidArgument for a payload that is not this connector's.
  virtual Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                        const TaskContext& context) const = 0;
};

// What is wanted. In the request given to Plan, everything that stands in it is a promise to do it.
struct ScanRequest {
  // In this order; empty: row counts only; none: all. A self-describing source finds them without regard to case.
  std::optional<std::vector<std::string>> columns;
  std::vector<Predicate> where;   // Conjuncts.
  std::optional<int64_t> limit;   // Over the whole scan, after `where`.
  std::optional<Position> after;  // Read (after, until].
  std::optional<Position> until;  // None: the source fixes it in Plan, in the readers' snapshot.
  std::string pin;                // From an earlier Scan: read exactly that again.
  int wanted_partitions = 1;
};

// Inexact: may keep rows that do not match, never loses one that could.
enum class PushDown : int32_t { kNone = 0, kInexact = 1, kExact = 2 };

struct SortKey {
  std::string column;
  bool descending = false;
  bool nulls_first = true;
  bool operator==(const SortKey&) const = default;
};

// What a source could do of a request.
struct ScanOffer {
  std::vector<PushDown> where;   // Parallel to the request's; a missing tail is kNone.
  bool columns = false;          // It can return just these columns in this order.
  bool limit = false;            // The engine takes it only when every conjunct is exact.
  std::optional<Schema> schema;  // Of the batches if `columns` is accepted. None: self-describing.
  int64_t rows = -1;             // Estimates; -1 = not known.
  int64_t bytes = -1;
  std::vector<SortKey> order;  // Within a partition.
  std::vector<std::string> partition_keys;
  std::string detail;  // One line for EXPLAIN; no secret.
};

// Shared by all readers of a scan, in any process; no secrets.
struct ScanState {
  std::string bytes;
  std::optional<Schema> schema;  // None: self-describing.
};

// A planned read: owns the snapshot, locks or cursor. Destroyed after the last reader.
class Scan {
 public:
  virtual ~Scan() = default;
  // Some more partitions; empty = no more, and from then on always empty. Called by one thread.
  virtual Result<std::vector<Partition>> NextPartitions(const TaskContext& context) = 0;
  // These four are fixed once Plan has returned.
  virtual ScanState state() const { return {}; }
  // The high end of what this scan reads; equal to `after` when there is nothing new. None: this source keeps no
  // position.
  virtual std::optional<Position> end() const { return std::nullopt; }
  // What makes a later read exact, if anything does.
  virtual std::string pin() const { return {}; }
  // Not null only for data that cannot leave this process; used in place of Connector::OpenReaders. Borrowed.
  virtual const ReaderFactory* local_readers() const { return nullptr; }
};

class Source {
 public:
  virtual ~Source() = default;
  // None: self-describing, the schema comes with the batches. May do I/O.
  virtual Result<std::optional<Schema>> schema(const TaskContext& context) = 0;
  // Cheap, repeatable, takes no locks and no snapshot; equal requests get equal offers. Default: nothing is
  // pushed down, so a simple source never sees a predicate.
  virtual Result<ScanOffer> Offer(const ScanRequest& request, const TaskContext& context);
  // Must do all that `accepted` holds.
  virtual Result<std::unique_ptr<Scan>> Plan(const ScanRequest& accepted,
                                             const TaskContext& context) = 0;
};

}  // namespace tenon
