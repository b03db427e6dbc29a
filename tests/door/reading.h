// Reads and writes through the classes of the door as an engine would, for the scenario tests of this folder.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tenon/column_view.h"
#include "tenon/connector.h"

namespace tenon::testing {

inline Options Ask(std::initializer_list<std::pair<const char*, std::string>> values) {
  Options options;
  for (const auto& [name, value] : values) options.Set(name, value);
  return options;
}

// Records what readers tell and takes what they give away. Any thread.
class RecordingHost : public TaskHost {
 public:
  BatchLimits Limits() override { return limits; }
  void AddError(ErrorRecord record) override {
    const std::lock_guard lock(mutex_);
    errors.push_back(std::move(record));
  }
  void Count(std::string_view metric, int64_t n) override {
    const std::lock_guard lock(mutex_);
    counts.emplace_back(metric, n);
  }
  void Log(LogLevel, std::string_view text) override {
    const std::lock_guard lock(mutex_);
    logs.emplace_back(text);
  }
  bool SplitWanted() override { return wanted; }
  bool GiveAway(const Partition& mine_now, const Partition& rest_now) override {
    if (!takes) return false;
    mine = mine_now;
    rest.push_back(rest_now);
    return true;
  }

  BatchLimits limits;
  bool wanted = false, takes = true;
  std::optional<Partition> mine;
  std::vector<Partition> rest;
  std::vector<ErrorRecord> errors;
  std::vector<std::pair<std::string, int64_t>> counts;
  std::vector<std::string> logs;

 private:
  std::mutex mutex_;
};

// A planned read with its readers.
struct OpenScan {
  std::unique_ptr<Source> source;
  std::unique_ptr<Scan> scan;
  std::unique_ptr<ReaderFactory> made;
  const ReaderFactory* readers = nullptr;
  std::vector<Partition> partitions;
};

inline Result<OpenScan> PlanScan(Connector& connector, const Options& options,
                                 const ScanRequest& request = {}, const TaskContext& context = {}) {
  OpenScan open;
  TENON_ASSIGN_OR_RETURN(open.source, connector.OpenSource(options, context));
  TENON_ASSIGN_OR_RETURN(open.scan, open.source->Plan(request, context));
  open.readers = open.scan->local_readers();
  if (open.readers == nullptr) {
    TENON_ASSIGN_OR_RETURN(open.made, connector.OpenReaders(options, open.scan->state(), context));
    open.readers = open.made.get();
  }
  while (true) {
    TENON_ASSIGN_OR_RETURN(std::vector<Partition> page, open.scan->NextPartitions(context));
    if (page.empty()) return open;
    for (Partition& partition : page) open.partitions.push_back(std::move(partition));
  }
}

inline Result<std::vector<RecordBatch>> ReadPartition(const ReaderFactory& readers,
                                                      const Partition& partition,
                                                      const TaskContext& context = {}) {
  std::vector<RecordBatch> batches;
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<PartitionReader> reader, readers.Open(partition, context));
  while (true) {
    TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, reader->Next());
    if (!batch) return batches;
    batches.push_back(*std::move(batch));
  }
}

inline Result<std::vector<RecordBatch>> ReadAll(Connector& connector, const Options& options,
                                                const ScanRequest& request = {},
                                                const TaskContext& context = {}) {
  TENON_ASSIGN_OR_RETURN(OpenScan open, PlanScan(connector, options, request, context));
  std::vector<RecordBatch> batches;
  for (const Partition& partition : open.partitions) {
    TENON_ASSIGN_OR_RETURN(std::vector<RecordBatch> more,
                           ReadPartition(*open.readers, partition, context));
    for (RecordBatch& batch : more) batches.push_back(std::move(batch));
  }
  return batches;
}

inline int64_t CountRows(const std::vector<RecordBatch>& batches) {
  int64_t rows = 0;
  for (const RecordBatch& batch : batches) rows += batch.num_rows();
  return rows;
}

// The first column's whole numbers.
inline std::vector<int64_t> Longs(const std::vector<RecordBatch>& batches) {
  std::vector<int64_t> values;
  for (const RecordBatch& batch : batches) {
    BatchView view(batch);
    for (int64_t i = 0; i < batch.num_rows(); ++i) values.push_back(view.column(0).GetLong(i));
  }
  return values;
}

inline std::vector<int64_t> Range(int64_t first, int64_t last) {
  std::vector<int64_t> values;
  for (int64_t i = first; i < last; ++i) values.push_back(i);
  return values;
}

}  // namespace tenon::testing
