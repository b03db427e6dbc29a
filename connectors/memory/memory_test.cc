#include "memory.h"

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tenon/batch_builder.h"
#include "tenon/column_view.h"
#include "testing/matchers.h"

namespace tenon {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsError;
using testing::IsOk;
using testing::IsOkAndHolds;

SchemaPtr Persons() {
  return std::make_shared<const Schema>(
      Schema({{"id", DataType::Long()}, {"name", DataType::String()}}));
}

RecordBatch Rows(int64_t first, int64_t last, SchemaPtr schema = Persons()) {
  BatchBuilder rows(std::move(schema));
  for (int64_t id = first; id < last; ++id) {
    if (id % 5 == 4) {
      rows.Append(id, nullptr);
    } else {
      rows.Append(id, "name " + std::to_string(id));
    }
  }
  Result<RecordBatch> batch = rows.Finish();
  return *std::move(batch);
}

Options Ask(std::initializer_list<std::pair<const char*, const char*>> values) {
  Options options;
  for (const auto& [name, value] : values) options.Set(name, value);
  return options;
}

WriteRequest Call(std::string token, WriteMode mode = WriteMode::kAppend) {
  return {.call = {"home", "job", "sink", "run", std::move(token)}, .mode = mode};
}

class MemoryTest : public ::testing::Test {
 protected:
  // Writes rows [first, last) by one writer and publishes them.
  Status Write(const Options& options, const WriteRequest& request, uint64_t seq, int64_t first,
               int64_t last) {
    TENON_ASSIGN_OR_RETURN(auto sink, connector_->OpenSink(options, request, {}));
    TENON_ASSIGN_OR_RETURN(const std::string message, WritePart(*sink, {}, first, last));
    return sink->Commit(seq, "covers", {{message}}, {});
  }

  Result<std::string> WritePart(const Sink& sink, WriterId id, int64_t first, int64_t last) {
    TENON_ASSIGN_OR_RETURN(auto writer, sink.local_writers()->Open(id, {}));
    TENON_RETURN_IF_ERROR(writer->Write(Rows(first, last)));
    return writer->Commit();
  }

  Result<std::vector<int64_t>> Ids(const ScanRequest& request = {}) {
    std::vector<int64_t> ids;
    TENON_ASSIGN_OR_RETURN(auto source, connector_->OpenSource(Ask({{"table", "t"}}), {}));
    TENON_ASSIGN_OR_RETURN(auto scan, source->Plan(request, {}));
    while (true) {
      TENON_ASSIGN_OR_RETURN(std::vector<Partition> page, scan->NextPartitions({}));
      if (page.empty()) return ids;
      for (const Partition& partition : page) {
        TENON_ASSIGN_OR_RETURN(auto reader, scan->local_readers()->Open(partition, {}));
        while (true) {
          TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, reader->Next());
          if (!batch) break;
          BatchView view(*batch);
          for (int64_t i = 0; i < batch->num_rows(); ++i) ids.push_back(view.column(0).GetLong(i));
        }
      }
    }
  }

  std::shared_ptr<MemoryStore> store_ = std::make_shared<MemoryStore>();
  std::unique_ptr<Connector> connector_ = MakeMemoryConnector(store_);
};

TEST_F(MemoryTest, WhatIsCommittedIsRead) {
  ASSERT_THAT(Write(Ask({{"table", "t"}}), Call("a"), 1, 0, 3), IsOk());
  ASSERT_THAT(Write(Ask({{"table", "t"}}), Call("b"), 2, 3, 5), IsOk());
  EXPECT_THAT(Ids(), IsOkAndHolds(ElementsAre(0, 1, 2, 3, 4)));
  ASSERT_OK_AND_ASSIGN(MemoryTable table, store_->Read("t"));
  EXPECT_EQ(table.rows, 5);
  EXPECT_EQ(table.batches, 2);
  EXPECT_EQ(*table.schema, *Persons());
}

TEST_F(MemoryTest, NothingIsVisibleBeforeCommitAndADroppedSinkLeavesNothing) {
  {
    ASSERT_OK_AND_ASSIGN(auto sink, connector_->OpenSink(Ask({{"table", "t"}}), Call("a"), {}));
    ASSERT_THAT(WritePart(*sink, {}, 0, 3), IsOk());
    EXPECT_EQ(store_->CountStaged("a"), 1);
    EXPECT_THAT(store_->Read("t"), IsError(StatusCode::kNotFound, HasSubstr("table=t")));
  }
  EXPECT_EQ(store_->CountStaged("a"), 0);
}

