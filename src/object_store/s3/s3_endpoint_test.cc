#include "object_store/s3/s3_endpoint.h"

#include <map>

#include "testing/matchers.h"

namespace tenon::object_store {
namespace {

using tenon::testing::IsError;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Environment Variables(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

std::string UrlOf(const S3Endpoint& endpoint, std::string_view bucket, std::string_view key,
                  const NameValues& query = {}) {
  return TargetOf(endpoint, endpoint.region, bucket, key, query, "").url;
}

TEST(S3EndpointTest, AmazonsHostsAreNamedByBucketAndRegion) {
  ASSERT_OK_AND_ASSIGN(const S3Endpoint endpoint,
                       S3Endpoint::Resolve({}, Variables({{"AWS_REGION", "eu-west-1"}}), {}));
  EXPECT_EQ(UrlOf(endpoint, "bucket", "a b/c+d"),
            "https://bucket.s3.eu-west-1.amazonaws.com/a%20b/c%2Bd");
  EXPECT_EQ(UrlOf(endpoint, "with.dots", "k"), "https://s3.eu-west-1.amazonaws.com/with.dots/k");
  EXPECT_EQ(UrlOf(endpoint, "Old_Bucket", "", {{"list-type", "2"}}),
            "https://s3.eu-west-1.amazonaws.com/Old_Bucket?list-type=2");
  EXPECT_EQ(TargetOf(endpoint, "cn-north-1", "bucket", "k", {}, "").authority,
            "bucket.s3.cn-north-1.amazonaws.com.cn");
}

TEST(S3EndpointTest, OtherStoresAreGivenPathsUnlessTheyAreToldApart) {
  const Environment nothing = Variables({});
  ASSERT_OK_AND_ASSIGN(
      S3Endpoint endpoint,
      S3Endpoint::Resolve({.endpoint = "http://127.0.0.1:9000/base/"}, nothing, {}));
  EXPECT_EQ(UrlOf(endpoint, "bucket", "k"), "http://127.0.0.1:9000/base/bucket/k");
  ASSERT_OK_AND_ASSIGN(endpoint, S3Endpoint::Resolve({.endpoint = "https://store.example",
                                                      .addressing_style = "Virtual"},
                                                     nothing, {}));
  EXPECT_EQ(UrlOf(endpoint, "bucket", "k"), "https://bucket.store.example/k");
}

TEST(S3EndpointTest, OptionsCountBeforeVariables) {
  const Environment variables = Variables({{"AWS_ENDPOINT_URL", "http://all:1"},
                                           {"AWS_ENDPOINT_URL_S3", "http://s3only:2"},
                                           {"AWS_DEFAULT_REGION", "eu-west-2"}});
  ASSERT_OK_AND_ASSIGN(S3Endpoint endpoint, S3Endpoint::Resolve({}, variables, {}));
  EXPECT_EQ(endpoint.authority, "s3only:2");
  EXPECT_EQ(endpoint.region, "eu-west-2");
  ASSERT_OK_AND_ASSIGN(
      endpoint,
      S3Endpoint::Resolve({.region = "us-west-1", .endpoint = "http://mine:3"}, variables, {}));
  EXPECT_EQ(endpoint.authority, "mine:3");
  EXPECT_EQ(endpoint.region, "us-west-1");
  const Environment ignoring = Variables(
      {{"AWS_ENDPOINT_URL", "http://all:1"}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}});
  ASSERT_OK_AND_ASSIGN(endpoint, S3Endpoint::Resolve({}, ignoring, {}));
  EXPECT_EQ(endpoint.authority, "");
}

TEST(S3EndpointTest, WhatCannotBeUnderstoodIsNamedWithoutSecrets) {
  const Environment nothing = Variables({});
  for (const char* url : {"localhost:9000", "ftp://host", "http://", "http://user:hush@host",
                          "http://host?x=1", "http://ho st"}) {
    EXPECT_THAT(
        S3Endpoint::Resolve({.endpoint = url}, nothing, {}),
        IsError(StatusCode::kInvalidArgument,
                AllOf(HasSubstr("Endpoint of S3 is no http or https URL"), Not(HasSubstr("hush")))))
        << url;
  }
  EXPECT_THAT(S3Endpoint::Resolve({.addressing_style = "host"}, nothing, {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("addressing_style=host")));
  EXPECT_THAT(S3Endpoint::Resolve({.region = "eu.evil.com/"}, nothing, {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("No region is named so")));
}

}  // namespace
}  // namespace tenon::object_store
