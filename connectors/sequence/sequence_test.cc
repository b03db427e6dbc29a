#include "sequence.h"

#include <condition_variable>
#include <mutex>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sequence_scan.h"
#include "tenon/column_view.h"
#include "testing/matchers.h"

namespace tenon {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsError;
using testing::IsOk;

// A host that records what a reader tells it and takes what it gives away.
class RecordingHost : public TaskHost {
 public:
  BatchLimits Limits() override { return limits; }
  void AddError(ErrorRecord record) override { errors.push_back(std::move(record)); }
  void Count(std::string_view, int64_t) override {}
  void Log(LogLevel, std::string_view) override {}
  bool SplitWanted() override { return wanted; }
  bool GiveAway(const Partition& mine_now, const Partition& rest_now) override {
    if (!takes) return false;
    mine = mine_now;
    rest.push_back(rest_now);
    return true;
  }

  BatchLimits limits;
  bool wanted = false, takes = true;
  Partition mine;
  std::vector<Partition> rest;
  std::vector<ErrorRecord> errors;
};

Options Ask(std::initializer_list<std::pair<const char*, const char*>> values) {
  Options options;
  for (const auto& [name, value] : values) options.Set(name, value);
  return options;
}

Result<std::vector<Partition>> AllPartitions(Scan& scan, const TaskContext& context) {
  std::vector<Partition> partitions;
  while (true) {
    TENON_ASSIGN_OR_RETURN(std::vector<Partition> page, scan.NextPartitions(context));
    if (page.empty()) return partitions;
    for (Partition& partition : page) partitions.push_back(std::move(partition));
  }
}

// The source, its scan and its readers, as an engine would hold them.
struct Opened {
  std::unique_ptr<Connector> connector = MakeSequenceConnector();
  std::unique_ptr<Source> source;
  std::unique_ptr<Scan> scan;
  std::unique_ptr<ReaderFactory> readers;
  std::vector<Partition> partitions;
};

Result<Opened> Open(const Options& options, const ScanRequest& request = {},
                    const TaskContext& context = {}) {
  Opened opened;
  TENON_ASSIGN_OR_RETURN(opened.source, opened.connector->OpenSource(options, context));
  TENON_ASSIGN_OR_RETURN(opened.scan, opened.source->Plan(request, context));
  TENON_ASSIGN_OR_RETURN(opened.readers,
                         opened.connector->OpenReaders(options, opened.scan->state(), context));
  TENON_ASSIGN_OR_RETURN(opened.partitions, AllPartitions(*opened.scan, context));
  return opened;
}

Result<std::vector<RecordBatch>> ReadPartition(const ReaderFactory& readers,
                                               const Partition& partition,
                                               const TaskContext& context = {}) {
  std::vector<RecordBatch> batches;
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<PartitionReader> reader, readers.Open(partition, context));
  while (true) {
    TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, reader->Next());
    if (!batch) return batches;
    batches.push_back(*std::move(batch));
  }
}

Result<std::vector<RecordBatch>> ReadAll(const Options& options, const ScanRequest& request = {},
                                         const TaskContext& context = {}) {
  TENON_ASSIGN_OR_RETURN(Opened opened, Open(options, request, context));
  std::vector<RecordBatch> batches;
  for (const Partition& partition : opened.partitions) {
    TENON_ASSIGN_OR_RETURN(std::vector<RecordBatch> more,
                           ReadPartition(*opened.readers, partition, context));
    for (RecordBatch& batch : more) batches.push_back(std::move(batch));
  }
  return batches;
}

std::vector<int64_t> FirstLongs(const std::vector<RecordBatch>& batches) {
  std::vector<int64_t> values;
  for (const RecordBatch& batch : batches) {
    BatchView view(batch);
    for (int64_t i = 0; i < batch.num_rows(); ++i) values.push_back(view.column(0).GetLong(i));
  }
  return values;
}

std::vector<int64_t> Range(int64_t first, int64_t last) {
  std::vector<int64_t> values(static_cast<size_t>(last - first));
  std::iota(values.begin(), values.end(), first);
  return values;
}