TEST_F(MemoryTest, OfTwoAttemptsTheOneThatIsNamedCounts) {
  ASSERT_OK_AND_ASSIGN(auto sink, connector_->OpenSink(Ask({{"table", "t"}}), Call("a"), {}));
  ASSERT_THAT(WritePart(*sink, {0, 0}, 0, 3), IsOk());
  ASSERT_OK_AND_ASSIGN(std::string second, WritePart(*sink, {0, 1}, 10, 12));
  ASSERT_OK_AND_ASSIGN(std::string other, WritePart(*sink, {1, 0}, 20, 21));
  const std::string messages[] = {second, other};
  ASSERT_THAT(sink->Commit(1, "", messages, {}), IsOk());
  EXPECT_THAT(Ids(), IsOkAndHolds(ElementsAre(10, 11, 20)));
  EXPECT_EQ(store_->CountStaged("a"), 1);
  ASSERT_OK_AND_ASSIGN(auto recovery,
                       OpenAbilityAs<Recovery>(*connector_, Ask({{"table", "t"}}), {}));
  EXPECT_THAT(recovery->Discard(Call("a").call, "", messages, {}), IsOk());
  EXPECT_THAT(recovery->Discard(Call("a").call, "", messages, {}), IsOk());
  EXPECT_EQ(store_->CountStaged("a"), 0);
}

TEST_F(MemoryTest, WriteModes) {
  const Options options = Ask({{"table", "t"}});
  ASSERT_THAT(Write(options, Call("a", WriteMode::kCreate), 1, 0, 3), IsOk());
  EXPECT_THAT(Write(options, Call("b", WriteMode::kCreate), 2, 0, 3),
              IsError(StatusCode::kAlreadyExists, HasSubstr("table=t")));
  ASSERT_THAT(Write(options, Call("c", WriteMode::kReplace), 3, 7, 8), IsOk());
  EXPECT_THAT(Ids(), IsOkAndHolds(ElementsAre(7)));
  EXPECT_THAT(connector_->OpenSink(options, Call("d", WriteMode::kUpsert), {}),
              IsError(StatusCode::kUnsupported, HasSubstr("cannot upsert")));
}

TEST_F(MemoryTest, ACommitAndAFenceExcludeEachOther) {
  const Options options = Ask({{"table", "t"}});
  ASSERT_OK_AND_ASSIGN(auto recovery, OpenAbilityAs<Recovery>(*connector_, options, {}));
  // Committed first: published, for ever.
  ASSERT_THAT(Write(options, Call("a"), 1, 0, 3), IsOk());
  EXPECT_THAT(recovery->Settle(Call("a").call, 1, "", {}, "", {}),
              IsOkAndHolds(Outcome::kPublished));
  EXPECT_THAT(recovery->Settle(Call("a").call, 1, "", {}, "", {}),
              IsOkAndHolds(Outcome::kPublished));
  // Fenced first: the late commit changes nothing.
  ASSERT_OK_AND_ASSIGN(auto zombie, connector_->OpenSink(options, Call("b"), {}));
  ASSERT_OK_AND_ASSIGN(std::string message, WritePart(*zombie, {}, 3, 5));
  EXPECT_THAT(recovery->Settle(Call("b").call, 2, "", {}, "", {}), IsOkAndHolds(Outcome::kNever));
  EXPECT_THAT(zombie->Commit(2, "", {{message}}, {}),
              IsError(StatusCode::kConflict, HasSubstr("decided=2")));
  EXPECT_THAT(recovery->Settle(Call("b").call, 2, "", {}, "", {}), IsOkAndHolds(Outcome::kNever));
  EXPECT_THAT(Ids(), IsOkAndHolds(ElementsAre(0, 1, 2)));
  // Another call holds the register by now.
  EXPECT_THAT(recovery->Settle(Call("a").call, 1, "", {}, "", {}),
              IsError(StatusCode::kConflict,
                      HasSubstr("belongs to another call: sink=sink seq=1 decided=2")));
}

TEST_F(MemoryTest, ALostAnswerIsPublishedAndSettledSo) {
  const Options options = Ask({{"table", "t"}, {"fail_in", "after_commit"}, {"fail_times", "1"}});
  EXPECT_THAT(Write(options, Call("a"), 1, 0, 3),
              IsError(StatusCode::kUnavailable, HasSubstr("call=after_commit")));
  ASSERT_OK_AND_ASSIGN(auto recovery, OpenAbilityAs<Recovery>(*connector_, options, {}));
  EXPECT_THAT(recovery->Settle(Call("a").call, 1, "", {}, "", {}),
              IsOkAndHolds(Outcome::kPublished));
  ASSERT_THAT(Write(options, Call("b"), 2, 3, 4), IsOk());
  EXPECT_THAT(Ids(), IsOkAndHolds(ElementsAre(0, 1, 2, 3)));
}

