// X1: what crosses plugin.h arrives as it left, whichever side is older and whatever the connector throws.
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "connector/plugin_import.h"
#include "connectors/memory/memory.h"
#include "connectors/sequence/sequence.h"
#include "tenon/batch_builder.h"
#include "tenon/plugin_export.h"
#include "tenon/plugin_fill.h"
#include "testing/matchers.h"
#include "tests/door/reading.h"

namespace tenon {
namespace {

using connector::ImportConnector;
using testing::Ask;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsError;
using testing::IsOk;
using testing::IsOkAndHolds;
using testing::Longs;
using testing::PlanScan;
using testing::Range;
using testing::ReadAll;

int32_t SequenceInit(uint32_t version, tenon_connector* out, tenon_error* error) {
  return ExportConnector(MakeSequenceConnector(), version, out, error);
}

std::unique_ptr<Connector> Imported(tenon_connector_init_function init) {
  Result<std::unique_ptr<Connector>> connector = ImportConnector(init, "test.so");
  EXPECT_THAT(connector, IsOk());
  return *std::move(connector);
}

TEST(PluginBoundaryTest, InfoArrivesAsItLeft) {
  const ConnectorInfo there = MakeSequenceConnector()->info();
  const ConnectorInfo here = Imported(SequenceInit)->info();
  EXPECT_EQ(here.name, there.name);
  EXPECT_EQ(here.help, there.help);
  EXPECT_EQ(here.options_schema, there.options_schema);
  EXPECT_TRUE(here.can.read);
  EXPECT_FALSE(here.can.write);
  EXPECT_TRUE(here.can.remote);
}

TEST(PluginBoundaryTest, ASourceReadsTheSameRowsOnBothSides) {
  const Options options =
      Ask({{"rows", "1000"},
           {"partitions", "3"},
           {"batch_rows", "77"},
           {"types", R"(["long","string","array<int>","choice<long,string>"])"}});
  auto there = MakeSequenceConnector();
  auto here = Imported(SequenceInit);
  ASSERT_OK_AND_ASSIGN(auto expected, ReadAll(*there, options));
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(*here, options));
  MemoryChecksum want, got;
  for (const RecordBatch& batch : expected) want.Add(batch);
  for (const RecordBatch& batch : batches) got.Add(batch);
  EXPECT_EQ(got, want);
  EXPECT_EQ(batches[0].schema_ptr(),
            batches[1].schema_ptr());  // Shared: nothing is compared per batch.
}

TEST(PluginBoundaryTest, RequestsOffersAndPositionsCross) {
  auto here = Imported(SequenceInit);
  const Options options = Ask({{"rows", "1000"}, {"types", "long,string"}});
  ScanRequest request;
  request.columns = {"value_2", "value"};
  request.where = {
      Predicate::Compare(Op::kGreaterOrEqual, "value", Literal::Long(990)),
      Predicate::Or({Predicate::IsNull("value"), Predicate::Not(Predicate::Text("x"))})};
  request.limit = 3;
  request.after = Position{R"({"v":1,"row":5})"};
  ASSERT_OK_AND_ASSIGN(auto source, here->OpenSource(options, {}));
  ASSERT_OK_AND_ASSIGN(ScanOffer offer, source->Offer(request, {}));
  EXPECT_THAT(offer.where, ElementsAre(PushDown::kExact, PushDown::kNone));
  EXPECT_TRUE(offer.columns);
  EXPECT_TRUE(offer.limit);
  EXPECT_EQ(offer.schema->ToString(), "struct<value_2:string,value:long>");
  EXPECT_EQ(offer.rows, 10);
  EXPECT_EQ(offer.detail, "rows [990, 1000)");
  ASSERT_EQ(offer.order.size(), 1u);
  EXPECT_EQ(offer.order[0].column, "value");
  request.where.pop_back();
  ASSERT_OK_AND_ASSIGN(auto open, PlanScan(*here, options, request));
  EXPECT_EQ(open.scan->end()->json, R"({"v":1,"row":1000})");
  EXPECT_EQ(open.scan->state().schema->ToString(), "struct<value_2:string,value:long>");
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(*here, options, request));
  EXPECT_EQ(BatchView(batches[0]).column(1).GetLong(2), 992);
}

TEST(PluginBoundaryTest, R5ASelfDescribingSourceKeepsASchemaPerBatch) {
  auto here = Imported(SequenceInit);
  const Options options =
      Ask({{"rows", "30"}, {"types", "long,double"}, {"drift", "types"}, {"drift_rows", "10"}});
  ASSERT_OK_AND_ASSIGN(auto source, here->OpenSource(options, {}));
  ASSERT_OK_AND_ASSIGN(auto schema, source->schema({}));
  EXPECT_FALSE(schema.has_value());
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(*here, options));
  ASSERT_EQ(batches.size(), 3u);
  EXPECT_EQ(batches[1].schema().ToString(), "struct<value:choice<long,string>,value_2:double>");
  EXPECT_EQ(batches[2].schema().ToString(), "struct<value_2:double>");
}

