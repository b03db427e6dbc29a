// A connector with a fault of the kind that ends a process: the rows 0 to 799 in eight partitions, of which one, or
// each, breaks at its second row. tests/crashes runs it in real jobs.
#include "brittle.h"

#include "tenon/author.h"

namespace {
using namespace tenon;

constexpr int64_t kPartitions = 8;
constexpr int64_t kRows = 100;  // Of each.

struct BrittleOptions {
  std::string breaks;
  int64_t partition = -1;
  Secret password;
};

const OptionSpec<BrittleOptions>& Spec() {
  static const auto spec =
      OptionSpec<BrittleOptions>()
          .Add("breaks", &BrittleOptions::breaks,
               {.help = "segv, abort, overflow, or again: partitions after their end."})
          .Add("partition", &BrittleOptions::partition, {.help = "Which one breaks; -1: each."})
          .Add("password", &BrittleOptions::password,
               {.help = "Held in memory, and used for nothing."});
  return spec;
}

Schema Columns() { return Schema({{"number", DataType::Long()}}); }

struct Reader : RowReader {
  Reader(BrittleOptions given, int64_t number, const TaskContext& context)
      : RowReader(std::make_shared<Schema>(Columns()), context),
        options(std::move(given)),
        partition(number) {}
  Result<bool> NextRow(BatchBuilder& row) override {
    if (next == kRows) return false;
    const bool due = options.partition < 0 || options.partition == partition;
    if (next == 1 && due) brittle::BreakAsAsked(options.breaks);
    row.Append(partition * kRows + next);
    ++next;
    return true;
  }
  BrittleOptions options;
  int64_t partition, next = 0;
};

struct Readers : ReaderFactory {
  explicit Readers(BrittleOptions given) : options(std::move(given)) {}
  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& context) const override {
    int64_t number = 0;
    TENON_RETURN_IF_ERROR(Unpack(partition.payload, 1, &number));
    return std::make_unique<Reader>(options, number, context);
  }
  BrittleOptions options;
};

struct BrittleScan : Scan {
  explicit BrittleScan(bool begins_again) : again(begins_again) {}
  Result<std::vector<Partition>> NextPartitions(const TaskContext&) override {
    std::vector<Partition> page;
    for (; next < kPartitions; ++next) page.push_back({.payload = Pack(1, next), .rows = kRows});
    if (page.empty() && again) next = 0;
    return page;
  }
  ScanState state() const override { return {.bytes = {}, .schema = Columns()}; }
  bool again;
  int64_t next = 0;
};

struct BrittleSource : Source {
  explicit BrittleSource(bool begins_again) : again(begins_again) {}
  Result<std::optional<Schema>> schema(const TaskContext&) override { return Columns(); }
  Result<std::unique_ptr<Scan>> Plan(const ScanRequest&, const TaskContext&) override {
    return std::make_unique<BrittleScan>(again);
  }
  bool again;
};

struct Brittle : Connector {
  ConnectorInfo info() const override {
    return {.name = "brittle",
            .version = "0.9",
            .options_schema = Spec().JsonSchema(),
            .can = {.write = false}};
  }
  Result<std::unique_ptr<Source>> OpenSource(const Options& options, const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(const BrittleOptions parsed, Spec().Parse(options));
    return std::make_unique<BrittleSource>(parsed.breaks == "again");
  }
  Result<std::unique_ptr<ReaderFactory>> OpenReaders(const Options& options, const ScanState&,
                                                     const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(BrittleOptions parsed, Spec().Parse(options));
    return std::make_unique<Readers>(std::move(parsed));
  }
};

}  // namespace

TENON_PLUGIN(Brittle)
