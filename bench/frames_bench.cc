// Relationalize over a million documents in memory, beside memcpy of as many bytes as it writes.
//
//   build/release/bench/frames_bench
#include <benchmark/benchmark.h>

#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "columnar/share.h"
#include "tenon/batch_builder.h"
#include "transform/relationalize.h"

namespace {

using namespace tenon;

constexpr int64_t kDocuments = 1'000'000, kBatchRows = 16'384;
// A document has 0 to 3 items and 1 to 4 tags.
constexpr int64_t kItems = 1'500'000, kTags = 2'500'000;
// Numbers of lists and their validity for each document, twice; owner and place for each element.
constexpr int64_t kWritten = 2 * (kDocuments * 8 + kDocuments / 8) + (kItems + kTags) * (8 + 4);

// id, name, items (sku, count, price), tags.
const std::vector<columnar::SharedBatch>& Documents() {
  static const std::vector<columnar::SharedBatch> batches = [] {
    const DataType item = DataType::Struct(
        {{"sku", DataType::String()}, {"count", DataType::Int()}, {"price", DataType::Double()}});
    BatchBuilder rows(
        std::make_shared<const Schema>(Schema({{"id", DataType::Long()},
                                               {"name", DataType::String()},
                                               {"items", DataType::Array(item)},
                                               {"tags", DataType::Array(DataType::String())}})),
        {.max_rows = kBatchRows});
    std::vector<columnar::SharedBatch> made;
    for (int64_t id = 0; id < kDocuments; ++id) {
      rows.column(0).Append(id);
      rows.column(1).Append("document " + std::to_string(id % 1000));
      for (int64_t i = 0; i < id % 4; ++i) {
        ColumnBuilder& element = rows.column(2).element();
        element.field(0).Append("sku-" + std::to_string((id + i) % 500));
        element.field(1).Append(static_cast<int32_t>(i));
        element.field(2).Append(static_cast<double>(id % 100) / 4);
        element.EndStruct();
      }
      rows.column(2).EndArray();
      for (int64_t i = 0; i < 1 + id / 4 % 4; ++i) rows.column(3).element().Append("tag");
      rows.column(3).EndArray();
      rows.EndRow();
      if (rows.full() || id + 1 == kDocuments) made.emplace_back(*rows.Finish());
    }
    return made;
  }();
  return batches;
}

void Relationalize(benchmark::State& state) {
  Documents();
  int64_t elements = 0;
  for (auto _ : state) {
    transform::Relationalizer relationalizer("root", 1);
    elements = 0;
    for (const columnar::SharedBatch& batch : Documents()) {
      const Status status =
          relationalizer.Add(batch.Share(), [&](const std::string& table, RecordBatch rows) {
            if (table != "root") elements += rows.num_rows();
            return Status::Ok();
          });
      if (!status.ok()) return state.SkipWithError(status.ToString().c_str());
    }
  }
  if (elements != kItems + kTags) state.SkipWithError("elements are missing");
  state.SetItemsProcessed(state.iterations() * elements);
}

// Into memory that was written before, a batch at a time, as the pool of a run gives it.
void Memcpy(benchmark::State& state) {
  constexpr int64_t kPieces = (kDocuments + kBatchRows - 1) / kBatchRows;
  const std::vector<uint8_t> from(kWritten / kPieces, 1);
  std::array<std::vector<uint8_t>, 4> to;
  for (std::vector<uint8_t>& piece : to) piece.resize(from.size());
  for (auto _ : state) {
    for (int64_t i = 0; i < kPieces; ++i) {
      uint8_t* target = to[static_cast<size_t>(i) % to.size()].data();
      std::memcpy(target, from.data(), from.size());
      benchmark::DoNotOptimize(target);
      benchmark::ClobberMemory();
    }
  }
  state.SetBytesProcessed(state.iterations() * kWritten);
}

BENCHMARK(Relationalize)->Unit(benchmark::kMillisecond);
BENCHMARK(Memcpy)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
