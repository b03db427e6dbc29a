// P1, P2, P4, P5: what is asked of a source, what it may offer, and what it then must do.
#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "connectors/memory/memory.h"
#include "connectors/sequence/sequence.h"
#include "tenon/author.h"
#include "testing/matchers.h"
#include "tests/door/reading.h"

namespace tenon {
namespace {

using testing::Ask;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsError;
using testing::Longs;
using testing::ReadAll;

// A server that counts its sessions: a scan holds one from Plan to its end.
struct FakeServer {
  std::atomic<int> sessions{0}, opened{0};
};

struct SessionScan : Scan {
  explicit SessionScan(FakeServer& given) : server(given) {
    ++server.sessions;
    ++server.opened;
  }
  ~SessionScan() override { --server.sessions; }
  Result<std::vector<Partition>> NextPartitions(const TaskContext&) override {
    return std::vector<Partition>();
  }
  FakeServer& server;
};

struct SessionSource : Source {
  explicit SessionSource(FakeServer& given) : server(given) {}
  Result<std::optional<Schema>> schema(const TaskContext&) override {
    return Schema({{"id", DataType::Long()}});
  }
  Result<std::unique_ptr<Scan>> Plan(const ScanRequest&, const TaskContext&) override {
    return std::make_unique<SessionScan>(server);
  }
  FakeServer& server;
};

TEST(PlanningTest, P1ExplainingOpensNothingAndSaysTheSameEachTime) {
  FakeServer server;
  SessionSource source(server);
  ASSERT_OK_AND_ASSIGN(auto sequence,
                       MakeSequenceConnector()->OpenSource(Ask({{"rows", "10"}}), {}));
  ScanRequest request;
  request.where = {Predicate::Compare(Op::kEqual, "value", Literal::Long(5))};
  ASSERT_OK_AND_ASSIGN(const ScanOffer first, sequence->Offer(request, {}));
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK_AND_ASSIGN(const ScanOffer nothing, source.Offer(request, {}));
    EXPECT_TRUE(nothing.where.empty());  // The default: nothing is pushed down.
    EXPECT_FALSE(nothing.columns || nothing.limit);
    ASSERT_OK_AND_ASSIGN(const ScanOffer again, sequence->Offer(request, {}));
    EXPECT_EQ(again.where, first.where);
    EXPECT_EQ(again.rows, first.rows);
    EXPECT_EQ(again.detail, first.detail);
  }
  EXPECT_EQ(server.opened, 0);
  ASSERT_OK_AND_ASSIGN(auto scan, source.Plan(request, {}));
  EXPECT_EQ(server.sessions, 1);
  scan.reset();
  EXPECT_EQ(server.sessions, 0);
}

// What the engine asks for in the end: the conjuncts that were answered, the limit only when all of them are exact.
ScanRequest Accept(const ScanRequest& request, const ScanOffer& offer) {
  ScanRequest accepted;
  bool exact = true;
  for (size_t i = 0; i < request.where.size(); ++i) {
    const PushDown answer = i < offer.where.size() ? offer.where[i] : PushDown::kNone;
    if (answer != PushDown::kNone) accepted.where.push_back(request.where[i]);
    exact = exact && answer == PushDown::kExact;
  }
  if (offer.limit && exact) accepted.limit = request.limit;
  return accepted;
}

TEST(PlanningTest, P2AFilterTakenByHalfKeepsTheLimitAway) {
  const Options options = Ask({{"rows", "100"}, {"types", "long,string"}, {"partitions", "3"}});
  ASSERT_OK_AND_ASSIGN(auto source, MakeSequenceConnector()->OpenSource(options, {}));
  ScanRequest request;
  request.where = {Predicate::Compare(Op::kGreaterOrEqual, "value", Literal::Long(10)),
                   Predicate::Compare(Op::kEndsWith, "value_2", Literal::String("7"))};
  request.limit = 2;
  ASSERT_OK_AND_ASSIGN(ScanOffer offer, source->Offer(request, {}));
  EXPECT_TRUE(offer.limit);  // The author's yes is not a promise yet.
  const ScanRequest accepted = Accept(request, offer);
  EXPECT_EQ(accepted.where.size(), 1u);
  EXPECT_FALSE(accepted.limit.has_value());
  auto connector = MakeSequenceConnector();
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(*connector, options, accepted));
  std::vector<int64_t> rows;  // What the engine checks again, and its limit.
  for (int64_t value : Longs(batches)) {
    if (value % 10 == 7 && rows.size() < 2) rows.push_back(value);
  }
  EXPECT_THAT(rows, ElementsAre(17, 27));

  request.where.pop_back();
  ASSERT_OK_AND_ASSIGN(offer, source->Offer(request, {}));
  EXPECT_EQ(Accept(request, offer).limit, 2);
  ASSERT_OK_AND_ASSIGN(batches, ReadAll(*connector, options, Accept(request, offer)));
  EXPECT_THAT(Longs(batches), ElementsAre(10, 11));
}

TEST(PlanningTest, P4ColumnsComeAsAskedOrAreNamed) {
  const Options options =
      Ask({{"rows", "12"}, {"types", "long,string,double"}, {"partitions", "2"}});
  auto connector = MakeSequenceConnector();
  const std::pair<std::vector<std::string>, const char*> kAsked[] = {
      {{}, "struct<>"},
      {{"value", "value"}, "struct<value:long,value:long>"},
      {{"value_3", "value_2", "value"}, "struct<value_3:double,value_2:string,value:long>"}};
  for (const auto& [columns, schema] : kAsked) {
    ScanRequest request;
    request.columns = columns;
    ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(*connector, options, request));
    EXPECT_EQ(testing::CountRows(batches), 12);
    EXPECT_EQ(batches[0].schema().ToString(), schema);
  }
  ScanRequest request;
  request.columns = {"valeu"};
  EXPECT_THAT(
      testing::PlanScan(*connector, options, request),
      IsError(StatusCode::kInvalidArgument, HasSubstr("column=valeu. Did you mean value?")));
}

TEST(PlanningTest, P5AHundredThousandPartitionsComeInPages) {
  auto connector = MakeSequenceConnector();
  const Options options = Ask({{"rows", "100000"}, {"partitions", "100000"}});
  ASSERT_OK_AND_ASSIGN(auto source, connector->OpenSource(options, {}));
  ASSERT_OK_AND_ASSIGN(auto scan, source->Plan({}, {}));
  ASSERT_OK_AND_ASSIGN(auto readers, connector->OpenReaders(options, scan->state(), {}));
  // The first partition is read while most pages are still to come.
  ASSERT_OK_AND_ASSIGN(auto page, scan->NextPartitions({}));
  ASSERT_LT(page.size(), 2000u);
  ASSERT_OK_AND_ASSIGN(auto batches, testing::ReadPartition(*readers, page[0]));
  EXPECT_THAT(Longs(batches), ElementsAre(0));
  size_t partitions = 0;
  while (!page.empty()) {
    partitions += page.size();
    ASSERT_LT(page.size(), 2000u);
    ASSERT_OK_AND_ASSIGN(page, scan->NextPartitions({}));
  }
  EXPECT_EQ(partitions, 100000u);
  ASSERT_OK_AND_ASSIGN(page, scan->NextPartitions({}));
  EXPECT_TRUE(page.empty());  // The end is for good.
}

}  // namespace
}  // namespace tenon
