// Connectors that lie while reading: each broken rule is found, named, and harms nothing else.
#include <cstring>
#include <stdexcept>

#include "connector/checked.h"
#include "connector/checked_host.h"
#include "connector/contract.h"
#include "connector/scripted_connector_test.h"
#include "testing/matchers.h"

namespace tenon::connector {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Next = Script::Next;

constexpr std::string_view kCanary = "canary-password-42";

// Reads everything, and says what went wrong first.
class CheckedReadTest : public ::testing::Test {
 protected:
  Status ReadAll(CheckLevel level = CheckLevel::kFull) {
    rows_ = 0;
    const std::shared_ptr<Connector> connector =
        Checked(std::make_shared<ScriptedConnector>(script_), level);
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<Source> source, connector->OpenSource(options_, task_));
    TENON_RETURN_IF_ERROR(source->schema(task_).status());
    TENON_RETURN_IF_ERROR(source->Offer(request_, task_).status());
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<Scan> scan, source->Plan(request_, task_));
    std::unique_ptr<ReaderFactory> factory;
    const ReaderFactory* readers = scan->local_readers();
    if (readers == nullptr) {
      TENON_ASSIGN_OR_RETURN(factory, connector->OpenReaders(options_, scan->state(), task_));
      readers = factory.get();
    }
    while (true) {
      TENON_ASSIGN_OR_RETURN(std::vector<Partition> page, scan->NextPartitions(task_));
      if (page.empty()) return Status::Ok();
      for (const Partition& partition : page) TENON_RETURN_IF_ERROR(ReadOne(*readers, partition));
    }
  }

  Status ReadOne(const ReaderFactory& readers, const Partition& partition) {
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<PartitionReader> reader, readers.Open(partition, task_));
    while (true) {
      TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, reader->Next());
      if (!batch) return Status::Ok();
      rows_ += batch->num_rows();
    }
  }

  // Every lie about a batch: returned by the first Next().
  void Return(std::function<RecordBatch()> make) {
    script_->next = [make](int call, const TaskContext&) -> Next {
      if (call == 0) return std::optional<RecordBatch>(make());
      return std::optional<RecordBatch>();
    };
  }

  void ExpectBroken(const char* rule, CheckLevel level = CheckLevel::kFull) {
    const Status status = ReadAll(level);
    EXPECT_THAT(status, IsErrorNumber(3001, AllOf(HasSubstr("Connector broke its contract: rule=" +
                                                            std::string(rule)),
                                                  HasSubstr("connector=scripted"))));
    EXPECT_EQ(status.code(), StatusCode::kInternal);
  }
  void ExpectBrokenAtBothLevels(const char* rule) {
    ExpectBroken(rule, CheckLevel::kCheap);
    ExpectBroken(rule, CheckLevel::kFull);
  }

  const ScriptPtr script_ = std::make_shared<Script>();
  Options options_;
  ScanRequest request_;
  TaskContext task_;
  int64_t rows_ = 0;
};

TEST_F(CheckedReadTest, AnHonestConnectorIsNotDisturbed) {
  for (const CheckLevel level : {CheckLevel::kCheap, CheckLevel::kFull}) {
    for (const bool local : {false, true}) {
      script_->local = local;
      EXPECT_THAT(ReadAll(level), IsOk());
      EXPECT_EQ(rows_, 2);
    }
  }
}

TEST_F(CheckedReadTest, CheckingTwiceIsCheckingOnce) {
  const auto once = Checked(std::make_shared<ScriptedConnector>(script_), CheckLevel::kCheap);
  EXPECT_EQ(Checked(once, CheckLevel::kFull), once);
  EXPECT_EQ(once->info().name, "scripted");
}

TEST_F(CheckedReadTest, UnequalLengths) {
  Return([] {
    RecordBatch batch = TwoRows();
    --batch.array().children[1]->length;
    return batch;
  });
  ExpectBrokenAtBothLevels("unequal-lengths");
  EXPECT_THAT(ReadAll(), IsErrorNumber(3001, AllOf(HasSubstr("column=name length=1 rows=2"),
                                                   HasSubstr("partition=0"))));
}

TEST_F(CheckedReadTest, NegativeRows) {
  Return([] {
    RecordBatch batch = TwoRows();
    const_cast<ArrowArray&>(batch.array()).length = -1;
    return batch;
  });
  ExpectBrokenAtBothLevels("negative-rows");
}

