#include "connectors/files/csv/csv_value.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "base/time.h"
#include "connectors/files/csv/csv_oracle_test.h"
#include "testing/matchers.h"

namespace tenon::files {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// With the bytes around it that readers may load, which must not matter.
template <typename T, typename Read>
bool Reads(const std::string& value, Read read, T* out) {
  const std::string padded = "9999.99999-999999" + value + "99999999-99.999999";
  return read(reinterpret_cast<const uint8_t*>(padded.data()) + 17, value.size(), out);
}

std::string LongOf(const std::string& value) {
  int64_t out = 0;
  return Reads(value, csv::ReadLong, &out) ? std::to_string(out) : "none";
}
std::string DoubleOf(const std::string& value) {
  double out = 0;
  if (!Reads(value, csv::ReadDouble, &out)) return "none";
  char text[64];
  std::snprintf(text, sizeof(text), "%a", out);
  return text;
}
std::string DecimalOf(const std::string& value, int precision, int scale) {
  csv::Int128 out = 0;
  const auto read = [&](const uint8_t* text, size_t size, csv::Int128* to) {
    return csv::ReadDecimal(text, size, precision, scale, to);
  };
  if (!Reads(value, read, &out)) return "none";
  std::string digits;
  for (csv::Int128 rest = out < 0 ? -out : out; rest != 0; rest /= 10) {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
  }
  return (out < 0 ? "-" : "") + (digits.empty() ? "0" : digits);
}

TEST(CsvValueTest, ReadsWholeNumbersOfEveryLength) {
  std::string digits;
  for (int i = 1; i <= 19; ++i) {
    digits += static_cast<char>('0' + i % 10);
    EXPECT_EQ(LongOf(digits), digits);
    EXPECT_EQ(LongOf("-" + digits), "-" + digits);
    for (size_t at = 0; at < digits.size(); ++at) {
      for (const char c : {'/', ':', ' ', '.', '\0', '\xb0'}) {
        std::string wrong = digits;
        wrong[at] = c;
        EXPECT_EQ(LongOf(wrong), "none") << wrong;
      }
    }
  }
  EXPECT_EQ(LongOf("+5"), "5");
  EXPECT_EQ(LongOf("007"), "7");
  EXPECT_EQ(LongOf("9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(LongOf("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(LongOf("9223372036854775808"), "none");
  for (const char* wrong : {"", "-", "+", "+-5", "--5", "1 ", " 1", "1.0", "1e3", "0x1"}) {
    EXPECT_EQ(LongOf(wrong), "none") << wrong;
  }
}

TEST(CsvValueTest, ReadsDecimalsExactlyOrNotAtAll) {
  EXPECT_EQ(DecimalOf("12.34", 15, 2), "1234");
  EXPECT_EQ(DecimalOf("-12.34", 15, 2), "-1234");
  EXPECT_EQ(DecimalOf("0.00", 15, 2), "0");
  EXPECT_EQ(DecimalOf("1234567890123.45", 15, 2), "123456789012345");
  EXPECT_EQ(DecimalOf("12345678901234.5", 15, 2), "none");
  EXPECT_EQ(DecimalOf("12", 15, 2), "1200");
  EXPECT_EQ(DecimalOf("12.5", 15, 2), "1250");
  EXPECT_EQ(DecimalOf("12.500", 15, 2), "1250");
  EXPECT_EQ(DecimalOf("12.505", 15, 2), "none");
  EXPECT_EQ(DecimalOf(".5", 15, 2), "50");
  EXPECT_EQ(DecimalOf("5.", 15, 2), "500");
  EXPECT_EQ(DecimalOf("+1.5", 15, 2), "150");
  EXPECT_EQ(DecimalOf("100.00", 4, 2), "none");
  EXPECT_EQ(DecimalOf("99.99", 4, 2), "9999");
  EXPECT_EQ(DecimalOf("123", 38, 0), "123");
  const std::string nines(38, '9');
  EXPECT_EQ(DecimalOf(nines, 38, 0), nines);
  EXPECT_EQ(DecimalOf("1" + nines, 38, 0), "none");
  EXPECT_EQ(DecimalOf("1", 38, 37), "1" + std::string(37, '0'));
  EXPECT_EQ(DecimalOf("10", 38, 37), "none");
  for (const char* wrong : {"", ".", "-", "-.", "1.2.3", "1,2", "1e2", "a", "12.3a", "1:.34"}) {
    EXPECT_EQ(DecimalOf(wrong, 15, 2), "none") << wrong;
  }
}

TEST(CsvValueTest, DecimalsOfEachScaleAgreeWithTheSlowWay) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 20'000; ++round) {
    const int scale = static_cast<int>(random() % 10);
    std::string value = random() % 2 == 0 ? "-" : "";
    for (size_t i = 1 + random() % 12; i > 0; --i) value += static_cast<char>('0' + random() % 10);
    if (random() % 8 != 0) value += '.';
    for (size_t i = random() % 10; i > 0; --i) value += static_cast<char>('0' + random() % 10);
    if (random() % 10 == 0) value[random() % value.size()] = "x.-/:"[random() % 5];
    csv::Int128 slow = 0;
    const bool reads = csv::ReadDecimalSlowly(reinterpret_cast<const uint8_t*>(value.data()),
                                              value.size(), 18, scale, &slow);
    const std::string fast = DecimalOf(value, 18, scale);
    ASSERT_EQ(fast != "none", reads) << value << " " << scale;
    if (reads) {
      ASSERT_EQ(fast, std::to_string(static_cast<int64_t>(slow))) << value;
    }
  }
}

TEST(CsvValueTest, ReadsTheNearestDouble) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 50'000; ++round) {
    std::string value = random() % 2 == 0 ? "-" : "";
    for (size_t i = 1 + random() % 9; i > 0; --i) value += static_cast<char>('0' + random() % 10);
    if (random() % 4 != 0) {
      value += '.';
      for (size_t i = random() % 12; i > 0; --i) value += static_cast<char>('0' + random() % 10);
    }
    if (random() % 8 == 0) value += "e" + std::to_string(static_cast<int>(random() % 300) - 150);
    char expected[64];
    std::snprintf(expected, sizeof(expected), "%a", std::strtod(value.c_str(), nullptr));
    ASSERT_EQ(DoubleOf(value), expected) << value;
  }
  EXPECT_EQ(DoubleOf("NaN"), DoubleOf("nan"));
  EXPECT_EQ(DoubleOf("-Infinity"), "-inf");
  EXPECT_EQ(DoubleOf("1e-400"), "0x0p+0");
  for (const char* wrong :
       {"", "-", ".", "1.2.3", "1e", "e5", "1e400", "0x10", "1 ", "--1", "1-1"}) {
    EXPECT_EQ(DoubleOf(wrong), "none") << wrong;
  }
}

