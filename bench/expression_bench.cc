// Rows a second of the predicate evaluator, beside a bare loop over the same values.
//
//   build/release/bench/expression_bench
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "expression/bind.h"
#include "expression/evaluate.h"
#include "expression/parse.h"
#include "tenon/batch_builder.h"

namespace {

using namespace tenon;

constexpr int64_t kRows = 65536;

const RecordBatch& Rows() {
  static const RecordBatch batch = [] {
    BatchBuilder rows(std::make_shared<const Schema>(Schema({{"id", DataType::Long()},
                                                             {"price", DataType::Double()},
                                                             {"name", DataType::String()},
                                                             {"part", DataType::Int()}})));
    for (int64_t i = 0; i < kRows; ++i) {
      rows.column(0).Append(i * 7919 % kRows);
      rows.column(1).Append(static_cast<double>(i % 1000) / 10);
      rows.column(2).Append("customer-" + std::to_string(i % 5000));
      if (i % 11 == 0) {
        rows.column(3).AppendNull();
      } else {
        rows.column(3).Append(static_cast<int32_t>(i % 100));
      }
      rows.EndRow();
    }
    return *rows.Finish();
  }();
  return batch;
}

void Evaluate(benchmark::State& state, const char* sql) {
  const Result<Predicate> parsed = expression::ParsePredicate(sql);
  if (!parsed.ok()) return state.SkipWithError(parsed.status().ToString().c_str());
  const Result<std::vector<Predicate>> bound = expression::BindPredicate(*parsed, Rows().schema());
  if (!bound.ok()) return state.SkipWithError(bound.status().ToString().c_str());
  int64_t kept = 0;
  for (auto _ : state) {
    const Result<std::vector<uint8_t>> bitmap = expression::EvaluateAll(*bound, Rows());
    kept += expression::CountTrue(*bitmap);
  }
  state.SetItemsProcessed(state.iterations() * kRows);
  state.counters["kept"] = static_cast<double>(kept) / static_cast<double>(state.iterations());
}

// The floor: one comparison a row, packed into bits.
void BareLoop(benchmark::State& state) {
  const auto* values = static_cast<const int64_t*>(Rows().array().children[0]->buffers[1]);
  std::vector<uint64_t> bits(kRows / 64);
  for (auto _ : state) {
    for (size_t word = 0; word < bits.size(); ++word) {
      uint64_t packed = 0;
      for (size_t bit = 0; bit < 64; ++bit)
        packed |= uint64_t{values[word * 64 + bit] < 1000} << bit;
      bits[word] = packed;
    }
    benchmark::DoNotOptimize(bits.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

BENCHMARK(BareLoop);
BENCHMARK_CAPTURE(Evaluate, long_less, "id < 1000");
BENCHMARK_CAPTURE(Evaluate, double_between, "price BETWEEN 10 AND 20");
BENCHMARK_CAPTURE(Evaluate, int_with_nulls, "part = 7");
BENCHMARK_CAPTURE(Evaluate, int_in_20,
                  "part IN (1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20)");
BENCHMARK_CAPTURE(Evaluate, text_equal, "name = 'customer-42'");
BENCHMARK_CAPTURE(Evaluate, text_prefix, "name LIKE 'customer-4%'");
BENCHMARK_CAPTURE(Evaluate, four_conjuncts,
                  "id < 30000 AND price > 5 AND part IS NOT NULL AND name <> 'customer-1'");

void Parse(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(expression::ParsePredicate(
        "id < 30000 AND (price > 5 OR part IN (1, 2)) AND name LIKE 'customer-4%'"));
  }
}
BENCHMARK(Parse);

}  // namespace

BENCHMARK_MAIN();