TEST_F(CheckedReadTest, ChangedSchemaOfATypedSource) {
  Return([] {
    return TwoRows(std::make_shared<const Schema>(
        Schema({{"id", DataType::Long()}, {"nom", DataType::String()}})));
  });
  ExpectBrokenAtBothLevels("schema-changed");
  EXPECT_THAT(ReadAll(),
              IsErrorNumber(3001, HasSubstr("column=1 declared=name:string is=nom:string")));
}

TEST_F(CheckedReadTest, AnEqualSchemaUnderAnotherPointerIsFine) {
  Return([] { return TwoRows(std::make_shared<const Schema>(*IdAndName())); });
  EXPECT_THAT(ReadAll(), IsOk());
}

TEST_F(CheckedReadTest, MissingColumnOfATypedSource) {
  Return([] {
    BatchBuilder rows(std::make_shared<const Schema>(Schema({{"id", DataType::Long()}})));
    rows.Append(int64_t{1});
    return *rows.Finish();
  });
  ExpectBrokenAtBothLevels("schema-changed");
}

TEST_F(CheckedReadTest, BatchAfterTheEnd) {
  script_->next = [](int call, const TaskContext&) -> Next {
    if (call == 0) return std::optional<RecordBatch>();
    return std::optional<RecordBatch>(TwoRows());
  };
  ExpectBroken("batch-after-end");
  ExpectBroken("batch-after-end", CheckLevel::kSampled);
  EXPECT_THAT(ReadAll(CheckLevel::kCheap), IsOk()) << "the late batch is never asked for";
  EXPECT_EQ(rows_, 0);
}

TEST_F(CheckedReadTest, ErrorAfterTheEnd) {
  script_->next = [](int call, const TaskContext&) -> Next {
    if (call == 0) return std::optional<RecordBatch>();
    return Status::Unavailable("late");
  };
  ExpectBroken("error-after-end");
}

TEST_F(CheckedReadTest, NextAfterAnErrorNeverReachesTheConnector) {
  int calls = 0;
  script_->next = [&calls](int, const TaskContext&) -> Next {
    ++calls;
    return Status::Unavailable("gone");
  };
  const auto connector = Checked(std::make_shared<ScriptedConnector>(script_), CheckLevel::kCheap);
  ASSERT_OK_AND_ASSIGN(auto readers, connector->OpenReaders(options_, ScanState{}, task_));
  ASSERT_OK_AND_ASSIGN(auto reader, readers->Open(Partition{.payload = "p"}, task_));
  EXPECT_THAT(reader->Next(), IsError(StatusCode::kUnavailable, HasSubstr("gone")));
  EXPECT_THAT(reader->Next(),
              IsError(StatusCode::kInternal, HasSubstr("Reader was used after its error")));
  EXPECT_EQ(calls, 1);
}

TEST_F(CheckedReadTest, OffsetsThatRunAway) {
  Return([] {
    RecordBatch batch = TwoRows();
    const_cast<int32_t*>(static_cast<const int32_t*>(batch.array().children[1]->buffers[1]))[1] =
        1 << 30;
    return batch;
  });
  ExpectBroken("invalid-batch");
}

TEST_F(CheckedReadTest, TextThatIsNotUtf8) {
  Return([] {
    RecordBatch batch = TwoRows();
    const_cast<char*>(static_cast<const char*>(batch.array().children[1]->buffers[2]))[0] = '\xFF';
    return batch;
  });
  ExpectBroken("invalid-batch");
}

TEST_F(CheckedReadTest, ValuesAreLookedAtBySampleAndEverythingElseAlways) {
  int lie = 0;
  script_->next = [&lie](int call, const TaskContext&) -> Script::Next {
    if (call >= 200) return std::optional<RecordBatch>();
    RecordBatch batch = TwoRows();
    if (call == lie) {
      const void* text = batch.array().children[1]->buffers[2];
      const_cast<char*>(static_cast<const char*>(text))[0] = '\xFF';
    }
    return std::optional<RecordBatch>(std::move(batch));
  };
  for (const int seen : {0, 15, 64, 128}) {
    SCOPED_TRACE(lie = seen);
    ExpectBroken("invalid-batch", CheckLevel::kSampled);
  }
  for (const int unseen : {16, 63, 65}) {
    SCOPED_TRACE(lie = unseen);
    EXPECT_THAT(ReadAll(CheckLevel::kSampled), IsOk());
    ExpectBroken("invalid-batch", CheckLevel::kFull);
  }
}

