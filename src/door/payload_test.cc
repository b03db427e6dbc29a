#include "tenon/payload.h"

#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "testing/matchers.h"

namespace tenon {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsError;
using testing::IsOk;

TEST(PayloadTest, ValuesComeBack) {
  const std::vector<std::string> names = {"a", "", std::string("\0b", 2)};
  const std::string bytes = Pack(3, int64_t{-5}, 7, true, 2.5, "text", names);
  int64_t wide = 0;
  int narrow = 0;
  bool truth = false;
  double real = 0;
  std::string text;
  std::vector<std::string> list;
  ASSERT_THAT(Unpack(bytes, 3, &wide, &narrow, &truth, &real, &text, &list), IsOk());
  EXPECT_EQ(wide, -5);
  EXPECT_EQ(narrow, 7);
  EXPECT_TRUE(truth);
  EXPECT_EQ(real, 2.5);
  EXPECT_EQ(text, "text");
  EXPECT_THAT(list, ElementsAre("a", "", std::string("\0b", 2)));
}

TEST(PayloadTest, OtherVersionsSaySo) {
  int64_t value = 0;
  EXPECT_THAT(
      Unpack(Pack(4, int64_t{1}), 3, &value),
      IsError(StatusCode::kInvalidArgument, HasSubstr("of a newer version: version=4 known=3")));
  EXPECT_THAT(Unpack(Pack(2, int64_t{1}), 3, &value),
              IsError(StatusCode::kInvalidArgument, HasSubstr("of an older version")));
}

TEST(PayloadTest, JunkIsRefused) {
  int64_t value = 0;
  int narrow = 0;
  bool truth = false;
  std::string text;
  std::vector<std::string> list;
  EXPECT_THAT(Unpack("", 1, &value),
              IsError(StatusCode::kInvalidArgument, HasSubstr("not one of ours: bytes=0")));
  EXPECT_THAT(Unpack("hello world", 1, &value),
              IsError(StatusCode::kInvalidArgument, HasSubstr("not one of ours")));
  EXPECT_THAT(Unpack("TN", 1, &value), IsError(StatusCode::kInvalidArgument, HasSubstr("is cut")));
  EXPECT_THAT(Unpack(Pack(1, int64_t{1}) + "x", 1, &value),
              IsError(StatusCode::kInvalidArgument, HasSubstr("too long: left=1")));
  EXPECT_THAT(Unpack(Pack(1, int64_t{-1}), 1, &text),
              IsError(StatusCode::kInvalidArgument, HasSubstr("negative length")));
  EXPECT_THAT(Unpack(Pack(1, int64_t{1} << 60), 1, &text),
              IsError(StatusCode::kInvalidArgument, HasSubstr("is cut")));
  EXPECT_THAT(Unpack(Pack(1, int64_t{1} << 60), 1, &list),
              IsError(StatusCode::kInvalidArgument, HasSubstr("wrong count")));
  EXPECT_THAT(Unpack(Pack(1, int64_t{1} << 40), 1, &narrow),
              IsError(StatusCode::kInvalidArgument, HasSubstr("out of range")));
  EXPECT_THAT(Unpack(Pack(1, int64_t{2}), 1, &truth),
              IsError(StatusCode::kInvalidArgument, HasSubstr("no truth value")));
}

// R9: cut and flipped payloads are errors or other values, never more.
TEST(PayloadTest, R9RandomDamageIsHarmless) {
  const char* given = std::getenv("TENON_TEST_SEED");
  const unsigned seed = given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10))
                                         : std::random_device()();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const std::string good =
      Pack(1, int64_t{1}, "some text", std::vector<std::string>{"x", "yy"}, true);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = good.substr(0, random() % (good.size() + 1));
    for (unsigned flips = random() % 4; flips > 0 && !bytes.empty(); --flips) {
      bytes[random() % bytes.size()] ^= static_cast<char>(1u << random() % 8);
    }
    int64_t value = 0;
    std::string text;
    std::vector<std::string> list;
    bool truth = false;
    const Status status = Unpack(bytes, 1, &value, &text, &list, &truth);
    ASSERT_TRUE(status.ok() || status.code() == StatusCode::kInvalidArgument) << status.ToString();
    ASSERT_LE(text.size(), bytes.size());
    ASSERT_LE(list.size(), bytes.size());
  }
}

}  // namespace
}  // namespace tenon
