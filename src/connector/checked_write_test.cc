// Connectors that lie while writing, recovering and browsing.
#include <stdexcept>

#include "connector/checked.h"
#include "connector/scripted_connector_test.h"
#include "testing/matchers.h"

namespace tenon::connector {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using tenon::testing::IsOkAndHolds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kCanary = "canary-password-42";

class CheckedWriteTest : public ::testing::Test {
 protected:
  Status WriteAll(CheckLevel level = CheckLevel::kCheap) {
    const std::shared_ptr<Connector> connector =
        Checked(std::make_shared<ScriptedConnector>(script_), level);
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<Sink> sink,
                           connector->OpenSink(options_, WriteRequest{}, task_));
    TENON_RETURN_IF_ERROR(sink->CheckSchema(*IdAndName()));
    std::unique_ptr<WriterFactory> factory;
    const WriterFactory* writers = sink->local_writers();
    if (writers == nullptr) {
      TENON_ASSIGN_OR_RETURN(factory, connector->OpenWriters(options_, sink->state(), task_));
      writers = factory.get();
    }
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<PartitionWriter> writer,
                           writers->Open({.partition = 3}, task_));
    TENON_RETURN_IF_ERROR(writer->Write(TwoRows()));
    TENON_ASSIGN_OR_RETURN(const std::string message, writer->Commit());
    return sink->Commit(1, "{}", std::vector<std::string>{message}, task_);
  }

  std::unique_ptr<PartitionWriter> OpenWriter() {
    const auto connector =
        Checked(std::make_shared<ScriptedConnector>(script_), CheckLevel::kCheap);
    factory_ = *connector->OpenWriters(options_, "places", task_);
    return *factory_->Open({.partition = 3}, task_);
  }

  template <typename A>
  Result<std::unique_ptr<A>> OpenAbility(CheckLevel level = CheckLevel::kFull) {
    const auto connector = Checked(std::make_shared<ScriptedConnector>(script_), level);
    return OpenAbilityAs<A>(*connector, options_, task_);
  }

  void ExpectBroken(const char* rule) {
    EXPECT_THAT(WriteAll(), IsErrorNumber(3001, AllOf(HasSubstr("rule=" + std::string(rule)),
                                                      HasSubstr("connector=scripted"))));
  }

  const ScriptPtr script_ = std::make_shared<Script>();
  std::unique_ptr<WriterFactory> factory_;
  Options options_;
  TaskContext task_;
};

TEST_F(CheckedWriteTest, AnHonestConnectorIsNotDisturbed) {
  for (const bool local : {false, true}) {
    script_->local = local;
    EXPECT_THAT(WriteAll(CheckLevel::kCheap), IsOk());
    EXPECT_THAT(WriteAll(CheckLevel::kFull), IsOk());
  }
}

TEST_F(CheckedWriteTest, MessageAboveOneMebibyte) {
  script_->writer_commit = [] { return std::string((1 << 20) + 1, 'x'); };
  ExpectBroken("message-too-large");
  EXPECT_THAT(WriteAll(), IsErrorNumber(3001, HasSubstr("bytes=1048577 max=1048576")));
  script_->writer_commit = [] { return std::string(1 << 20, 'x'); };
  EXPECT_THAT(WriteAll(), IsOk());
}

TEST_F(CheckedWriteTest, AnswersOfASinkThatMove) {
  script_->commit_class = [calls = 0]() mutable {
    return calls++ == 0 ? CommitClass::kAtomic : CommitClass::kAppendOnly;
  };
  ExpectBroken("commit-class-changed");
  *script_ = Script();
  script_->sink_state = [calls = 0]() mutable { return std::to_string(calls++); };
  ExpectBroken("state-changed");
  *script_ = Script();
  script_->commit_class = [] { return static_cast<CommitClass>(9); };
  ExpectBroken("commit-class");
}

TEST_F(CheckedWriteTest, WhatIsForbiddenToTheCallerNeverReachesTheConnector) {
  int writes = 0, commits = 0;
  script_->write = [&writes] {
    ++writes;
    return Status::Ok();
  };
  script_->writer_commit = [&commits] {
    ++commits;
    return std::string("m");
  };
  const auto writer = OpenWriter();
  EXPECT_THAT(writer->Write(TwoRows()), IsOk());
  EXPECT_THAT(writer->Commit(), IsOk());
  EXPECT_THAT(
      writer->Write(TwoRows()),
      IsError(StatusCode::kInternal, HasSubstr("Writer was used after its commit: call=Write")));
  EXPECT_THAT(writer->Commit(),
              IsError(StatusCode::kInternal, HasSubstr("after its commit: call=Commit")));
  EXPECT_EQ(writes, 1);
  EXPECT_EQ(commits, 1);
}

TEST_F(CheckedWriteTest, AWriterThatFailedIsNotUsedAgain) {
  script_->write = [] { return Status::ResourceExhausted("disk full"); };
  const auto writer = OpenWriter();
  EXPECT_THAT(writer->Write(TwoRows()),
              IsError(StatusCode::kResourceExhausted,
                      HasSubstr("disk full (connector=scripted partition=3)")));
  EXPECT_THAT(writer->Commit(),
              IsError(StatusCode::kInternal, HasSubstr("Writer was used after its error")));
}

