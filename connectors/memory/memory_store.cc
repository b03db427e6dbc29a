#include "memory_store.h"

#include <set>
#include <utility>

#include "tenon/option_spec.h"

namespace tenon {

void MemoryRows::MergeSchema(const SchemaPtr& other) {
  if (schemas_differ || schema == other) return;
  if (schema == nullptr) {
    schema = other;
  } else if (!(*schema == *other)) {
    schema = nullptr;
    schemas_differ = true;
  }
}

void MemoryRows::Add(RecordBatch batch, bool keep, bool sum) {
  rows += batch.num_rows();
  ++batches;
  MergeSchema(batch.schema_ptr());
  if (sum) checksum.Add(batch);
  if (keep) kept.emplace_back(std::move(batch));
}

void MemoryRows::Append(const MemoryRows& other) {
  kept.insert(kept.end(), other.kept.begin(), other.kept.end());
  rows += other.rows;
  batches += other.batches;
  checksum += other.checksum;
  if (other.schemas_differ) {
    schema = nullptr;
    schemas_differ = true;
  } else if (other.schema != nullptr) {
    MergeSchema(other.schema);
  }
}

Result<MemoryTable> MemoryStore::Read(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  if (const auto found = tables_.find(name); found != tables_.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [table, rows] : tables_) known.push_back(table);
  const std::string nearest = NearestName(name, known);
  return Status::NotFound("Memory has no such table: table=" + std::string(name))
      .WithHint(nearest.empty() ? "" : "Did you mean " + nearest + "?");
}

std::vector<std::string> MemoryStore::names() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, table] : tables_) names.push_back(name);
  return names;
}

void MemoryStore::Put(const std::string& name, std::vector<RecordBatch> batches) {
  MemoryTable table;
  for (RecordBatch& batch : batches) table.Add(std::move(batch), true, true);
  const std::lock_guard lock(mutex_);
  table.generation = next_generation_++;
  tables_.insert_or_assign(name, std::move(table));
}

void MemoryStore::Drop(const std::string& name) {
  const std::lock_guard lock(mutex_);
  tables_.erase(name);
}

void MemoryStore::Stage(const std::string& token, WriterId writer, MemoryRows rows) {
  const std::lock_guard lock(mutex_);
  staged_[token].insert_or_assign({writer.partition, writer.attempt}, std::move(rows));
}

int64_t MemoryStore::CountStaged(const std::string& token) const {
  const std::lock_guard lock(mutex_);
  const auto found = staged_.find(token);
  return found == staged_.end() ? 0 : static_cast<int64_t>(found->second.size());
}

Status MemoryStore::Publish(const SinkCall& call, uint64_t seq, std::string_view covers,
                            const std::string& table, WriteMode mode,
                            std::span<const WriterId> writers) {
  const std::lock_guard lock(mutex_);
  Register& decided = registers_[{call.home, call.job, call.sink}];
  if (decided.seq >= seq) {
    return Status::Conflict("The commit register is decided already: sink=" + call.sink + " seq=" +
                            std::to_string(seq) + " decided=" + std::to_string(decided.seq));
  }
  MemoryRows rows;
  const std::map<StageKey, MemoryRows>& staged = staged_[call.token];
  for (const WriterId& writer : writers) {
    const auto found = staged.find({writer.partition, writer.attempt});
    if (found == staged.end()) {
      return Status::Internal("A message names rows that are not staged: sink=" + call.sink +
                              " partition=" + std::to_string(writer.partition) +
                              " attempt=" + std::to_string(writer.attempt));
    }
    rows.Append(found->second);
  }
  const bool exists = tables_.contains(table);
  if (mode == WriteMode::kCreate && exists) {
    return Status::AlreadyExists("Memory has this table already: table=" + table);
  }
  MemoryTable& target = tables_[table];
  if (!exists || mode == WriteMode::kReplace || mode == WriteMode::kTruncate) {
    target = MemoryTable();
    target.generation = next_generation_++;
  }
  target.Append(rows);
  decided = {seq, true, call.token, std::string(covers)};
  for (const WriterId& writer : writers)
    staged_[call.token].erase({writer.partition, writer.attempt});
  return Status::Ok();
}

Result<Outcome> MemoryStore::Settle(const SinkCall& call, uint64_t seq) {
  const std::lock_guard lock(mutex_);
  Register& decided = registers_[{call.home, call.job, call.sink}];
  if (decided.seq < seq) {
    decided = {seq, false, {}, {}};
    return Outcome::kNever;
  }
  if (decided.seq == seq && !decided.committed) return Outcome::kNever;
  if (decided.seq == seq && decided.token == call.token) return Outcome::kPublished;
  return Status::Conflict("The commit register belongs to another call: sink=" + call.sink +
                          " seq=" + std::to_string(seq) +
                          " decided=" + std::to_string(decided.seq));
}

void MemoryStore::Discard(const std::string& token, std::span<const WriterId> keep) {
  std::set<StageKey> kept;
  for (const WriterId& writer : keep) kept.insert({writer.partition, writer.attempt});
  const std::lock_guard lock(mutex_);
  const auto found = staged_.find(token);
  if (found == staged_.end()) return;
  std::erase_if(found->second, [&](const auto& entry) { return !kept.contains(entry.first); });
  if (found->second.empty()) staged_.erase(found);
}

int64_t MemoryStore::CountCall(const std::string& name) {
  const std::lock_guard lock(mutex_);
  return calls_[name]++;
}

}  // namespace tenon