TEST_F(CheckedReadTest, MissingBuffer) {
  Return([] {
    RecordBatch batch = TwoRows();
    batch.array().children[0]->buffers[1] = nullptr;
    return batch;
  });
  ExpectBrokenAtBothLevels("invalid-batch");
}

TEST_F(CheckedReadTest, ChoiceCodeOutOfRange) {
  const auto schema = std::make_shared<const Schema>(
      Schema({{"c", *DataType::Choice({DataType::Int(), DataType::String()})}}));
  script_->schema = [] { return std::optional<Schema>(); };
  script_->state = [] { return ScanState{"state", std::nullopt}; };
  Return([schema] {
    BatchBuilder rows(schema);
    rows.column(0).member(0).Append(1);
    rows.column(0).EndChoice(0);
    rows.EndRow();
    RecordBatch batch = *rows.Finish();
    const_cast<int8_t*>(static_cast<const int8_t*>(batch.array().children[0]->buffers[0]))[0] = 9;
    return batch;
  });
  ExpectBroken("invalid-batch");
}

TEST_F(CheckedReadTest, NullWhereNoneWasDeclared) {
  const Schema declared({{"id", DataType::Long(), false}, {"name", DataType::String(), false}});
  script_->schema = [declared] { return std::optional<Schema>(declared); };
  script_->state = [declared] { return ScanState{"state", declared}; };
  ExpectBroken("null-in-not-null-column");
  EXPECT_THAT(ReadAll(), IsErrorNumber(3001, HasSubstr("column=name")));
}

TEST_F(CheckedReadTest, EmptyPageAndThenMore) {
  script_->partitions = [](int page) {
    return page == 1 ? std::vector<Partition>()
                     : std::vector<Partition>{{.payload = std::to_string(page)}};
  };
  ExpectBroken("partitions-after-end");
}

TEST_F(CheckedReadTest, PagesThatComeAgainAndAgain) {
  script_->partitions = [](int page) {
    return std::vector<Partition>{{.payload = page % 2 == 0 ? "a" : "b"}};
  };
  ExpectBrokenAtBothLevels("endless-paging");
}

TEST_F(CheckedReadTest, ManyDifferentPagesAreFine) {
  script_->partitions = [](int page) {
    return page < 5000 ? std::vector<Partition>{{.payload = std::to_string(page)}}
                       : std::vector<Partition>();
  };
  EXPECT_THAT(ReadAll(CheckLevel::kCheap), IsOk());
  EXPECT_EQ(rows_, 10000);
}

TEST_F(CheckedReadTest, NegativeEstimates) {
  script_->partitions = [](int) { return std::vector<Partition>{{.payload = "a", .rows = -7}}; };
  ExpectBrokenAtBothLevels("negative-estimate");
  script_->offer = [](const ScanRequest&) { return ScanOffer{.bytes = -2}; };
  ExpectBrokenAtBothLevels("negative-estimate");
}

TEST_F(CheckedReadTest, AnswersOfAScanThatMove) {
  int calls = 0;
  script_->state = [&calls] {
    return ScanState{"state" + std::to_string(calls++ / 2), *IdAndName()};
  };
  ExpectBroken("state-changed");
  *script_ = Script();
  script_->end = [calls = 0]() mutable {
    return Position{R"({"v":1,"n":)" + std::to_string(calls++) + "}"};
  };
  ExpectBroken("end-changed");
  *script_ = Script();
  script_->pin = [calls = 0]() mutable { return std::to_string(calls++); };
  ExpectBroken("pin-changed");
}