TEST_F(MemoryTest, FailuresAsAsked) {
  EXPECT_THAT(Write(Ask({{"table", "t"}, {"fail_in", "write"}, {"fail_code", "data_error"}}),
                    Call("a"), 1, 0, 1),
              IsError(StatusCode::kDataError, HasSubstr("call=write")));
  EXPECT_THAT(Write(Ask({{"table", "t"}, {"fail_in", "before_commit"}}), Call("a"), 1, 0, 1),
              IsError(StatusCode::kUnavailable, HasSubstr("call=before_commit")));
  EXPECT_THAT(store_->names(), ElementsAre());
}

TEST_F(MemoryTest, ChecksumsIgnoreOrderAndBatchesAndNothingElse) {
  const Options options = Ask({{"table", "t"}, {"mode", "checksum"}});
  ASSERT_THAT(Write(options, Call("a"), 1, 0, 100), IsOk());
  ASSERT_OK_AND_ASSIGN(MemoryTable sums, store_->Read("t"));
  EXPECT_TRUE(sums.kept.empty());
  EXPECT_EQ(sums.rows, 100);
  MemoryChecksum same;
  same.Add(Rows(60, 100));
  same.Add(Rows(0, 60));
  EXPECT_EQ(sums.checksum, same);
  MemoryChecksum lost;
  lost.Add(Rows(0, 99));
  EXPECT_FALSE(sums.checksum == lost);
  MemoryChecksum doubled = same;
  doubled.Add(Rows(5, 6));
  EXPECT_FALSE(sums.checksum == doubled);
  MemoryChecksum renamed;
  renamed.Add(Rows(0, 100,
                   std::make_shared<const Schema>(
                       Schema({{"id", DataType::Long()}, {"other", DataType::String()}}))));
  EXPECT_FALSE(sums.checksum == renamed);
}

TEST_F(MemoryTest, ChecksumsReadEveryType) {
  const char* types[] = {"null",
                         "boolean",
                         "byte",
                         "int",
                         "float",
                         "decimal(10,2)",
                         "decimal(40,2)",
                         "struct<a:int>",
                         "array<string>",
                         "map<string,long>",
                         "choice<long,string>"};
  for (const char* text : types) {
    SCOPED_TRACE(text);
    ASSERT_OK_AND_ASSIGN(DataType type, DataType::Parse(text));
    const auto schema = std::make_shared<const Schema>(Schema({{"a", type}}));
    BatchBuilder rows(schema);
    rows.EndRow();
    if (type.id() == TypeId::kStruct) rows.column(0).EndStruct();
    if (type.id() == TypeId::kArray) rows.column(0).EndArray();
    if (type.id() == TypeId::kMap) rows.column(0).EndMap();
    rows.EndRow();
    ASSERT_OK_AND_ASSIGN(RecordBatch batch, rows.Finish());
    MemoryChecksum sum;
    sum.Add(batch);
    EXPECT_FALSE(sum == MemoryChecksum());
  }
}

TEST_F(MemoryTest, ASliceSumsAsItsRows) {
  ReusableBatch all(Rows(0, 50));
  MemoryChecksum parts, whole;
  parts.Add(all.Share(0, 17));
  parts.Add(all.Share(17, 33));
  whole.Add(Rows(0, 50));
  EXPECT_EQ(parts, whole);
}

TEST_F(MemoryTest, DropKeepsTheCountOnly) {
  ASSERT_THAT(Write(Ask({{"table", "t"}, {"mode", "drop"}}), Call("a"), 1, 0, 9), IsOk());
  ASSERT_OK_AND_ASSIGN(MemoryTable table, store_->Read("t"));
  EXPECT_EQ(table.rows, 9);
  EXPECT_TRUE(table.kept.empty());
  EXPECT_EQ(table.checksum, MemoryChecksum());
}

TEST_F(MemoryTest, AScanIsASnapshotAndItsPinFindsItAgain) {
  std::vector<RecordBatch> batches;
  for (int i = 0; i < 4; ++i) batches.push_back(Rows(10 * i, 10 * i + 2));
  store_->Put("t", std::move(batches));
  ASSERT_OK_AND_ASSIGN(auto source, connector_->OpenSource(Ask({{"table", "t"}}), {}));
  ASSERT_OK_AND_ASSIGN(auto scan, source->Plan({.wanted_partitions = 3}, {}));
  ASSERT_THAT(Write(Ask({{"table", "t"}}), Call("a"), 1, 90, 92), IsOk());
  ASSERT_OK_AND_ASSIGN(auto partitions, scan->NextPartitions({}));
  EXPECT_EQ(partitions.size(), 3u);
  EXPECT_THAT(Ids({.pin = scan->pin()}), IsOkAndHolds(ElementsAre(0, 1, 10, 11, 20, 21, 30, 31)));
  EXPECT_THAT(Ids(), IsOkAndHolds(::testing::SizeIs(10)));
  store_->Put("t", {});
  EXPECT_THAT(Ids({.pin = scan->pin()}), IsError(StatusCode::kNotFound, HasSubstr("was replaced")));
  EXPECT_THAT(Ids({.pin = "x"}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("not one of memory")));
}

