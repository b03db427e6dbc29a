// Steps of jobs over rows in memory, every value of what comes out consumed. peers/steps_peer.py does the same.
//
//   steps_bench cast ROWS            texts made numbers, dates and times, numbers made texts: one thread
//   steps_bench join ROWS THREADS    each row finds one of a tenth as many
//   steps_bench group ROWS THREADS   by a tenth as many keys: count, sum, largest
//   steps_bench sort|distinct|groups|joins ROWS THREADS MEMORY
//                                    rows of 120 bytes, made as they are asked for, in so many MiB: what does not fit
//                                    goes to disk. groups have one row each; joins are made in parts, as a job's
//
// $TENON_DUCKDB names DuckDB's library. Prints one JSON object: answer, seconds and cpu_seconds.
#include <sys/resource.h>

#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/time.h"
#include "columnar/share.h"
#include "sql/database.h"
#include "tenon/batch_builder.h"
#include "transform/make_transform.h"

namespace tenon::bench {
namespace {

using Batches = std::vector<columnar::SharedBatch>;

constexpr int64_t kBatchRows = 65'536;
constexpr int64_t kMuchMemory = int64_t{2} << 30;
constexpr int64_t kMicros = 1'000'000;
constexpr int64_t kEpochDays = 10'957;  // 2000-01-01

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

template <typename Fill>
Batches Made(Schema schema, int64_t rows, Fill fill) {
  BatchBuilder builder(std::make_shared<const Schema>(std::move(schema)),
                       {.max_rows = kBatchRows, .max_bytes = 64 << 20});
  Batches made;
  for (int64_t i = 0; i < rows; ++i) {
    fill(i, builder);
    if (builder.full() || i + 1 == rows) made.emplace_back(*builder.Finish());
  }
  return made;
}

std::string Quarters(int64_t quarters) {
  static constexpr const char* kParts[] = {".0", ".25", ".5", ".75"};
  return std::to_string(quarters / 4) + kParts[quarters % 4];
}

std::string Cents(int64_t cents) {
  const std::string part = std::to_string(cents % 100);
  return std::to_string(cents / 100) + (part.size() < 2 ? ".0" : ".") + part;
}

Batches Texts(int64_t rows) {
  const Schema schema({{"whole", DataType::String()},
                       {"real", DataType::String()},
                       {"money", DataType::String()},
                       {"day", DataType::String()},
                       {"moment", DataType::String()},
                       {"number", DataType::Long()}});
  return Made(schema, rows, [](int64_t i, BatchBuilder& row) {
    row.Append(std::to_string(i * 7919 % 1'000'003), Quarters(i % 9973), Cents(i % 100'000),
               base::FormatDate(kEpochDays + i % 8000),
               base::FormatTimestamp((kEpochDays * 86'400 + i % 100'000) * kMicros), i);
  });
}

// Sums of columns, whatever their types: of texts, their bytes.
class Sums {
 public:
  void Add(const RecordBatch& batch) {
    whole_.resize(static_cast<size_t>(batch.num_columns()));
    real_.resize(whole_.size());
    rows_ += batch.num_rows();
    for (int i = 0; i < batch.num_columns(); ++i) {
      AddColumn(*batch.array().children[i], batch.schema().field(i).type.id(), batch.num_rows(),
                static_cast<size_t>(i));
    }
  }

  std::string Text() const {
    std::string text = "[" + std::to_string(rows_);
    for (size_t i = 0; i < whole_.size(); ++i) {
      text += ", " + std::to_string(whole_[i] + static_cast<int64_t>(real_[i]));
    }
    return text + "]";
  }

 private:
  template <typename T>
  static const T* Values(const ArrowArray& column) {
    return static_cast<const T*>(column.buffers[1]) + column.offset;
  }

  // No value is null.
  void AddColumn(const ArrowArray& column, TypeId type, int64_t rows, size_t i) {
    int64_t whole = 0;
    double real = 0;
    switch (type) {
      case TypeId::kDouble:
        for (int64_t row = 0; row < rows; ++row) real += Values<double>(column)[row];
        break;
      case TypeId::kString:
        whole = Values<int32_t>(column)[rows] - Values<int32_t>(column)[0];
        break;
      case TypeId::kDecimal:  // Of two words the lower.
        for (int64_t row = 0; row < rows; ++row)
          whole += static_cast<const int64_t*>(column.buffers[1])[2 * (column.offset + row)];
        break;
      case TypeId::kDate:
        for (int64_t row = 0; row < rows; ++row) whole += Values<int32_t>(column)[row];
        break;
      case TypeId::kTimestamp:  // In seconds, lest the sum be too large.
        for (int64_t row = 0; row < rows; ++row) whole += Values<int64_t>(column)[row] / kMicros;
        break;
      default:
        for (int64_t row = 0; row < rows; ++row) whole += Values<int64_t>(column)[row];
    }
    whole_[i] += whole;
    real_[i] += real;
  }

  int64_t rows_ = 0;
  std::vector<int64_t> whole_;
  std::vector<double> real_;
};

Status Cast(const Batches& texts, Sums* sums) {
  const auto mappings = nlohmann::ordered_json::parse(R"json({"mappings": [
    {"source": "whole", "source_type": "string", "target": "whole", "target_type": "long"},
    {"source": "real", "source_type": "string", "target": "real", "target_type": "double"},
    {"source": "money", "source_type": "string", "target": "money", "target_type": "decimal(10,2)"},
    {"source": "day", "source_type": "string", "target": "day", "target_type": "date"},
    {"source": "moment", "source_type": "string", "target": "moment", "target_type": "timestamp"},
    {"source": "number", "source_type": "long", "target": "number", "target_type": "string"}]})json");
  TENON_ASSIGN_OR_RETURN(const auto transform, transform::MakeTransform("apply_mapping", mappings));
  TENON_ASSIGN_OR_RETURN(const auto stage, transform->NewStage());
  const TaskContext task;
  for (const columnar::SharedBatch& batch : texts) {
    TENON_ASSIGN_OR_RETURN(const std::optional<RecordBatch> made,
                           stage->Apply(batch.Share(), {task}));
    if (made) sums->Add(*made);
  }
  return Status::Ok();
}

class Stream : public sql::BatchStream {
 public:
  explicit Stream(const Batches& batches)
      : batches_(batches), schema_(batches.front().schema_ptr()) {}
  const SchemaPtr& schema() const override { return schema_; }
  std::optional<int64_t> rows() const override {
    int64_t rows = 0;
    for (const columnar::SharedBatch& batch : batches_) rows += batch.num_rows();
    return rows;
  }
  Result<std::optional<RecordBatch>> Next() override {
    if (next_ == batches_.size()) return std::nullopt;
    return batches_[next_++].Share();
  }

