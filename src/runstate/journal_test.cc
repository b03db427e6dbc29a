#include "runstate/journal.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>

#include "base/error_catalog.h"
#include "runstate/testing.h"

namespace tenon::runstate {
namespace {

using ::tenon::testing::IsErrorNumber;
using ::tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class JournalTest : public ::testing::Test {
 protected:
  std::filesystem::path home() const { return folder_.path() / "home"; }
  std::filesystem::path file() const { return home() / "state.db"; }

  std::unique_ptr<Journal> Open() {
    Result<std::unique_ptr<Journal>> journal = Journal::Open(home());
    EXPECT_THAT(journal, IsOk());
    return std::move(journal).value();
  }
  JobState Load(Journal& journal, std::string_view job = "job") {
    Result<JobState> state = journal.Load(job);
    EXPECT_THAT(state, IsOk());
    return std::move(state).value();
  }
  uint64_t Take(Journal& journal, std::string_view job = "job") {
    Result<JobState> state = journal.TakeOver(job, {4711, "boot", "host", 99, 1000});
    EXPECT_THAT(state, IsOk());
    return state->epoch;
  }
  // With the C API: what another program, or another version of this one, might do to the file.
  void Sql(const char* statement) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &database), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(database, statement, nullptr, nullptr, nullptr), SQLITE_OK) << statement;
    sqlite3_close(database);
  }

  TemporaryFolder folder_;
};

TEST_F(JournalTest, KeepsItsIdAndTwoHomesNeverShareOne) {
  const std::string id = Open()->home_id();
  EXPECT_EQ(id.size(), 32u);
  EXPECT_EQ(Open()->home_id(), id);
  EXPECT_NE((*Journal::Open(folder_.path() / "other"))->home_id(), id);
}

TEST_F(JournalTest, AnUnknownJobHasNothing) {
  auto journal = Open();
  JobState nothing;
  nothing.job = "job";
  EXPECT_EQ(Load(*journal), nothing);
  EXPECT_TRUE(journal->Jobs()->empty());
  EXPECT_TRUE(journal->Runs("", 10)->empty());
}

TEST_F(JournalTest, TakeOverRaisesTheEpochNotesTheHolderAndCutsTheRunningRun) {
  auto journal = Open();
  EXPECT_EQ(Take(*journal), 1u);
  RunRecord run{"r1", "job", 1, 1, RunState::kRunning, 10, 0, {}};
  ASSERT_THAT(journal->Apply({"job", 1, Durability::kNormal, {PutRun{run}}}), IsOk());
  EXPECT_EQ(Take(*journal), 2u);

  const JobState state = Load(*journal);
  EXPECT_EQ(state.holder, (Holder{4711, "boot", "host", 99, 1000}));
  ASSERT_TRUE(state.last_run);
  EXPECT_EQ(state.last_run->state, RunState::kCut);
}

TEST_F(JournalTest, EveryFieldComesBackAsItWas) {
  auto journal = Open();
  Take(*journal);
  const Garbage garbage{"token1", 1, "sink", "r1", std::string("a\0b", 3), "reopen", {"m", ""}};
  const RunRecord run{"r1", "job", 3, 1, RunState::kEndedWithoutCommit, 10, 20, {{"A", 1}}};
  ASSERT_THAT(journal->Apply({"job",
                              1,
                              Durability::kDurable,
                              {PutSlot{FullSlot(1)}, PutSlot{FullSlot(2)}, MarkPublished{2},
                               MoveBookmark{"orders", 0, Position{"\xfe"}, "r1"},
                               MoveBookmark{"empty", 0, std::nullopt, "r1"}, CountCommit{},
                               PutRun{run}, PutGarbage{garbage}}}),
              IsOk());
  journal.reset();

  const JobState state = Load(*Open());
  Slot published = FullSlot(2);
  published.state = SlotState::kPublished;
  EXPECT_THAT(state.slots, ElementsAre(FullSlot(1), published));
  EXPECT_EQ(state.next_seq, 3u);
  EXPECT_EQ(state.version, 1u);
  EXPECT_EQ(state.FindBookmark("orders"), (Bookmark{1, Position{"\xfe"}}));
  EXPECT_EQ(state.FindBookmark("empty"), (Bookmark{1, std::nullopt}));
  EXPECT_EQ(state.FindBookmark("none"), Bookmark{});
  EXPECT_EQ(state.last_run, run);
  EXPECT_THAT(state.garbage, ElementsAre(garbage));
}