TEST(CsvValueTest, ReadsEveryDayOfTheCalendarAndNoOther) {
  int32_t day = 0;
  for (int64_t days = -719'528; days <= 2'932'896; days += 1 + days % 3 * days % 3) {
    const std::string text = base::FormatDate(days);
    ASSERT_TRUE(Reads(text, csv::ReadDate, &day)) << text;
    ASSERT_EQ(day, days) << text;
  }
  for (const char* wrong :
       {"2026-02-29", "2026-00-10", "2026-13-10", "2026-01-00", "2026-01-32", "2100-02-29",
        "2026/01/31", "2026-01-3x", "x026-01-31", "", "2026-01-31 "}) {
    EXPECT_FALSE(Reads(std::string(wrong), csv::ReadDate, &day)) << wrong;
  }
}

TEST(CsvValueTest, ReadsTimestamps) {
  const auto micros = [](const std::string& text) {
    int64_t out = 0;
    return Reads(text, csv::ReadTimestamp, &out) ? base::FormatTimestamp(out) : "none";
  };
  EXPECT_EQ(micros("2026-01-31 12:30:59"), "2026-01-31 12:30:59");
  EXPECT_EQ(micros("2026-01-31T12:30:59.5"), "2026-01-31 12:30:59.5");
  EXPECT_EQ(micros("2026-01-31 12:30:59.123456"), "2026-01-31 12:30:59.123456");
  EXPECT_EQ(micros("2026-01-31 12:30:59.1234560"), "2026-01-31 12:30:59.123456");
  EXPECT_EQ(micros("2026-01-31 12:30:59.1234561"), "none");
  EXPECT_EQ(micros("0001-01-01 00:00:00"), "0001-01-01 00:00:00");
  EXPECT_EQ(micros("1969-12-31 23:59:59.999999"), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(micros("2026-01-31 12:30:59Z"), "2026-01-31 12:30:59");
  EXPECT_EQ(micros("2026-01-31 12:30:59.5+02:00"), "2026-01-31 10:30:59.5");
  EXPECT_EQ(micros("2026-01-31 12:30"), "2026-01-31 12:30:00");
  EXPECT_EQ(micros("2026-01-31"), "2026-01-31 00:00:00");
  for (const char* wrong :
       {"", "2026-01-31 24:00:00", "2026-01-31 12:60:00", "2026-01-31 12:30:60",
        "2026-01-31 12:30:59.", "2026-01-31 12-30-59", "2026-02-30 12:30:59", "x"}) {
    EXPECT_EQ(micros(wrong), "none") << wrong;
  }
}

TEST(CsvValueTest, DeclaredTypesReadTheirValues) {
  CsvTerms terms{.options = {.with_header = true}};
  terms.options.declared = Schema({{"a", DataType::Boolean()},
                                   {"b", DataType::Byte()},
                                   {"c", DataType::Short()},
                                   {"d", DataType::Float()},
                                   {"e", DataType::Time()},
                                   {"f", DataType::TimestampNtz()},
                                   {"g", DataType::Decimal(38, 10)}});
  const CsvRead read = ReadCsv(
      "a,b,c,d,e,f,g,h\ntrue,-128,32767,1.5,12:30:59,2026-01-31 12:00:00,-0.5,x\n,,,,,,,\n"
      "\"TRUE\",\"1\",\"2\",\"3.5\",\"00:00:01\",\"2026-01-31\",\"7\",\"y\"\n",
      terms);
  EXPECT_THAT(read.errors, SizeIs(0));
  ASSERT_THAT(read.rows, SizeIs(3));
  EXPECT_THAT(read.rows[0], AllOf(HasSubstr(R"("a":true)"), HasSubstr(R"("b":byte -128)"),
                                  HasSubstr(R"("c":short 32767)"), HasSubstr(R"("h":string "x")")));
  EXPECT_EQ(read.rows[1], "{}");
}

TEST(CsvValueTest, AValueOfAnotherTypeIsReportedWithItsPlace) {
  CsvTerms terms{.options = {.with_header = true}};
  terms.options.declared = Schema({{"a", DataType::Byte()}, {"b", DataType::Date()}});
  const CsvRead read = ReadCsv("a,b\n1,2026-01-31\n128,2026-01-31\n2,soon\n3,2026-02-01\n", terms);
  ASSERT_THAT(read.errors, SizeIs(2));
  EXPECT_EQ(
      read.errors[0].message,
      "Record cannot be read: a value is not of its column's type: column=a type=byte value=128");
  EXPECT_EQ(read.errors[0].where, "file=0 line=3 byte=17");
  EXPECT_EQ(read.errors[0].input, "128,2026-01-31");
  EXPECT_EQ(
      read.errors[1].message,
      "Record cannot be read: a value is not of its column's type: column=b type=date value=soon");
  EXPECT_EQ(read.errors[1].where, "file=0 line=4 byte=34");
  EXPECT_THAT(read.rows, SizeIs(2));
}

}  // namespace
}  // namespace tenon::files