TEST(PluginBoundaryTest, ErrorsArriveWithCodeTextHintAndRetry) {
  auto here = Imported(SequenceInit);
  EXPECT_THAT(here->OpenSource(Ask({{"row", "1"}}), {}),
              IsError(StatusCode::kInvalidArgument,
                      HasSubstr("Option is not known: option=row. Did you mean rows?")));
  const Options busy = Ask(
      {{"rows", "1"}, {"fail_in", "plan"}, {"fail_code", "slow_down"}, {"retry_after_ms", "500"}});
  const Status status = PlanScan(*here, busy).status();
  EXPECT_EQ(status.code(), StatusCode::kUnavailable);
  EXPECT_EQ(status.retry(), Retry::kSlowDown);
  EXPECT_EQ(status.retry_after(), std::chrono::milliseconds(500));
}

TEST(PluginBoundaryTest, X1WhatIsThrownArrivesAsACode) {
  auto here = Imported(SequenceInit);
  EXPECT_THAT(ReadAll(*here, Ask({{"rows", "1"}, {"fail_code", "bad_alloc"}})),
              IsError(StatusCode::kResourceExhausted, HasSubstr("ran out of memory")));
  EXPECT_THAT(ReadAll(*here, Ask({{"rows", "1"}, {"fail_code", "throw_int"}})),
              IsError(StatusCode::kInternal, HasSubstr("threw something that is no exception")));
  EXPECT_THAT(ReadAll(*here, Ask({{"rows", "1"}, {"fail_in", "open"}, {"fail_code", "throw"}})),
              IsError(StatusCode::kInternal,
                      HasSubstr("threw an exception: what=Sequence fails as it was asked to")));
}

TEST(PluginBoundaryTest, HostServicesReachThePlugIn) {
  auto here = Imported(SequenceInit);
  testing::RecordingHost host;
  host.limits.max_rows = 7;
  const Options options = Ask({{"rows", "20"}, {"bad_rows_every", "10"}});
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(*here, options, {}, TaskContext(&host, {})));
  EXPECT_LE(batches[0].num_rows(), 7);
  ASSERT_EQ(host.errors.size(), 2u);
  EXPECT_EQ(host.errors[0].where, "row=9");
}

TEST(PluginBoundaryTest, R2AGiveAwayCrosses) {
  auto here = Imported(SequenceInit);
  testing::RecordingHost host;
  host.wanted = true;
  const TaskContext context(&host, {});
  ASSERT_OK_AND_ASSIGN(auto open, PlanScan(*here, Ask({{"rows", "100"}, {"batch_rows", "10"}})));
  ASSERT_OK_AND_ASSIGN(auto first,
                       testing::ReadPartition(*open.readers, open.partitions[0], context));
  ASSERT_FALSE(host.rest.empty());
  host.wanted = false;
  std::vector<int64_t> all = Longs(first);
  for (auto rest = host.rest.rbegin(); rest != host.rest.rend(); ++rest) {
    ASSERT_OK_AND_ASSIGN(auto batches, testing::ReadPartition(*open.readers, *rest));
    for (int64_t value : Longs(batches)) all.push_back(value);
  }
  EXPECT_EQ(all, Range(0, 100));
}

TEST(PluginBoundaryTest, R3CancelReachesABlockedCall) {
  auto here = Imported(SequenceInit);
  for (const char* call : {"schema", "plan", "open", "next"}) {
    SCOPED_TRACE(call);
    std::stop_source stop;
    const TaskContext context(nullptr, stop.get_token());
    const Options options = Ask({{"rows", "1"}, {"fail_in", call}, {"fail_code", "hang"}});
    std::thread canceller([&] { stop.request_stop(); });
    Result<std::unique_ptr<Source>> source = here->OpenSource(options, context);
    ASSERT_THAT(source, IsOk());
    Status status = (*source)->schema(context).status();
    if (status.ok()) status = ReadAll(*here, options, {}, context).status();
    EXPECT_THAT(status, IsError(StatusCode::kCancelled, HasSubstr("cancelled")));
    canceller.join();
  }
}