TEST_F(CheckedReadTest, OffersThatAnswerWhatWasNotAsked) {
  script_->offer = [](const ScanRequest&) { return ScanOffer{.where = {PushDown::kExact}}; };
  ExpectBrokenAtBothLevels("offer-where-too-long");
  script_->offer = [](const ScanRequest&) { return ScanOffer{.limit = true}; };
  ExpectBrokenAtBothLevels("offer-limit-unasked");
  request_.where = {Predicate::Text("f(x)")};
  script_->offer = [](const ScanRequest&) { return ScanOffer{.where = {PushDown::kInexact}}; };
  ExpectBrokenAtBothLevels("offer-text-inexact");
  request_.where = {Predicate::IsNull("id")};
  script_->offer = [](const ScanRequest&) {
    return ScanOffer{.where = {static_cast<PushDown>(7)}};
  };
  ExpectBrokenAtBothLevels("offer-answer");
}

TEST_F(CheckedReadTest, OffersWhoseColumnsAreOthers) {
  request_.columns = {"name"};
  script_->offer = [](const ScanRequest&) {
    return ScanOffer{.columns = true, .schema = *IdAndName()};
  };
  ExpectBrokenAtBothLevels("offer-columns");
  request_.columns.reset();
  script_->offer = [](const ScanRequest&) {
    return ScanOffer{.schema = *IdAndName(), .order = {{.column = "gone"}}};
  };
  ExpectBrokenAtBothLevels("offer-order");
  script_->offer = [](const ScanRequest&) {
    return ScanOffer{.schema = *IdAndName(), .partition_keys = {"gone"}};
  };
  ExpectBrokenAtBothLevels("offer-partition-keys");
}

TEST_F(CheckedReadTest, OffersThatChange) {
  script_->offer = [calls = 0](const ScanRequest&) mutable {
    return ScanOffer{.columns = calls++ % 2 == 0};
  };
  ExpectBroken("offer-changes");
  ExpectBroken("offer-changes", CheckLevel::kSampled);
  EXPECT_THAT(ReadAll(CheckLevel::kCheap), IsOk());
}

TEST_F(CheckedReadTest, APlanThatIgnoresTheAcceptedColumns) {
  request_.columns = {"name"};
  ExpectBrokenAtBothLevels("columns-ignored");
}

TEST_F(CheckedReadTest, ASelfDescribingBatchWithColumnsThatWereNotAskedFor) {
  request_.columns = {"name"};
  script_->schema = [] { return std::optional<Schema>(); };
  script_->state = [] { return ScanState{"state", std::nullopt}; };
  ExpectBrokenAtBothLevels("columns-ignored");
  EXPECT_THAT(ReadAll(), IsErrorNumber(3001, HasSubstr("column=id")));
  // The job's spelling need not be that of the rows.
  request_.columns = {"NAME", "Id"};
  EXPECT_THAT(ReadAll(), IsOk());
}

TEST_F(CheckedReadTest, APlanWithAnotherSchemaThanTheSource) {
  script_->state = [] {
    return ScanState{"state", Schema({{"id", DataType::Int()}, {"name", DataType::String()}})};
  };
  ExpectBrokenAtBothLevels("plan-schema");
  script_->state = [] { return ScanState{"state", std::nullopt}; };
  ExpectBrokenAtBothLevels("state-schema-missing");
}

TEST_F(CheckedReadTest, MoreRowsThanTheAcceptedLimit) {
  request_.limit = 1;
  ExpectBrokenAtBothLevels("limit-exceeded");
  EXPECT_THAT(ReadAll(), IsErrorNumber(3001, HasSubstr("limit=1 rows=2")));
}

TEST_F(CheckedReadTest, PositionsOfAnotherForm) {
  request_.after = Position{R"({"v":1})"};
  ExpectBrokenAtBothLevels("end-missing");
  for (const char* bad : {"17", "{}", R"({"n":1,"v":1})", "{\"x"}) {
    script_->end = [bad] { return Position{bad}; };
    ExpectBrokenAtBothLevels("position-form");
  }
  script_->end = [] { return Position{R"({"v":1,"n":2})"}; };
  EXPECT_THAT(ReadAll(), IsOk());
}

TEST_F(CheckedReadTest, NothingInPlaceOfAnObject) {
  script_->open = [](const Partition&, const TaskContext&) {
    return std::unique_ptr<PartitionReader>();
  };
  ExpectBrokenAtBothLevels("null-object");
  EXPECT_THAT(ReadAll(),
              IsErrorNumber(3001, AllOf(HasSubstr("call=Open"), HasSubstr("partition=0"))));
}

TEST_F(CheckedReadTest, ErrorCodesThatDoNotExist) {
  script_->plan = [](const ScanRequest&) { return Status(static_cast<StatusCode>(99), "odd"); };
  ExpectBrokenAtBothLevels("error-code");
}