TEST(SequenceTest, EveryRowComesOnceInOrder) {
  ASSERT_OK_AND_ASSIGN(
      auto batches,
      ReadAll(Ask({{"rows", "1000"}, {"start", "5"}, {"partitions", "7"}, {"batch_rows", "33"}})));
  EXPECT_EQ(FirstLongs(batches), Range(5, 1005));
  EXPECT_EQ(batches[0].num_rows(), 33);
}

TEST(SequenceTest, OptionsAreCheckedByName) {
  auto connector = MakeSequenceConnector();
  EXPECT_THAT(connector->OpenSource(Ask({{"row", "10"}}), {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("option=row. Did you mean rows?")));
  EXPECT_THAT(
      connector->OpenSource(Ask({{"rows", "x"}}), {}),
      IsError(StatusCode::kInvalidArgument, HasSubstr("not a whole number: option=rows value=x")));
  EXPECT_THAT(
      connector->OpenSource(Ask({}), {}),
      IsError(StatusCode::kInvalidArgument, HasSubstr("required and missing: option=rows")));
  EXPECT_THAT(connector->OpenSource(Ask({{"rows", "1"}, {"types", "strng"}}), {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Did you mean string?")));
  EXPECT_THAT(
      connector->OpenSource(Ask({{"rows", "1"}, {"reuse", "true"}, {"drift", "types"}}), {}),
      IsError(StatusCode::kInvalidArgument, HasSubstr("does not go with reuse: option=drift")));
  EXPECT_THAT(connector->OpenSource(
                  Ask({{"rows", "4000000000000000000"}, {"start", "9000000000000000000"}}), {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("option=start")));
}

TEST(SequenceTest, WritingIsUnsupported) {
  EXPECT_THAT(MakeSequenceConnector()->OpenSink({}, {}, {}),
              IsError(StatusCode::kUnsupported, HasSubstr("cannot write: connector=sequence")));
}

TEST(SequenceTest, ColumnsRepeatTheirTypesAndHaveNames) {
  auto connector = MakeSequenceConnector();
  ASSERT_OK_AND_ASSIGN(
      auto source,
      connector->OpenSource(Ask({{"rows", "1"}, {"types", "long,string"}, {"columns", "3"}}), {}));
  ASSERT_OK_AND_ASSIGN(auto schema, source->schema({}));
  EXPECT_EQ(schema->ToString(), "struct<value:long,value_2:string,value_3:long>");
}

TEST(SequenceTest, ValuesAreAFunctionOfTheRow) {
  const Options options = Ask(
      {{"rows", "4"},
       {"types",
        R"json(["long","byte","boolean","double","decimal(5,2)","string","date","timestamp",)json"
        R"("array<int>","map<string,long>","choice<long,string>","struct<a:int>"])"},
       {"start", "130"}});
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(options));
  ASSERT_EQ(batches.size(), 1u);
  BatchView view(batches[0]);
  const int64_t i = 1;  // Row 131.
  EXPECT_EQ(view.column(0).GetLong(i), 131);
  EXPECT_EQ(view.column(1).GetLong(i), 3);
  EXPECT_TRUE(view.column(2).GetBoolean(i));
  EXPECT_EQ(view.column(3).GetDouble(i), 32.75);
  EXPECT_EQ(view.column(4).GetDecimal(i), (Decimal128{0, 131}));
  EXPECT_EQ(view.column(5).GetString(i), "row-131");
  EXPECT_EQ(view.column(6).GetLong(i), 131);
  EXPECT_EQ(view.column(7).GetLong(i), 1577836800000000 + 131000000);
  EXPECT_EQ(view.column(8).range(i).end - view.column(8).range(i).begin, 2);
  EXPECT_EQ(view.column(9).keys().GetString(view.column(9).range(i).begin), "k2");
  EXPECT_EQ(view.column(10).choice(i), 1);
  EXPECT_EQ(view.column(10).child(1).GetString(i), "row-131");
  EXPECT_EQ(view.column(11).child(0).GetLong(i), 131);
}

TEST(SequenceTest, NullsAreStaggeredOverColumns) {
  ASSERT_OK_AND_ASSIGN(
      auto batches, ReadAll(Ask({{"rows", "10"}, {"types", "long,string"}, {"nulls_every", "4"}})));
  BatchView view(batches[0]);
  for (int64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(view.column(0).is_null(i), i % 4 == 3) << i;
    EXPECT_EQ(view.column(1).is_null(i), i % 4 == 0) << i;
  }
}

TEST(SequenceTest, SkewGivesTheFirstPartitionMost) {
  ASSERT_OK_AND_ASSIGN(Opened opened,
                       Open(Ask({{"rows", "1000"}, {"partitions", "4"}, {"skew", "2"}})));
  ASSERT_EQ(opened.partitions.size(), 4u);
  EXPECT_GT(opened.partitions[0].rows, 700 - 10);
  EXPECT_GT(opened.partitions[0].rows, 3 * opened.partitions[1].rows);
  int64_t rows = 0;
  for (const Partition& partition : opened.partitions) rows += partition.rows;
  EXPECT_EQ(rows, 1000);
}

TEST(SequenceTest, PartitionsComeInPagesAndEmptyOnesAreLeftOut) {
  ASSERT_OK_AND_ASSIGN(Opened many, Open(Ask({{"rows", "200000"}, {"partitions", "100000"}})));
  EXPECT_EQ(many.partitions.size(), 100000u);
  ASSERT_OK_AND_ASSIGN(Opened few, Open(Ask({{"rows", "3"}, {"partitions", "10"}})));
  EXPECT_EQ(few.partitions.size(), 3u);
  ASSERT_OK_AND_ASSIGN(Opened none, Open(Ask({{"rows", "0"}, {"partitions", "10"}})));
  EXPECT_EQ(none.partitions.size(), 0u);
  ASSERT_OK_AND_ASSIGN(Opened wanted, Open(Ask({{"rows", "100"}}), {.wanted_partitions = 6}));
  EXPECT_EQ(wanted.partitions.size(), 6u);
}

TEST(SequenceTest, ComparisonsWithTheValueAreExact) {
  const Options options = Ask({{"rows", "1000"}, {"partitions", "3"}, {"nulls_every", "10"}});
  ScanRequest request;
  request.where = {Predicate::Compare(Op::kGreaterOrEqual, "value", Literal::Long(95)),
                   Predicate::Compare(Op::kLess, "value", Literal::Long(103))};
  ASSERT_OK_AND_ASSIGN(auto source, MakeSequenceConnector()->OpenSource(options, {}));
  ASSERT_OK_AND_ASSIGN(ScanOffer offer, source->Offer(request, {}));
  EXPECT_THAT(offer.where, ElementsAre(PushDown::kExact, PushDown::kExact));
  EXPECT_FALSE(offer.limit);  // Rows with nulls are left out, so the range is not the result.
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(options, request));
  EXPECT_THAT(FirstLongs(batches), ElementsAre(95, 96, 97, 98, 100, 101, 102));
}

TEST(SequenceTest, OtherConjunctsAreNotTaken) {
  ASSERT_OK_AND_ASSIGN(auto source, MakeSequenceConnector()->OpenSource(
                                        Ask({{"rows", "10"}, {"types", "long,int"}}), {}));
  ScanRequest request;
  request.where = {Predicate::Compare(Op::kEqual, "value_2", Literal::Int(5)),
                   Predicate::In("value", {Literal::Long(2), Literal::Long(5)}),
                   Predicate::Compare(Op::kNotEqual, "value", Literal::Long(5)),
                   Predicate::Text("x"),
                   Predicate::Compare(Op::kEqual, "value", Literal::Null(DataType::Long()))};
  ASSERT_OK_AND_ASSIGN(ScanOffer offer, source->Offer(request, {}));
  EXPECT_THAT(offer.where, ElementsAre(PushDown::kNone, PushDown::kInexact, PushDown::kNone,
                                       PushDown::kNone, PushDown::kNone));
  EXPECT_THAT(source->Plan(request, {}),
              IsError(StatusCode::kUnsupported,
                      HasSubstr("Predicate was not offered: predicate=value_2 = 5")));
}

TEST(SequenceTest, ALimitIsOverTheWholeScan) {
  ScanRequest request;
  request.limit = 7;
  ASSERT_OK_AND_ASSIGN(auto batches,
                       ReadAll(Ask({{"rows", "1000"}, {"partitions", "4"}}), request));
  EXPECT_EQ(FirstLongs(batches), Range(0, 7));
  request.where = {Predicate::Compare(Op::kGreater, "value", Literal::Long(996))};
  ASSERT_OK_AND_ASSIGN(batches, ReadAll(Ask({{"rows", "1000"}, {"partitions", "4"}}), request));
  EXPECT_EQ(FirstLongs(batches), Range(997, 1000));
}

TEST(SequenceTest, ColumnsComeAsAsked) {
  const Options options = Ask({{"rows", "5"}, {"types", "long,string,double"}});
  ScanRequest request;
  request.columns = {"value_3", "value", "value_3"};
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(options, request));
  EXPECT_EQ(batches[0].schema().ToString(), "struct<value_3:double,value:long,value_3:double>");
  EXPECT_EQ(BatchView(batches[0]).column(2).GetDouble(4), 1.0);
  request.columns = std::vector<std::string>{};
  ASSERT_OK_AND_ASSIGN(batches, ReadAll(options, request));
  EXPECT_EQ(batches[0].num_rows(), 5);
  EXPECT_EQ(batches[0].num_columns(), 0);
  request.columns = {"valeu"};
  EXPECT_THAT(Open(options, request),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Did you mean value?")));
}

TEST(SequenceTest, PositionsBoundTheReadAndMove) {
  const Options options = Ask({{"rows", "100"}});
  ScanRequest request;
  request.after = Position{R"({ "v": 1, "row": 90 })"};
  ASSERT_OK_AND_ASSIGN(Opened opened, Open(options, request));
  EXPECT_EQ(opened.scan->end()->json, R"({"v":1,"row":100})");
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(options, request));
  EXPECT_EQ(FirstLongs(batches), Range(90, 100));
  request.until = Position{R"({"v":1,"row":95})"};
  ASSERT_OK_AND_ASSIGN(batches, ReadAll(options, request));
  EXPECT_EQ(FirstLongs(batches), Range(90, 95));
  // Nothing new: the end is where the last read ended.
  request.after = Position{R"({"v":1,"row":100})"};
  request.until = std::nullopt;
  ASSERT_OK_AND_ASSIGN(opened, Open(options, request));
  EXPECT_EQ(opened.scan->end(), request.after);
  EXPECT_TRUE(opened.partitions.empty());
}

TEST(SequenceTest, PositionsThatAreNotItsOwnSayReset) {
  ASSERT_OK_AND_ASSIGN(auto source, MakeSequenceConnector()->OpenSource(Ask({{"rows", "10"}}), {}));
  for (const char* json : {"", "{}", R"({"v":2,"row":1})", R"({"v":1,"row":-1})",
                           R"({"v":1,"row":1x})", R"({"v":1,"row":11})"}) {
    ScanRequest request;
    request.after = Position{json};
    EXPECT_THAT(source->Plan(request, {}),
                IsError(StatusCode::kInvalidArgument, HasSubstr("Reset the bookmark.")))
        << json;
  }
}

TEST(SequenceTest, AReusingReaderSharesItsBuffers) {
  const Options options = Ask({{"rows", "10000"},
                               {"types", "long,string"},
                               {"columns", "16"},
                               {"batch_rows", "1000"},
                               {"reuse", "true"}});
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(options));
  ASSERT_EQ(batches.size(), 10u);
  for (const RecordBatch& batch : batches) {
    EXPECT_EQ(batch.num_rows(), 1000);
    EXPECT_EQ(batch.array().children[1]->buffers[2], batches[0].array().children[1]->buffers[2]);
  }
  EXPECT_EQ(BatchView(batches[9]).column(0).GetLong(7), 7);
}

TEST(SequenceTest, ASelfDescribingSequenceDeclaresNothing) {
  const Options options = Ask({{"rows", "10"}, {"self_describing", "true"}});
  ASSERT_OK_AND_ASSIGN(Opened opened, Open(options));
  ASSERT_OK_AND_ASSIGN(auto schema, opened.source->schema({}));
  EXPECT_FALSE(schema.has_value());
  EXPECT_FALSE(opened.scan->state().schema.has_value());
}

TEST(SequenceTest, TypesDriftFromBlockToBlock) {
  const Options options =
      Ask({{"rows", "30"}, {"types", "long,double"}, {"drift", "types"}, {"drift_rows", "10"}});
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(options));
  ASSERT_EQ(batches.size(), 3u);
  EXPECT_EQ(batches[0].schema().ToString(), "struct<value:long,value_2:double>");
  EXPECT_EQ(batches[1].schema().ToString(), "struct<value:choice<long,string>,value_2:double>");
  EXPECT_EQ(batches[2].schema().ToString(), "struct<value_2:double>");
  EXPECT_EQ(BatchView(batches[1]).column(0).child(1).GetString(1), "row-11");
}

