// CSV: the whole read (text to Arrow batches) beside the split kernel alone over the same windows. One seeded text of
// orders, two of its columns always quoted, with commas, doubled quotes and newlines in them; TENON_BENCH_MB sets its
// size. And its typed rows written again, beside copying the bytes that come out.
//
//   csv_bench --benchmark_min_time=2
//
// The ratios that count are Typed / Split and InferAndTyped / Split with one thread.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "columnar/share.h"
#include "connectors/files/csv/csv_format.h"
#include "connectors/files/csv/csv_windows.h"
#include "object_store/local_store.h"
#include "tenon/task_context.h"

namespace {

using namespace tenon;
using namespace tenon::files;

constexpr const char* kHeader =
    "order_id,part,supplier,line,quantity,price,discount,tax,returned,status,shipped,promised,"
    "received,instruct,mode,comment\n";

class Orders {
 public:
  std::string Make(size_t bytes) {
    std::string text = kHeader;
    text.reserve(bytes + 1024);
    while (text.size() < bytes) AddOrder(text);
    return text;
  }

 private:
  uint64_t Below(uint64_t bound) { return random_() % bound; }

  void AddMoney(std::string& text, uint64_t bound) {
    char money[32];
    const uint64_t cents = Below(bound);
    std::snprintf(money, sizeof(money), "%llu.%02llu,",
                  static_cast<unsigned long long>(cents / 100),
                  static_cast<unsigned long long>(cents % 100));
    text += money;
  }

  void AddDate(std::string& text) {
    char date[32];
    std::snprintf(date, sizeof(date), "%04d-%02d-%02d,", 1992 + static_cast<int>(Below(7)),
                  1 + static_cast<int>(Below(12)), 1 + static_cast<int>(Below(28)));
    text += date;
  }

