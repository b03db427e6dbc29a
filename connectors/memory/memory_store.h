// Named tables in memory with a commit register for each sink: the store behind the memory connector.
//
// Rows arrive staged, under the token of their sink call, and become part of a table in one step that also takes the
// register; tokens and sequence numbers are those of sink.h. Any thread; a table that was read does not change.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "memory_checksum.h"
#include "tenon/connector.h"
#include "tenon/reusable_batch.h"

namespace tenon {

// Rows that belong together: a table, or what one writer staged.
struct MemoryRows {
  std::vector<ReusableBatch> kept;  // Empty when the sink only counts.
  int64_t rows = 0;
  int64_t batches = 0;
  MemoryChecksum checksum;  // Zero unless the sink sums.
  SchemaPtr schema;         // Of all batches; null when there are none or they differ.
  bool schemas_differ = false;

  void Add(RecordBatch batch, bool keep, bool sum);
  void Append(const MemoryRows& other);

 private:
  void MergeSchema(const SchemaPtr& other);
};

struct MemoryTable : MemoryRows {
  int64_t generation = 0;  // Another one after each replacement.
};

class MemoryStore {
 public:
  // The table as it is now. kNotFound names the nearest one.
  Result<MemoryTable> Read(std::string_view name) const;
  std::vector<std::string> names() const;
  // Makes or replaces a table.
  void Put(const std::string& name, std::vector<RecordBatch> batches);
  void Drop(const std::string& name);

  // Keeps what one writer wrote until its call is published or discarded; a second time replaces the first.
  void Stage(const std::string& token, WriterId writer, MemoryRows rows);
  // How many writers' rows wait under this token.
  int64_t CountStaged(const std::string& token) const;
  // Makes the writers' rows part of the table and takes the register at `seq`, or does neither. kConflict when the
  // register is decided at `seq` or beyond.
  Status Publish(const SinkCall& call, uint64_t seq, std::string_view covers,
                 const std::string& table, WriteMode mode, std::span<const WriterId> writers);
  // Decides the register at `seq` for ever, as Recovery::Settle.
  Result<Outcome> Settle(const SinkCall& call, uint64_t seq);
  // Forgets what was staged under the token, but for these writers.
  void Discard(const std::string& token, std::span<const WriterId> keep);

  // Counts calls under a name: the how-manieth this is, from 0. For faults that happen a number of times.
  int64_t CountCall(const std::string& name);

 private:
  struct Register {
    uint64_t seq = 0;
    bool committed = false;
    std::string token, covers;
  };
  using RegisterKey = std::tuple<std::string, std::string, std::string>;  // Home, job, sink.
  using StageKey = std::pair<int, int>;                                   // Partition, attempt.

  mutable std::mutex mutex_;
  int64_t next_generation_ = 1;
  std::map<std::string, MemoryTable, std::less<>> tables_;
  std::map<std::string, std::map<StageKey, MemoryRows>> staged_;
  std::map<RegisterKey, Register> registers_;
  std::map<std::string, int64_t> calls_;
};

}  // namespace tenon