TEST(SequenceTest, ColumnsDriftFromBlockToBlock) {
  ASSERT_OK_AND_ASSIGN(
      auto batches,
      ReadAll(Ask(
          {{"rows", "4"}, {"types", "long,double"}, {"drift", "columns"}, {"drift_rows", "2"}})));
  ASSERT_EQ(batches.size(), 2u);
  EXPECT_EQ(batches[1].schema().ToString(), "struct<value:long>");
}

TEST(SequenceTest, BadRowsAreReportedAndLeftOut) {
  RecordingHost host;
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(Ask({{"rows", "10"}, {"bad_rows_every", "4"}}), {},
                                             TaskContext(&host, {})));
  EXPECT_THAT(FirstLongs(batches), ElementsAre(0, 1, 2, 4, 5, 6, 8, 9));
  ASSERT_EQ(host.errors.size(), 2u);
  EXPECT_EQ(host.errors[1].where, "row=7");
}

TEST(SequenceTest, AFailureComesAtItsRowAndAsOftenAsAsked) {
  const Options options = Ask({{"rows", "100"},
                               {"fail_code", "unavailable"},
                               {"fail_at_row", "40"},
                               {"fail_times", "2"},
                               {"retry_after_ms", "500"}});
  ASSERT_OK_AND_ASSIGN(Opened opened, Open(options));
  for (int attempt = 0; attempt < 2; ++attempt) {
    ASSERT_OK_AND_ASSIGN(auto reader, opened.readers->Open(opened.partitions[0], {}));
    ASSERT_OK_AND_ASSIGN(auto batch, reader->Next());
    EXPECT_EQ(batch->num_rows(), 40);
    const Status status = reader->Next().status();
    EXPECT_THAT(status,
                IsError(StatusCode::kUnavailable, HasSubstr("as it was asked to: call=next")));
    EXPECT_EQ(status.retry_after(), std::chrono::milliseconds(500));
  }
  ASSERT_OK_AND_ASSIGN(auto batches, ReadPartition(*opened.readers, opened.partitions[0]));
  EXPECT_EQ(FirstLongs(batches), Range(0, 100));
}