  void AddOrder(std::string& text) {
    static const char* const kWords[] = {"carefully", "final",    "deposits", "sleep",    "quickly",
                                         "ironic",    "accounts", "bold",     "requests", "nag"};
    static const char* const kInstructions[] = {"DELIVER IN PERSON", "COLLECT COD", "NONE",
                                                "TAKE BACK RETURN"};
    static const char* const kModes[] = {"AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"};
    text += std::to_string(++id_ * 3'000) + ",";
    text += std::to_string(1 + Below(200'000)) + ",";
    text += std::to_string(1 + Below(10'000)) + ",";
    text += std::to_string(1 + Below(7)) + ",";
    AddMoney(text, 5'000);
    AddMoney(text, 10'000'000);
    if (Below(50) == 0) {
      text += ",";
    } else {
      AddMoney(text, 11);
    }
    AddMoney(text, 9);
    text += std::string(1, "ANR"[Below(3)]) + ",";
    text += std::string(Below(50) == 0 ? "" : Below(2) == 0 ? "O" : "F") + ",";
    AddDate(text);
    AddDate(text);
    AddDate(text);
    text += "\"" + std::string(kInstructions[Below(4)]) + "\",";
    text += std::string(kModes[Below(6)]) + ",\"";
    for (uint64_t i = 2 + Below(4); i > 0; --i) text += std::string(kWords[Below(10)]) + " ";
    if (Below(10) == 0) text += "now, then";
    if (Below(100) == 0) text += "\"\"so\"\"";
    if (Below(1000) == 0) text += "\nnext line";
    text += "\"\n";
  }

  std::mt19937_64 random_{42};
  uint64_t id_ = 0;
};

const std::string& Text() {
  static const std::string text = [] {
    const char* const megabytes = std::getenv("TENON_BENCH_MB");
    return Orders().Make((megabytes == nullptr ? 64 : std::strtoull(megabytes, nullptr, 10)) << 20);
  }();
  return text;
}

class TextReader : public object_store::RangeReader {
 public:
  Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) override {
    const size_t at = std::min(static_cast<size_t>(offset), Text().size());
    const size_t size = std::min(out.size(), Text().size() - at);
    std::memcpy(out.data(), Text().data() + at, size);
    return size;
  }
};

// A local store whose files are all in memory.
class TextStore : public object_store::LocalStore {
 public:
  using object_store::LocalStore::OpenRead;
  Result<std::unique_ptr<object_store::RangeReader>> OpenRead(const std::string&) override {
    return std::make_unique<TextReader>();
  }
};

FileRange WholeFile() {
  FileRange file{.path = "x"};
  file.end = file.file_bytes = static_cast<int64_t>(Text().size());
  return file;
}

void Split(benchmark::State& state, CsvKernel kernel) {
  benchmark::DoNotOptimize(Text().data());  // Made before the clock runs.
  for (auto _ : state) {
    CsvWindows windows(std::make_unique<TextReader>(), "x", WholeFile().file_bytes, 0,
                       {.multi_line = true}, {.kernel = kernel});
    uint64_t ends = 0;
    for (;;) {
      const std::optional<CsvWindow> window = windows.Next().value();
      if (!window) break;
      ends += window->ends_count;
    }
    benchmark::DoNotOptimize(ends);
  }
  state.SetBytesProcessed(static_cast<int64_t>(Text().size()) * state.iterations());
}

void SplitFastest(benchmark::State& state) { Split(state, FastestCsvKernel()); }
void SplitScalar(benchmark::State& state) { Split(state, CsvKernel::kScalar); }

uint64_t ReadRows(const CsvReadOptions& options, int64_t threads) {
  const auto format = MakeCsvReadFormat(options);
  const ReadResources resources{
      .store = std::make_shared<TextStore>(),
      .pool = std::make_shared<BufferPool>(96 << 20),
      .helpers = std::make_shared<compression::UnpackThreads>(static_cast<int>(threads))};
  const FileRange file = WholeFile();
  const TaskContext context;
  std::string seen;
  const std::optional<Schema> schema = format->SchemaOf({file}, resources, context, &seen).value();
  const ScanState state = format->StateOf({}, schema, seen).value();
  const auto readers = format->OpenReaders(state, resources).value();
  std::atomic<uint64_t> rows{0};
  std::atomic<int64_t> next{0};
  const int64_t parts = threads == 1 ? 1 : 4 * threads;
  const auto run = [&] {
    for (int64_t i; (i = next++) < parts;) {
      FileRange range = file;
      range.begin = file.end * i / parts;
      range.end = file.end * (i + 1) / parts;
      const auto reader = readers->Open({range}, context).value();
      for (;;) {
        const std::optional<RecordBatch> batch = reader->Next().value();
        if (!batch) break;
        rows += static_cast<uint64_t>(batch->num_rows());
      }
    }
  };
  std::vector<std::thread> others;
  for (int64_t i = 1; i < threads; ++i) others.emplace_back(run);
  run();
  for (std::thread& other : others) other.join();
  return rows;
}

void Read(benchmark::State& state, const CsvReadOptions& options) {
  benchmark::DoNotOptimize(Text().data());
  for (auto _ : state) benchmark::DoNotOptimize(ReadRows(options, state.range(0)));
  state.SetBytesProcessed(static_cast<int64_t>(Text().size()) * state.iterations());
}

CsvReadOptions Options(const std::string& types, const std::string& columns) {
  return CheckCsvRead({.dialect = {.multi_line = true},
                       .with_header = true,
                       .types = types,
                       .columns = columns})
      .value();
}

CsvReadOptions Declared() {
  return Options("strings",
                 "order_id:long,part:int,supplier:int,line:int,quantity:decimal(15,2),"
                 "price:decimal(15,2),discount:decimal(15,2),tax:decimal(15,2),shipped:date,"
                 "promised:date,received:date");
}

void Typed(benchmark::State& state) { Read(state, Declared()); }
void InferAndTyped(benchmark::State& state) { Read(state, Options("infer", "")); }
void Strings(benchmark::State& state) { Read(state, Options("strings", "")); }

// Takes what a file's bytes are, block by block, into the same memory.
class Sink : public object_store::StagedWriter {
 public:
  Status Append(std::span<const uint8_t> bytes) override {
    if (block_.size() < bytes.size()) block_.resize(bytes.size());
    std::memcpy(block_.data(), bytes.data(), bytes.size());
    benchmark::DoNotOptimize(block_.data());
    bytes_ += static_cast<int64_t>(bytes.size());
    return Status::Ok();
  }
  int64_t bytes() const override { return bytes_; }
  Result<object_store::StagedObject> Finish() override {
    return object_store::StagedObject{.bytes = bytes_};
  }

 private:
  std::vector<uint8_t> block_;
  int64_t bytes_ = 0;
};

// The first batch of the text, as often as makes up its size.
RecordBatch FirstBatch() {
  const auto format = MakeCsvReadFormat(Declared());
  const ReadResources resources{.store = std::make_shared<TextStore>(),
                                .pool = std::make_shared<BufferPool>(96 << 20)};
  const TaskContext context;
  std::string seen;
  const std::optional<Schema> schema =
      format->SchemaOf({WholeFile()}, resources, context, &seen).value();
  const ScanState state = format->StateOf({}, schema, seen).value();
  const auto readers = format->OpenReaders(state, resources).value();
  return *readers->Open({WholeFile()}, context).value()->Next().value();
}

int64_t WriteUntil(const columnar::SharedBatch& batch, const SchemaPtr& schema, int64_t bytes) {
  const auto format = MakeCsvWriteFormat({});
  const auto file = format->Open(std::make_unique<Sink>(), schema).value();
  while (file->bytes() < bytes) {
    if (!file->Write(batch.Share()).ok()) std::abort();
  }
  return file->Close().value().bytes;
}

void Write(benchmark::State& state) {
  RecordBatch first = FirstBatch();
  const SchemaPtr schema = first.schema_ptr();
  const columnar::SharedBatch batch(std::move(first));
  const auto size = static_cast<int64_t>(Text().size());
  for (auto _ : state) benchmark::DoNotOptimize(WriteUntil(batch, schema, size));
  state.SetBytesProcessed(size * state.iterations());
}

void CopyBytes(benchmark::State& state) {
  const size_t size = Text().size();
  for (auto _ : state) {
    Sink sink;
    for (size_t at = 0; at < size; at += 1 << 20) {
      const auto* const from = reinterpret_cast<const uint8_t*>(Text().data()) + at;
      if (!sink.Append({from, std::min<size_t>(1 << 20, size - at)}).ok()) std::abort();
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(size) * state.iterations());
}

BENCHMARK(SplitFastest)->UseRealTime()->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);
BENCHMARK(SplitScalar)->UseRealTime()->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);
BENCHMARK(Typed)->Arg(1)->Arg(2)->UseRealTime()->MeasureProcessCPUTime()->Unit(
    benchmark::kMillisecond);
BENCHMARK(InferAndTyped)
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(Write)->UseRealTime()->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);
BENCHMARK(CopyBytes)->UseRealTime()->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);
BENCHMARK(Strings)->Arg(1)->Arg(2)->UseRealTime()->MeasureProcessCPUTime()->Unit(
    benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