TEST_F(MemoryTest, ColumnsAreMovedNotCopied) {
  std::vector<RecordBatch> batches;
  batches.push_back(Rows(0, 3));
  store_->Put("t", std::move(batches));
  ASSERT_OK_AND_ASSIGN(auto source, connector_->OpenSource(Ask({{"table", "t"}}), {}));
  ScanRequest request;
  request.columns = {"name", "id"};
  ASSERT_OK_AND_ASSIGN(ScanOffer offer, source->Offer(request, {}));
  EXPECT_TRUE(offer.columns);
  EXPECT_EQ(offer.schema->ToString(), "struct<name:string,id:long>");
  ASSERT_OK_AND_ASSIGN(auto scan, source->Plan(request, {}));
  ASSERT_OK_AND_ASSIGN(auto partitions, scan->NextPartitions({}));
  ASSERT_OK_AND_ASSIGN(auto reader, scan->local_readers()->Open(partitions[0], {}));
  ASSERT_OK_AND_ASSIGN(auto batch, reader->Next());
  EXPECT_EQ(BatchView(*batch).column(0).GetString(2), "name 2");
  request.columns = {"nam"};
  EXPECT_THAT(source->Plan(request, {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Did you mean name?")));
  request.columns = {"id", "id"};
  ASSERT_OK_AND_ASSIGN(offer, source->Offer(request, {}));
  EXPECT_FALSE(offer.columns);
}

TEST_F(MemoryTest, BatchesThatDifferMakeATableSelfDescribing) {
  std::vector<RecordBatch> batches;
  batches.push_back(Rows(0, 3));
  batches.push_back(RecordBatch::RowCount(2));
  store_->Put("t", std::move(batches));
  ASSERT_OK_AND_ASSIGN(auto source, connector_->OpenSource(Ask({{"table", "t"}}), {}));
  ASSERT_OK_AND_ASSIGN(auto schema, source->schema({}));
  EXPECT_FALSE(schema.has_value());
}

TEST_F(MemoryTest, ASleepingWriterEndsWhenItsTaskIsCancelled) {
  std::stop_source stop;
  const TaskContext context(nullptr, stop.get_token());
  ASSERT_OK_AND_ASSIGN(
      auto sink,
      connector_->OpenSink(Ask({{"table", "t"}, {"sleep_ms", "600000"}}), Call("a"), context));
  ASSERT_OK_AND_ASSIGN(auto writer, sink->local_writers()->Open({}, context));
  std::thread canceller([&] { stop.request_stop(); });
  EXPECT_THAT(writer->Write(Rows(0, 1)), IsError(StatusCode::kCancelled, HasSubstr("cancelled")));
  canceller.join();
}

TEST_F(MemoryTest, WritersOfOneSinkMayRunTogether) {
  ASSERT_OK_AND_ASSIGN(auto sink, connector_->OpenSink(Ask({{"table", "t"}}), Call("a"), {}));
  std::vector<std::string> messages(8);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      Result<std::string> message = WritePart(*sink, {i, 0}, 100 * i, 100 * i + 50);
      if (message.ok()) messages[static_cast<size_t>(i)] = *message;
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_THAT(sink->Commit(1, "", messages, {}), IsOk());
  ASSERT_OK_AND_ASSIGN(MemoryTable table, store_->Read("t"));
  EXPECT_EQ(table.rows, 400);
}

TEST_F(MemoryTest, OptionsAndPayloadsAreChecked) {
  EXPECT_THAT(connector_->OpenSource(Ask({{"tabel", "t"}}), {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Did you mean table?")));
  EXPECT_THAT(connector_->OpenSink(Ask({{"table", "t"}, {"mode", "kep"}}), Call("a"), {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Did you mean keep?")));
  store_->Put("t", {});
  ASSERT_OK_AND_ASSIGN(auto source, connector_->OpenSource(Ask({{"table", "t"}}), {}));
  ASSERT_OK_AND_ASSIGN(auto scan, source->Plan({}, {}));
  EXPECT_THAT(scan->local_readers()->Open({.payload = "junk"}, {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Payload is not one of ours")));
  ASSERT_OK_AND_ASSIGN(auto sink, connector_->OpenSink(Ask({{"table", "t"}}), Call("a"), {}));
  EXPECT_THAT(sink->Commit(1, "", {{std::string("junk")}}, {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Payload")));
}

}  // namespace
}  // namespace tenon
