// Parquet from memory to memory: every column of a table of orders decoded and summed, and the table encoded. The table
// is seeded, or the file that TENON_BENCH_PARQUET names.
//
//   TENON_BENCH_ROWS=6000000 parquet_bench --benchmark_min_time=2
//
// Scan reads with one or two threads, a range of bytes at a time; Write is one writer, and tells the size of what it
// wrote.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "columnar/parquet_reader.h"
#include "columnar/parquet_writer.h"
#include "columnar/share.h"
#include "tenon/batch_builder.h"

namespace {

using namespace tenon;
using namespace tenon::columnar;

class Bytes : public ByteSource {
 public:
  explicit Bytes(const std::string& bytes) : bytes_(bytes) {}
  std::string name() const override { return "path=memory"; }
  int64_t size() const override { return static_cast<int64_t>(bytes_.size()); }
  Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) override {
    const size_t at = std::min(static_cast<size_t>(offset), bytes_.size());
    const size_t size = std::min(out.size(), bytes_.size() - at);
    std::memcpy(out.data(), bytes_.data() + at, size);
    return size;
  }

 private:
  const std::string& bytes_;
};

class StringSink : public ByteSink {
 public:
  explicit StringSink(std::string* bytes) : bytes_(*bytes) {}
  Status Write(std::span<const std::byte> bytes) override {
    bytes_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return Status::Ok();
  }
  Result<int64_t> Tell() const override { return static_cast<int64_t>(bytes_.size()); }
  Status Close() override { return Status::Ok(); }

 private:
  std::string& bytes_;
};

SchemaPtr OrdersSchema() {
  const DataType money = DataType::Decimal(15, 2);
  return std::make_shared<const Schema>(std::vector<Field>{{"order_id", DataType::Long()},
                                                           {"part", DataType::Int()},
                                                           {"supplier", DataType::Int()},
                                                           {"line", DataType::Int()},
                                                           {"quantity", money},
                                                           {"price", money},
                                                           {"discount", money},
                                                           {"tax", money},
                                                           {"returned", DataType::String()},
                                                           {"status", DataType::String()},
                                                           {"shipped", DataType::Date()},
                                                           {"promised", DataType::Date()},
                                                           {"received", DataType::Date()},
                                                           {"instruct", DataType::String()},
                                                           {"mode", DataType::String()},
                                                           {"comment", DataType::String()}});
}

std::vector<SharedBatch> MakeOrders(int64_t rows) {
  static constexpr const char* kWords[] = {"carefully", "quickly", "final", "express", "deposits",
                                           "packages",  "sleep",   "nag",   "foxes",   "pending"};
  static constexpr const char* kModes[] = {"TRUCK", "MAIL", "SHIP", "AIR", "RAIL", "FOB"};
  static constexpr const char* kInstructs[] = {"DELIVER IN PERSON", "COLLECT COD", "NONE"};
  std::mt19937_64 random(42);
  const auto below = [&](uint64_t bound) { return static_cast<int64_t>(random() % bound); };
  const auto money = [&](uint64_t bound) {
    return Decimal128{0, static_cast<uint64_t>(below(bound))};
  };
  BatchBuilder builder(OrdersSchema());
  std::vector<SharedBatch> batches;
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t day = 8035 + below(2526);
    std::string comment = kWords[below(10)];
    for (int64_t i = below(5); i >= 0; --i) comment += std::string(" ") + kWords[below(10)];
    comment += " " + std::to_string(below(100000));
    builder.Append(row / 4, below(200'000), below(10'000), row % 7 + 1, money(5000),
                   money(10'000'000), money(11), money(9), row % 3 == 0 ? "R" : "N",
                   row % 2 == 0 ? "O" : "F", day, day + below(60), day + below(30),
                   kInstructs[below(3)], kModes[below(6)], comment);
    if (builder.full() || row + 1 == rows) batches.emplace_back(builder.Finish().value());
  }
  return batches;
}

std::vector<SharedBatch> ReadFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  auto reader = ParquetReader::Open(std::make_unique<Bytes>(bytes), {}).value();
  std::vector<SharedBatch> batches;
  while (auto batch = reader->Next({}).value()) batches.emplace_back(*std::move(batch));
  return batches;
}

const std::vector<SharedBatch>& Table() {
  static const std::vector<SharedBatch> table = [] {
    const char* const path = std::getenv("TENON_BENCH_PARQUET");
    const char* const rows = std::getenv("TENON_BENCH_ROWS");
    return path != nullptr ? ReadFile(path)
                           : MakeOrders(rows == nullptr ? 1'000'000 : std::atoll(rows));
  }();
  return table;
}

std::string Encode(ParquetCompression compression) {
  std::string bytes;
  auto writer = ParquetWriter::Open(std::make_unique<StringSink>(&bytes), Table()[0].schema_ptr(),
                                    {.compression = compression})
                    .value();
  for (const SharedBatch& batch : Table())
    if (!writer->Write(batch.Share()).ok()) std::abort();
  if (!writer->Close().ok()) std::abort();
  return bytes;
}

int64_t RowsOfTable() {
  int64_t rows = 0;
  for (const SharedBatch& batch : Table()) rows += batch.num_rows();
  return rows;
}

void Write(benchmark::State& state, ParquetCompression compression) {
  Table();
  size_t bytes = 0;
  for (auto _ : state) bytes = Encode(compression).size();
  state.counters["bytes"] = static_cast<double>(bytes);
  state.SetItemsProcessed(RowsOfTable() * state.iterations());
}

void Scan(benchmark::State& state) {
  const std::string bytes = Encode(ParquetCompression::kSnappy);
  const auto size = static_cast<int64_t>(bytes.size());
  constexpr int64_t kParts = 16;
  for (auto _ : state) {
    std::atomic<int64_t> next{0}, rows{0};
    const auto blocks = std::make_shared<KeptBlocks>(64 << 20);
    const auto work = [&] {
      for (int64_t i; (i = next++) < kParts;) {
        auto reader =
            ParquetReader::Open(
                std::make_unique<Bytes>(bytes),
                {.begin = size * i / kParts, .end = size * (i + 1) / kParts, .blocks = blocks})
                .value();
        while (auto batch = reader->Next({}).value()) rows += batch->num_rows();
      }
    };
    std::vector<std::jthread> others;
    for (int64_t i = 1; i < state.range(0); ++i) others.emplace_back(work);
    work();
    others.clear();
    if (rows != RowsOfTable()) std::abort();
  }
  state.SetItemsProcessed(RowsOfTable() * state.iterations());
}

BENCHMARK_CAPTURE(Write, snappy, ParquetCompression::kSnappy)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Write, zstd, ParquetCompression::kZstd)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(Scan)->Arg(1)->Arg(2)->UseRealTime()->MeasureProcessCPUTime()->Unit(
    benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