TEST_F(JournalTest, AnOlderEpochIsRefusedAndChangesNothing) {
  auto journal = Open();
  Take(*journal);
  Take(*journal);
  const JobState before = Load(*journal);
  EXPECT_THAT(journal->Apply({"job", 1, Durability::kDurable, {PutSlot{FullSlot(1)}}}),
              IsErrorNumber(base::kErrTakenOver,
                            AllOf(HasSubstr("Another run took over"), HasSubstr("job=job"),
                                  HasSubstr("epoch=1"), HasSubstr("now=2"))));
  EXPECT_EQ(Load(*journal), before);
}

TEST_F(JournalTest, ATransactionIsWholeOrNotThere) {
  auto journal = Open();
  Take(*journal);
  const JobState before = Load(*journal);
  const Status status = journal->Apply(
      {"job", 1, Durability::kDurable, {PutSlot{FullSlot(1)}, CountCommit{}, DropSlot{9}}});
  EXPECT_THAT(status, testing::IsError(StatusCode::kInternal, HasSubstr("no such slot: seq=9")));
  EXPECT_EQ(Load(*journal), before);
  EXPECT_THAT(journal->Apply({"job", 1, Durability::kDurable, {PutSlot{FullSlot(2)}}}),
              testing::IsError(StatusCode::kInternal, HasSubstr("next number: seq=2")));
  EXPECT_THAT(journal->Apply({"new", 0, Durability::kNormal, {}}),
              testing::IsError(StatusCode::kInternal, HasSubstr("never taken: job=new")));
}

TEST_F(JournalTest, ABookmarkMovesOnlyFromTheVersionThatWasRead) {
  auto journal = Open();
  Take(*journal);
  const Transaction move{
      "job", 1, Durability::kDurable, {MoveBookmark{"orders", 0, Position{"5"}, "r1"}}};
  EXPECT_THAT(journal->Apply(move), IsOk());
  EXPECT_THAT(journal->Apply(move),
              IsErrorNumber(base::kErrBookmarkMoved,
                            AllOf(HasSubstr("job=job"), HasSubstr("context=orders"))));
}

TEST_F(JournalTest, HistoryIsNewestFirstAndBounded) {
  auto journal = Open();
  Take(*journal);
  for (uint64_t version = 0; version < kHistoryPerBookmark + 5; ++version)
    ASSERT_THAT(journal->Apply({"job",
                                1,
                                Durability::kNormal,
                                {MoveBookmark{"orders", version, Position{std::to_string(version)},
                                              "r" + std::to_string(version)}}}),
                IsOk());
  const auto moves = journal->History("job", "orders");
  ASSERT_THAT(moves, IsOk());
  ASSERT_EQ(moves->size(), static_cast<size_t>(kHistoryPerBookmark));
  EXPECT_EQ(moves->front().version, kHistoryPerBookmark + 5u);
  EXPECT_EQ(moves->front().position, Position{"104"});
  EXPECT_EQ(moves->front().run, "r104");
  EXPECT_TRUE(journal->History("job", "none")->empty());
}

TEST_F(JournalTest, RunsAreNewestFirstPerJobOrOfAll) {
  auto journal = Open();
  Take(*journal);
  Take(*journal, "other");
  const auto put = [&](const char* run, const char* job) {
    RunRecord record;
    record.run = run;
    record.job = job;
    ASSERT_THAT(journal->Apply({job, 1, Durability::kNormal, {PutRun{record}}}), IsOk());
  };
  put("r1", "job");
  put("r2", "other");
  put("r3", "job");
  put("r1", "job");  // Known already: keeps its place.
  const auto names = [&](std::string_view job, int limit) {
    std::vector<std::string> runs;
    const Result<std::vector<RunRecord>> records = journal->Runs(job, limit);
    for (const RunRecord& run : *records) runs.push_back(run.run);
    return runs;
  };
  EXPECT_THAT(names("job", 10), ElementsAre("r3", "r1"));
  EXPECT_THAT(names("", 2), ElementsAre("r3", "r2"));
  EXPECT_THAT(*journal->Jobs(), ElementsAre("job", "other"));
}

TEST_F(JournalTest, ManyProcessesMakeOneFileAtOnce) {
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i)
    children.push_back(StartChild([&] {
      Result<std::unique_ptr<Journal>> journal = Journal::Open(home());
      return journal.ok() && (*journal)->TakeOver("job", {}).ok() ? 0 : 1;
    }));
  for (pid_t child : children) EXPECT_EQ(WaitFor(child), 0);
  EXPECT_EQ(Load(*Open()).epoch, 8u);
}

TEST_F(JournalTest, TheLogStaysWhenTheLastProcessCloses) {
  {
    auto journal = Open();
    Take(*journal);
  }
  EXPECT_GT(std::filesystem::file_size(file().string() + "-wal"), 0u);
  EXPECT_EQ(Load(*Open()).epoch, 1u);
}

