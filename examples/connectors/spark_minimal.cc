// Ten rows in two partitions, in Spark's words: the minimal connector of AWS Glue's samples. Copy it.
#include "tenon/spark.h"

namespace {
using namespace tenon;
using namespace tenon::spark;

struct MinimalOptions {
  int64_t partitions = 2;
  Secret password;  // Of a store that would ask for one: it reaches the readers, and no partition.
};

const OptionSpec<MinimalOptions>& Spec() {
  static const auto spec =
      OptionSpec<MinimalOptions>()
          .Add("partitions", &MinimalOptions::partitions,
               {.help = "How many partitions.", .minimum = 1, .maximum = 10})
          .Add("password", &MinimalOptions::password, {.help = "Not looked at."});
  return spec;
}

struct Rows : InputPartitionReader {
  Rows(int64_t first, int64_t end) : id(first - 1), last(end) {}
  Result<bool> Next() override { return ++id < last; }
  void Get(BatchBuilder& row) override { row.Append(id, "name " + std::to_string(id)); }
  int64_t id, last;
};

struct RowRange : InputPartition {
  RowRange(int64_t first, int64_t end) : begin(first), last(end) {}
  std::string Serialize() const override { return Pack(1, begin, last); }
  Result<std::unique_ptr<InputPartitionReader>> CreatePartitionReader(
      const ReadContext&) const override {
    return std::make_unique<Rows>(begin, last);
  }
  int64_t begin, last;
};

struct MinimalReader : DataSourceReader {
  explicit MinimalReader(int64_t count) : partitions(count) {}
  Result<Schema> ReadSchema(const TaskContext&) override {
    return Schema({{"id", DataType::Long()}, {"name", DataType::String()}});
  }
  Result<std::vector<std::unique_ptr<InputPartition>>> PlanInputPartitions(
      const TaskContext&) override {
    std::vector<std::unique_ptr<InputPartition>> planned;
    for (int64_t i = 0; i < partitions; ++i)
      planned.push_back(std::make_unique<RowRange>(10 * i / partitions, 10 * (i + 1) / partitions));
    return planned;
  }
  int64_t partitions;
};

struct Minimal : DataSourceV2, ReadSupport {
  Registration Register() const override {
    return {.name = "spark_minimal",
            .class_names = {"com.example.spark.MinimalSparkConnector"},
            .options = Spec().known()};
  }
  Result<std::unique_ptr<DataSourceReader>> CreateReader(
      const DataSourceOptions& options) const override {
    TENON_ASSIGN_OR_RETURN(MinimalOptions parsed, Spec().Parse(options));
    return std::make_unique<MinimalReader>(parsed.partitions);
  }
  Result<std::unique_ptr<InputPartition>> ParsePartition(std::string_view bytes) const override {
    int64_t first = 0, end = 0;
    TENON_RETURN_IF_ERROR(Unpack(bytes, 1, &first, &end));
    return std::make_unique<RowRange>(first, end);
  }
};

}  // namespace

TENON_PLUGIN(tenon::spark::ConnectorOf<Minimal>)