TEST(SequenceTest, FailuresInOtherCalls) {
  EXPECT_THAT(Open(Ask({{"rows", "1"}, {"fail_in", "plan"}, {"fail_code", "conflict"}})),
              IsError(StatusCode::kConflict, HasSubstr("call=plan")));
  ASSERT_OK_AND_ASSIGN(Opened opened,
                       Open(Ask({{"rows", "1"}, {"fail_in", "open"}, {"fail_code", "slow_down"}})));
  const Status status = opened.readers->Open(opened.partitions[0], {}).status();
  EXPECT_EQ(status.retry(), Retry::kSlowDown);
  ASSERT_OK_AND_ASSIGN(opened, Open(Ask({{"rows", "1"}, {"fail_code", "throw"}})));
  EXPECT_THROW(static_cast<void>(ReadPartition(*opened.readers, opened.partitions[0])),
               std::runtime_error);
}

TEST(SequenceTest, AHangEndsWhenTheTaskIsCancelled) {
  std::stop_source stop;
  const TaskContext context(nullptr, stop.get_token());
  ASSERT_OK_AND_ASSIGN(Opened opened, Open(Ask({{"rows", "1"}, {"fail_code", "hang"}})));
  std::thread canceller([&] { stop.request_stop(); });
  EXPECT_THAT(ReadPartition(*opened.readers, opened.partitions[0], context),
              IsError(StatusCode::kCancelled, HasSubstr("cancelled")));
  canceller.join();
}

