#include "runstate/job_desk.h"

#include "base/error_catalog.h"
#include "runstate/attempt.h"
#include "runstate/testing.h"

namespace tenon::runstate {
namespace {

using ::tenon::testing::IsError;
using ::tenon::testing::IsErrorNumber;
using ::tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class JobDeskTest : public ::testing::Test {
 protected:
  JobDeskTest() { journal_ = std::move(*Journal::Open(folder_.path())); }

  // A run that wrote A from orders (…, 500] and was cut: before its next journal write, or after.
  void CutRun(bool marked) {
    AttemptRequest request;
    request.job = "job";
    auto attempt = std::move(*Attempt::Start(*journal_, nullptr, request));
    ASSERT_THAT(attempt->Begin(), IsOk());
    ASSERT_THAT(attempt->OpenSource("orders"), IsOk());
    ASSERT_THAT(attempt->SourcePlanned("orders", Position{"500"}, ""), IsOk());
    ASSERT_THAT(attempt->SourceRead("orders", {}), IsOk());
    SinkRequest sink;
    sink.sink = "A";
    auto decision = attempt->BeginSink(sink);
    ASSERT_THAT(attempt->Intent(decision->call.token, {}), IsOk());
    ASSERT_THAT(attempt->Published(decision->call.token), IsOk());
    if (marked) {
      ASSERT_THAT(attempt->End(Ending::kFailed), IsOk());
    }
  }
  JobDesk Open() {
    Result<JobDesk> desk = JobDesk::Open(*journal_, nullptr, "job");
    EXPECT_THAT(desk, IsOk());
    return std::move(desk).value();
  }
  JobState State() { return *journal_->Load("job"); }

  TemporaryFolder folder_;
  std::unique_ptr<Journal> journal_;
};

TEST_F(JobDeskTest, AnUnknownJobIsNamed) {
  EXPECT_THAT(JobDesk::Open(*journal_, nullptr, "nigthly"),
              IsErrorNumber(base::kErrUnknownJob,
                            AllOf(HasSubstr("job=nigthly"), HasSubstr("tenon run list"))));
}

TEST_F(JobDeskTest, RecoverSettlesAndTheNextRunFinishes) {
  CutRun(false);
  JobDesk desk = Open();
  ASSERT_THAT(desk.Unsettled(), SizeIs(1));
  EXPECT_THAT(desk.Pending(), IsEmpty());
  ASSERT_THAT(desk.Settled(1, Outcome::kPublished), IsOk());
  EXPECT_THAT(desk.Settled(1, Outcome::kPublished),
              IsError(StatusCode::kInternal, HasSubstr("not to be settled: seq=1")));
  ASSERT_THAT(desk.Pending(), SizeIs(1));
  EXPECT_EQ(desk.Pending()[0].sink, "A");
}

TEST_F(JobDeskTest, ForgetDropsWhatIsPendingAndReturnsIt) {
  CutRun(false);
  JobDesk desk = Open();
  EXPECT_THAT(desk.Forget(), IsError(StatusCode::kInternal, HasSubstr("comes after settling")));
  ASSERT_THAT(desk.Settled(1, Outcome::kPublished), IsOk());
  auto forgotten = desk.Forget();
  ASSERT_THAT(forgotten, IsOk());
  ASSERT_THAT(*forgotten, SizeIs(1));
  EXPECT_EQ((*forgotten)[0].covers[0].interval.high, Position{"500"});
  EXPECT_THAT(State().slots, IsEmpty());
  EXPECT_THAT(*desk.Forget(), IsEmpty());
}

TEST_F(JobDeskTest, BookmarksAreSetAndResetAndTheirVersionsRise) {
  CutRun(true);
  {
    JobDesk desk = Open();
    ASSERT_THAT(desk.Forget(), IsOk());
    ASSERT_THAT(desk.SetBookmark("orders", Position{"450"}), IsOk());
    ASSERT_THAT(desk.SetBookmark("items", Position{"7"}), IsOk());
  }
  EXPECT_EQ(State().FindBookmark("orders"), (Bookmark{1, Position{"450"}}));
  ASSERT_THAT(Open().ResetBookmarks(), IsOk());
  EXPECT_EQ(State().FindBookmark("orders"), (Bookmark{2, std::nullopt}));
  EXPECT_EQ(State().FindBookmark("items"), (Bookmark{2, std::nullopt}));
  EXPECT_THAT(*journal_->History("job", "orders"), SizeIs(2));
}

TEST_F(JobDeskTest, ABookmarkIsNotChangedWhileRowsArePending) {
  for (bool marked : {true, false}) {
    journal_ = std::move(*Journal::Open(folder_.path() / (marked ? "marked" : "open")));
    CutRun(marked);
    JobDesk desk = Open();
    for (const Status& status : {desk.SetBookmark("orders", std::nullopt), desk.ResetBookmarks()})
      EXPECT_THAT(status, IsErrorNumber(base::kErrRowsPending,
                                        AllOf(HasSubstr("job=job"), HasSubstr("written=A"),
                                              HasSubstr("tenon run forget"))));
  }
}

TEST_F(JobDeskTest, ARunThatWasThoughtDeadIsFencedOut) {
  AttemptRequest request;
  request.job = "job";
  auto attempt = std::move(*Attempt::Start(*journal_, nullptr, request));
  ASSERT_THAT(attempt->Begin(), IsOk());
  ASSERT_THAT(Open().ResetBookmarks(), IsOk());
  EXPECT_THAT(attempt->Commit(), IsErrorNumber(base::kErrTakenOver, HasSubstr("job=job")));
}

}  // namespace
}  // namespace tenon::runstate