TEST_F(CheckedWriteTest, ASinkIsCommittedOnce) {
  const auto connector = Checked(std::make_shared<ScriptedConnector>(script_), CheckLevel::kCheap);
  ASSERT_OK_AND_ASSIGN(auto sink, connector->OpenSink(options_, WriteRequest{}, task_));
  EXPECT_THAT(sink->Commit(1, "{}", {}, task_), IsOk());
  EXPECT_THAT(sink->Commit(2, "{}", {}, task_),
              IsError(StatusCode::kInternal, HasSubstr("Sink was committed twice")));
}

TEST_F(CheckedWriteTest, SecretsNeverTravel) {
  options_.SetSecret("password", Secret(std::string(kCanary)));
  script_->writer_commit = [] { return "m " + std::string(kCanary); };
  EXPECT_THAT(WriteAll(),
              IsErrorNumber(3005, AllOf(HasSubstr("in=commit message"), HasSubstr("partition=3"),
                                        Not(HasSubstr(std::string(kCanary))))));
  *script_ = Script();
  script_->sink_state = [] { return std::string(kCanary); };
  EXPECT_THAT(WriteAll(), IsErrorNumber(3005, HasSubstr("in=sink state")));
}

TEST_F(CheckedWriteTest, Exceptions) {
  script_->write = []() -> Status { throw std::bad_alloc(); };
  EXPECT_THAT(WriteAll(), IsErrorNumber(3003, HasSubstr("call=Write what=memory ran out")));
  script_->write = []() -> Status { throw 7; };
  EXPECT_THAT(WriteAll(), IsErrorNumber(3003, HasSubstr("call=Write what=not a std::exception")));
  *script_ = Script();
  script_->sink_commit = []() -> Status { throw std::runtime_error("half way"); };
  EXPECT_THAT(WriteAll(), IsErrorNumber(3003, HasSubstr("call=Sink::Commit what=half way")));
  script_->commit_class = []() -> CommitClass { throw 1; };
  EXPECT_THAT(WriteAll(), IsErrorNumber(3003, HasSubstr("call=state")));
}

TEST_F(CheckedWriteTest, AConnectorThatCannotWriteIsNotAsked) {
  script_->info = [] { return ConnectorInfo{.name = "scripted", .can = {.write = false}}; };
  EXPECT_THAT(WriteAll(),
              IsErrorNumber(1014, HasSubstr("Connector cannot write: connector=scripted")));
}

TEST_F(CheckedWriteTest, RecoveryThatDecidesTwice) {
  const auto settle = [this] {
    auto recovery = OpenAbility<Recovery>();
    EXPECT_THAT(recovery, IsOk());
    return (*recovery)->Settle(SinkCall{}, 1, "{}", {}, "", task_);
  };
  EXPECT_THAT(settle(), IsOkAndHolds(Outcome::kPublished));
  script_->settle = [](int call) { return call == 0 ? Outcome::kPublished : Outcome::kNever; };
  EXPECT_THAT(settle(), IsErrorNumber(3001, HasSubstr("rule=settle-changes")));
  script_->settle = [](int) { return static_cast<Outcome>(5); };
  EXPECT_THAT(settle(), IsErrorNumber(3001, HasSubstr("rule=settle-outcome outcome=5")));
  script_->settle = [](int) -> Result<Outcome> { return Status::Unavailable("no answer"); };
  EXPECT_THAT(settle(),
              IsError(StatusCode::kUnavailable, HasSubstr("no answer (connector=scripted)")));
}

TEST_F(CheckedWriteTest, AbilitiesThatAreClaimedAndMissingOrThereAndNotClaimed) {
  EXPECT_THAT(OpenAbility<Catalog>(),
              IsErrorNumber(3001, HasSubstr("rule=ability-unclaimed ability=tenon.catalog/1")));
  ASSERT_OK_AND_ASSIGN(auto test, OpenAbility<ConnectionTest>());
  EXPECT_EQ(test, nullptr);
  script_->info = [] {
    return ConnectorInfo{.name = "scripted", .abilities = {std::string(ConnectionTest::kId)}};
  };
  EXPECT_THAT(OpenAbility<ConnectionTest>(),
              IsErrorNumber(3001, HasSubstr("rule=ability-missing")));
}

TEST_F(CheckedWriteTest, CatalogPagesThatDoNotEnd) {
  script_->info = [] {
    return ConnectorInfo{.name = "scripted", .abilities = {std::string(Catalog::kId)}};
  };
  ASSERT_OK_AND_ASSIGN(auto catalog, OpenAbility<Catalog>());
  EXPECT_THAT(catalog->ListNamespaces("", 10, task_), IsOk());
  script_->tables = [](std::string_view) { return TablePage{{"a"}, "again"}; };
  EXPECT_THAT(catalog->ListTables("n", "", 10, task_), IsOk());
  EXPECT_THAT(catalog->ListTables("n", "again", 10, task_),
              IsErrorNumber(3001, HasSubstr("rule=token-repeats")));
  script_->tables = [](std::string_view) { return TablePage{{"a", "b", "c"}, ""}; };
  EXPECT_THAT(catalog->ListTables("n", "", 2, task_),
              IsErrorNumber(3001, HasSubstr("rule=page-too-long max=2 names=3")));
  EXPECT_THAT(catalog->Describe("n", "a", task_), IsOk());
}

}  // namespace
}  // namespace tenon::connector
