// As attempt_test.cc: several commits in a run and none, append-only sinks, jobs without bookmarks, what stays behind.
#include "base/error_catalog.h"
#include "runstate/attempt_testing.h"

namespace tenon::runstate {
namespace {

using ::tenon::testing::IsErrorNumber;
using ::tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

class AttemptCommitsTest : public AttemptTest {};

// ---- several commits, and none ----

TEST_F(AttemptCommitsTest, EachCommitClosesItsOwnPart) {
  Run();
  Read("orders", "500");
  Write(To("A", {"orders"}));
  ASSERT_THAT(attempt_->Commit(), IsOk());
  Read("items", "7");
  Intend(To("A", {"items"}));
  Run();
  EXPECT_EQ(Read("orders", "600").until, std::nullopt);  // The earlier part takes new rows.
  EXPECT_FALSE(IsSkipped(To("A", {"orders"})));
  Write(To("A", {"orders"}));
  ASSERT_THAT(attempt_->Commit(), IsOk());
  EXPECT_EQ(Read("items", "9").until, Position{"7"});
  EXPECT_TRUE(IsSkipped(To("A", {"items"})));
  ASSERT_THAT(attempt_->Commit(), IsOk());
  EXPECT_THAT(State().slots, IsEmpty());
}

TEST_F(AttemptCommitsTest, AFrameReadBeforeACommitAndWrittenAfterItIsWarnedOf) {
  Run();
  Read("orders", "500");
  ASSERT_THAT(attempt_->Commit(), IsOk());
  EXPECT_FALSE(IsSkipped(To("A", {"orders"})));
  EXPECT_THAT(attempt_->TakeNotes(),
              ElementsAre(AllOf(HasSubstr("TN6015"), HasSubstr("rows of orders"))));
}

TEST_F(AttemptCommitsTest, ACleanEndWithoutCommitForgetsWhatItWroteAndWarns) {
  Run();
  Read("orders", "500");
  Write(To("A", {"orders"}));
  ASSERT_THAT(attempt_->End(Ending::kClean), IsOk());
  EXPECT_THAT(attempt_->TakeNotes(), ElementsAre(HasSubstr("TN6014")));
  EXPECT_EQ(State().last_run->state, RunState::kEndedWithoutCommit);
  EXPECT_THAT(State().slots, IsEmpty());
  Run();
  EXPECT_EQ(Read("orders", "510").until, std::nullopt);
  EXPECT_FALSE(IsSkipped(To("A", {"orders"})));
}

TEST_F(AttemptCommitsTest, AFailedEndLeavesAllForTheNextStart) {
  Run();
  Read("orders", "500");
  Write(To("A", {"orders"}));
  ASSERT_THAT(attempt_->End(Ending::kFailed), IsOk());
  EXPECT_EQ(State().last_run->state, RunState::kFailed);
  EXPECT_THAT(Start().Unsettled(), IsEmpty());  // It said what it knew.
  ASSERT_THAT(attempt_->Begin(), IsOk());
  EXPECT_TRUE(attempt_->replay());
}

TEST_F(AttemptCommitsTest, ABookmarkThatMovedMeanwhileStopsTheCommit) {
  Run();
  Read("orders", "500");
  // As a restored copy of the file would: behind the attempt's back, in its own epoch.
  ASSERT_THAT(journal_->Apply({"job",
                               State().epoch,
                               Durability::kDurable,
                               {MoveBookmark{"orders", 0, Position{"9"}, ""}}}),
              IsOk());
  EXPECT_THAT(attempt_->Commit(),
              IsErrorNumber(base::kErrBookmarkMoved, HasSubstr("context=orders")));
}

// ---- append-only sinks ----

TEST_F(AttemptCommitsTest, ACallCutWhileSendingIsSentAgainUnderTheSameToken) {
  Run();
  Read("orders", "500");
  const std::string token = Intend(To("A", {"orders"}), CommitClass::kAppendOnly);
  Attempt& next = Start();
  EXPECT_THAT(next.Unsettled(), IsEmpty());
  ASSERT_THAT(next.Begin(), IsOk());
  EXPECT_FALSE(next.replay());
  EXPECT_THAT(next.TakeNotes(), ElementsAre(HasSubstr("its rows are sent again")));
  Read("orders", "500");
  EXPECT_EQ(Write(To("A", {"orders"}), CommitClass::kAppendOnly), token);
  EXPECT_THAT(State().slots, SizeIs(1));
  ASSERT_THAT(next.Commit(), IsOk());
  EXPECT_THAT(State().slots, IsEmpty());
}

TEST_F(AttemptCommitsTest, NewerRowsAreSentUnderATokenOfTheirOwn) {
  Run();
  Read("orders", "500");
  const std::string token = Intend(To("A", {"orders"}), CommitClass::kAppendOnly);
  Run();
  Read("orders", "510");
  EXPECT_NE(Write(To("A", {"orders"}), CommitClass::kAppendOnly), token);
  ASSERT_THAT(attempt_->Commit(), IsOk());
  EXPECT_THAT(State().slots, IsEmpty());
}

TEST_F(AttemptCommitsTest, ACallThatWasSentAndNotedIsNotSentAgain) {
  Run();
  Read("orders", "500");
  Write(To("A", {"orders"}), CommitClass::kAppendOnly);
  EXPECT_EQ(State().slots[0].state, SlotState::kPublished);
  Run();
  Read("orders", "510");
  EXPECT_TRUE(IsSkipped(To("A", {"orders"})));
}

// ---- without bookmarks ----

struct CutRunCase {
  const char* what;
  CutRun cut_run;
  bool overwrites;
  int error;     // 0: none.
  bool skipped;  // What was written.
};

TEST_F(AttemptCommitsTest, ACutRunWithoutBookmarksIsFinishedStartedAnewOrAskedAbout) {
  const CutRunCase cases[] = {
      {"plain", CutRun::kAsk, false, base::kErrCutRunNeedsChoice, false},
      {"plain, overwriting", CutRun::kAsk, true, 0, false},
      {"--resume", CutRun::kResume, false, 0, true},
      {"--resume, overwriting", CutRun::kResume, true, 0, true},
      {"--again", CutRun::kAgain, false, 0, false},
  };
  for (const CutRunCase& each : cases) {
    journal_ = std::move(*Journal::Open(folder_.path() / each.what));
    AttemptRequest request;
    request.bookmarks = BookmarkMode::kDisabled;
    const std::string first = Run(request).run();
    EXPECT_FALSE(Read("orders", "500").bookmarked);
    SinkRequest sink = To("A", {"orders"});
    sink.overwrites = each.overwrites;
    Write(sink);
    request.cut_run = each.cut_run;
    Start(request);
    for (const UnsettledCall& call : attempt_->Unsettled())
      ASSERT_THAT(attempt_->Settled(call.seq, Outcome::kPublished), IsOk());
    const Status begun = attempt_->Begin();
    EXPECT_EQ(begun.number(), each.error) << each.what << " " << begun.ToString();
    if (each.error != 0) {
      EXPECT_THAT(begun,
                  IsErrorNumber(each.error, AllOf(HasSubstr("run=" + first), HasSubstr("written=A"),
                                                  HasSubstr("--resume finishes it"))));
      continue;
    }
    EXPECT_EQ(attempt_->run() == first, each.skipped) << each.what;
    Read("orders", "500");
    EXPECT_EQ(IsSkipped(sink), each.skipped) << each.what;
  }
}

TEST_F(AttemptCommitsTest, ACompletedRunWithoutBookmarksIsNotSkippedNextTime) {
  AttemptRequest request;
  request.bookmarks = BookmarkMode::kDisabled;
  Run(request);
  Read("orders", "500");
  Write(To("A", {"orders"}));
  ASSERT_THAT(attempt_->Commit(), IsOk());
  ASSERT_THAT(attempt_->End(Ending::kClean), IsOk());
  EXPECT_EQ(State().last_run->state, RunState::kDone);
  Run(request);
  EXPECT_EQ(Read("orders", "500").after, std::nullopt);
  EXPECT_FALSE(IsSkipped(To("A", {"orders"})));
}

TEST_F(AttemptCommitsTest, WithoutBookmarksACommitInBetweenDoesNotForgetWhatTheRunWrote) {
  AttemptRequest request;
  request.bookmarks = BookmarkMode::kDisabled;
  Run(request);
  Read("orders", "500");
  Write(To("A", {"orders"}));
  ASSERT_THAT(attempt_->Commit(), IsOk());
  Read("orders", "500");
  Intend(To("A", {"orders"}));
  request.cut_run = CutRun::kResume;
  Run(request);
  Read("orders", "500");
  EXPECT_TRUE(IsSkipped(To("A", {"orders"})));
  ASSERT_THAT(attempt_->Commit(), IsOk());
  Read("orders", "500");
  EXPECT_TRUE(IsSkipped(To("A", {"orders"})));
}

TEST_F(AttemptCommitsTest, APausedBookmarkIsReadAndNotMoved) {
  Run();
  Read("orders", "500");
  ASSERT_THAT(attempt_->Commit(), IsOk());
  AttemptRequest request;
  request.bookmarks = BookmarkMode::kPaused;
  Run(request);
  const ReadPlan plan = Read("orders", "510");
  EXPECT_EQ(plan.after, Position{"500"});
  EXPECT_FALSE(plan.bookmarked);
  Write(To("A", {"orders"}));
  ASSERT_THAT(attempt_->Commit(), IsOk());
  EXPECT_EQ(State().FindBookmark("orders").position, Position{"500"});
}

TEST_F(AttemptCommitsTest, ASourceThatKeepsNoPositionIsNotBookmarked) {
  Run();
  ASSERT_THAT(attempt_->OpenSource("api"), IsOk());
  ASSERT_THAT(attempt_->SourcePlanned("api", std::nullopt, ""), IsOk());
  Write(To("A", {"api"}));
  ASSERT_THAT(attempt_->Commit(), IsOk());
  EXPECT_EQ(State().FindBookmark("api").version, 0u);
  EXPECT_THAT(State().slots, IsEmpty());
}

TEST_F(AttemptCommitsTest, AgainDoesNotGoWithBookmarks) {
  Run();
  Read("orders", "500");
  Intend(To("A", {"orders"}));
  AttemptRequest request;
  request.cut_run = CutRun::kAgain;
  Start(request);
  ASSERT_THAT(attempt_->Settled(1, Outcome::kPublished), IsOk());
  EXPECT_THAT(attempt_->Begin(), IsErrorNumber(base::kErrAgainWithBookmarks,
                                               AllOf(HasSubstr("job=job"), HasSubstr("forget"))));
}

// ---- the record of a run ----

TEST_F(AttemptCommitsTest, ARunsRowsAreThoseOfCallsKnownToBePublished) {
  Run();
  const std::string first = attempt_->run();
  Read("orders", "500");
  Write(To("A", {"orders"}));
  Write(To("A", {"orders"}));
  Write(To("B", {"orders"}));
  EXPECT_THAT(State().last_run->rows, ElementsAre(Pair("A", 2 * kRowsOfACall)))
      << "B is not marked";
  Run();
  ASSERT_EQ(attempt_->run(), first);
  EXPECT_THAT(State().last_run->rows,
              ElementsAre(Pair("A", 2 * kRowsOfACall), Pair("B", kRowsOfACall)));
  Read("orders", "500");
  EXPECT_TRUE(IsSkipped(To("A", {"orders"})));
  Write(To("C", {"orders"}));
  ASSERT_THAT(attempt_->Commit(), IsOk());
  EXPECT_THAT(
      State().last_run->rows,
      ElementsAre(Pair("A", 2 * kRowsOfACall), Pair("B", kRowsOfACall), Pair("C", kRowsOfACall)));
}

TEST_F(AttemptCommitsTest, WhatWasNeverPublishedAddsNoRows) {
  Run();
  Read("orders", "500");
  Intend(To("A", {"orders"}));
  Run({}, Outcome::kNever);
  Read("orders", "500");
  const std::string token = Intend(To("A", {"orders"}));
  ASSERT_THAT(attempt_->NeverPublished(token), IsOk());
  ASSERT_THAT(attempt_->End(Ending::kFailed), IsOk());
  EXPECT_THAT(State().last_run->rows, IsEmpty());
}

TEST_F(AttemptCommitsTest, TheRunToFinishIsKnownBeforeTheStart) {
  const auto to_finish = [&](BookmarkMode bookmarks = BookmarkMode::kEnabled,
                             CutRun cut_run = CutRun::kAsk) {
    return RunToFinish(State(), bookmarks, cut_run);
  };
  EXPECT_EQ(to_finish(), "") << "unknown job";
  const std::string first = Run().run();
  Read("orders", "500");
  EXPECT_EQ(to_finish(), "") << "no sink was written";
  Intend(To("A", {"orders"}));
  EXPECT_EQ(to_finish(), first);
  EXPECT_EQ(to_finish(BookmarkMode::kDisabled), "") << "asks, or starts anew";
  EXPECT_EQ(to_finish(BookmarkMode::kDisabled, CutRun::kResume), first);
  EXPECT_EQ(to_finish(BookmarkMode::kEnabled, CutRun::kAgain), "");

  // Nothing of it is there: it begins again, under its own id when that is asked for.
  AttemptRequest request;
  request.run = first;
  Run(request, Outcome::kNever);
  EXPECT_FALSE(attempt_->replay());
  EXPECT_EQ(attempt_->run(), first);
  EXPECT_EQ(attempt_->attempt_number(), 2u);
  Read("orders", "500");
  Write(To("A", {"orders"}));
  ASSERT_THAT(attempt_->Commit(), IsOk());
  EXPECT_EQ(to_finish(), "") << "done";
}

// ---- garbage ----

TEST_F(AttemptCommitsTest, GarbageOfADeadAttemptIsRemovableOnceItsCallIsDecided) {
  Run();
  Read("orders", "500");
  const std::string published = Write(To("A", {"orders"}));
  auto begun = attempt_->BeginSink(To("B", {"orders"}));
  ASSERT_THAT(attempt_->NotePlaces(begun->call.token, "temporary"), IsOk());
  EXPECT_THAT(attempt_->RemovableGarbage(), IsEmpty());

  Run();
  std::vector<Garbage> removable = attempt_->RemovableGarbage();
  ASSERT_THAT(removable, SizeIs(1));  // A's slot is pending.
  EXPECT_EQ(removable[0].token, begun->call.token);
  EXPECT_EQ(removable[0].places, "temporary");
  EXPECT_EQ(removable[0].sink, "B");
  EXPECT_THAT(removable[0].messages, IsEmpty());
  ASSERT_THAT(attempt_->GarbageRemoved(removable[0].token), IsOk());
  Read("orders", "500");
  EXPECT_TRUE(IsSkipped(To("A", {"orders"})));
  ASSERT_THAT(attempt_->Commit(), IsOk());
  removable = attempt_->RemovableGarbage();
  ASSERT_THAT(removable, SizeIs(1));
  EXPECT_EQ(removable[0].token, published);
  EXPECT_THAT(removable[0].messages, ElementsAre("m"));  // Published: to be left alone.
}

TEST_F(AttemptCommitsTest, GarbageOfACallThatNeverHappenedHasNothingToLeaveAlone) {
  Run();
  Read("orders", "500");
  Intend(To("A", {"orders"}));
  Run({}, Outcome::kNever);
  const std::vector<Garbage> removable = attempt_->RemovableGarbage();
  ASSERT_THAT(removable, SizeIs(1));
  EXPECT_THAT(removable[0].messages, IsEmpty());
}

TEST_F(AttemptCommitsTest, OwnGarbageIsRemovableAfterTheCommitButNotThatOfAnOpenCall) {
  Run();
  Read("orders", "500");
  Write(To("A", {"orders"}));
  ASSERT_THAT(attempt_->Commit(), IsOk());
  Read("orders", "500");
  auto open = attempt_->BeginSink(To("B", {"orders"}));
  ASSERT_THAT(attempt_->NotePlaces(open->call.token, "in use"), IsOk());
  const std::vector<Garbage> removable = attempt_->RemovableGarbage();
  ASSERT_THAT(removable, SizeIs(1));
  EXPECT_EQ(removable[0].sink, "A");
}

}  // namespace
}  // namespace tenon::runstate