TEST(SequenceTest, HalfOfTheRestIsGivenAwayAndARetryStartsFromMine) {
  RecordingHost host;
  const TaskContext context(&host, {});
  ASSERT_OK_AND_ASSIGN(Opened opened, Open(Ask({{"rows", "100"}, {"batch_rows", "10"}})));
  ASSERT_OK_AND_ASSIGN(auto reader, opened.readers->Open(opened.partitions[0], context));
  ASSERT_THAT(reader->Next(), IsOk());
  host.wanted = true;
  ASSERT_THAT(reader->Next(), IsOk());
  host.wanted = false;
  ASSERT_EQ(host.rest.size(), 1u);
  // Mine holds what was returned already: a retry reads it again, the rest does not.
  ASSERT_OK_AND_ASSIGN(auto mine, ReadPartition(*opened.readers, host.mine));
  ASSERT_OK_AND_ASSIGN(auto rest, ReadPartition(*opened.readers, host.rest[0]));
  std::vector<int64_t> all = FirstLongs(mine);
  for (int64_t value : FirstLongs(rest)) all.push_back(value);
  EXPECT_EQ(all, Range(0, 100));
}

TEST(SequenceTest, AGiveAwayThatIsRefusedChangesNothing) {
  RecordingHost host;
  host.wanted = true;
  host.takes = false;
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(Ask({{"rows", "100"}, {"batch_rows", "10"}}), {},
                                             TaskContext(&host, {})));
  EXPECT_EQ(FirstLongs(batches), Range(0, 100));
}

