#include "object_store/aws/sigv4.h"

#include "base/hash.h"
#include "testing/matchers.h"

namespace tenon::object_store {
namespace {

using ::testing::EndsWith;

// The credentials and the day of the examples in Amazon's documents.
const Secret& ExampleKey() {
  static const Secret key("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
  return key;
}
constexpr SigningScope kS3Scope{.time = "20130524T000000Z", .region = "us-east-1", .service = "s3"};
const std::string kEmptyHash = base::Sha256Hex("");

std::string SignExample(const SignedParts& parts) {
  return AuthorizationOf("AKIAIOSFODNN7EXAMPLE", ExampleKey(), kS3Scope, parts);
}

TEST(SigV4Test, SignsTheDocumentedGetOfAnObject) {
  const NameValues headers = {{"Host", "examplebucket.s3.amazonaws.com"},
                              {"Range", "bytes=0-9"},
                              {"x-amz-content-sha256", kEmptyHash},
                              {"x-amz-date", "20130524T000000Z"}};
  EXPECT_EQ(
      SignExample(
          {.method = "GET", .path = "/test.txt", .headers = &headers, .payload_hash = kEmptyHash}),
      "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
      "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature="
      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(SigV4Test, SignsTheDocumentedPutOfAnObject) {
  const std::string hash = base::Sha256Hex("Welcome to Amazon S3.");
  const NameValues headers = {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                              {"Host", "examplebucket.s3.amazonaws.com"},
                              {"x-amz-content-sha256", hash},
                              {"x-amz-date", "20130524T000000Z"},
                              {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
  EXPECT_THAT(SignExample({.method = "PUT",
                           .path = "/test%24file.text",
                           .headers = &headers,
                           .payload_hash = hash}),
              EndsWith("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
}

TEST(SigV4Test, SignsTheDocumentedQueries) {
  const NameValues headers = {{"Host", "examplebucket.s3.amazonaws.com"},
                              {"x-amz-content-sha256", kEmptyHash},
                              {"x-amz-date", "20130524T000000Z"}};
  const NameValues lifecycle = {{"lifecycle", ""}};
  EXPECT_THAT(SignExample({.method = "GET",
                           .path = "/",
                           .query = &lifecycle,
                           .headers = &headers,
                           .payload_hash = kEmptyHash}),
              EndsWith("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
  const NameValues list = {{"prefix", "J"}, {"max-keys", "2"}};
  EXPECT_THAT(SignExample({.method = "GET",
                           .path = "/",
                           .query = &list,
                           .headers = &headers,
                           .payload_hash = kEmptyHash}),
              EndsWith("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
}

TEST(SigV4Test, SignsTheOfficialVectorGetVanilla) {
  const NameValues headers = {{"Host", "example.amazonaws.com"},
                              {"X-Amz-Date", "20150830T123600Z"}};
  EXPECT_EQ(AuthorizationOf(
                "AKIDEXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                {.time = "20150830T123600Z", .region = "us-east-1", .service = "service"},
                {.method = "GET", .path = "/", .headers = &headers, .payload_hash = kEmptyHash}),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=host;x-amz-date, "
            "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

TEST(SigV4Test, FoldsHeadersAndSortsWhatIsEncoded) {
  const NameValues headers = {{"X-B", "  a   b \t c  "}, {"Host", "h"}, {"x-b", "d"}};
  const NameValues query = {{"b", "2"}, {"a b", "+/%"}, {"b", "1"}, {"B", ""}};
  EXPECT_EQ(CanonicalRequest({.method = "GET",
                              .path = "/a%20b",
                              .query = &query,
                              .headers = &headers,
                              .payload_hash = kUnsignedPayload}),
            "GET\n/a%20b\nB=&a%20b=%2B%2F%25&b=1&b=2\nhost:h\nx-b:a b c,d\n\nhost;x-b\n"
            "UNSIGNED-PAYLOAD");
}

TEST(SigV4Test, EncodesEveryByteThatIsNotPlain) {
  EXPECT_EQ(EncodePath("a/b c+d~e=f&\xc3\xa4"), "a/b%20c%2Bd~e%3Df%26%C3%A4");
  EXPECT_EQ(EncodeQueryPart("a/b"), "a%2Fb");
  EXPECT_EQ(SigningTime(1369353600), "20130524T000000Z");
}

}  // namespace
}  // namespace tenon::object_store