TEST(PluginBoundaryTest, R3CancelMayRaceWithTheEnd) {
  auto here = Imported(SequenceInit);
  ASSERT_OK_AND_ASSIGN(auto open, PlanScan(*here, Ask({{"rows", "3"}, {"batch_rows", "1"}})));
  constexpr int kRaces = 500;
  for (int race = 0; race < kRaces; ++race) {
    std::stop_source stop;
    const TaskContext context(nullptr, stop.get_token());
    std::thread canceller([&] { stop.request_stop(); });
    const Status status =
        testing::ReadPartition(*open.readers, open.partitions[0], context).status();
    canceller.join();
    ASSERT_TRUE(status.ok() || status.code() == StatusCode::kCancelled) << status.ToString();
  }
}

TEST(PluginBoundaryTest, R4BatchesOutliveReaderScanAndConnector) {
  std::vector<RecordBatch> batches;
  {
    auto here = Imported(SequenceInit);
    ASSERT_OK_AND_ASSIGN(batches, ReadAll(*here, Ask({{"rows", "10"}, {"types", "long,string"}})));
  }
  EXPECT_EQ(BatchView(batches[0]).column(1).GetString(9), "row-9");
}

// --- Sinks ---------------------------------------------------------------------------------------

// A connector of which each call of the entry point exports the same store.
std::shared_ptr<MemoryStore>& SharedStore() {
  static const auto holder = std::make_unique<std::shared_ptr<MemoryStore>>();
  return *holder;
}

int32_t MemoryInit(uint32_t version, tenon_connector* out, tenon_error* error) {
  return ExportConnector(MakeMemoryConnector(SharedStore()), version, out, error);
}

class PluginSinkTest : public ::testing::Test {
 protected:
  PluginSinkTest() { SharedStore() = std::make_shared<MemoryStore>(); }
  ~PluginSinkTest() override { SharedStore() = nullptr; }

  RecordBatch SomeRows(int64_t first, int64_t last) {
    BatchBuilder rows(std::make_shared<const Schema>(Schema({{"id", DataType::Long()}})));
    for (int64_t id = first; id < last; ++id) rows.Append(id);
    Result<RecordBatch> batch = rows.Finish();
    return *std::move(batch);
  }

  WriteRequest Request(std::string token) {
    WriteRequest request{.call = {"home", "job", "sink", "run", std::move(token)}};
    request.schema = Schema({{"id", DataType::Long()}});
    return request;
  }
};

TEST_F(PluginSinkTest, ASinkWritesCommitsAndSettles) {
  auto here = Imported(MemoryInit);
  const Options options = Ask({{"table", "t"}});
  const WriteRequest request = Request("a");
  ASSERT_OK_AND_ASSIGN(auto sink, here->OpenSink(options, request, {}));
  EXPECT_EQ(sink->commit_class(), CommitClass::kTransactional);
  EXPECT_EQ(sink->state(), "table t");
  EXPECT_THAT(sink->CheckSchema(*request.schema), IsOk());
  ASSERT_NE(sink->local_writers(), nullptr);
  ASSERT_OK_AND_ASSIGN(auto writer, sink->local_writers()->Open({2, 1}, {}));
  ASSERT_THAT(writer->Write(SomeRows(0, 5)), IsOk());
  ASSERT_THAT(writer->Write(SomeRows(5, 8)), IsOk());
  ASSERT_OK_AND_ASSIGN(std::string message, writer->Commit());
  ASSERT_THAT(sink->Commit(1, "covers", {{message}}, {}), IsOk());
  ASSERT_OK_AND_ASSIGN(MemoryTable table, SharedStore()->Read("t"));
  EXPECT_EQ(table.rows, 8);
  ASSERT_OK_AND_ASSIGN(auto recovery, OpenAbilityAs<Recovery>(*here, options, {}));
  ASSERT_NE(recovery, nullptr);
  EXPECT_THAT(recovery->Settle(request.call, 1, "covers", {{message}}, "", {}),
              IsOkAndHolds(Outcome::kPublished));
  EXPECT_THAT(recovery->Discard(request.call, "", {{message}}, {}), IsOk());
  // Read back through the plug-in: its readers cannot leave the process.
  EXPECT_FALSE(here->info().can.remote);
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(*here, options));
  EXPECT_EQ(Longs(batches), Range(0, 8));
}

TEST_F(PluginSinkTest, AWriterThatFailsLeavesNothingBehind) {
  auto here = Imported(MemoryInit);
  ASSERT_OK_AND_ASSIGN(
      auto sink, here->OpenSink(Ask({{"table", "t"}, {"fail_in", "write"}, {"fail_code", "throw"}}),
                                Request("a"), {}));
  ASSERT_OK_AND_ASSIGN(auto writer, sink->local_writers()->Open({}, {}));
  EXPECT_THAT(writer->Write(SomeRows(0, 5)),
              IsError(StatusCode::kInternal, HasSubstr("call=write")));
}

