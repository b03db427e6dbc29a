// Connectors that lie, each in one way: the check must find it.
#include "tenon/check_connector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "tenon/author.h"
#include "testing/matchers.h"

namespace tenon {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::StartsWith;

// Ten rows in two partitions, or what the lie makes of them.
struct Liar : Connector {
  explicit Liar(std::string how) : lie(std::move(how)) {}

  struct Rows : RowReader {
    Rows(SchemaPtr schema, const TaskContext& context, int64_t first, int64_t end, bool cancels)
        : RowReader(std::move(schema), cancels ? context : TaskContext()), id(first), last(end) {}
    Result<bool> NextRow(BatchBuilder& row) override {
      if (id >= last) return false;
      row.Append(id++);
      return true;
    }
    int64_t id, last;
  };
  struct Readers : ReaderFactory {
    Readers(std::string how, Schema all) : lie(std::move(how)), schema(std::move(all)) {}
    Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                  const TaskContext& context) const override {
      int64_t first = 0, end = 0;
      std::string more;
      const Status status = Unpack(partition.payload, 1, &first, &end, &more);
      if (!status.ok() && lie != "junk") return status;
      if (context.cancelled() && lie == "cancel") return Status::Internal("Stopped");
      if (context.limits().max_rows < 10 && lie == "small-batches") ++end;
      const Schema columns = lie == "schema" ? Schema({{"other", DataType::Long()}}) : schema;
      return std::make_unique<Rows>(std::make_shared<const Schema>(columns), context, first, end,
                                    true);
    }
    std::string lie;
    Schema schema;
  };
  struct Planned : Scan {
    Result<std::vector<Partition>> NextPartitions(const TaskContext&) override {
      return std::exchange(partitions, {});
    }
    ScanState state() const override { return {"", schema}; }
    std::optional<Position> end() const override { return position; }
    std::vector<Partition> partitions;
    std::optional<Schema> schema;
    std::optional<Position> position;
  };
  struct Table : Source {
    Table(std::string how, int* plans, const Options& given)
        : lie(std::move(how)), planned(plans), options(given) {}
    Result<std::optional<Schema>> schema(const TaskContext&) override { return all; }
    Result<ScanOffer> Offer(const ScanRequest& request, const TaskContext&) override {
      ScanOffer offer;
      if (lie == "filter" && !request.where.empty()) offer.where = {PushDown::kExact};
      if (lie == "columns" && request.columns == std::vector<std::string>{"no such column"})
        offer.columns = true;
      if (lie == "limit") offer.limit = request.limit.has_value();
      if (lie == "offer") offer.detail = std::to_string((*planned)++);
      return offer;
    }
    Result<std::unique_ptr<Scan>> Plan(const ScanRequest&, const TaskContext&) override {
      auto scan = std::make_unique<Planned>();
      const int64_t shift = lie == "replayable" ? (*planned)++ : 0;
      std::string more;
      if (lie == "secret") more = std::string(options.GetSecret("password")->Reveal());
      for (const int64_t first : {0, 5}) {
        scan->partitions.push_back({.payload = Pack(1, first + shift, first + shift + 5, more)});
      }
      scan->schema = all;
      if (lie == "position") scan->position = Position{R"({"v":1})"};
      return std::unique_ptr<Scan>(std::move(scan));
    }
    std::string lie;
    int* planned;
    Options options;
    Schema all = Schema({{"id", DataType::Long()}});
  };

  ConnectorInfo info() const override {
    ConnectorInfo info{.name = lie == "name" ? "" : "liar", .options_schema = "{}"};
    if (lie == "options") info.options_schema = "";
    info.can.read = lie != "read";
    return info;
  }
  Result<std::unique_ptr<Source>> OpenSource(const Options& options, const TaskContext&) override {
    if (lie == "plan") return Status::Unavailable("Away");
    return std::make_unique<Table>(lie, &count, options);
  }
  Result<std::unique_ptr<ReaderFactory>> OpenReaders(const Options&, const ScanState& state,
                                                     const TaskContext&) override {
    return std::make_unique<Readers>(lie, state.schema.value_or(Schema()));
  }
  std::string lie;
  int count = 0;
};

Options WithPassword() {
  Options options;
  options.SetSecret("password", Secret("canary"));
  return options;
}

TEST(CheckConnectorTest, AnHonestConnectorHasNoFindings) {
  Liar honest("");
  const ConnectorCheck check = CheckConnector(honest, WithPassword());
  EXPECT_THAT(check.findings, ElementsAre());
  EXPECT_EQ(check.rows, 10);
  EXPECT_EQ(check.partitions, 2);
  EXPECT_EQ(check.filters_taken, 0);
}

class EachLieTest : public ::testing::TestWithParam<const char*> {};

TEST_P(EachLieTest, IsFoundByItsName) {
  Liar liar(GetParam());
  EXPECT_THAT(CheckConnector(liar, WithPassword()).findings,
              Contains(StartsWith(std::string(GetParam()) + ": ")));
}

INSTANTIATE_TEST_SUITE_P(CheckConnector, EachLieTest,
                         ::testing::Values("name", "options", "read", "plan", "schema", "filter",
                                           "columns", "limit", "offer", "replayable", "secret",
                                           "position", "cancel", "small-batches", "junk"),
                         [](const auto& lie) {
                           std::string name(lie.param);
                           for (char& letter : name) letter = letter == '-' ? '_' : letter;
                           return name;
                         });

}  // namespace
}  // namespace tenon
