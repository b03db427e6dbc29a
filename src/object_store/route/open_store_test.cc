#include "object_store/route/open_store.h"

#include <cstdlib>
#include <filesystem>

#include "testing/matchers.h"

namespace tenon::object_store {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOk;
using tenon::testing::IsOkAndHolds;
using ::testing::HasSubstr;

TEST(OpenStoreTest, LocalPathsGoToTheFileSystem) {
  std::string folder = std::filesystem::temp_directory_path().string() + "/tenon-route-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::shared_ptr<Store> store = OpenStore();
  EXPECT_THAT(store->PutIfAbsent(folder + "/m", "mine"), IsOkAndHolds(true));
  EXPECT_THAT(store->PutIfAbsent(folder + "/m", "mine"), IsOkAndHolds(true));
  EXPECT_THAT(store->PutIfAbsent(folder + "/m", "others"), IsOkAndHolds(false));
  EXPECT_THAT(store->PutIfAbsent(folder + "/m", "min"), IsOkAndHolds(false));
  EXPECT_TRUE(store->Stat(folder + "/m").ok());
  const std::string paths[] = {folder + "/m", folder + "/none"};
  EXPECT_THAT(store->RemoveAll(paths), IsOk());
  EXPECT_THAT(store->ListUploads(folder, nullptr), IsOk());
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  std::filesystem::remove_all(folder);
}

TEST(OpenStoreTest, S3PathsGoToTheStoreThatTheOptionsName) {
  const std::shared_ptr<Store> store = OpenStore({.s3 = {.endpoint = "nowhere"}});
  EXPECT_THAT(store->Stat("s3://bucket/key"),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Endpoint of S3 is no http")));
  EXPECT_THAT(store->RemoveAll({}), IsOk());
}

}  // namespace
}  // namespace tenon::object_store
