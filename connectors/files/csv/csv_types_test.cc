#include "connectors/files/csv/csv_types.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "connectors/files/csv/csv_oracle_test.h"
#include "testing/matchers.h"

namespace tenon::files {
namespace {

using tenon::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

CsvTerms Infer() { return {.options = {.with_header = true, .types = CsvTypes::kInfer}}; }

// The type of a column of these values.
std::string TypeOf(const std::vector<std::string>& values, CsvTerms terms = Infer()) {
  std::string text = "a,b\n";
  for (const std::string& value : values) text += value + ",x\n";
  const CsvRead read = ReadCsv(text, terms);
  EXPECT_THAT(read.status, IsOk());
  // What was found fits all values.
  EXPECT_THAT(read.errors, IsEmpty());
  EXPECT_THAT(read.rows, SizeIs(values.size()));
  return read.schema.size() == 0 ? "" : read.schema.field(0).type.ToString();
}

struct Example {
  std::vector<std::string> values;
  const char* type;
};

TEST(CsvTypesTest, TheNarrowestTypeThatGivesEveryValueBack) {
  const std::vector<Example> examples = {
      {{}, "string"},
      {{"", ""}, "string"},
      {{"1", "-2", "", "0"}, "int"},
      {{"2147483647", "-2147483648"}, "int"},
      {{"2147483648"}, "long"},
      {{"-2147483649", "1"}, "long"},
      {{"9223372036854775807", "-9223372036854775808"}, "long"},
      {{"9223372036854775808"}, "decimal(19,0)"},
      {{"99999999999999999999999999999999999999"}, "decimal(38,0)"},
      {{"999999999999999999999999999999999999999"}, "string"},
      {{"\"12\"", "13"}, "int"},
      {{"12", "\"\""}, "string"},
      {{"007"}, "string"},
      {{"1", "01"}, "string"},
      {{"+1"}, "string"},
      {{" 1"}, "string"},
      {{"1 "}, "string"},
      {{"-"}, "string"},
      {{"1-2"}, "string"},
      {{"-0"}, "double"},
      {{"12.50", "-1.25", "0.00"}, "decimal(4,2)"},
      {{"12.50", "1.5"}, "double"},
      {{"1.5", "2"}, "double"},
      {{"0.1", "0.30000000000000004"}, "double"},
      {{"0.1", "0.12345678901234567890"}, "decimal(21,20)"},
      {{"12345678901234567", "0.5"}, "decimal(18,1)"},
      {{"12345678901234567", "0.5", "1e5"}, "string"},
      {{"1e5", "-2.5E-3"}, "double"},
      {{"1e400"}, "string"},
      {{"1e-400"}, "string"},
      {{"1.2345678901234567890e5"}, "string"},
      {{"NaN", "1.5", "-Infinity"}, "double"},
      {{".5", "5."}, "double"},
      {{"."}, "string"},
      {{"00.5"}, "string"},
      {{"1,5"}, "int"},
      {{"true", "FALSE", "True"}, "boolean"},
      {{"true", "1"}, "string"},
      {{"yes"}, "string"},
      {{"2026-01-31", "0001-01-01", "9999-12-31", "2024-02-29"}, "date"},
      {{"2026-02-29"}, "string"},
      {{"2026-13-01"}, "string"},
      {{"2026-1-31"}, "string"},
      {{"20260131"}, "int"},
      {{"2026-01-31 12:30:59", "2026-01-31T00:00:00.123456"}, "timestamp"},
      {{"2026-01-31 12:30:59Z", "2026-01-31T00:00:00+02:00"}, "timestamp"},
      {{"2026-01-31 12:30:59", "2026-01-31"}, "timestamp"},
      {{"2026-01-31 12:30:59.1234567"}, "string"},
      {{"2026-01-31 25:00:00"}, "string"},
      {{"2026-01-31", "5"}, "string"},
      {{"12:30:59"}, "string"},
      {{"x"}, "string"},
  };
  for (const Example& example : examples) {
    if (!example.values.empty() && example.values[0] == "1,5") continue;
    EXPECT_EQ(TypeOf(example.values), example.type) << ::testing::PrintToString(example.values);
  }
}

TEST(CsvTypesTest, TheLastRowCountsLikeTheFirst) {
  std::string text = "a,b\n";
  for (int i = 0; i < 200'000; ++i) text += "1,2.5\n";
  text += "x,2.25\n";
  CsvTerms terms = Infer();
  terms.columns = {"b"};
  const CsvRead read = ReadCsv(text, terms);
  EXPECT_EQ(read.schema.ToString(), "struct<b:double>");
  EXPECT_THAT(read.rows, SizeIs(200'001));
  terms.columns = {"a"};
  EXPECT_EQ(ReadCsv(text, terms).schema.ToString(), "struct<a:string>");
}

TEST(CsvTypesTest, TheOrderOfValuesAndTheCutsDoNotMatter) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const char* const kPool[] = {
      "1",    "-2147483649", "12345678901234567",   "1.5", "2.25", "1e5", "0.30000000000000004",
      "true", "2026-01-31",  "2026-01-31 12:00:00", "",    "007"};
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> values;
    const size_t kinds = 1 + random() % 4;
    std::vector<const char*> pool;
    for (size_t i = 0; i < kinds; ++i) pool.push_back(kPool[random() % 12]);
    for (size_t i = 1 + random() % 30; i > 0; --i) values.emplace_back(pool[random() % kinds]);
    const std::string type = TypeOf(values);
    std::shuffle(values.begin(), values.end(), random);
    CsvTerms terms = Infer();
    terms.sizes.window_bytes = terms.sizes.read_bytes = 64;
    ASSERT_EQ(TypeOf(values, terms), type) << ::testing::PrintToString(values);
  }
}

// Values over several lines, enough of them that several threads look, and records that are longer than a window.
TEST(CsvTypesTest, ThreadsThatShareAFileSeeAllOfIt) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 8; ++round) {
    const size_t odd = random() % 3000;
    std::string text = "a,b,c,d\n";
    for (size_t row = 0; row < 3000; ++row) {
      text += "17,\"x\n" + std::string(random() % 60, 'y') + "\"," +
              (row == odd ? "7.125" : "7.25") + "," + (row == odd ? "3000000000" : "4") + "\n";
      if (round % 5 == 4 && row == 1000)
        text += "1,\"" + std::string(5 << 20, '\n') + "\",1.25,2\n";
    }
    CsvTerms terms = Infer();
    terms.options.dialect.multi_line = true;
    terms.sizes.window_bytes = terms.sizes.read_bytes = 256 << random() % 5;
    const CsvRead read = ReadCsv(text, terms);
    EXPECT_THAT(read.status, IsOk());
    EXPECT_THAT(read.errors, IsEmpty());
    ASSERT_EQ(read.schema.ToString(), "struct<a:int,b:string,c:double,d:long>");
  }
}

TEST(CsvTypesTest, RecordsThatAreNoneDoNotCount) {
  const CsvRead read = ReadCsv("a,b\n1,2\nx,y,z\n\"q\"r,3\n", Infer());
  EXPECT_EQ(read.schema.ToString(), "struct<a:int,b:int>");
  EXPECT_THAT(read.errors, SizeIs(2));
}

TEST(CsvTypesTest, FilesOfOneReadShareTheirTypes) {
  const CsvRead read = ReadCsvFiles({"a,b\n1,2\n", "a,c\n3000000000,x\n"}, Infer());
  EXPECT_EQ(read.schema.ToString(), "struct<a:long,b:int,c:string>");
  EXPECT_THAT(read.rows,
              ElementsAre(R"({"a":long 1,"b":int 2})", R"({"a":long 3000000000,"c":string "x"})"));
}

TEST(CsvTypesTest, DeclaredTypesAreKept) {
  CsvTerms terms = Infer();
  terms.options.declared = Schema({{"a", DataType::Long()}});
  EXPECT_EQ(ReadCsv("a,b\n1,2\n", terms).schema.ToString(), "struct<a:long,b:int>");
}

}  // namespace
}  // namespace tenon::files