TEST_F(JournalTest, AFileOfANewerVersionIsLeftAlone) {
  Open().reset();
  Sql("PRAGMA user_version = 3");
  EXPECT_THAT(Journal::Open(home()),
              IsErrorNumber(base::kErrJournalNewer,
                            AllOf(HasSubstr(file().string()), HasSubstr("schema=3 known=2"),
                                  HasSubstr("Upgrade Tenon"))));
}

TEST_F(JournalTest, AFileOfVersion1GetsWhatItLacksAndKeepsItsRecords) {
  const Slot slot = FullSlot(1);
  {
    auto journal = Open();
    const uint64_t epoch = Take(*journal);
    ASSERT_THAT(journal->Apply({"job", epoch, Durability::kDurable, {PutSlot{slot}}}), IsOk());
  }
  Sql("ALTER TABLE slot DROP COLUMN rows; PRAGMA user_version = 1");
  const JobState state = Load(*Open());
  ASSERT_EQ(state.slots.size(), 1u);
  Slot kept = slot;
  kept.rows = 0;
  EXPECT_EQ(state.slots[0], kept);
  EXPECT_EQ(Load(*Open()).slots[0], kept) << "and is of version 2 from then on";
}

TEST_F(JournalTest, AnotherProgramsFileIsLeftAlone) {
  std::filesystem::create_directories(home());
  Sql("CREATE TABLE theirs(a); INSERT INTO theirs VALUES(1)");
  EXPECT_THAT(Journal::Open(home()),
              IsErrorNumber(base::kErrJournalDamaged,
                            AllOf(HasSubstr(file().string()), HasSubstr("another program's"))));
}

TEST_F(JournalTest, AFileThatIsNoDatabaseIsLeftAlone) {
  std::filesystem::create_directories(home());
  std::ofstream(file()) << std::string(8192, 'x');
  EXPECT_THAT(Journal::Open(home()),
              IsErrorNumber(base::kErrJournalDamaged,
                            AllOf(HasSubstr(file().string()), HasSubstr("Restore the file"))));
  EXPECT_EQ(std::filesystem::file_size(file()), 8192u);
}

TEST_F(JournalTest, ADamagedPageIsAnErrorAndNoCrash) {
  {
    auto journal = Open();
    Take(*journal);
    ASSERT_THAT(journal->Apply({"job", 1, Durability::kDurable, {PutSlot{FullSlot(1)}}}), IsOk());
  }
  Sql("PRAGMA wal_checkpoint(TRUNCATE)");
  {
    std::fstream database(file(), std::ios::in | std::ios::out | std::ios::binary);
    for (size_t page = 1; page < std::filesystem::file_size(file()) / 4096; ++page) {
      database.seekp(static_cast<std::streamoff>(page * 4096));
      database << std::string(64, '\xa5');
    }
  }
  Result<std::unique_ptr<Journal>> journal = Journal::Open(home());
  Status status = journal.status();
  if (journal.ok()) status = (*journal)->Load("job").status();
  EXPECT_THAT(status, IsErrorNumber(base::kErrJournalDamaged, HasSubstr(file().string())));
}

TEST_F(JournalTest, ASlotThatCannotBeReadIsDamage) {
  {
    auto journal = Open();
    Take(*journal);
    ASSERT_THAT(journal->Apply({"job", 1, Durability::kDurable, {PutSlot{FullSlot(1)}}}), IsOk());
  }
  Sql("UPDATE slot SET prepared = x'0102'");
  EXPECT_THAT(Open()->Load("job"),
              IsErrorNumber(base::kErrJournalDamaged, HasSubstr("messages of a slot are cut")));
  Sql("UPDATE slot SET prepared = x'', covers = 'x'");
  EXPECT_THAT(Open()->Load("job"),
              IsErrorNumber(base::kErrJournalDamaged, HasSubstr("Covers of a slot")));
}

TEST_F(JournalTest, AFolderInPlaceOfTheFileOrAFileInPlaceOfTheFolderIsNamed) {
  std::filesystem::create_directories(file());
  EXPECT_THAT(Journal::Open(home()),
              IsErrorNumber(base::kErrJournalUnusable, HasSubstr(file().string())));
  std::ofstream(folder_.path() / "plain") << "x";
  EXPECT_THAT(Journal::Open(folder_.path() / "plain"),
              IsErrorNumber(base::kErrJournalUnusable, HasSubstr("plain")));
}

TEST_F(JournalTest, AFileThatMayNotBeWrittenIsNamed) {
  Open().reset();
  chmod(folder_.path().c_str(), 0755);
  chmod(home().c_str(), 0755);
  chmod(file().c_str(), 0444);
  // The rights of a superuser would hide it.
  const pid_t child = StartChild([&] {
    if (getuid() == 0 && setuid(65534) != 0) return 2;
    const Status status = Journal::Open(home()).status();
    return status.number() == base::kErrJournalUnusable &&
                   status.message().find(file().string()) != std::string_view::npos
               ? 0
               : 1;
  });
  EXPECT_EQ(WaitFor(child), 0);
}