TEST_F(CheckedReadTest, GivingAwayWhatCannotBeSplit) {
  script_->next = [](int call, const TaskContext& task) -> Next {
    if (call == 0) {
      EXPECT_FALSE(task.GiveAway(Partition{.payload = "a"}, Partition{.payload = "b"}));
      return std::optional<RecordBatch>(TwoRows());
    }
    return std::optional<RecordBatch>();
  };
  ExpectBrokenAtBothLevels("give-away-unsplittable");
  script_->partitions = [](int page) {
    return page == 0 ? std::vector<Partition>{{.payload = "whole", .splittable = true}}
                     : std::vector<Partition>();
  };
  EXPECT_THAT(ReadAll(), IsOk());
  script_->next = [](int, const TaskContext& task) -> Next {
    task.GiveAway(Partition{.payload = "same"}, Partition{.payload = "same"});
    return std::optional<RecordBatch>();
  };
  ExpectBrokenAtBothLevels("give-away-equal-halves");
}

TEST_F(CheckedReadTest, ExceptionsOfEachKind) {
  script_->next = [](int, const TaskContext&) -> Next { throw std::bad_alloc(); };
  EXPECT_THAT(ReadAll(), IsErrorNumber(3003, AllOf(HasSubstr("call=Next what=memory ran out"),
                                                   HasSubstr("connector=scripted partition=0"))));
  EXPECT_EQ(ReadAll().code(), StatusCode::kResourceExhausted);
  script_->next = [](int, const TaskContext&) -> Next { throw 42; };
  EXPECT_THAT(ReadAll(), IsErrorNumber(3003, HasSubstr("call=Next what=not a std::exception")));
  script_->next = [](int, const TaskContext&) -> Next {
    throw std::runtime_error("odd " + std::string(kCanary));
  };
  options_.SetSecret("password", Secret(std::string(kCanary)));
  EXPECT_THAT(ReadAll(), IsErrorNumber(3003, HasSubstr("what=odd ***")));
  script_->schema = []() -> Result<std::optional<Schema>> { throw std::logic_error("no"); };
  EXPECT_THAT(ReadAll(), IsErrorNumber(3003, HasSubstr("call=schema")));
  script_->info = []() -> ConnectorInfo { throw 1; };
  EXPECT_THAT(ReadAll(), IsErrorNumber(3003, HasSubstr("call=info")));
}

TEST_F(CheckedReadTest, SecretsNeverTravel) {
  options_.SetSecret("url", Secret("jdbc:x://u:" + std::string(kCanary) + "@h"));
  options_.SetSecret("password", Secret(std::string(kCanary)));
  const std::string canary(kCanary);
  const auto expect_leak = [this](const char* place) {
    for (const CheckLevel level : {CheckLevel::kCheap, CheckLevel::kFull}) {
      const Status status = ReadAll(level);
      EXPECT_THAT(status, IsErrorNumber(3005, HasSubstr(std::string("in=") + place)));
      EXPECT_THAT(status.ToString(), Not(HasSubstr(std::string(kCanary))));
    }
    *script_ = Script();
  };
  script_->partitions = [canary](int) {
    return std::vector<Partition>{{.payload = "p=" + canary}};
  };
  expect_leak("partition payload");
  script_->partitions = [canary](int) {
    return std::vector<Partition>{{.payload = "p", .hosts = {canary}}};
  };
  expect_leak("partition hosts");
  script_->state = [canary] { return ScanState{canary, *IdAndName()}; };
  expect_leak("scan state");
  script_->pin = [canary] { return canary; };
  expect_leak("pin");
  script_->end = [canary] { return Position{R"({"v":1,"p":")" + canary + "\"}"}; };
  expect_leak("position");
  script_->offer = [canary](const ScanRequest&) { return ScanOffer{.detail = canary}; };
  expect_leak("offer detail");
}

// Collects what a connector says to its task.
class Listener : public TaskHost {
 public:
  BatchLimits Limits() override { return {}; }
  void AddError(ErrorRecord record) override {
    heard += record.message + record.input + record.where;
    ++errors;
  }
  void Count(std::string_view, int64_t) override {}
  void Log(LogLevel, std::string_view text) override { heard += text; }
  bool SplitWanted() override { return true; }
  bool GiveAway(const Partition&, const Partition&) override { return true; }
  std::string heard;
  int64_t errors = 0;
};

