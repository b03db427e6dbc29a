#include "connectors/files/json/json_number.h"

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include "connectors/files/json/json_number_avx2.h"
#include "connectors/files/json/json_walk.h"
#include "testing/matchers.h"

namespace tenon::files {
namespace {

#if defined(__x86_64__)
TENON_JSON_AVX2 JsonNumber ParseWithAvx2(const uint8_t* begin, const uint8_t* end) {
  return ParseNumberAvx2(begin, end);
}
#endif

// With the room before and after that the fast paths read, and by all of them: they must agree.
JsonNumber Parse(const std::string& text) {
  const std::string padded = std::string(32, '7') + text + std::string(32, '7');
  const auto* const begin = reinterpret_cast<const uint8_t*>(padded.data()) + 32;
  const JsonNumber number = ParseNumber(begin, begin + text.size());
#if defined(__x86_64__)
  if (JsonKernels().back() == JsonKernel::kAvx2) {
    const JsonNumber other = ParseWithAvx2(begin, begin + text.size());
    EXPECT_EQ(other.form, number.form) << text;
    EXPECT_EQ(other.bits, number.bits) << text;
  }
#endif
  return number;
}

TEST(JsonNumberTest, WholeNumbersOfEveryLengthAreExact) {
  std::string digits;
  for (int size = 1; size <= 19; ++size) {
    digits += static_cast<char>('0' + size % 10);
    for (const std::string& text : {digits, "-" + digits}) {
      const JsonNumber number = Parse(text);
      ASSERT_EQ(number.form, JsonNumber::kWhole) << text;
      EXPECT_EQ(number.whole(), std::strtoll(text.c_str(), nullptr, 10)) << text;
    }
  }
  EXPECT_EQ(Parse("-9223372036854775808").whole(), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(Parse("9223372036854775808").form, JsonNumber::kLargeWhole);
  EXPECT_EQ(Parse(std::string(38, '9')).form, JsonNumber::kLargeWhole);
  EXPECT_EQ(Parse(std::string(39, '9')).form, JsonNumber::kReal);
}

TEST(JsonNumberTest, EveryPlaceOfTheDotGivesTheNearestDouble) {
  for (int size = 2; size <= 20; ++size) {
    for (int dot = 1; dot < size; ++dot) {
      std::string text;
      for (int i = 0; i < size; ++i) text += static_cast<char>('1' + i % 9);
      text.insert(static_cast<size_t>(dot), ".");
      const JsonNumber number = Parse(text);
      ASSERT_EQ(number.form, JsonNumber::kReal) << text;
      EXPECT_EQ(number.real(), std::strtod(text.c_str(), nullptr)) << text;
    }
  }
}

TEST(JsonNumberTest, AgreesWithTheLibraryOnRandomDoubles) {
  const char* const given = std::getenv("TENON_TEST_SEED");
  const uint64_t seed =
      given == nullptr ? std::random_device{}() : std::strtoull(given, nullptr, 10);
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 200'000; ++i) {
    char text[64];
    const double value = static_cast<double>(static_cast<int64_t>(random())) /
                         static_cast<double>(1 + (random() >> (random() % 64)));
    std::snprintf(text, sizeof(text), random() % 2 == 0 ? "%.*f" : "%.*e",
                  static_cast<int>(1 + random() % 17), value);
    const JsonNumber number = Parse(text);
    ASSERT_EQ(number.form, JsonNumber::kReal) << text;
    ASSERT_EQ(number.real(), std::strtod(text, nullptr)) << text;
  }
}

TEST(JsonNumberTest, RefusesWhatIsNoNumberOfJson) {
  for (const char* text : {"-",
                           "00",
                           "01",
                           "-01",
                           "1.",
                           "1.e5",
                           "1e",
                           "1e+",
                           "1.2.3",
                           "1-2",
                           "1x",
                           "12345678x",
                           "123456789012345x",
                           "0123456789",
                           "01234567890.5",
                           "1.2345678x",
                           "--1",
                           "1 2",
                           "1234567.",
                           "123456789."}) {
    EXPECT_EQ(Parse(text).form, JsonNumber::kBad) << text;
  }
}

}  // namespace
}  // namespace tenon::files
