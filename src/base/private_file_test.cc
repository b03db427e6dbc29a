#include "base/private_file.h"

#include <sys/stat.h>

#include "testing/home_folder.h"
#include "testing/killed_process.h"
#include "testing/matchers.h"

namespace tenon::base {
namespace {

using ::testing::HasSubstr;
using testing::HomeFolder;
using ::testing::IsEmpty;
using testing::IsError;
using testing::IsOk;
using testing::IsOkAndHolds;
using ::testing::SizeIs;

unsigned RightsOf(const std::filesystem::path& path) {
  struct stat facts;
  return stat(path.c_str(), &facts) == 0 ? facts.st_mode & 0777u : 0;
}

TEST(PrivateFileTest, AFileIsReplacedAsAWholeForItsOwnerAlone) {
  const HomeFolder home;
  const auto file = home.path() / "a";
  ASSERT_THAT(WritePrivateFile(file, "one, and longer"), IsOk());
  ASSERT_THAT(WritePrivateFile(file, "two"), IsOk());
  EXPECT_THAT(ReadSmallFile(file, 3), IsOkAndHolds("two"));
  EXPECT_EQ(RightsOf(file), 0600u);
  EXPECT_THAT(home.Files(), SizeIs(1));
}

TEST(PrivateFileTest, AFileIsMadeOnce) {
  const HomeFolder home;
  const auto file = home.path() / "a";
  ASSERT_THAT(MakePrivateFile(file, "one"), IsOk());
  EXPECT_THAT(MakePrivateFile(file, "two"), IsError(StatusCode::kAlreadyExists, HasSubstr("a")));
  EXPECT_THAT(ReadSmallFile(file, 10), IsOkAndHolds("one"));
  EXPECT_THAT(home.Files(), SizeIs(1));
}

TEST(PrivateFileTest, AFolderIsClosedToOthers) {
  const HomeFolder home;
  const auto folder = home.path() / "a" / "b";
  ASSERT_THAT(MakePrivateFolder(folder), IsOk());
  EXPECT_EQ(RightsOf(folder), 0700u);
  ASSERT_EQ(chmod(folder.c_str(), 0755), 0);
  ASSERT_THAT(MakePrivateFolder(folder), IsOk());
  EXPECT_EQ(RightsOf(folder), 0700u);
}

TEST(PrivateFileTest, WhatCannotBeReadOrWrittenIsNamed) {
  const HomeFolder home;
  EXPECT_THAT(ReadSmallFile(home.path() / "gone", 10),
              IsError(StatusCode::kNotFound, HasSubstr("gone")));
  EXPECT_THAT(ReadSmallFile(home.path(), 10),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Is a folder and no file")));
  ASSERT_THAT(WritePrivateFile(home.path() / "long", "12345"), IsOk());
  EXPECT_THAT(ReadSmallFile(home.path() / "long", 4),
              IsError(StatusCode::kInvalidArgument, HasSubstr("too large")));
  EXPECT_THAT(WritePrivateFile(home.path() / "no" / "a", "x"),
              IsError(StatusCode::kNotFound, HasSubstr("no/a")));
  EXPECT_THAT(RemoveFile(home.path() / "gone"), IsError(StatusCode::kNotFound, HasSubstr("gone")));
}

#if defined(TENON_FAILPOINTS) && TENON_FAILPOINTS
TEST(PrivateFileTest, DISABLED_Writer) {
  static_cast<void>(WritePrivateFile(testing::WordOfTest(), "new"));
}

TEST(PrivateFileTest, AKilledWriterLeavesTheOldTextOrTheNewOne) {
  const HomeFolder home;
  const auto file = home.path() / "a";
  ASSERT_THAT(WritePrivateFile(file, "old"), IsOk());
  ASSERT_TRUE(testing::KilledAt("S01", "PrivateFileTest.DISABLED_Writer", file));
  EXPECT_THAT(ReadSmallFile(file, 10), IsOkAndHolds("old"));
  EXPECT_THAT(home.Files(kUnfinished), SizeIs(1));
  SweepUnfinished(home.path());
  EXPECT_THAT(home.Files(kUnfinished), IsEmpty());
  ASSERT_TRUE(testing::KilledAt("S02", "PrivateFileTest.DISABLED_Writer", file));
  EXPECT_THAT(ReadSmallFile(file, 10), IsOkAndHolds("new"));
  EXPECT_THAT(home.Files(), SizeIs(1));
}
#endif

}  // namespace
}  // namespace tenon::base