 private:
  const Batches& batches_;
  const SchemaPtr schema_;
  size_t next_ = 0;
};

// n and a text of about 100 bytes, in an order that is none.
class MadeRows : public sql::BatchStream {
 public:
  explicit MadeRows(int64_t rows) : rows_(rows) {}
  const SchemaPtr& schema() const override { return schema_; }
  std::optional<int64_t> rows() const override { return rows_; }
  Result<std::optional<RecordBatch>> Next() override {
    if (next_ == rows_) return std::nullopt;
    for (const int64_t end = std::min(rows_, next_ + 8192); next_ < end; ++next_) {
      const int64_t n = next_ * 7'919 % rows_;
      builder_.Append(n, std::to_string(n * 31 % rows_) + padding_);
    }
    TENON_ASSIGN_OR_RETURN(RecordBatch batch, builder_.Finish());
    return batch;
  }

 private:
  const int64_t rows_;
  int64_t next_ = 0;
  const std::string padding_ = std::string(100, '.');
  const SchemaPtr schema_ = std::make_shared<const Schema>(
      Schema({{"n", DataType::Long()}, {"text", DataType::String()}}));
  BatchBuilder builder_{schema_};
};

using Streams = std::vector<std::unique_ptr<sql::BatchStream>>;

Status Run(const Result<sql::Query>& query, Streams inputs, sql::Database& database, Sums* sums) {
  TENON_RETURN_IF_ERROR(query.status());
  TENON_ASSIGN_OR_RETURN(const auto rows, database.Run(*query, std::move(inputs), {}));
  while (true) {
    TENON_ASSIGN_OR_RETURN(const std::optional<RecordBatch> batch, rows->Next());
    if (!batch) return Status::Ok();
    sums->Add(*batch);
  }
}

Streams Of(std::initializer_list<const Batches*> inputs) {
  Streams streams;
  for (const Batches* input : inputs) streams.push_back(std::make_unique<Stream>(*input));
  return streams;
}

Streams MadeOf(int64_t rows, int count) {
  Streams streams;
  for (int i = 0; i < count; ++i) streams.push_back(std::make_unique<MadeRows>(rows));
  return streams;
}

Status Spill(const std::string& step, int64_t rows, int64_t memory_bytes, sql::Database& database,
             Sums* sums) {
  const Schema schema = *MadeRows(0).schema();
  if (step == "sort") {
    const std::vector<SortKey> by_text = {{"text", true}, {"n", false}};
    return Run(sql::Query::Sort(schema, by_text), MadeOf(rows, 1), database, sums);
  }
  if (step == "distinct") return Run(sql::Query::Distinct(schema), MadeOf(rows, 1), database, sums);
  if (step == "groups") {
    const std::vector<sql::Aggregate> counts = {{sql::AggregateKind::kCountRows, "", "rows"}};
    return Run(sql::Query::Group(schema, {"n", "text"}, counts), MadeOf(rows, 1), database, sums);
  }
  TENON_ASSIGN_OR_RETURN(const sql::Query join,
                         sql::Query::Join(schema, schema, sql::JoinKind::kInner, {{"n", "n"}}));
  const auto parts = static_cast<int>(rows * 280 / (6 * memory_bytes) + 1);
  for (int part = 0; part < parts; ++part)
    TENON_RETURN_IF_ERROR(Run(join.Part(part, parts), MadeOf(rows, 2), database, sums));
  return Status::Ok();
}

Status Measure(const std::string& step, int64_t rows, int threads, int64_t memory_bytes) {
  const int64_t keys = std::max<int64_t>(rows / 10, 1);
  Batches left, right;
  if (step == "cast") {
    left = Texts(rows);
  } else if (step == "join" || step == "group") {
    left = Made(Schema({{"key", DataType::Long()}, {"value", DataType::Double()}}), rows,
                [&](int64_t i, BatchBuilder& row) {
                  row.Append(i * 7919 % keys, static_cast<double>(i % 1000) / 4);
                });
    right = Made(
        Schema(
            {{"id", DataType::Long()}, {"weight", DataType::Long()}, {"name", DataType::String()}}),
        keys, [](int64_t i, BatchBuilder& row) {
          row.Append(i, i % 97, "name " + std::to_string(i % 5000));
        });
  }
  std::unique_ptr<sql::Database> database;
  if (step != "cast") {
    const std::string spill =
        std::filesystem::temp_directory_path().string() + "/tenon_steps_bench";
    TENON_ASSIGN_OR_RETURN(database, sql::Database::Open({.library_paths = {},
                                                          .memory_bytes = memory_bytes,
                                                          .threads = threads,
                                                          .spill_folder = spill}));
  }
  const auto begun = std::chrono::steady_clock::now();
  const double cpu = CpuSeconds();
  Sums sums;
  if (step == "cast") TENON_RETURN_IF_ERROR(Cast(left, &sums));
  if (memory_bytes < kMuchMemory)
    TENON_RETURN_IF_ERROR(Spill(step, rows, memory_bytes, *database, &sums));
  if (step == "join") {
    const auto query = sql::Query::Join(*left.front().schema_ptr(), *right.front().schema_ptr(),
                                        sql::JoinKind::kInner, {{"key", "id"}});
    TENON_RETURN_IF_ERROR(Run(query, Of({&left, &right}), *database, &sums));
  }
  if (step == "group") {
    const auto query = sql::Query::Group(*left.front().schema_ptr(), {"key"},
                                         {{sql::AggregateKind::kCountRows, "", "rows"},
                                          {sql::AggregateKind::kSum, "value", "sum"},
                                          {sql::AggregateKind::kMaximum, "value", "largest"}});
    TENON_RETURN_IF_ERROR(Run(query, Of({&left}), *database, &sums));
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  std::printf("{\"answer\": %s, \"seconds\": %.6f, \"cpu_seconds\": %.6f}\n", sums.Text().c_str(),
              seconds, CpuSeconds() - cpu);
  return Status::Ok();
}

}  // namespace
}  // namespace tenon::bench

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: steps_bench STEP ROWS [THREADS [MEMORY]]\n");
    return 2;
  }
  const tenon::Status status =
      tenon::bench::Measure(argv[1], std::stoll(argv[2]), argc > 3 ? std::stoi(argv[3]) : 1,
                            argc > 4 ? std::stoll(argv[4]) << 20 : tenon::bench::kMuchMemory);
  if (!status.ok()) std::fprintf(stderr, "error: %s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
