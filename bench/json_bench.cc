// JSON lines: the whole build (text to Arrow batches, every kind kept) beside simdjson's DOM visit
// of every name and value, and beside its first stage alone. One seeded text with conflicts, drift
// and nesting; TENON_BENCH_MB sets its size.
//
//   json_bench --benchmark_min_time=2
//
// The ratio that counts is Build / DomVisit with the same threads. Write renders the rows again; Drift reads records
// whose names come from a pool of 1 to 100,000.
#include <benchmark/benchmark.h>
#include <simdjson.h>

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

#include "columnar/json_text.h"
#include "connectors/files/json/json_index.h"
#include "connectors/files/json/json_lines_reader.h"
#include "tenon/task_context.h"

namespace {

using namespace tenon;
using namespace tenon::files;

// Documents of about 500 bytes: structs three deep, arrays of structs and of strings, ten optional
// fields, paths with values of two kinds, 3 % with their names shuffled.
class Documents {
 public:
  std::string Make(size_t bytes) {
    std::string text;
    text.reserve(bytes + 2048);
    while (text.size() < bytes) AddDocument(text);
    return text;
  }

 private:
  uint64_t Below(uint64_t bound) { return random_() % bound; }
  bool Percent(uint64_t percent) { return Below(100) < percent; }
  std::string Number(uint64_t bound) { return std::to_string(Below(bound)); }

  std::string Real() {
    char text[40];
    const double value = static_cast<double>(Below(100'000'000)) / 1000.0;
    if (Percent(10)) {
      std::snprintf(text, sizeof(text), "%.17g", value * 1.0000001);
    } else {
      std::snprintf(text, sizeof(text), "%.2f", value);
    }
    return text;
  }

  std::string Word() {
    static const char* const kWords[] = {"alpha",
                                         "beta",
                                         "gamma",
                                         "delta",
                                         "north",
                                         "south",
                                         "red",
                                         "greenish",
                                         "z\xc3\xbcrich",
                                         "m\xc3\xbcnchen",
                                         "a longer phrase of words",
                                         "x"};
    std::string text = "\"" + std::string(kWords[Below(12)]);
    if (Percent(4)) text += "\\n\\\"quoted\\\"";
    return text + Number(1000) + "\"";
  }