TEST_F(PluginSinkTest, AnAbilityThatIsNotThereIsNull) {
  auto here = Imported(MemoryInit);
  EXPECT_THAT(here->info().abilities, ElementsAre(std::string(Recovery::kId)));
  ASSERT_OK_AND_ASSIGN(auto catalog, OpenAbilityAs<Catalog>(*here, Ask({{"table", "t"}}), {}));
  EXPECT_EQ(catalog, nullptr);
}

// --- Versions ------------------------------------------------------------------------------------

TEST(PluginVersionTest, X1AnOlderHostsTailIsUntouched) {
  // A host whose table ends after open_source.
  constexpr size_t kOldSize = offsetof(tenon_connector, open_readers);
  alignas(tenon_connector) unsigned char memory[sizeof(tenon_connector)];
  std::memset(memory, 0xAB, sizeof(memory));
  auto* old = reinterpret_cast<tenon_connector*>(memory);
  std::memset(memory, 0, kOldSize);
  old->size = kOldSize;
  tenon_error error{};
  error.size = sizeof(error);
  ASSERT_EQ(SequenceInit(1, old, &error), 0);
  EXPECT_EQ(old->size, kOldSize);
  EXPECT_NE(old->open_source, nullptr);
  for (size_t i = kOldSize; i < sizeof(memory); ++i) ASSERT_EQ(memory[i], 0xAB) << i;
  // This old host never learnt of release: the test frees what it would have leaked.
  tenon_connector full{};
  full.size = sizeof(full);
  ASSERT_EQ(SequenceInit(1, &full, &error), 0);
  const auto release = full.release;
  release(&full);
  full.self = old->self;
  release(&full);
}

int32_t NewerInit(uint32_t, tenon_connector* out, tenon_error* error) {
  // A plug-in of a later door: its table is larger than the host's room.
  struct LaterTable {
    tenon_connector known;
    void (*later)();
  };
  LaterTable later{};
  later.known.size = sizeof(tenon_connector);
  const int32_t code = SequenceInit(TENON_DOOR_VERSION, &later.known, error);
  later.known.size = sizeof(later);
  tenon_fill(out, &later, sizeof(later));
  return code;
}

TEST(PluginVersionTest, X1ANewerPlugInFillsNoMoreThanTheHostHasRoomFor) {
  auto here = Imported(NewerInit);
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(*here, Ask({{"rows", "5"}})));
  EXPECT_EQ(Longs(batches), Range(0, 5));
}

int32_t OlderInit(uint32_t version, tenon_connector* out, tenon_error* error) {
  // A plug-in whose header ended before sinks: what it does not know stays null. Its release is lost with it, so the
  // object is the test's to keep.
  struct Kept {
    ~Kept() {
      if (table.release != nullptr) table.release(&table);
    }
    tenon_connector table{};
  };
  static const auto kept = std::make_unique<Kept>();
  tenon_connector* table = &kept->table;
  if (table->self == nullptr) {
    table->size = sizeof(tenon_connector);
    if (const int32_t code = SequenceInit(version, table, error)) return code;
  }
  tenon_fill(out, table, offsetof(tenon_connector, open_sink));
  return 0;
}

TEST(PluginVersionTest, X1WhatAnOlderPlugInLacksIsCannot) {
  auto here = Imported(OlderInit);
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(*here, Ask({{"rows", "5"}})));
  EXPECT_EQ(Longs(batches), Range(0, 5));
  EXPECT_FALSE(here->info().can.write);
  EXPECT_THAT(here->OpenSink({}, {}, {}),
              IsError(StatusCode::kUnsupported, HasSubstr("cannot write: connector=sequence")));
}

TEST(PluginVersionTest, AHostThatIsTooOldIsToldWhatIsNeeded) {
  tenon_connector table{};
  table.size = sizeof(table);
  tenon_error error{};
  error.size = sizeof(error);
  ASSERT_EQ(SequenceInit(0, &table, &error), static_cast<int32_t>(StatusCode::kUnsupported));
  EXPECT_EQ(std::string(error.message.data, error.message.size),
            "The host is too old for this connector: host_door_version=0 needed=1");
  error.message.release(&error.message);
  error.hint.release(&error.hint);
  error.where.release(&error.where);
}

TEST(PluginVersionTest, TablesThatCannotBeUsedAreRefused) {
  EXPECT_THAT(
      ImportConnector([](uint32_t, tenon_connector*, tenon_error*) { return int32_t{0}; },
                      "empty.so"),
      IsError(StatusCode::kInternal, HasSubstr("says nothing about itself: library=empty.so")));
  EXPECT_THAT(
      ImportConnector([](uint32_t, tenon_connector*, tenon_error*) { return int32_t{99}; },
                      "odd.so"),
      IsError(StatusCode::kInternal, HasSubstr("gave no reason: code=99 (library=odd.so)")));
}

}  // namespace
}  // namespace tenon