TEST_F(CheckedReadTest, SecretsAreTakenOutOfErrorsLogsAndErrorRecords) {
  options_.SetSecret("password", Secret(std::string(kCanary)));
  Listener listener;
  task_ = TaskContext(&listener, {});
  script_->next = [](int, const TaskContext& task) -> Next {
    task.Log(LogLevel::kInfo, "log " + std::string(kCanary));
    task.AddError(
        {std::string(kCanary), "row " + std::string(kCanary) + std::string(9000, 'x'), "line=1"});
    EXPECT_FALSE(task.split_wanted()) << "the partition is not splittable";
    return Status::Unavailable("login " + std::string(kCanary))
        .WithHint("Use " + std::string(kCanary) + ".");
  };
  const Status status = ReadAll();
  EXPECT_EQ(status.ToString(), "Unavailable: login *** (connector=scripted partition=0). Use ***.");
  EXPECT_THAT(listener.heard, AllOf(HasSubstr("log ***"), Not(HasSubstr(std::string(kCanary)))));
  EXPECT_LT(listener.heard.size(), 4200u) << "a bad row is cut";
}

TEST_F(CheckedReadTest, BadRowsBeyondWhatAnybodyKeepsAreCounted) {
  Listener listener;
  task_ = TaskContext(&listener, {});
  constexpr int64_t kErrors = CheckedHost::kMaxErrorTexts + 5;
  bool told = false;  // By the first of the partitions.
  script_->next = [&told](int, const TaskContext& task) -> Next {
    for (int64_t i = 0; !told && i < kErrors; ++i) task.AddError({"m", "i", "w"});
    told = true;
    return std::optional<RecordBatch>();
  };
  EXPECT_THAT(ReadAll(), IsOk());
  EXPECT_EQ(listener.errors, kErrors);
  EXPECT_EQ(listener.heard.size(), size_t{3} * CheckedHost::kMaxErrorTexts);
}

TEST_F(CheckedReadTest, AConnectorThatCannotReadIsNotAsked) {
  script_->info = [] { return ConnectorInfo{.name = "scripted", .can = {.read = false}}; };
  EXPECT_THAT(ReadAll(),
              IsErrorNumber(1013, HasSubstr("Connector cannot read: connector=scripted")));
}

TEST_F(CheckedReadTest, PartitionsOfUnknownNumberAreNamedByTheirPayload) {
  EXPECT_EQ(PartitionLabel(""), "811c9dc5");
  EXPECT_THAT(PartitionLabel(std::string("\x01\0\0/data/a.json\0", 16)),
              HasSubstr("[/data/a.json]"));
  script_->next = [](int, const TaskContext&) -> Next { return Status::DataError("bad"); };
  const auto connector = Checked(std::make_shared<ScriptedConnector>(script_), CheckLevel::kCheap);
  ASSERT_OK_AND_ASSIGN(auto readers,
                       connector->OpenReaders(options_, ScanState{"elsewhere", {}}, task_));
  ASSERT_OK_AND_ASSIGN(auto reader, readers->Open(Partition{.payload = "/data/a.json"}, task_));
  EXPECT_THAT(reader->Next(), IsError(StatusCode::kDataError, HasSubstr("[/data/a.json]")));
}

TEST_F(CheckedReadTest, TwoScansOfOneStateAreNotMixedUp) {
  // Were the limit of the first taken for the second, its two rows would be too many.
  const auto connector = Checked(std::make_shared<ScriptedConnector>(script_), CheckLevel::kFull);
  ASSERT_OK_AND_ASSIGN(auto source, connector->OpenSource(options_, task_));
  ASSERT_OK_AND_ASSIGN(auto limited, source->Plan(ScanRequest{.limit = 1}, task_));
  ASSERT_OK_AND_ASSIGN(auto all, source->Plan(ScanRequest{}, task_));
  ASSERT_OK_AND_ASSIGN(auto readers, connector->OpenReaders(options_, all->state(), task_));
  EXPECT_THAT(ReadOne(*readers, Partition{.payload = "only"}), IsOk());
}

}  // namespace
}  // namespace tenon::connector