  void AddDocument(std::string& text) {
    std::vector<std::string> members;
    members.push_back("\"id\":" + std::to_string(++id_));
    members.push_back("\"user\":{\"name\":" + Word() + ",\"age\":" + Number(90) +
                      ",\"address\":{\"city\":" + Word() +
                      ",\"zip\":" + (Percent(3) ? "\"" + Number(99999) + "\"" : Number(99999)) +
                      ",\"geo\":{\"lat\":" + Real() + ",\"lon\":-" + Real() + "}}}");
    members.push_back("\"price\":" + (Percent(4) ? Word() : Real()));
    members.push_back("\"score\":" + (Percent(10) ? Real() : Number(1000)));
    members.push_back("\"big\":" + std::to_string(Percent(2) ? random_() >> 2 : Below(1'000'000)));
    members.push_back(std::string("\"active\":") + (Percent(50) ? "true" : "false"));
    std::string tags = "\"tags\":[";
    for (uint64_t i = Below(6); i > 0; --i) tags += Word() + (i > 1 ? "," : "");
    members.push_back(tags + "]");
    std::string items = "\"items\":[";
    for (uint64_t i = Below(4); i > 0; --i) {
      items += "{\"sku\":" + Word() + ",\"qty\":" + Number(50) +
               ",\"attrs\":{\"size\":" + (Percent(4) ? Word() : Number(60)) +
               ",\"color\":" + Word() + "}}" + (i > 1 ? "," : "");
    }
    members.push_back(items + "]");
    members.push_back(
        "\"meta\":" +
        (Percent(3) ? Word() : "{\"source\":" + Word() + ",\"version\":" + Number(9) + "}"));
    for (int i = 0; i < 10; ++i) {
      if (!Percent(5 + 2 * static_cast<uint64_t>(i))) continue;
      const std::string name = "\"optional_" + std::to_string(i) + "\":";
      members.push_back(name + (Percent(10) ? "null" : i % 2 == 0 ? Number(100'000) : Word()));
    }
    if (Percent(3)) std::shuffle(members.begin(), members.end(), random_);
    text += '{';
    for (size_t i = 0; i < members.size(); ++i) text += (i == 0 ? "" : ",") + members[i];
    text += "}\n";
  }

  std::mt19937_64 random_{42};
  uint64_t id_ = 0;
};

const std::string& Text() {
  static const std::string text = [] {
    const char* const megabytes = std::getenv("TENON_BENCH_MB");
    std::string made =
        Documents().Make((megabytes == nullptr ? 64 : std::strtoull(megabytes, nullptr, 10)) << 20);
    made.reserve(made.size() + 4096);
    return made;
  }();
  return text;
}

// Pieces of whole lines, taken by threads one after the other.
std::vector<std::pair<size_t, size_t>> Pieces(size_t about) {
  const std::string& text = Text();
  std::vector<std::pair<size_t, size_t>> pieces;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(at + about, text.size());
    end = end == text.size() ? end : text.find('\n', end) + 1;
    pieces.emplace_back(at, end);
    at = end;
  }
  return pieces;
}

template <typename Work>
void OnThreads(benchmark::State& state, const Work& work) {
  const auto pieces = Pieces(8 << 20);
  for (auto _ : state) {
    std::atomic<size_t> next{0};
    std::atomic<uint64_t> sum{0};
    const auto run = [&] { sum += work(pieces, next); };
    std::vector<std::thread> others;
    for (int64_t i = 1; i < state.range(0); ++i) others.emplace_back(run);
    run();
    for (std::thread& other : others) other.join();
    benchmark::DoNotOptimize(sum.load());
  }
  state.SetBytesProcessed(static_cast<int64_t>(Text().size()) * state.iterations());
}

void StageOne(benchmark::State& state) {
  OnThreads(state, [](const auto& pieces, std::atomic<size_t>& next) {
    uint64_t sum = 0;
    const std::unique_ptr<JsonIndex> index = JsonIndex::Make().value();
    for (size_t i; (i = next++) < pieces.size();) {
      for (size_t at = pieces[i].first; at < pieces[i].second;) {
        size_t end = std::min(at + (128 << 10), pieces[i].second);
        if (end < pieces[i].second) end = Text().rfind('\n', end) + 1;
        if (index->Find(reinterpret_cast<const uint8_t*>(Text().data()) + at, end - at) != nullptr)
          std::abort();
        sum += index->count();
        at = end;
      }
    }
    return sum;
  });
}

uint64_t Visit(simdjson::dom::element element) {
  using simdjson::dom::element_type;
  switch (element.type()) {
    case element_type::OBJECT: {
      uint64_t sum = 0;
      for (const auto field : simdjson::dom::object(element)) {
        sum += field.key.size() + static_cast<uint8_t>(field.key.empty() ? 0 : field.key[0]) +
               Visit(field.value);
      }
      return sum;
    }
    case element_type::ARRAY: {
      uint64_t sum = 1;
      for (const auto each : simdjson::dom::array(element)) sum += Visit(each);
      return sum;
    }
    case element_type::STRING: {
      const std::string_view text = element;
      return text.size() + static_cast<uint8_t>(text.empty() ? 0 : text[0]);
    }
    case element_type::INT64: return static_cast<uint64_t>(int64_t(element));
    case element_type::UINT64: return uint64_t(element);
    case element_type::DOUBLE: return static_cast<uint64_t>(static_cast<int64_t>(double(element)));
    case element_type::BOOL: return bool(element) ? 1 : 0;
    default: return 0;
  }
}

void DomVisit(benchmark::State& state) {
  OnThreads(state, [](const auto& pieces, std::atomic<size_t>& next) {
    uint64_t sum = 0;
    simdjson::dom::parser parser;
#ifdef SIMDJSON_THREADS_ENABLED
    parser.threaded = false;  // Else it has a thread of its own for the first stage.
#endif
    for (size_t i; (i = next++) < pieces.size();) {
      simdjson::dom::document_stream documents = parser.parse_many(
          Text().data() + pieces[i].first, pieces[i].second - pieces[i].first, 1 << 20);
      for (auto document : documents) sum += Visit(document.value());
    }
    return sum;
  });
}

class TextReader : public object_store::RangeReader {
 public:
  explicit TextReader(const std::string& text) : text_(text) {}
  Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) override {
    const size_t at = std::min(static_cast<size_t>(offset), text_.size());
    const size_t size = std::min(out.size(), text_.size() - at);
    std::memcpy(out.data(), text_.data() + at, size);
    return size;
  }

 private:
  const std::string& text_;
};

class TextStore : public object_store::Store {
 public:
  explicit TextStore(const std::string& text) : text_(text) {}
  Result<object_store::ObjectInfo> Stat(const std::string&) override { return Refused(); }
  Status List(const std::string&, const std::function<bool(const std::string&)>&,
              const std::function<Status(const object_store::ObjectInfo&)>&) override {
    return Refused();
  }
  Result<std::unique_ptr<object_store::RangeReader>> OpenRead(const std::string&) override {
    return std::make_unique<TextReader>(text_);
  }
  Result<std::unique_ptr<object_store::StagedWriter>> Stage(std::string, std::string) override {
    return Refused();
  }
  Result<bool> Publish(const object_store::StagedObject&) override { return Refused(); }
  Status Remove(const std::string&) override { return Refused(); }
  Status Discard(const object_store::StagedObject&) override { return Refused(); }
  Result<bool> PutIfAbsent(const std::string&, std::string_view) override { return Refused(); }

