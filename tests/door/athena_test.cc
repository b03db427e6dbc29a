// The words of Athena: pruning, constraints, and rows that are pushed where others are pulled.
#include "tenon/athena.h"

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "door/athena_constraints.h"
#include "tenon/check_connector.h"
#include "testing/matchers.h"
#include "tests/door/reading.h"

namespace tenon::athena {
namespace {

using testing::Ask;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsError;
using testing::IsOk;
using testing::Longs;
using testing::PlanScan;
using testing::ReadAll;

// What a handler was asked for, and how it shall behave. The test's, because handlers have no state.
struct Seen {
  std::mutex mutex;
  std::vector<int64_t> years;  // That DoGetSplits got.
  std::vector<std::string> constraints;
  std::atomic<int> running{0};
};

Seen& TheSeen() {
  static const auto seen = std::make_unique<Seen>();
  return *seen;
}

// Events of four years, some thousand each, a split a year, two splits a page: it uses no constraint by itself.
struct Events : CompositeHandler {
  Registration Register() const override {
    return {.name = "events", .options = {{.name = "how"}, {.name = "rows"}}};
  }
  static std::string How(const FederationRequest& request) {
    return request.config_options.GetOr("how", "").value();
  }
  Result<std::vector<std::string>> DoListSchemaNames(const ListSchemasRequest&) const override {
    return std::vector<std::string>{"b", "a", "c"};
  }
  Result<std::vector<std::string>> DoListTables(const ListTablesRequest& request) const override {
    return std::vector<std::string>{request.schema_name + "_events"};
  }
  Result<GetTableResponse> DoGetTable(const GetTableRequest& request) const override {
    if (request.table_name.table_name != "events") return Status::NotFound("No such table");
    const Schema schema(
        {{"id", DataType::Long()}, {"name", DataType::String()}, {"year", DataType::Int()}});
    if (How(request) == "flat") return GetTableResponse{schema, {}};
    if (How(request) == "odd") return GetTableResponse{Schema({{"d", DataType::Double()}}), {"d"}};
    return GetTableResponse{schema, {"year"}};
  }
  Status GetPartitions(BlockWriter& partitions, const GetTableLayoutRequest&) const override {
    for (const int year : {2018, 2019, 2020}) partitions.WriteRow(year);
    partitions.OfferValue("elsewhere", 1);
    partitions.OfferValue("year", 2021);
    partitions.EndRow();
    return Status::Ok();
  }
  Result<GetSplitsResponse> DoGetSplits(const GetSplitsRequest& request) const override {
    const BatchView partitions(request.partitions);
    const bool flat = How(request) == "flat";
    const std::lock_guard lock(TheSeen().mutex);
    if (request.continuation_token.empty()) {
      for (int64_t i = 0; i < partitions.num_rows(); ++i)
        TheSeen().years.push_back(partitions.column(0).GetLong(i));
    }
    GetSplitsResponse response;
    const int64_t first =
        request.continuation_token.empty() ? 0 : std::stoll(request.continuation_token);
    const int64_t last = std::min(first + 2, partitions.num_rows());
    for (int64_t i = first; i < last; ++i) {
      const int64_t year = flat ? 2018 : partitions.column(0).GetLong(i);
      response.splits.push_back({{"year", std::to_string(year)}});
    }
    if (last < partitions.num_rows()) response.continuation_token = std::to_string(last);
    if (How(request) == "loop") response = {{}, "7"};
    return response;
  }
  Status ReadWithConstraint(BlockSpiller& spiller, const ReadRecordsRequest& request,
                            const QueryStatusChecker& checker) const override {
    const std::string how = How(request);
    ++TheSeen().running;
    const struct Leave {
      ~Leave() { --TheSeen().running; }
    } leave;
    {
      const std::lock_guard lock(TheSeen().mutex);
      for (const auto& [column, set] : request.constraints.summary)
        TheSeen().constraints.push_back(column + "=" + std::to_string(set.ranges.size()));
    }
    const int year = std::stoi(request.split.at("year"));
    if (how == "throw") throw std::runtime_error("no such bucket");
    if (how == "throw_int") throw 5;
    if (how == "wide") spiller.WriteRow(int64_t{1}, "x", 2018, "too much");
    if (how == "wrong") spiller.WriteRow("text", "x", 2018);
    const int64_t rows = std::stoll(request.config_options.GetOr("rows", "3000").value());
    for (int64_t id = 0; id < rows && checker.IsQueryRunning(); ++id) {
      if (how == "names") {
        spiller.OfferValue("name", std::optional<std::string>());
        spiller.OfferValue("id", id);
        if (!spiller.EndRow()) break;
      } else if (!spiller.WriteRow(id, id % 7 ? "n" + std::to_string(id) : std::string(), year)) {
        break;
      }
    }
    if (how == "late") return Status::DataError("The last row is broken");
    return Status::Ok();
  }
};

class AthenaTest : public ::testing::Test {
 protected:
  AthenaTest() {
    TheSeen().years.clear();
    TheSeen().constraints.clear();
  }
  ~AthenaTest() override { EXPECT_EQ(TheSeen().running, 0); }  // No handler outlives its reader.

