// The smallest connector: rows 0 to n - 1, in as many partitions as the engine wants. Copy it.
#include "tenon/author.h"

namespace {
using namespace tenon;

struct CountingOptions {
  int64_t rows = 0;
};

const OptionSpec<CountingOptions>& Spec() {
  static const auto spec = OptionSpec<CountingOptions>().Add(
      "rows", &CountingOptions::rows, {.help = "How many rows.", .required = true, .minimum = 0});
  return spec;
}

Schema Columns() { return Schema({{"number", DataType::Long()}, {"text", DataType::String()}}); }

struct Reader : RowReader {
  Reader(int64_t first, int64_t end, const TaskContext& context)
      : RowReader(std::make_shared<Schema>(Columns()), context), next(first), last(end) {}
  Result<bool> NextRow(BatchBuilder& row) override {
    if (next == last) return false;
    row.Append(next, "row " + std::to_string(next));
    ++next;
    return true;
  }
  int64_t next, last;
};

struct Readers : ReaderFactory {
  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& context) const override {
    int64_t first = 0, last = 0;
    TENON_RETURN_IF_ERROR(Unpack(partition.payload, 1, &first, &last));
    return std::make_unique<Reader>(first, last, context);
  }
};

struct CountingScan : Scan {
  CountingScan(int64_t all, int64_t wanted) : rows(all), step(all / wanted + 1) {}
  Result<std::vector<Partition>> NextPartitions(const TaskContext&) override {
    const int64_t first = next, last = std::min(rows, next + step);
    next = last;
    if (first == last) return std::vector<Partition>();
    return std::vector<Partition>{{.payload = Pack(1, first, last), .rows = last - first}};
  }
  ScanState state() const override { return {.bytes = {}, .schema = Columns()}; }
  int64_t rows, step, next = 0;
};

struct CountingSource : Source {
  explicit CountingSource(CountingOptions given) : options(given) {}
  Result<std::optional<Schema>> schema(const TaskContext&) override { return Columns(); }
  Result<std::unique_ptr<Scan>> Plan(const ScanRequest& accepted, const TaskContext&) override {
    return std::make_unique<CountingScan>(options.rows, accepted.wanted_partitions);
  }
  CountingOptions options;
};

struct Counting : Connector {
  ConnectorInfo info() const override {
    return {.name = "counting", .options_schema = Spec().JsonSchema(), .can = {.write = false}};
  }
  Result<std::unique_ptr<Source>> OpenSource(const Options& options, const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(CountingOptions parsed, Spec().Parse(options));
    return std::make_unique<CountingSource>(parsed);
  }
  Result<std::unique_ptr<ReaderFactory>> OpenReaders(const Options&, const ScanState&,
                                                     const TaskContext&) override {
    return std::make_unique<Readers>();
  }
};

}  // namespace

TENON_PLUGIN(Counting)
