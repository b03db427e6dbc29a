#include "runstate/job_lock.h"

#include <algorithm>
#include <fstream>

#include "base/error_catalog.h"
#include "runstate/attempt.h"
#include "runstate/testing.h"

namespace tenon::runstate {
namespace {

using ::tenon::testing::IsErrorNumber;
using ::tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::HasSubstr;

class JobLockTest : public ::testing::Test {
 protected:
  const std::filesystem::path& home() const { return folder_.path(); }
  TemporaryFolder folder_;
};

TEST_F(JobLockTest, ASecondHolderIsRefusedAndToldWhoTheFirstIs) {
  auto first = JobLock::Take(home(), "nightly");
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(JobLock::Take(home(), "nightly"),
              IsErrorNumber(base::kErrJobIsRunning,
                            AllOf(HasSubstr("Job is running: job=nightly"),
                                  HasSubstr("pid=" + std::to_string(getpid())), HasSubstr("host="),
                                  HasSubstr("since=\"20"), HasSubstr("stop that process"))));
  EXPECT_THAT(JobLock::Take(home(), "hourly"), IsOk());
  first->reset();
  EXPECT_THAT(JobLock::Take(home(), "nightly"), IsOk());
}

TEST_F(JobLockTest, AnyNameMakesAFileOfItsOwn) {
  auto slashes = JobLock::Take(home(), "../../etc/x");
  EXPECT_THAT(slashes, IsOk());
  EXPECT_THAT(JobLock::Take(home(), std::string(5000, 'x')), IsOk());
  EXPECT_THAT(JobLock::Take(home(), ""), IsOk());
  EXPECT_TRUE(std::filesystem::is_directory(home() / "locks"));
}

TEST_F(JobLockTest, TheLockOfADeadProcessIsTakenOver) {
  const pid_t child = StartChild([&] {
    auto lock = JobLock::Take(home(), "nightly");
    return kill(getpid(), SIGKILL);
  });
  ASSERT_EQ(WaitFor(child), 1000 + SIGKILL);
  EXPECT_THAT(JobLock::Take(home(), "nightly"), IsOk());
}

TEST_F(JobLockTest, AChildThatOutlivesItsDeadParentIsNamedAsSuch) {
  int alive[2];
  ASSERT_EQ(pipe(alive), 0);
  const pid_t parent = StartChild([&] {
    auto lock = JobLock::Take(home(), "nightly");
    if (fork() == 0) {  // Keeps the lock's file open until the test is done.
      close(alive[1]);
      char byte;
      _exit(read(alive[0], &byte, 1) < 0);
    }
    return kill(getpid(), SIGKILL);
  });
  ASSERT_EQ(WaitFor(parent), 1000 + SIGKILL);
  EXPECT_THAT(
      JobLock::Take(home(), "nightly"),
      IsErrorNumber(base::kErrLockKept, AllOf(HasSubstr("dead_pid=" + std::to_string(parent)),
                                              HasSubstr(".lock"), HasSubstr("End the process"))));
  close(alive[0]);
  close(alive[1]);
}

TEST_F(JobLockTest, LookTellsWhoHoldsTheJobWithoutTakingIt) {
  EXPECT_THAT(JobLock::Look(home(), "nightly"), testing::IsOkAndHolds(std::nullopt));
  auto lock = JobLock::Take(home(), "nightly");
  ASSERT_THAT(lock, IsOk());
  auto holder = JobLock::Look(home(), "nightly");
  ASSERT_THAT(holder, IsOk());
  ASSERT_TRUE(*holder);
  EXPECT_EQ(**holder, (*lock)->holder());
  lock->reset();
  EXPECT_THAT(JobLock::Look(home(), "nightly"), testing::IsOkAndHolds(std::nullopt));
}

TEST_F(JobLockTest, AFolderThatCannotBeMadeIsNamed) {
  std::ofstream(home() / "locks") << "a file";
  EXPECT_THAT(JobLock::Take(home(), "nightly"),
              IsErrorNumber(base::kErrJournalUnusable, HasSubstr("locks")));
}

// Both wait at a gate, then start the job at once; the winner holds it until both have tried.
TEST_F(JobLockTest, OfTwoProcessesThatStartAtOnceExactlyOneWins) {
  for (int round = 0; round < 200; ++round) {
    int gate[2], tried[2], done[2];
    ASSERT_EQ(pipe(gate) | pipe(tried) | pipe(done), 0);
    const auto start = [&] {
      char byte = 0;
      if (read(gate[0], &byte, 1) != 1) return 3;
      auto journal = Journal::Open(home());
      if (!journal.ok()) return 4;
      auto lock = JobLock::Take(home(), "nightly");
      int outcome = lock.status().number() == base::kErrJobIsRunning ? 1 : 5;
      std::unique_ptr<Attempt> attempt;
      if (lock.ok()) {
        AttemptRequest request;
        request.job = "nightly";
        auto started = Attempt::Start(**journal, *std::move(lock), request);
        outcome = started.ok() && (*started)->Begin().ok() ? 0 : 6;
        if (started.ok()) attempt = *std::move(started);
      }
      if (write(tried[1], &byte, 1) != 1 || read(done[0], &byte, 1) != 1) return 7;
      return outcome;
    };
    const pid_t children[2] = {StartChild(start), StartChild(start)};
    ASSERT_EQ(write(gate[1], "ab", 2), 2);
    char bytes[2];
    for (int got = 0; got < 2;) got += static_cast<int>(read(tried[0], bytes, 2));
    ASSERT_EQ(write(done[1], "ab", 2), 2);
    const int outcomes[2] = {WaitFor(children[0]), WaitFor(children[1])};
    ASSERT_EQ(std::min(outcomes[0], outcomes[1]), 0) << "round " << round;
    ASSERT_EQ(std::max(outcomes[0], outcomes[1]), 1) << "round " << round;
    for (int* each : {gate, tried, done}) {
      close(each[0]);
      close(each[1]);
    }
  }
}

}  // namespace
}  // namespace tenon::runstate