  static Options Table(const char* how = "", const char* rows = "300") {
    return Ask({{"schemaName", "a"}, {"tableName", "events"}, {"how", how}, {"rows", rows}});
  }
  static Predicate Year(Op op, int year) {
    return Predicate::Compare(op, "year", Literal::Int(year));
  }

  ConnectorOf<Events> events_;
};

TEST_F(AthenaTest, TheConformanceChecksFindNothing) {
  const ConnectorCheck check = CheckConnector(events_, Table());
  EXPECT_THAT(check.findings, ElementsAre());
  EXPECT_EQ(check.rows, 1200);
  EXPECT_EQ(check.partitions, 4);
  EXPECT_EQ(check.filters_taken, 27);  // All but NOT, of three columns.
}

TEST_F(AthenaTest, P7OnlyPartitionsThatMatchReachDoGetSplits) {
  ScanRequest request;
  request.where = {Year(Op::kGreater, 2018), Year(Op::kNotEqual, 2020)};
  ASSERT_OK_AND_ASSIGN(auto source, events_.OpenSource(Table(), {}));
  ASSERT_OK_AND_ASSIGN(const ScanOffer offer, source->Offer(request, {}));
  EXPECT_THAT(offer.where, ElementsAre(PushDown::kInexact, PushDown::kInexact));
  ASSERT_OK_AND_ASSIGN(auto open, PlanScan(events_, Table(), request));
  EXPECT_THAT(TheSeen().years, ElementsAre(2019, 2021));
  ASSERT_EQ(open.partitions.size(), 2u);
  // The reader knows the constraints too, as its own values.
  ASSERT_THAT(testing::ReadPartition(*open.readers, open.partitions[0]), IsOk());
  EXPECT_THAT(TheSeen().constraints, ElementsAre("year=2"));
}

TEST_F(AthenaTest, WhenNoPartitionMatchesNoSplitIsAskedFor) {
  ScanRequest request;
  request.where = {Year(Op::kLess, 1000)};
  ASSERT_OK_AND_ASSIGN(auto open, PlanScan(events_, Table("loop"), request));
  EXPECT_THAT(open.partitions, IsEmpty());
  EXPECT_THAT(TheSeen().years, IsEmpty());
}

TEST_F(AthenaTest, ATableWithoutPartitionColumnsHasOnePseudoPartition) {
  ASSERT_OK_AND_ASSIGN(auto open, PlanScan(events_, Table("flat")));
  EXPECT_THAT(TheSeen().years, ElementsAre(1));
  EXPECT_EQ(open.partitions.size(), 1u);
}

TEST_F(AthenaTest, CellsByNameAndColumnsThatNobodyWants) {
  ScanRequest request;
  request.columns = {"year", "id"};
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(events_, Table("names", "2"), request));
  EXPECT_EQ(batches[0].schema().ToString(), "struct<year:int,id:long>");
  const BatchView rows(batches[0]);
  EXPECT_TRUE(rows.column(0).is_null(1));  // Never written.
  EXPECT_EQ(rows.column(1).GetLong(1), 1);
}

TEST_F(AthenaTest, P5ATokenThatRepeatsIsAnError) {
  EXPECT_THAT(PlanScan(events_, Table("loop")).status(),
              IsError(StatusCode::kInternal,
                      HasSubstr("gave back the token that it was asked with: token=7")));
}

TEST_F(AthenaTest, WhatAHandlerThrowsOrGetsWrongIsAnError) {
  const auto error = [&](const char* how) { return ReadAll(events_, Table(how)).status(); };
  EXPECT_THAT(error("throw"), IsError(StatusCode::kInternal, HasSubstr("what=no such bucket")));
  EXPECT_THAT(error("throw_int"), IsError(StatusCode::kInternal, HasSubstr("no exception")));
  EXPECT_THAT(error("late"), IsError(StatusCode::kDataError, HasSubstr("last row is broken")));
  EXPECT_THAT(error("wide"), IsError(StatusCode::kInternal, HasSubstr("values=4 columns=3")));
  EXPECT_THAT(error("wrong"), IsError(StatusCode::kInternal, HasSubstr("column=id")));
  EXPECT_THAT(error("odd"), IsError(StatusCode::kUnsupported, HasSubstr("column=d type=double")));
  EXPECT_THAT(ReadAll(events_, Ask({{"schemaName", "a"}, {"tableName", "evnets"}})).status(),
              IsError(StatusCode::kNotFound, HasSubstr("No such table")));
  EXPECT_THAT(events_.OpenSource(Ask({{"tableName", "events"}}), {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("missing: option=schemaName")));
  ScanRequest bookmark;
  bookmark.after = Position{R"({"v":1})"};
  EXPECT_THAT(PlanScan(events_, Table(), bookmark).status(),
              IsError(StatusCode::kUnsupported, HasSubstr("keeps no job bookmark")));
}

TEST_F(AthenaTest, R4AReaderThatIsDroppedEndsItsHandlerAndItsBatchesStay) {
  testing::RecordingHost host;
  host.limits.max_rows = 10;
  ASSERT_OK_AND_ASSIGN(auto open, PlanScan(events_, Table("", "1000000000")));
  ASSERT_OK_AND_ASSIGN(auto reader, open.readers->Open(open.partitions[0], TaskContext(&host, {})));
  ASSERT_OK_AND_ASSIGN(auto batch, reader->Next());
  EXPECT_EQ(TheSeen().running, 1);
  reader.reset();
  EXPECT_EQ(TheSeen().running, 0);
  EXPECT_EQ(BatchView(*batch).column(0).GetLong(9), 9);
}

TEST_F(AthenaTest, MemoryIsBoundedByTwoWaitingBatches) {
  testing::RecordingHost host;
  host.limits.max_rows = 10;
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(events_, Table("", "95"), {}, TaskContext(&host, {})));
  EXPECT_EQ(batches.size(), 40u);
  for (const RecordBatch& batch : batches) EXPECT_LE(batch.num_rows(), 10);
}

TEST_F(AthenaTest, R3AStopMayRaceWithTheEnd) {
  testing::RecordingHost host;
  host.limits.max_rows = 5;
  ASSERT_OK_AND_ASSIGN(auto open, PlanScan(events_, Table("", "40")));
  constexpr int kRaces = 300;
  for (int race = 0; race < kRaces; ++race) {
    std::stop_source stop;
    std::thread canceller([&] { stop.request_stop(); });
    const auto rows = testing::ReadPartition(*open.readers, open.partitions[0],
                                             TaskContext(&host, stop.get_token()));
    canceller.join();
    if (rows.ok()) {
      ASSERT_EQ(testing::CountRows(*rows), 40);
    } else {
      ASSERT_THAT(rows, IsError(StatusCode::kCancelled, HasSubstr("cancelled")));
    }
  }
}

TEST_F(AthenaTest, TheCatalogComesInPagesThatAreSorted) {
  ASSERT_OK_AND_ASSIGN(auto catalog, OpenAbilityAs<Catalog>(events_, {}, {}));
  ASSERT_OK_AND_ASSIGN(const TablePage first, catalog->ListNamespaces("", 2, {}));
  EXPECT_THAT(first.names, ElementsAre("a", "b"));
  ASSERT_OK_AND_ASSIGN(const TablePage last, catalog->ListNamespaces(first.next_token, 2, {}));
  EXPECT_THAT(last.names, ElementsAre("c"));
  EXPECT_EQ(last.next_token, "");
  ASSERT_OK_AND_ASSIGN(const TablePage tables, catalog->ListTables("b", "", 10, {}));
  EXPECT_THAT(tables.names, ElementsAre("b_events"));
  ASSERT_OK_AND_ASSIGN(const Schema schema, catalog->Describe("b", "events", {}));
  EXPECT_EQ(schema.size(), 3);
  EXPECT_THAT(catalog->Describe("b", "x", {}),
              IsError(StatusCode::kNotFound, HasSubstr("No such")));
  EXPECT_THAT(catalog->ListNamespaces("x", 2, {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("not this catalog's: token=x")));
}

// --- Value sets ------------------------------------------------------------------------------------

const Schema& Columns() {
  static const Schema schema({{"n", DataType::Long()},
                              {"t", DataType::String()},
                              {"d", DataType::Double()},
                              {"m", DataType::Decimal(10, 2)}});
  return schema;
}

std::optional<ValueSet> SetOf(const Predicate& predicate) {
  std::string column;
  return internal::ValueSetOf(predicate, Columns(), &column);
}

Predicate N(Op op, int64_t value) { return Predicate::Compare(op, "n", Literal::Long(value)); }

// The numbers from 0 to 9 that a set has, then -1 for NULL.
std::vector<int64_t> Members(const std::optional<ValueSet>& set) {
  std::vector<int64_t> members;
  for (int64_t n = 0; set && n < 10; ++n) {
    if (set->Contains(Literal::Long(n))) members.push_back(n);
  }
  if (set && set->Contains(Literal::Null(DataType::Long()))) members.push_back(-1);
  return members;
}

TEST(ValueSetTest, HasTheValuesThatMakeThePredicateTrue) {
  EXPECT_THAT(Members(SetOf(N(Op::kEqual, 3))), ElementsAre(3));
  EXPECT_THAT(Members(SetOf(N(Op::kNotEqual, 3))), ElementsAre(0, 1, 2, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(Members(SetOf(N(Op::kLess, 2))), ElementsAre(0, 1));
  EXPECT_THAT(Members(SetOf(N(Op::kLessOrEqual, 2))), ElementsAre(0, 1, 2));
  EXPECT_THAT(Members(SetOf(N(Op::kGreater, 8))), ElementsAre(9));
  EXPECT_THAT(Members(SetOf(N(Op::kGreaterOrEqual, 8))), ElementsAre(8, 9));
  EXPECT_THAT(Members(SetOf(Predicate::IsNull("n"))), ElementsAre(-1));
  EXPECT_EQ(Members(SetOf(Predicate::IsNotNull("n"))).size(), 10u);
  EXPECT_THAT(Members(SetOf(Predicate::In(
                  "n", {Literal::Long(1), Literal::Null(DataType::Long()), Literal::Long(5)}))),
              ElementsAre(1, 5));
  EXPECT_THAT(Members(SetOf(Predicate::And({N(Op::kGreater, 2), N(Op::kLess, 5)}))),
              ElementsAre(3, 4));
  EXPECT_THAT(
      Members(SetOf(Predicate::Or({N(Op::kLess, 1), Predicate::IsNull("n"), N(Op::kGreater, 8)}))),
      ElementsAre(0, 9, -1));
  EXPECT_THAT(Members(SetOf(Predicate::And({N(Op::kGreater, 5), N(Op::kLess, 5)}))), IsEmpty());
  EXPECT_THAT(Members(SetOf(Predicate::Compare(Op::kEqual, "n", Literal::Null(DataType::Long())))),
              IsEmpty());
  EXPECT_THAT(
      Members(SetOf(Predicate::Compare(Op::kNullSafeEqual, "n", Literal::Null(DataType::Long())))),
      ElementsAre(-1));
}

TEST(ValueSetTest, WhatItCannotSayIsNotTaken) {
  EXPECT_EQ(SetOf(Predicate::Not(N(Op::kEqual, 3))), std::nullopt);
  EXPECT_EQ(SetOf(Predicate::Or({N(Op::kEqual, 3), Predicate::IsNull("t")})), std::nullopt);
  EXPECT_EQ(SetOf(Predicate::Compare(Op::kLess, "d", Literal::Double(1))), std::nullopt);
  EXPECT_EQ(SetOf(Predicate::Compare(Op::kStartsWith, "t", Literal::String("a"))), std::nullopt);
  EXPECT_EQ(SetOf(Predicate::IsNull("elsewhere")), std::nullopt);
  EXPECT_EQ(SetOf(Predicate::Text("n > 3")), std::nullopt);
}

TEST(ValueSetTest, SingleValuesAreAList) {
  const auto set = SetOf(Predicate::In("t", {Literal::String("a"), Literal::String("b")}));
  EXPECT_THAT(set->Values(),
              ::testing::Optional(ElementsAre(Literal::String("a"), Literal::String("b"))));
  EXPECT_EQ(SetOf(N(Op::kLess, 3))->Values(), std::nullopt);
}

TEST(ValueSetTest, ItsBytesReadBackAndJunkIsAnError) {
  Constraints constraints;
  constraints.summary["n"] = *SetOf(N(Op::kNotEqual, 3));
  constraints.summary["t"] =
      *SetOf(Predicate::In("t", {Literal::String("a"), Literal::String("b")}));
  constraints.summary["m"] = *SetOf(Predicate::Compare(
      Op::kLess, "m",
      Literal{DataType::Decimal(10, 2), Decimal128{-1, static_cast<uint64_t>(-5)}}));
  PayloadWriter writer(1);
  internal::PutConstraints(constraints, &writer);
  const std::string bytes = std::move(writer).Finish();
  const auto read = [](std::string_view text, Constraints* out) {
    PayloadReader reader(text, 1);
    TENON_RETURN_IF_ERROR(internal::GetConstraints(&reader, out));
    return reader.Finish();
  };
  Constraints again;
  ASSERT_THAT(read(bytes, &again), IsOk());
  ASSERT_EQ(again.summary.size(), 3u);
  EXPECT_EQ(Members(again.summary["n"]).size(), 9u);
  EXPECT_EQ(*again.summary["t"].Values(), *constraints.summary["t"].Values());
  EXPECT_EQ(again.summary["m"].ranges[0].high.value, constraints.summary["m"].ranges[0].high.value);
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    Constraints part;
    EXPECT_THAT(read(bytes.substr(0, cut), &part),
                IsError(StatusCode::kInvalidArgument, ::testing::_));
  }
}

}  // namespace
}  // namespace tenon::athena