TEST(SequenceTest, LiesAreTold) {
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(Ask({{"rows", "4"}, {"lie", "unequal_lengths"}})));
  EXPECT_EQ(batches[0].array().children[0]->length, 3);
  ASSERT_OK_AND_ASSIGN(
      batches, ReadAll(Ask({{"rows", "4"}, {"batch_rows", "2"}, {"lie", "changed_schema"}})));
  EXPECT_EQ(batches[1].schema().field(0).name, "surprise");
  ASSERT_OK_AND_ASSIGN(Opened opened, Open(Ask({{"rows", "4"}, {"lie", "batch_after_end"}})));
  ASSERT_OK_AND_ASSIGN(auto reader, opened.readers->Open(opened.partitions[0], {}));
  ASSERT_THAT(reader->Next(), IsOk());
  ASSERT_OK_AND_ASSIGN(auto end, reader->Next());
  EXPECT_FALSE(end.has_value());
  ASSERT_OK_AND_ASSIGN(auto more, reader->Next());
  EXPECT_TRUE(more.has_value());
  RecordingHost host;
  host.limits.max_rows = 3;
  ASSERT_OK_AND_ASSIGN(
      batches, ReadAll(Ask({{"rows", "10"}, {"lie", "over_limit"}}), {}, TaskContext(&host, {})));
  EXPECT_EQ(batches[0].num_rows(), 4);
  EXPECT_THAT(ReadAll(Ask({{"rows", "4"}, {"lie", "bad_utf8"}})),
              IsError(StatusCode::kInvalidArgument, HasSubstr("needs a column of type string")));
}

TEST(SequenceTest, JunkIsRefusedWhereReadersOpen) {
  const Options options = Ask({{"rows", "10"}});
  auto connector = MakeSequenceConnector();
  EXPECT_THAT(connector->OpenReaders(options, {"junk", {}}, {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Payload is not one of ours")));
  ASSERT_OK_AND_ASSIGN(Opened opened, Open(options));
  EXPECT_THAT(opened.readers->Open({.payload = "junk"}, {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Payload")));
  EXPECT_THAT(opened.readers->Open({.payload = sequence::SerializeRange({0, 11})}, {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("outside of the sequence")));
}

TEST(SequenceTest, EqualRequestsGetEqualOffers) {
  ASSERT_OK_AND_ASSIGN(auto source, MakeSequenceConnector()->OpenSource(Ask({{"rows", "10"}}), {}));
  ScanRequest request;
  request.limit = 3;
  ASSERT_OK_AND_ASSIGN(ScanOffer first, source->Offer(request, {}));
  ASSERT_OK_AND_ASSIGN(ScanOffer second, source->Offer(request, {}));
  EXPECT_EQ(first.detail, second.detail);
  EXPECT_EQ(first.rows, second.rows);
  EXPECT_EQ(first.order, second.order);
  EXPECT_EQ(first.rows, 10);
}

}  // namespace
}  // namespace tenon
