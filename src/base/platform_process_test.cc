#include "base/platform_process.h"

#include <sys/wait.h>
#include <unistd.h>

#include "testing/matchers.h"

namespace tenon::base {
namespace {

TEST(PlatformProcessTest, KnowsThatThisProcessLives) {
  const ProcessIdentity me = CurrentProcess();
  EXPECT_EQ(me.pid, getpid());
  EXPECT_FALSE(me.host.empty());
  EXPECT_TRUE(MayBeAlive(me));
}

TEST(PlatformProcessTest, TellsADeadProcessAnUsedAgainPidAndAnotherBoot) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  ProcessIdentity dead = CurrentProcess();
  dead.pid = child;
  EXPECT_FALSE(MayBeAlive(dead));

  ProcessIdentity other_start = CurrentProcess();
  if (other_start.start != 0) {
    other_start.start += 1;
    EXPECT_FALSE(MayBeAlive(other_start));
  }
  ProcessIdentity other_boot = CurrentProcess();
  other_boot.boot_id = "another";
  EXPECT_FALSE(MayBeAlive(other_boot));
  ProcessIdentity elsewhere = dead;
  elsewhere.host = "elsewhere.example";
  EXPECT_TRUE(MayBeAlive(elsewhere));
  EXPECT_FALSE(MayBeAlive({}));
}

}  // namespace
}  // namespace tenon::base
