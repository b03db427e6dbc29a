#include "base/platform_file.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "testing/matchers.h"

namespace tenon::base {
namespace {

using ::tenon::testing::IsError;
using ::tenon::testing::IsOk;
using ::testing::HasSubstr;

TEST(PlatformFileTest, FoldersAreMadeDurablyAndErrorsNameThem) {
  std::string name = (std::filesystem::temp_directory_path() / "tenon-file-XXXXXX").string();
  const std::filesystem::path folder = mkdtemp(name.data());
  EXPECT_THAT(MakeFolders(folder / "a" / "b"), IsOk());
  EXPECT_THAT(MakeFolders(folder / "a" / "b"), IsOk());
  std::ofstream(folder / "a" / "file") << "text";
  EXPECT_THAT(SyncFile(folder / "a" / "file"), IsOk());
  EXPECT_THAT(SyncFolder(folder / "a"), IsOk());
  const Status refused = MakeFolders("/proc/none/of/these");
  EXPECT_THAT(refused,
              IsError(StatusCode::kNotFound, HasSubstr("Folder cannot be made: path=/proc/none")));
  EXPECT_EQ(refused.number(), 4006);
  EXPECT_EQ(refused.hint(), "Name another place: this one takes no folders.");
  const Status below_file = MakeFolders(folder / "a" / "file" / "x");
  EXPECT_THAT(below_file, IsError(StatusCode::kNotFound, HasSubstr("Is no folder: path=")));
  EXPECT_THAT(below_file.message(), HasSubstr("a/file"));
  EXPECT_EQ(below_file.number(), 4006);
  EXPECT_EQ(NoFolder("x", "p", ENOSPC).code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(NoFolder("x", "p", ENOSPC).number(), 0);
  EXPECT_THAT(SyncFolder(folder / "none"), IsError(StatusCode::kNotFound, HasSubstr("none")));
  EXPECT_EQ(FileError("x", "p", ENOSPC).code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(FileError("x", "p", EACCES).code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(FileError("x", "p", EIO).code(), StatusCode::kUnavailable);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tenon::base