 private:
  static Status Refused() { return Status::Unsupported("Only text to read"); }
  const std::string& text_;
};

JsonScanResources ResourcesOf(const std::string& text) {
  return {.files = {.store = std::make_shared<TextStore>(text),
                    .pool = std::make_shared<BufferPool>(96 << 20)},
          .schemas = std::make_shared<SchemaCache>()};
}

// Reads bytes [begin, end) of the text and gives each batch to `use`.
template <typename Use>
void ReadBatches(const std::string& text, int64_t begin, int64_t end,
                 const JsonScanResources& resources, const Use& use) {
  FileRange range{
      .path = "x", .begin = begin, .end = end, .file_bytes = static_cast<int64_t>(text.size())};
  const TaskContext context;
  auto reader = JsonLinesReader::Open(std::move(range), JsonRows::Make(resources).value(), false,
                                      true, context)
                    .value();
  while (std::optional<RecordBatch> batch = reader->Next().value()) use(*std::move(batch));
}

void Build(benchmark::State& state) {
  const JsonScanResources resources = ResourcesOf(Text());
  const auto size = static_cast<int64_t>(Text().size());
  OnThreads(state, [&](const auto&, std::atomic<size_t>& next) {
    uint64_t rows = 0;
    const int64_t parts = 2;
    for (int64_t i; (i = static_cast<int64_t>(next++)) < parts;) {
      ReadBatches(Text(), size * i / parts, size * (i + 1) / parts, resources,
                  [&](RecordBatch batch) { rows += static_cast<uint64_t>(batch.num_rows()); });
    }
    return rows;
  });
}

// The rows of the text written again, as the sink does it.
void Write(benchmark::State& state) {
  static const std::vector<RecordBatch> batches = [] {
    std::vector<RecordBatch> all;
    ReadBatches(Text(), 0, static_cast<int64_t>(Text().size()), ResourcesOf(Text()),
                [&](RecordBatch batch) { all.push_back(std::move(batch)); });
    return all;
  }();
  columnar::TextBuffer text;
  int64_t bytes = 0;
  for (auto _ : state) {
    for (const RecordBatch& batch : batches) {
      const columnar::JsonText rows(batch, {.omit_nulls = true});
      for (int64_t row = 0; row < batch.num_rows();) {
        row = rows.AppendLines(row, 1 << 20, &text);
        bytes += static_cast<int64_t>(text.size());
        benchmark::DoNotOptimize(text.text().data());
        text.Clear();
      }
    }
  }
  state.SetBytesProcessed(bytes);
}

// 100,000 records of an id and five of so many names.
void Drift(benchmark::State& state) {
  std::mt19937_64 random(7);
  std::string text;
  for (int row = 0; row < 100'000; ++row) {
    text += "{\"id\":" + std::to_string(row);
    for (int key = 0; key < 5; ++key) {
      text += ",\"name_" + std::to_string(random() % static_cast<uint64_t>(state.range(0))) +
              "\":" + std::to_string(random() % 1000);
    }
    text += "}\n";
  }
  const JsonScanResources resources = ResourcesOf(text);
  for (auto _ : state) {
    ReadBatches(text, 0, static_cast<int64_t>(text.size()), resources,
                [](const RecordBatch& batch) { benchmark::DoNotOptimize(batch.num_rows()); });
  }
  state.SetBytesProcessed(static_cast<int64_t>(text.size()) * state.iterations());
}

BENCHMARK(StageOne)->Arg(1)->Arg(2)->UseRealTime()->MeasureProcessCPUTime()->Unit(
    benchmark::kMillisecond);
BENCHMARK(DomVisit)->Arg(1)->Arg(2)->UseRealTime()->MeasureProcessCPUTime()->Unit(
    benchmark::kMillisecond);
BENCHMARK(Build)->Arg(1)->Arg(2)->UseRealTime()->MeasureProcessCPUTime()->Unit(
    benchmark::kMillisecond);
BENCHMARK(Write)->UseRealTime()->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);
BENCHMARK(Drift)
    ->Arg(1)
    ->Arg(10)
    ->Arg(1000)
    ->Arg(100'000)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
