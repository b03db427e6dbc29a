// The run protocol, rule by rule, over the real journal. Kills are objects that are destroyed; the schedules that
// nobody would think of are the simulator's. Commits, append-only sinks and no bookmarks: attempt_commits_test.cc.
#include "runstate/attempt.h"

#include "base/error_catalog.h"
#include "runstate/attempt_testing.h"

namespace tenon::runstate {
namespace {

using ::tenon::testing::IsError;
using ::tenon::testing::IsErrorNumber;
using ::tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

// ---- a run that nothing happens to ----

TEST_F(AttemptTest, AWholeRunMovesTheBookmarkAndLeavesNothing) {
  Attempt& attempt = Run();
  EXPECT_FALSE(attempt.replay());
  const ReadPlan plan = Read("orders", "500");
  EXPECT_EQ(plan.after, std::nullopt);
  EXPECT_EQ(plan.until, std::nullopt);
  EXPECT_TRUE(plan.bookmarked);
  Write(To("A", {"orders"}));
  ASSERT_THAT(attempt.Commit(), IsOk());
  ASSERT_THAT(attempt.End(Ending::kClean), IsOk());

  const JobState state = State();
  EXPECT_EQ(state.FindBookmark("orders"), (Bookmark{1, Position{"500"}}));
  EXPECT_THAT(state.slots, IsEmpty());
  EXPECT_EQ(state.version, 1u);
  EXPECT_EQ(state.last_run->state, RunState::kDone);
  EXPECT_THAT(state.last_run->rows, ElementsAre(Pair("A", kRowsOfACall)));
  EXPECT_THAT(attempt.TakeNotes(), IsEmpty());

  Run();
  EXPECT_EQ(Read("orders", "510").after, Position{"500"});
  EXPECT_NE(attempt_->run(), state.last_run->run);
}

TEST_F(AttemptTest, TheCallCarriesHomeJobSinkRunAndAFreshToken) {
  Attempt& attempt = Run();
  Read("orders", "500");
  auto first = attempt.BeginSink(To("A", {"orders"}));
  attempt.Abandon(first->call.token);
  auto second = attempt.BeginSink(To("A", {"orders"}));
  EXPECT_EQ(second->call.home, journal_->home_id());
  EXPECT_EQ(second->call.job, "job");
  EXPECT_EQ(second->call.sink, "A");
  EXPECT_EQ(second->call.run, attempt.run());
  EXPECT_THAT(second->call.token, SizeIs(32));
  EXPECT_NE(first->call.token, second->call.token);
}

TEST_F(AttemptTest, TheIntentIsInTheJournalBeforeAnythingIsPublished) {
  Run();
  Read("orders", "500");
  const std::string token = Intend(To("A", {"orders"}));
  const JobState state = State();
  ASSERT_THAT(state.slots, SizeIs(1));
  const Slot& slot = state.slots[0];
  EXPECT_EQ(slot.token, token);
  EXPECT_EQ(slot.state, SlotState::kIntent);
  EXPECT_EQ(slot.places, "places");
  EXPECT_EQ(slot.reopen, "reopen");
  EXPECT_THAT(slot.prepared, ElementsAre("m"));
  EXPECT_EQ(slot.covers[0].interval.high, Position{"500"});
  EXPECT_EQ(slot.covers[0].fingerprint.rows, 100);
}

TEST_F(AttemptTest, CallsOutOfOrderAreFaultsOfTheProgramAndSaySo) {
  Attempt& attempt = Start();
  EXPECT_THAT(attempt.OpenSource("orders"), IsError(StatusCode::kInternal, HasSubstr("not begun")));
  ASSERT_THAT(attempt.Begin(), IsOk());
  EXPECT_THAT(attempt.Begin(), IsError(StatusCode::kInternal, HasSubstr("begun already")));
  EXPECT_THAT(attempt.OpenSource(""), IsError(StatusCode::kInternal, HasSubstr("context")));
  EXPECT_THAT(attempt.SourcePlanned("orders", Position{"5"}, ""),
              IsError(StatusCode::kInternal, HasSubstr("not opened: source=orders")));
  ASSERT_THAT(attempt.OpenSource("orders"), IsOk());
  EXPECT_THAT(attempt.SourceRead("orders", RowCount(1)),
              IsError(StatusCode::kInternal, HasSubstr("not planned: source=orders")));
  EXPECT_THAT(attempt.BeginSink(To("A", {"orders"})),
              IsError(StatusCode::kInternal, HasSubstr("lineage was not planned: source=orders")));
  ASSERT_THAT(attempt.SourcePlanned("orders", Position{"5"}, ""), IsOk());
  auto decision = attempt.BeginSink(To("A", {"orders"}));
  const std::string token = decision->call.token;
  EXPECT_THAT(attempt.Published(token), IsError(StatusCode::kInternal, HasSubstr("no intent")));
  EXPECT_THAT(attempt.Intent(token, {}),
              IsError(StatusCode::kInternal, HasSubstr("not read to its end: source=orders")));
  EXPECT_THAT(attempt.Intent("other", {}),
              IsError(StatusCode::kInternal, HasSubstr("No such sink call is open")));
  ASSERT_THAT(attempt.SourceRead("orders", RowCount(1)), IsOk());
  ASSERT_THAT(attempt.Intent(token, {}), IsOk());
  EXPECT_THAT(attempt.BeginSink(To("B", {"orders"})),
              IsError(StatusCode::kInternal, HasSubstr("still undecided: sink=A")));
  EXPECT_THAT(attempt.Commit(), IsError(StatusCode::kInternal, HasSubstr("undecided: sink=A")));
  EXPECT_THAT(attempt.End(Ending::kClean),
              IsError(StatusCode::kInternal, HasSubstr("undecided: sink=A")));
  ASSERT_THAT(attempt.End(Ending::kFailed), IsOk());
  EXPECT_THAT(attempt.Commit(), IsError(StatusCode::kInternal, HasSubstr("has ended")));
}

// ---- recovery ----

TEST_F(AttemptTest, ACutCallIsOfferedForSettlingWithAllThatAProcessNeeds) {
  Run();
  Read("orders", "500");
  const std::string token = Intend(To("A", {"orders"}), CommitClass::kRecoverable);
  const std::string run = attempt_->run();

  Attempt& next = Start();
  const std::vector<UnsettledCall> calls = next.Unsettled();
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(calls[0].call, (SinkCall{journal_->home_id(), "job", "A", run, token}));
  EXPECT_EQ(calls[0].seq, 1u);
  EXPECT_EQ(calls[0].commit_class, CommitClass::kRecoverable);
  EXPECT_EQ(calls[0].target, "target of A");
  EXPECT_EQ(calls[0].reopen, "reopen");
  EXPECT_EQ(calls[0].places, "places");
  EXPECT_THAT(calls[0].prepared, ElementsAre("m"));
  EXPECT_THAT(calls[0].covers, AllOf(HasSubstr("orders"), Not(HasSubstr("500"))));
  EXPECT_THAT(next.Begin(), IsError(StatusCode::kInternal, HasSubstr("not settled: seq=1")));
}

TEST_F(AttemptTest, NeverPublishedMeansAFreshRunWithNewRows) {
  const std::string first = Run().run();
  Read("orders", "500");
  Intend(To("A", {"orders"}));
  Attempt& next = Run({}, Outcome::kNever);
  EXPECT_FALSE(next.replay());
  EXPECT_NE(next.run(), first);
  EXPECT_EQ(Read("orders", "510").until, std::nullopt);
  EXPECT_FALSE(IsSkipped(To("A", {"orders"})));
}

TEST_F(AttemptTest, PublishedMeansTheSameRowsForTheOtherSinks) {
  const std::string first = Run().run();
  Read("orders", "500");
  Intend(To("A", {"orders"}));
  Attempt& next = Run();
  EXPECT_TRUE(next.replay());
  EXPECT_EQ(next.run(), first);
  EXPECT_EQ(next.attempt_number(), 2u);
  const ReadPlan plan = Read("orders", "999");  // What came since waits.
  EXPECT_TRUE(plan.replay);
  EXPECT_EQ(plan.until, Position{"500"});
  EXPECT_TRUE(IsSkipped(To("A", {"orders"})));
  Write(To("B", {"orders"}));
  ASSERT_THAT(next.Commit(), IsOk());
  EXPECT_EQ(State().FindBookmark("orders").position, Position{"500"});
  EXPECT_THAT(State().slots, IsEmpty());
  EXPECT_THAT(next.TakeNotes(),
              ElementsAre(HasSubstr("Finishing run " + first),
                          "A has these rows already, from run " + first,
                          "Finished run " + first +
                              ": A had rows of orders up to 500; B written now; newer rows wait "
                              "for the next run"));
}

TEST_F(AttemptTest, ARerunThatIsCutAgainGivesTheSameAnswer) {
  Run();
  Read("orders", "500");
  Intend(To("A", {"orders"}));
  for (int i = 0; i < 3; ++i) {
    Run();
    EXPECT_EQ(Read("orders", "999").until, Position{"500"});
    EXPECT_TRUE(IsSkipped(To("A", {"orders"})));
  }
  EXPECT_EQ(attempt_->attempt_number(), 4u);
}

TEST_F(AttemptTest, ThePinOfTheFirstReadIsUsedAgain) {
  Run();
  ASSERT_THAT(attempt_->OpenSource("files"), IsOk());
  ASSERT_THAT(attempt_->SourcePlanned("files", Position{"L7"}, "etag-list"), IsOk());
  Intend(To("A", {"files"}));  // A pin makes the read exact: no need to have read to the end.
  Run();
  auto plan = attempt_->OpenSource("files");
  EXPECT_EQ(plan->pin, "etag-list");
  EXPECT_EQ(plan->until, Position{"L7"});
}

TEST_F(AttemptTest, ASourceThatNoPublishedSinkCoversIsReadAfresh) {
  Run();
  Read("orders", "500");
  Intend(To("A", {"orders"}));
  Run();
  Read("orders", "999");
  EXPECT_EQ(Read("items", "7").until, std::nullopt);
}

TEST_F(AttemptTest, ASinkCalledTwiceIsSettledBecauseTheSecondIntentMarksTheFirst) {
  Run();
  Read("orders", "500");
  Write(To("A", {"orders"}));
  Read("items", "7");
  Intend(To("A", {"items"}));
  const std::vector<UnsettledCall> calls = Start().Unsettled();
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(calls[0].seq, 2u);
}

// ---- the answer to a commit ----

TEST_F(AttemptTest, ALostReplyIsSettledWithinTheRun) {
  Run();
  Read("orders", "500");
  const std::string token = Intend(To("A", {"orders"}));
  auto undecided = attempt_->Undecided(token);
  ASSERT_THAT(undecided, IsOk());
  EXPECT_EQ(undecided->seq, 1u);
  EXPECT_EQ(undecided->call.token, token);
  ASSERT_THAT(attempt_->NeverPublished(token), IsOk());
  EXPECT_THAT(State().slots, IsEmpty());
  // The script may catch the error and write again; the call is still the first of its sink.
  Write(To("A", {"orders"}));
  EXPECT_EQ(State().slots[0].n, 1u);
  EXPECT_EQ(State().slots[0].seq, 2u);
  EXPECT_THAT(attempt_->Commit(), IsOk());
}

TEST_F(AttemptTest, NoAnswerEndsTheAttemptWithExit9) {
  Run();
  Read("orders", "500");
  const std::string token = Intend(To("A", {"orders"}));
  EXPECT_THAT(attempt_->Unanswered(token, Status::Unavailable("connection refused")),
              IsErrorNumber(base::kErrOutcomeUnknown,
                            AllOf(HasSubstr("No answer after COMMIT, nothing was guessed"),
                                  HasSubstr("sink=A"), HasSubstr("cause=connection refused"),
                                  HasSubstr("tenon run recover job"))));
  EXPECT_THAT(attempt_->Commit(), IsErrorNumber(base::kErrOutcomeUnknown, HasSubstr("sink=A")));
  EXPECT_THAT(attempt_->End(Ending::kClean),
              IsErrorNumber(base::kErrOutcomeUnknown, HasSubstr("sink=A")));
  EXPECT_THAT(Start().Unsettled(), SizeIs(1));
}

TEST_F(AttemptTest, AnAttemptThatWasTakenOverIsRefusedEverywhere) {
  Run();
  Read("orders", "500");
  const std::string token = Intend(To("A", {"orders"}));
  std::unique_ptr<Attempt> zombie = std::move(attempt_);
  Run();
  const JobState before = State();
  EXPECT_THAT(zombie->Published(token), IsOk());  // Writes nothing, so it cannot know.
  EXPECT_THAT(zombie->Commit(),
              IsErrorNumber(base::kErrTakenOver, HasSubstr("Another run took over")));
  EXPECT_THAT(zombie->End(Ending::kFailed),
              IsErrorNumber(base::kErrTakenOver, HasSubstr("job=job")));
  EXPECT_EQ(State(), before);
}

TEST_F(AttemptTest, ASinkThatHoldsANewerCallEndsTheRunAsAheadOfTheJournal) {
  Run();
  Read("orders", "500");
  const std::string token = Intend(To("A", {"orders"}));
  const auto open = attempt_->Undecided(token);
  ASSERT_THAT(open, IsOk());
  const Status cause = Status::Conflict("Register is at 9");
  EXPECT_THAT(attempt_->SinkIsAhead(*open, cause),
              IsErrorNumber(base::kErrSinkAhead,
                            AllOf(HasSubstr("Sink is ahead of this journal: sink=A seq=1"),
                                  HasSubstr("cause=Register is at 9"),
                                  HasSubstr("Was the state directory restored from a copy"))));
  EXPECT_THAT(attempt_->End(Ending::kFailed),
              IsErrorNumber(base::kErrSinkAhead, HasSubstr("sink=A")));

  // The next start, whose Settle gets the same answer.
  Start();
  ASSERT_THAT(attempt_->Unsettled(), SizeIs(1));
  EXPECT_THAT(attempt_->SinkIsAhead(attempt_->Unsettled()[0], cause),
              IsErrorNumber(base::kErrSinkAhead, HasSubstr("seq=1")));
}

TEST_F(AttemptTest, ASinkThatIsAheadBecauseAnotherRunTookOverSaysThat) {
  Run();
  Read("orders", "500");
  const auto open = attempt_->Undecided(Intend(To("A", {"orders"})));
  std::unique_ptr<Attempt> zombie = std::move(attempt_);
  Run({}, Outcome::kNever);
  EXPECT_THAT(zombie->SinkIsAhead(*open, Status::Conflict("Register is at 9")),
              IsErrorNumber(base::kErrTakenOver, HasSubstr("Another run took over")));
}

TEST_F(AttemptTest, AFailureMayHaveItsCauseInARunThatTookOver) {
  Run();
  const Status error = Status::NotFound("File is gone");
  EXPECT_THAT(attempt_->WhyItFailed(error), IsError(StatusCode::kNotFound, HasSubstr("is gone")));
  std::unique_ptr<Attempt> zombie = std::move(attempt_);
  Run();
  EXPECT_THAT(zombie->WhyItFailed(error),
              IsErrorNumber(base::kErrTakenOver, HasSubstr("Another run took over")));
}

// ---- sources that change ----

TEST_F(AttemptTest, AChangedIntervalEndsTheRunBeforeAnythingIsWritten) {
  Run();
  Read("orders", "500", 100);
  Intend(To("A", {"orders"}));
  Run();
  ASSERT_THAT(attempt_->OpenSource("orders"), IsOk());
  ASSERT_THAT(attempt_->SourcePlanned("orders", Position{"999"}, ""), IsOk());
  EXPECT_THAT(attempt_->SourceRead("orders", RowCount(101)),
              IsErrorNumber(base::kErrSourceChanged,
                            AllOf(HasSubstr("source=orders interval=(the start, 500]"),
                                  HasSubstr("rows_then=100 rows_now=101"), HasSubstr("written=A"),
                                  HasSubstr("tenon run forget"))));
}

TEST_F(AttemptTest, EqualCountsWithOtherHashesAreAChangeToo) {
  Fingerprint then{100, "k1", "h1", {"a"}};
  const auto reread = [&](Fingerprint now) {
    Run({}, Outcome::kNever);
    EXPECT_THAT(attempt_->OpenSource("orders"), IsOk());
    EXPECT_THAT(attempt_->SourcePlanned("orders", Position{"5"}, ""), IsOk());
    EXPECT_THAT(attempt_->SourceRead("orders", then), IsOk());
    return attempt_->SourceRead("orders", now);
  };
  EXPECT_THAT(reread({100, "k1", "h1", {"a"}}), IsOk());
  EXPECT_THAT(reread({100, "k2", "h1", {"a"}}),
              IsErrorNumber(base::kErrSourceChanged, HasSubstr("hash_then=k1/h1 hash_now=k2/h1")));
  EXPECT_THAT(reread({100, "k1", "h2", {"a"}}),
              IsErrorNumber(base::kErrSourceChanged, HasSubstr("hash_now=k1/h2")));
  EXPECT_THAT(reread({100, "k1", "h2", {"b"}}), IsOk());  // Other columns: not comparable.
  EXPECT_THAT(reread({100, "", "", {}}), IsOk());
}

TEST_F(AttemptTest, AcceptChangedGoesOnAndSaysSo) {
  Run();
  Read("orders", "500", 100);
  Intend(To("A", {"orders"}));
  AttemptRequest request;
  request.accept_changed_source = true;
  Run(request);
  Read("orders", "999", 101);
  EXPECT_THAT(attempt_->TakeNotes(),
              Contains(AllOf(HasSubstr("rows_now=101"), HasSubstr("; accepted"))));
  EXPECT_TRUE(IsSkipped(To("A", {"orders"})));
  Write(To("B", {"orders"}));
  EXPECT_EQ(State().slots.back().covers[0].fingerprint.rows, 101);
}

// ---- scripts that change ----

TEST_F(AttemptTest, AnotherWayThroughTheScriptIsRefusedNamingWhatDiffers) {
  Run();
  Read("orders", "500");
  SinkRequest first = To("A", {"orders"});
  first.target = "s3://b/2026-11-21";
  Intend(first);
  SinkRequest second = first;
  second.target = "s3://b/2026-11-22";

  Run();
  Read("orders", "500");
  EXPECT_THAT(attempt_->BeginSink(second),
              IsErrorNumber(base::kErrAnotherWay,
                            AllOf(HasSubstr("takes another way than the run it finishes"),
                                  HasSubstr("sink=A"),
                                  HasSubstr("target=s3://b/2026-11-22 then=s3://b/2026-11-21"),
                                  HasSubstr("tenon run forget"))));
  AttemptRequest request;
  request.on_changed_rerun = ChangedRerun::kTreatAsWritten;
  Run(request);
  Read("orders", "500");
  EXPECT_TRUE(IsSkipped(second));
  request.on_changed_rerun = ChangedRerun::kWriteAnyway;
  Run(request);
  Read("orders", "500");
  EXPECT_FALSE(IsSkipped(second));
  EXPECT_THAT(attempt_->TakeNotes(), Contains(HasSubstr("although it shares rows")));
}

TEST_F(AttemptTest, AChangedScriptIsAllowedAndNamedWhereItMatters) {
  AttemptRequest request;
  request.script_hash = "one";
  Run(request);
  Read("orders", "500");
  Intend(To("A", {"orders"}));
  request.script_hash = "two";
  Run(request);
  Read("orders", "500");
  EXPECT_TRUE(IsSkipped(To("A", {"orders"})));
  EXPECT_THAT(attempt_->TakeNotes(), Contains(HasSubstr("the script has changed since")));
}

TEST_F(AttemptTest, ASinkThatIsNoLongerCalledKeepsItsIntervalUntilTheSourceIsRead) {
  Run();
  Read("orders", "500");
  Read("items", "7");
  Intend(To("A", {"orders", "items"}));
  Run();
  Read("items", "9");  // Replays (…, 7].
  Write(To("B", {"items"}));
  ASSERT_THAT(attempt_->Commit(), IsOk());
  EXPECT_EQ(State().FindBookmark("items").position, Position{"7"});
  ASSERT_THAT(State().slots, SizeIs(1));  // orders is still open.
  ASSERT_THAT(attempt_->End(Ending::kClean), IsOk());
  Run();
  EXPECT_EQ(attempt_->attempt_number(), 1u);  // That run came to its end; this is another one.
  EXPECT_EQ(Read("orders", "999").until, Position{"500"});
  EXPECT_TRUE(IsSkipped(To("A", {"orders"})));
  ASSERT_THAT(attempt_->Commit(), IsOk());
  EXPECT_THAT(State().slots, IsEmpty());
}

TEST_F(AttemptTest, AFrameWithUnknownLineageCoversEverySourceThatIsOpen) {
  Run();
  Read("orders", "500");
  Read("items", "7");
  SinkRequest request = To("A", {});
  request.lineage.reset();
  Intend(request);
  EXPECT_THAT(State().slots[0].covers, SizeIs(2));
}

}  // namespace
}  // namespace tenon::runstate
