#include "base/process_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "testing/status_matchers.h"

namespace tenon::base {
namespace {

namespace fs = std::filesystem;
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
  const std::string foreign = parent_ + "/my.own.folder.with.six.parts";
  fs::create_directory(foreign);
  EXPECT_THAT(SweepProcessFolders(parent_), IsOkAndHolds(1));
  EXPECT_TRUE(fs::exists(mine.path()));
  EXPECT_TRUE(fs::exists(foreign));
  EXPECT_EQ(std::distance(fs::directory_iterator(parent_), {}), 2);
  EXPECT_THAT(SweepProcessFolders(parent_ + "/nowhere"), IsOkAndHolds(0));
}

TEST_F(ProcessFolderTest, AnErrorNamesTheFolder) {
  EXPECT_THAT(
      ProcessFolder::Make("/proc/none", "sort"),
      IsError(StatusCode::kNotFound, HasSubstr("Spill folder could not be made: path=/proc/none")));
}

}  // namespace
}  // namespace tenon::base
