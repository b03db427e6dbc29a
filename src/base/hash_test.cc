#include "base/hash.h"

#include <set>

#include "testing/matchers.h"

namespace tenon::base {
namespace {

using ::tenon::testing::IsError;
using ::tenon::testing::IsOk;
using ::testing::HasSubstr;

TEST(HashTest, Sha256AnswersTheVectorsOfFips180) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(Sha256Hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

std::string HexOf(const std::array<uint8_t, 32>& digest) {
  std::string text;
  for (uint8_t byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

TEST(HashTest, HmacAnswersTheVectorsOfRfc4231) {
  EXPECT_EQ(HexOf(HmacSha256(std::string(20, 0x0b), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(HexOf(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(HexOf(HmacSha256(std::string(131, '\xaa'),
                             "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HashTest, RandomNumbersHaveTheLengthAskedForAndDoNotRepeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    Result<std::string> drawn = RandomHex(128);
    ASSERT_THAT(drawn, IsOk());
    EXPECT_EQ(drawn->size(), 32u);
    EXPECT_EQ(drawn->find_first_not_of("0123456789abcdef"), std::string::npos);
    seen.insert(*drawn);
  }
  EXPECT_EQ(seen.size(), 1000u);
}

TEST(HashTest, RefusesANumberOfBitsItCannotDraw) {
  for (int bits : {0, -8, 7, 2056})
    EXPECT_THAT(RandomHex(bits),
                IsError(StatusCode::kInternal, HasSubstr("bits=" + std::to_string(bits))));
}

}  // namespace
}  // namespace tenon::base
