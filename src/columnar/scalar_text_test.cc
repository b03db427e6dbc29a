#include "columnar/scalar_text.h"

#include <gtest/gtest.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/time.h"
#include "columnar/buffers.h"

namespace tenon::columnar {
namespace {

uint64_t Seed() {
  const char* const given = std::getenv("TENON_TEST_SEED");
  return given == nullptr ? std::random_device{}() : std::strtoull(given, nullptr, 10);
}

// Java's form made slowly out of the digits that the standard library finds.
template <typename Float>
std::string Expected(Float value) {
  if (std::isnan(value)) return "NaN";
  const std::string sign = std::signbit(value) ? "-" : "";
  if (std::isinf(value)) return sign + "Infinity";
  if (value == 0) return sign + "0.0";
  std::array<char, 64> text;
  const char* const end = std::to_chars(text.data(), text.data() + text.size(), std::abs(value),
                                        std::chars_format::scientific)
                              .ptr;
  const std::string all(text.data(), static_cast<size_t>(end - text.data()));
  const size_t mark = all.find('e');
  const int exponent = std::stoi(all.substr(mark + 1));
  std::string digits = all.substr(0, 1) + (mark > 2 ? all.substr(2, mark - 2) : "");
  if (exponent < -3 || exponent >= 7) {
    return sign + digits.substr(0, 1) + "." + (digits.size() > 1 ? digits.substr(1) : "0") + "E" +
           std::to_string(exponent);
  }
  if (exponent < 0) {
    return sign + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  }
  const auto whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= whole) digits.append(whole + 1 - digits.size(), '0');
  return sign + digits.substr(0, whole) + "." + digits.substr(whole);
}

std::string Double(double value) {
  std::array<char, kMostScalarBytes> text;
  return {text.data(), PutDouble(value, text.data())};
}
std::string Float(float value) {
  std::array<char, kMostScalarBytes> text;
  return {text.data(), PutFloat(value, text.data())};
}

TEST(ScalarTextTest, AwkwardNumbersHaveJavasForm) {
  EXPECT_EQ(Double(1), "1.0");
  EXPECT_EQ(Double(-0.0), "-0.0");
  EXPECT_EQ(Double(0.001), "0.001");
  EXPECT_EQ(Double(0.0009999), "9.999E-4");
  EXPECT_EQ(Double(9999999), "9999999.0");
  EXPECT_EQ(Double(1e7), "1.0E7");
  EXPECT_EQ(Double(1234567.8901), "1234567.8901");
  EXPECT_EQ(Double(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(Double(std::numeric_limits<double>::max()), "1.7976931348623157E308");
  EXPECT_EQ(Double(std::numeric_limits<double>::denorm_min()), "5.0E-324");
  EXPECT_EQ(Float(0.1F), "0.1");
  EXPECT_EQ(Float(16777216), "1.6777216E7");
}

TEST(ScalarTextTest, NumbersHaveTheFewestDigitsThatReadBack) {
  const uint64_t seed = Seed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 300'000; ++round) {
    double value = 0;
    const uint64_t bits = random();
    std::memcpy(&value, &bits, 8);
    if (round % 3 != 0) {
      const double powers[] = {1, 10, 100, 1000, 10'000, 100'000};
      value =
          static_cast<double>(static_cast<int64_t>(random() % 20'000'000)) / powers[random() % 6];
      if (round % 3 == 2) {
        value = std::nextafter(value, random() % 2 == 0 ? 0.0 : 1e300);
      }
    }
    ASSERT_EQ(Double(value), Expected(value));
    ASSERT_EQ(Float(static_cast<float>(value)), Expected(static_cast<float>(value)));
  }
}

// A connector may give what no check has seen; the text stays text.
TEST(ScalarTextTest, TimesOutsideOfADayAreTakenWithoutWholeDays) {
  const auto text = [](int64_t micros) {
    auto node = std::make_shared<ArrayNode>();
    node->length = 1;
    node->null_count = 0;
    node->buffer_count = 2;
    node->buffers[1] = Freeze(std::vector<int64_t>{micros});
    std::array<char, 128> room;
    return std::string(room.data(), PutScalar(Column(DataType::Time(), node), 0, room.data()));
  };
  EXPECT_EQ(text(0), "00:00:00");
  EXPECT_EQ(text(-1), "23:59:59.999999");
  EXPECT_EQ(text(86'400'000'000), "00:00:00");
  EXPECT_EQ(text(5'000'000'000'000), "20:53:20");
}

TEST(ScalarTextTest, EveryDayOfTenThousandYearsHasItsDate) {
  std::array<char, kMostScalarBytes> text;
  for (int32_t day = -719'165; day < 2'932'900; ++day) {
    char* const end = PutValue(DataType::Date(), &day, 0, text.data());
    ASSERT_EQ(std::string(text.data(), end), base::FormatDate(day)) << day;
  }
}

TEST(ScalarTextTest, WholeNumbersAndDecimalsHaveAllTheirDigits) {
  const uint64_t seed = Seed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 100'000; ++round) {
    auto value = static_cast<int64_t>(random()) >> random() % 64;
    if (round % 4 == 0) {
      int64_t power = 1;
      for (uint64_t n = random() % 19; n > 0; --n) power *= 10;
      value = (power + static_cast<int64_t>(random() % 3) - 1) * (random() % 2 == 0 ? 1 : -1);
    }
    std::array<char, kMostScalarBytes> text;
    ASSERT_EQ(std::string(text.data(), PutInteger(value, text.data())), std::to_string(value));
    // As many digits as the scale wants, and one.
    const auto scale = static_cast<int>(random() % 12);
    std::string digits = std::to_string(value);
    const size_t sign = value < 0 ? 1 : 0;
    while (digits.size() < sign + static_cast<size_t>(scale) + 1) digits.insert(sign, "0");
    if (scale > 0) digits.insert(digits.size() - static_cast<size_t>(scale), ".");
    const int64_t wide[2] = {value, value >> 63};
    const auto* const bytes = reinterpret_cast<const uint8_t*>(wide);
    ASSERT_EQ(std::string(text.data(), PutDecimal(bytes, 16, scale, text.data())), digits);
  }
}

TEST(ScalarTextTest, ValuesOfAColumnStandOneBehindTheOther) {
  const std::vector<int32_t> values = {7, -1, 123456789, 0, 99};
  const uint8_t validity = 0b11011;
  std::array<char, 5 * kMostScalarBytes> text;
  std::array<uint32_t, 4> ends;
  PutValues(DataType::Int(), values.data(), &validity, 1, 4, text.data(), ends.data());
  EXPECT_EQ(std::string(text.data(), ends[3]), "-1099");
  EXPECT_EQ(ends, (std::array<uint32_t, 4>{2, 2, 3, 5}));
  PutValues(DataType::Date(), values.data(), nullptr, 0, 2, text.data(), ends.data());
  EXPECT_EQ(std::string(text.data(), ends[1]), "1970-01-081969-12-31");
}

}  // namespace
}  // namespace tenon::columnar
