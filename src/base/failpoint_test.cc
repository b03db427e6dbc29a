#define TENON_FAILPOINTS 1
#include "base/failpoint.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "testing/matchers.h"

namespace tenon::base {
namespace {

using ::tenon::testing::IsError;
using ::tenon::testing::IsOk;
using ::testing::HasSubstr;

// What became of a child that passes `name` three times under `script`: its exit code, or 1000 +
// signal.
int OutcomeOfChild(const char* script, std::string_view name, std::string_view detail = {}) {
  const pid_t child = fork();
  if (child == 0) {
    auto parsed = FailpointScript::Parse(script);
    if (!parsed.ok()) _exit(50);
    for (int i = 0; i < 3; ++i)
      if (!(*parsed)->Pass(name, detail).ok()) _exit(60 + i);
    _exit(0);
  }
  int state = 0;
  waitpid(child, &state, 0);
  return WIFSIGNALED(state) ? 1000 + WTERMSIG(state) : WEXITSTATUS(state);
}

TEST(FailpointTest, NamesTheKillPointsThatCodeCanPass) {
  ASSERT_EQ(FailpointNames().size(), 30u);
  EXPECT_EQ(FailpointNames().front(), "K01");
  EXPECT_EQ(FailpointNames().back(), "S04");
}

TEST(FailpointTest, KillsExitsAndFailsAtTheHitThatIsNamed) {
  EXPECT_EQ(OutcomeOfChild("K14:kill", "K14"), 1000 + SIGKILL);
  EXPECT_EQ(OutcomeOfChild("K14:kill:hit=3", "K14"), 1000 + SIGKILL);
  EXPECT_EQ(OutcomeOfChild("K14:kill:hit=4", "K14"), 0);
  EXPECT_EQ(OutcomeOfChild("K14:kill", "K15"), 0);
  EXPECT_EQ(OutcomeOfChild("K14:exit:code=3", "K14"), 3);
  EXPECT_EQ(OutcomeOfChild("K14:error:hit=2", "K14"), 61);
  EXPECT_EQ(OutcomeOfChild("K15:kill;K14:exit:code=7", "K14"), 7);
}

TEST(FailpointTest, ActsOnlyWhereTheDetailIsTheOneNamed) {
  EXPECT_EQ(OutcomeOfChild("K14:kill:at=B", "K14", "A"), 0);
  EXPECT_EQ(OutcomeOfChild("K14:kill:at=B:hit=2", "K14", "B"), 1000 + SIGKILL);
}

TEST(FailpointTest, StopsUntilItIsWoken) {
  const pid_t child = fork();
  if (child == 0) {
    auto parsed = FailpointScript::Parse("K14:stop:hit=2");
    if (!parsed.ok()) _exit(50);
    for (int i = 0; i < 3; ++i)
      if (!(*parsed)->Pass("K14").ok()) _exit(60 + i);
    _exit(7);
  }
  int state = 0;
  waitpid(child, &state, WUNTRACED);
  ASSERT_TRUE(WIFSTOPPED(state));
  kill(child, SIGCONT);
  waitpid(child, &state, 0);
  EXPECT_EQ(WEXITSTATUS(state), 7);
}

TEST(FailpointTest, StallsAsLongAsItIsTold) {
  auto script = FailpointScript::Parse("K09:stall:ms=30:hit=1");
  ASSERT_THAT(script, IsOk());
  const auto before = std::chrono::steady_clock::now();
  EXPECT_THAT((*script)->Pass("K09"), IsOk());
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(30));
}

TEST(FailpointTest, RefusesAScriptThatItCannotUnderstand) {
  for (const char* script :
       {"K29:kill", "K14", "K14:boom", "K14:kill:hit=0", "K14:kill:hit=x", "K14:kill:ms=3",
        "K14:exit:code=256", "K14:stall:ms=600001", "K14:kill:hit"})
    EXPECT_THAT(FailpointScript::Parse(script),
                IsError(StatusCode::kInvalidArgument, HasSubstr("TENON_FAIL cannot be understood")))
        << script;
}

TEST(FailpointTest, TheEnvironmentScriptsTheMacros) {
  const pid_t child = fork();
  if (child == 0) {
    setenv("TENON_FAIL", "K02:exit:code=9:hit=2", 1);
    for (int i = 0; i < 2; ++i) TENON_FAILPOINT("K02");
    _exit(0);
  }
  int state = 0;
  waitpid(child, &state, 0);
  EXPECT_EQ(WEXITSTATUS(state), 9);
}

TEST(FailpointTest, AScriptWithASpellingMistakeEndsTheProgram) {
  const pid_t child = fork();
  if (child == 0) {
    setenv("TENON_FAIL", "K2:kill", 1);
    TENON_FAILPOINT("K02");
    _exit(0);
  }
  int state = 0;
  waitpid(child, &state, 0);
  EXPECT_EQ(WEXITSTATUS(state), 97);
}

Status PassesAndReturns() {
  TENON_FAILPOINT_STATUS("K15");
  return Status::Ok();
}

TEST(FailpointTest, AnErrorComesBackFromTheFunctionThatPassesThePoint) {
  const pid_t child = fork();
  if (child == 0) {
    setenv("TENON_FAIL", "K15:error", 1);
    _exit(PassesAndReturns().Is(StatusCode::kUnavailable) ? 4 : 5);
  }
  int state = 0;
  waitpid(child, &state, 0);
  EXPECT_EQ(WEXITSTATUS(state), 4);
}

}  // namespace
}  // namespace tenon::base
