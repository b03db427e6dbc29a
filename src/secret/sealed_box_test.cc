#include "secret/sealed_box.h"

#include "testing/matchers.h"

namespace tenon::secret {
namespace {

using ::testing::HasSubstr;
using testing::IsError;
using ::testing::Not;

constexpr std::string_view kCanary = "canary-7e1f";

TEST(SealedBoxTest, WhatIsSealedOpensWithTheSameKeyAndTheSameBinding) {
  ASSERT_OK_AND_ASSIGN(const SealingKey key, SealingKey::Draw());
  const Secret canary{std::string(kCanary)};
  ASSERT_OK_AND_ASSIGN(const std::string sealed, Seal(key, "orders", canary));
  ASSERT_OK_AND_ASSIGN(const std::string again, Seal(key, "orders", canary));
  EXPECT_NE(sealed, again) << "a nonce is drawn for each";
  EXPECT_THAT(sealed, Not(HasSubstr(kCanary)));
  ASSERT_OK_AND_ASSIGN(const SealingKey same, SealingKey::Parse(key.Hex().Reveal()));
  EXPECT_EQ(same.id(), key.id());
  ASSERT_OK_AND_ASSIGN(const Secret opened, Unseal(same, "orders", sealed));
  EXPECT_EQ(opened.Reveal(), kCanary);
}

TEST(SealedBoxTest, EveryChangedDigitOfSealedTextIsNoticed) {
  ASSERT_OK_AND_ASSIGN(const SealingKey key, SealingKey::Draw());
  ASSERT_OK_AND_ASSIGN(const std::string sealed, Seal(key, "a", Secret(std::string(kCanary))));
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_THAT(Unseal(key, "a", changed),
                IsError(StatusCode::kDataError, "DataError: Sealed text cannot be opened"));
  }
  EXPECT_FALSE(Unseal(key, "a", sealed.substr(2)).ok());
  EXPECT_FALSE(Unseal(key, "a", sealed + "00").ok());
  EXPECT_FALSE(Unseal(key, "a", "").ok());
  EXPECT_FALSE(Unseal(key, "a", std::string(sealed.size(), 'x')).ok());
}

TEST(SealedBoxTest, AnotherKeyOrBindingOpensNothing) {
  ASSERT_OK_AND_ASSIGN(const SealingKey key, SealingKey::Draw());
  ASSERT_OK_AND_ASSIGN(const SealingKey other, SealingKey::Draw());
  EXPECT_NE(key.id(), other.id());
  ASSERT_OK_AND_ASSIGN(const std::string sealed, Seal(key, "a", Secret("x")));
  EXPECT_FALSE(Unseal(other, "a", sealed).ok());
  EXPECT_FALSE(Unseal(key, "b", sealed).ok());
}

TEST(SealedBoxTest, AKeyIs64HexDigits) {
  const std::string digits(64, 'a');
  EXPECT_TRUE(SealingKey::Parse(digits + "\n").ok());
  for (const std::string& text :
       {std::string(), std::string(63, 'a'), std::string(66, 'a'), std::string(63, 'a') + "g"}) {
    EXPECT_THAT(SealingKey::Parse(text),
                IsError(StatusCode::kInvalidArgument,
                        "InvalidArgument: Text is no key: wanted=64 hex digits"));
  }
}

}  // namespace
}  // namespace tenon::secret
