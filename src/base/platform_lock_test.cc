#include "base/platform_lock.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "testing/matchers.h"

namespace tenon::base {
namespace {

using ::tenon::testing::IsError;
using ::tenon::testing::IsOk;
using ::tenon::testing::IsOkAndHolds;
using ::testing::HasSubstr;
using ::testing::IsNull;
using ::testing::NotNull;

class PlatformLockTest : public ::testing::Test {
 protected:
  PlatformLockTest() {
    std::string name = (std::filesystem::temp_directory_path() / "tenon-lock-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~PlatformLockTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(PlatformLockTest, IsHeldByOneAtATimeAlsoInsideOneProcess) {
  auto first = FileLock::TryTake(folder_ / "a.lock");
  ASSERT_THAT(first, IsOkAndHolds(NotNull()));
  EXPECT_THAT(FileLock::TryTake(folder_ / "a.lock"), IsOkAndHolds(IsNull()));
  EXPECT_THAT(FileLock::IsHeld(folder_ / "a.lock"), IsOkAndHolds(true));
  first->reset();
  EXPECT_THAT(FileLock::IsHeld(folder_ / "a.lock"), IsOkAndHolds(false));
  EXPECT_THAT(FileLock::TryTake(folder_ / "a.lock"), IsOkAndHolds(NotNull()));
}

TEST_F(PlatformLockTest, EndsWithTheProcessThatIsKilled) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto lock = FileLock::TryTake(folder_ / "a.lock");
    const char answer = lock.ok() && *lock ? 'y' : 'n';
    if (write(ready[1], &answer, 1) != 1) _exit(1);
    for (;;) pause();
  }
  char answer = 0;
  ASSERT_EQ(read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  EXPECT_THAT(FileLock::TryTake(folder_ / "a.lock"), IsOkAndHolds(IsNull()));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_THAT(FileLock::TryTake(folder_ / "a.lock"), IsOkAndHolds(NotNull()));
  close(ready[0]);
  close(ready[1]);
}

TEST_F(PlatformLockTest, CarriesATextThatOthersCanRead) {
  auto lock = FileLock::TryTake(folder_ / "a.lock");
  ASSERT_THAT(lock, IsOk());
  ASSERT_THAT((*lock)->SetText("a longer text"), IsOk());
  ASSERT_THAT((*lock)->SetText("short"), IsOk());
  EXPECT_THAT(FileLock::ReadText(folder_ / "a.lock"), IsOkAndHolds("short"));
  EXPECT_THAT(FileLock::ReadText(folder_ / "b.lock"),
              IsError(StatusCode::kNotFound, HasSubstr("b.lock")));
  EXPECT_THAT(FileLock::IsHeld(folder_ / "b.lock"), IsOkAndHolds(false));
}

TEST_F(PlatformLockTest, NamesTheFileThatCannotBeMade) {
  EXPECT_THAT(FileLock::TryTake(folder_ / "missing" / "a.lock"),
              IsError(StatusCode::kNotFound, HasSubstr("missing/a.lock")));
}

}  // namespace
}  // namespace tenon::base
