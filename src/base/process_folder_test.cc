#include "base/process_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "testing/matchers.h"

namespace tenon::base {
namespace {

namespace fs = std::filesystem;
using tenon::testing::IsError;
using tenon::testing::IsOkAndHolds;
using ::testing::HasSubstr;

class ProcessFolderTest : public ::testing::Test {
 protected:
  ProcessFolderTest() {
    std::string name = (fs::temp_directory_path() / "tenon-folders-XXXXXX").string();
    parent_ = mkdtemp(name.data());
  }
  ~ProcessFolderTest() override { fs::remove_all(parent_); }
  std::string parent_;
};

TEST_F(ProcessFolderTest, ItGoesWithItsOwnerAndAllInIt) {
  {
    ASSERT_OK_AND_ASSIGN(ProcessFolder one, ProcessFolder::Make(parent_ + "/a/b", "sort"));
    ASSERT_OK_AND_ASSIGN(ProcessFolder two, ProcessFolder::Make(parent_ + "/a/b", "sort"));
    EXPECT_NE(one.path(), two.path());
    struct stat facts;
    ASSERT_EQ(stat(one.path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0700U);
    std::ofstream(one.path() + "/rows") << "x";
    EXPECT_FALSE(one.RemoveIfEmpty());
    EXPECT_TRUE(fs::exists(one.path()));
    EXPECT_TRUE(two.RemoveIfEmpty());
    EXPECT_EQ(two.path(), "");
    const ProcessFolder moved = std::move(one);
    EXPECT_TRUE(fs::exists(moved.path()));
  }
  EXPECT_TRUE(fs::is_empty(parent_ + "/a/b"));
}

TEST_F(ProcessFolderTest, ASweepTakesThoseOfProcessesThatAreGone) {
  const pid_t child = fork();
  if (child == 0) {
    auto folder = ProcessFolder::Make(parent_, "sort");
    if (!folder.ok()) _exit(1);
    std::ofstream(folder->path() + "/rows") << "x";
    _exit(0);  // No destructor runs.
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(WEXITSTATUS(status), 0);
  ASSERT_OK_AND_ASSIGN(const ProcessFolder mine, ProcessFolder::Make(parent_, "spool"));
  // Names that look alike, and a file.
  const std::string foreign = parent_ + "/app.2026.11.22.nightly.db1";
  fs::create_directory(foreign);
  fs::create_directory(parent_ + "/sort.2026.11.22.nightly.db1");
  std::ofstream(parent_ + "/sort.1.1.0.01234567-0123-0123-0123-0123456789ab.h") << "x";
  EXPECT_THAT(SweepProcessFolders(parent_), IsOkAndHolds(1));
  EXPECT_TRUE(fs::exists(mine.path()));
  EXPECT_TRUE(fs::exists(foreign));
  EXPECT_EQ(std::distance(fs::directory_iterator(parent_), {}), 4);
  EXPECT_THAT(SweepProcessFolders(parent_ + "/nowhere"), IsOkAndHolds(0));
}

TEST_F(ProcessFolderTest, AnErrorNamesTheFolder) {
  const Status refused = ProcessFolder::Make("/proc/none", "sort").status();
  EXPECT_THAT(refused, IsError(StatusCode::kNotFound,
                               HasSubstr("Spill folder could not be made: path=/proc/none")));
  EXPECT_EQ(refused.number(), 4006);
}

}  // namespace
}  // namespace tenon::base
