// A store in memory for the engine's tests: partitions of whole numbers as a source, a register and
// published rows as a sink. Everything it does passes a hook first, which may fail it, block it or
// look on. Thread-safe.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/connector.h"

namespace tenon::testing {

// One step of the store, about to be taken.
struct StoreStep {
  std::string_view place;  // open_source schema offer plan page open next open_sink writer write
                           // writer_commit commit settle discard
  int64_t partition = -1;  // First row of the partition, or the writer's number.
  int attempt = 0;         // Of a writer.
  int64_t batch = -1;      // Of next and write, from 0.
};

struct FakeStore {
  using Hook = std::function<Status(const StoreStep&, const TaskContext&)>;

  // The source. Set before use.
  int partitions = 4;
  int64_t rows_per_partition = 100;
  int64_t batch_rows = 10;
  int partitions_a_page = 1'000'000;
  bool splittable = false;
  bool typed = true;
  bool can_limit = false;
  PushDown answer = PushDown::kNone;
  std::optional<Position> position;  // End of every scan.
  std::string pin = "pin";
  Capabilities can;
  std::string options_schema =  // Of both directions.
      R"({"type":"object","properties":{"path":{"type":"string"}}})";
  Hook hook;  // May be empty.
  // Makes the batch of rows [begin, end); empty: one column id.
  std::function<Result<RecordBatch>(int64_t begin, int64_t end)> make_batch;

  // The sink.
  CommitClass commit_class = CommitClass::kAtomic;
  bool local_writers = false;
  bool needs_schema = false;
  bool takes_choice = true;

  // What happened.
  std::atomic<int> offers{0}, plans{0}, pages{0}, opens{0}, live_scans{0}, live_readers{0},
      live_writers{0}, most_writers{0}, most_readers{0}, give_aways{0}, refused{0};
  std::mutex mutex;                    // Guards what follows.
  std::vector<ScanRequest> requests;   // As Plan got them.
  std::multiset<int64_t> published;    // First column of all commits, if whole numbers.
  std::vector<size_t> message_counts;  // One entry per commit.
  std::map<std::string, std::vector<int64_t>> staged;                 // By message.
  std::map<std::string, std::pair<uint64_t, std::string>> registers;  // seq, token ("" = fenced).
  std::vector<std::string> discarded;                                 // Tokens.
  std::optional<Schema> sink_schema;                                  // As OpenSink got it.
  Options recovery_options;  // As the last Recovery got them.

  Status Step(const StoreStep& step, const TaskContext& context) const;
};

// Schema {id: long} and rows begin, begin + 1, … end - 1.
Result<RecordBatch> MakeIds(int64_t begin, int64_t end);

// Returns kCancelled when the context is stopped; never otherwise.
Status BlockUntilStopped(const TaskContext& context);

// The store as a connector named "fake".
std::shared_ptr<Connector> MakeFakeConnector(std::shared_ptr<FakeStore> store);

// A reader factory and scan over the store, for tests below the connector.
std::unique_ptr<Scan> MakeFakeScan(std::shared_ptr<FakeStore> store);
std::unique_ptr<ReaderFactory> MakeFakeReaders(std::shared_ptr<FakeStore> store);
std::unique_ptr<WriterFactory> MakeFakeWriters(std::shared_ptr<FakeStore> store);

}  // namespace tenon::testing