TEST_F(JournalTest, AFileThatStaysLockedIsAnErrorThatMayBeTriedAgain) {
  Open().reset();
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const Status status = Journal::Open(home(), 20).status();
  EXPECT_THAT(status, IsErrorNumber(base::kErrJournalLocked, HasSubstr(file().string())));
  EXPECT_EQ(status.code(), StatusCode::kUnavailable);
  EXPECT_EQ(status.retry(), Retry::kAgain);
  sqlite3_close(database);
}

// What the child did before it was killed is there, whole; what it was about to do is not.
TEST_F(JournalTest, AKillAfterAnyTransactionLosesNothing) {
  const auto transactions = [] {
    std::vector<Transaction> list;
    const auto add = [&](Durability durability, std::vector<Change> changes) {
      list.push_back({"job", 1, durability, std::move(changes)});
    };
    add(Durability::kNormal, {PutRun{{"r1", "job"}}});
    add(Durability::kNormal, {PutGarbage{{"token1", 1, "sink", "r1", "places", "", {}}}});
    add(Durability::kDurable, {PutSlot{FullSlot(1)}});
    add(Durability::kDurable, {MarkPublished{1}, PutSlot{FullSlot(2)}});
    add(Durability::kDurable,
        {MoveBookmark{"orders", 0, Position{"9"}, "r1"}, DropSlot{1}, DropSlot{2}, CountCommit{}});
    add(Durability::kNormal, {DropGarbage{"token1"}});
    return list;
  }();
  for (size_t killed_after = 0; killed_after <= transactions.size(); ++killed_after) {
    const std::filesystem::path home = folder_.path() / std::to_string(killed_after);
    const pid_t child = StartChild([&] {
      auto journal = Journal::Open(home);
      if (!journal.ok() || !(*journal)->TakeOver("job", {}).ok()) return 1;
      for (size_t i = 0; i < killed_after; ++i)
        if (!(*journal)->Apply(transactions[i]).ok()) return 2;
      return kill(getpid(), SIGKILL);
    });
    ASSERT_EQ(WaitFor(child), 1000 + SIGKILL);
    JobState expected;
    expected.job = "job";
    expected.epoch = 1;
    expected.holder = Holder{};
    for (size_t i = 0; i < killed_after; ++i)
      ASSERT_THAT(ApplyChanges(transactions[i].changes, &expected), IsOk());
    auto journal = Journal::Open(home);
    ASSERT_THAT(journal, IsOk());
    EXPECT_EQ(Load(**journal), expected) << killed_after;
  }
}

TEST_F(JournalTest, AKillAtAnyMomentLeavesWhatWasSaidOrOneMore) {
  const unsigned seed = std::getenv("TENON_TEST_SEED") ? std::atoi(std::getenv("TENON_TEST_SEED"))
                                                       : static_cast<unsigned>(getpid());
  srand(seed);
  for (int round = 0; round < 20; ++round) {
    const std::filesystem::path home = folder_.path() / ("r" + std::to_string(round));
    int said[2];
    ASSERT_EQ(pipe(said), 0);
    const pid_t child = StartChild([&] {
      auto journal = Journal::Open(home);
      if (!journal.ok() || !(*journal)->TakeOver("job", {}).ok()) return 1;
      for (uint64_t i = 1;; ++i) {
        if (!(*journal)
                 ->Apply({"job",
                          1,
                          i % 2 ? Durability::kNormal : Durability::kDurable,
                          {PutSlot{FullSlot(i)}, CountCommit{}}})
                 .ok())
          return 2;
        if (write(said[1], &i, sizeof(i)) != sizeof(i)) return 3;
      }
    });
    uint64_t last = 0;
    for (int i = rand() % 12; i >= 0; --i) ASSERT_EQ(read(said[0], &last, sizeof(last)), 8);
    kill(child, SIGKILL);
    ASSERT_EQ(WaitFor(child), 1000 + SIGKILL);
    close(said[1]);
    while (read(said[0], &last, sizeof(last)) == 8) continue;
    close(said[0]);
    auto journal = Journal::Open(home);
    ASSERT_THAT(journal, IsOk()) << "TENON_TEST_SEED=" << seed;
    const JobState state = Load(**journal);
    EXPECT_TRUE(state.version == last || state.version == last + 1)
        << "TENON_TEST_SEED=" << seed << " said=" << last << " found=" << state.version;
    EXPECT_EQ(state.slots.size(), state.version);
  }
}

}  // namespace
}  // namespace tenon::runstate
