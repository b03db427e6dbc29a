#include "object_store/aws/aws_time.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenon::object_store {
namespace {

using ::testing::Optional;

TEST(S3TimeTest, ReadsBothSpellings) {
  EXPECT_THAT(ParseIsoTime("2013-05-24T00:00:00Z"), Optional(1369353600000000000));
  EXPECT_THAT(ParseIsoTime("2013-05-24T00:00:00.123Z"), Optional(1369353600123000000));
  EXPECT_THAT(ParseIsoTime("2013-05-24T00:00:00+00:00"), Optional(1369353600000000000));
  EXPECT_THAT(ParseIsoTime("2024-02-29T23:59:60.000000001Z"), Optional(1709251200000000001));
  EXPECT_THAT(ParseHttpTime("Fri, 24 May 2013 00:00:00 GMT"), Optional(1369353600000000000));
}

TEST(S3TimeTest, RefusesAnythingElse) {
  for (const char* text :
       {"", "2013-05-24", "2013-02-30T00:00:00Z", "2013-05-24T24:00:00Z", "2013-05-24T00:00:00.Z",
        "2013-05-24T00:00:00.12x4Z", "2013-05-24T00:00:00+0000", "x013-05-24T00:00:00Z"}) {
    EXPECT_FALSE(ParseIsoTime(text)) << text;
  }
  for (const char* text : {"", "Fri, 24 May 2013 00:00:00 CET", "Fri, 24 anF 2013 00:00:00 GMT",
                           "Fri, 44 May 2013 00:00:00 GMT"}) {
    EXPECT_FALSE(ParseHttpTime(text)) << text;
  }
}

}  // namespace
}  // namespace tenon::object_store
