// What the contract-checking wrapper costs a batch: the same reader bare and checked. Must stay below a microsecond a
// batch of 16 columns at the cheap level. The full level looks at every value: Large shows what that costs
// batches of 64 Ki rows, of fixed width and with a string in every fourth column.
//
//   ./dev bench checked
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <vector>

#include "connector/checked.h"
#include "connectors/sequence/sequence.h"
#include "tenon/connector.h"

namespace {

using namespace tenon;

constexpr int kColumns = 16;
constexpr int64_t kRows = 1024;

SchemaPtr SixteenLongs() {
  static const auto schema = [] {
    std::vector<Field> fields;
    for (int i = 0; i < kColumns; ++i)
      fields.push_back({"c" + std::to_string(i), DataType::Long()});
    return std::make_shared<const Schema>(Schema(std::move(fields)));
  }();
  return schema;
}

// Batches over buffers that live as long as the program: making one is a few allocations.
struct Arrays {
  ArrowArray columns[kColumns];
  ArrowArray* children[kColumns];
  const void* buffers[kColumns][2];
  const void* none[1];
};

Result<RecordBatch> MakeBatch() {
  static const std::vector<int64_t> values(kRows);
  auto arrays = std::make_unique<Arrays>();
  for (int i = 0; i < kColumns; ++i) {
    arrays->buffers[i][0] = nullptr;
    arrays->buffers[i][1] = values.data();
    arrays->columns[i] = {kRows,   0,       0,
                          2,       0,       arrays->buffers[i],
                          nullptr, nullptr, [](ArrowArray* a) { a->release = nullptr; },
                          nullptr};
    arrays->children[i] = &arrays->columns[i];
  }
  arrays->none[0] = nullptr;
  ArrowArray rows{kRows,
                  0,
                  0,
                  1,
                  kColumns,
                  arrays->none,
                  arrays->children,
                  nullptr,
                  [](ArrowArray* a) {
                    delete static_cast<Arrays*>(a->private_data);
                    a->release = nullptr;
                  },
                  arrays.get()};
  static_cast<void>(arrays.release());
  return RecordBatch::Take(SixteenLongs(), &rows);
}

class Endless : public PartitionReader {
 public:
  Result<std::optional<RecordBatch>> Next() override {
    Result<RecordBatch> batch = MakeBatch();
    if (!batch.ok()) return std::move(batch).status();
    return std::optional<RecordBatch>(*std::move(batch));
  }
};

class EndlessReaders : public ReaderFactory {
 public:
  Result<std::unique_ptr<PartitionReader>> Open(const Partition&,
                                                const TaskContext&) const override {
    return std::make_unique<Endless>();
  }
};

class EndlessConnector : public Connector {
 public:
  ConnectorInfo info() const override { return {.name = "endless", .version = "1"}; }
  Result<std::unique_ptr<ReaderFactory>> OpenReaders(const Options&, const ScanState&,
                                                     const TaskContext&) override {
    return std::make_unique<EndlessReaders>();
  }
};

void Read(benchmark::State& state, bool checked) {
  std::shared_ptr<Connector> connector = std::make_shared<EndlessConnector>();
  if (checked) connector = connector::Checked(connector, connector::CheckLevel::kCheap);
  const TaskContext task;
  auto readers = connector->OpenReaders(Options(), ScanState{"", *SixteenLongs()}, task);
  auto reader = (*readers)->Open(Partition{.payload = "p"}, task);
  for (auto _ : state) {
    auto batch = (*reader)->Next();
    if (!batch.ok()) return state.SkipWithError(batch.status().ToString().c_str());
    benchmark::DoNotOptimize(batch);
  }
}
BENCHMARK_CAPTURE(Read, bare, false);
BENCHMARK_CAPTURE(Read, checked, true);

// Batches that were made before and are handed out again and again.
void Large(benchmark::State& state, const char* types, std::optional<connector::CheckLevel> level) {
  std::shared_ptr<Connector> connector = MakeSequenceConnector();
  if (level) connector = connector::Checked(connector, *level);
  Options options;
  options.Set("rows", "1000000000000").Set("batch_rows", "65536").Set("columns", "16");
  options.Set("types", types).Set("partitions", "1").Set("reuse", "true");
  const TaskContext task;
  auto source = connector->OpenSource(options, task);
  if (!source.ok()) return state.SkipWithError(source.status().ToString().c_str());
  auto scan = (*source)->Plan({}, task);
  auto page = (*scan)->NextPartitions(task);
  auto readers = connector->OpenReaders(options, (*scan)->state(), task);
  auto reader = (*readers)->Open(page->front(), task);
  for (auto _ : state) {
    auto batch = (*reader)->Next();
    if (!batch.ok()) return state.SkipWithError(batch.status().ToString().c_str());
    benchmark::DoNotOptimize(batch);
  }
}
constexpr const char* kFixed = "long,double,int,long";
constexpr const char* kText = "long,double,int,string";
BENCHMARK_CAPTURE(Large, fixed_bare, kFixed, std::nullopt);
BENCHMARK_CAPTURE(Large, fixed_cheap, kFixed, connector::CheckLevel::kCheap);
BENCHMARK_CAPTURE(Large, fixed_full, kFixed, connector::CheckLevel::kFull);
BENCHMARK_CAPTURE(Large, fixed_sampled, kFixed, connector::CheckLevel::kSampled);
BENCHMARK_CAPTURE(Large, text_cheap, kText, connector::CheckLevel::kCheap);
BENCHMARK_CAPTURE(Large, text_sampled, kText, connector::CheckLevel::kSampled);
BENCHMARK_CAPTURE(Large, text_full, kText, connector::CheckLevel::kFull);

}  // namespace

BENCHMARK_MAIN();
