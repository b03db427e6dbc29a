#include "object_store/location.h"

#include "testing/matchers.h"

namespace tenon::object_store {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOkAndHolds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(LocationTest, EveryPlaceHasOneSpelling) {
  EXPECT_THAT(NormalPath("s3://bucket/a/b.json"), IsOkAndHolds("s3://bucket/a/b.json"));
  EXPECT_THAT(NormalPath("s3a://bucket/a/b.json"), IsOkAndHolds("s3://bucket/a/b.json"));
  EXPECT_THAT(NormalPath("S3N://bucket/a/"), IsOkAndHolds("s3://bucket/a"));
  EXPECT_THAT(NormalPath("s3://bucket"), IsOkAndHolds("s3://bucket"));
  EXPECT_THAT(NormalPath("s3://bucket/"), IsOkAndHolds("s3://bucket"));
  EXPECT_THAT(NormalPath("/data//x/../y/"), IsOkAndHolds("/data/y"));
  EXPECT_THAT(NormalPath("file:///data/y"), IsOkAndHolds("/data/y"));
  EXPECT_THAT(NormalPath("file:/data/y"), IsOkAndHolds("/data/y"));
}

TEST(LocationTest, AKeyIsTakenAsItIs) {
  EXPECT_THAT(NormalPath("s3://b/a/../c//d%20e f+g"), IsOkAndHolds("s3://b/a/../c//d%20e f+g"));
  EXPECT_THAT(ParseS3Url("s3://b/dt=2020-01-01/x"),
              IsOkAndHolds(S3Location{.bucket = "b", .key = "dt=2020-01-01/x"}));
}

TEST(LocationTest, RefusesWhatNoStoreHas) {
  EXPECT_THAT(NormalPath("gs://bucket/x"),
              IsError(StatusCode::kUnsupported,
                      AllOf(HasSubstr("No store is known for this path: path=gs://bucket/x"),
                            HasSubstr("s3a://"))));
  EXPECT_THAT(LocalPath("s3://bucket/x"),
              IsError(StatusCode::kUnsupported, HasSubstr("local folders only")));
  EXPECT_THAT(NormalPath(""), IsError(StatusCode::kInvalidArgument, HasSubstr("Path is empty")));
  for (const char* url : {"s3://", "s3:///key", "s3://bu?cket/x", "s3://u:p@bucket/x"}) {
    EXPECT_THAT(NormalPath(url), IsError(StatusCode::kInvalidArgument,
                                         AllOf(HasSubstr("no bucket that can be: path="),
                                               HasSubstr("Write s3://bucket/key."))))
        << url;
  }
}

TEST(LocationTest, KeysInAnOldUrlAreNotShown) {
  EXPECT_THAT(
      NormalPath("s3n://AKID:hushhush@bucket/x"),
      IsError(StatusCode::kInvalidArgument, AllOf(HasSubstr("path=s3n://***@bucket/x"),
                                                  Not(HasSubstr("hush")), Not(HasSubstr("AKID")))));
}

TEST(LocationTest, KnowsS3PathsFromLocalOnes) {
  EXPECT_TRUE(IsS3Path("s3://b/k"));
  EXPECT_FALSE(IsS3Path("/s3://b/k"));
  EXPECT_FALSE(IsS3Path("/data"));
}

}  // namespace
}  // namespace tenon::object_store
