#include "expression/evaluate.h"

#include <cmath>
#include <limits>

#include "expression/bind.h"
#include "expression/parse.h"
#include "tenon/batch_builder.h"
#include "testing/matchers.h"

namespace tenon::expression {
namespace {

using tenon::testing::IsErrorNumber;
using ::testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// "10.1": one character a row, a row that is true is 1.
std::string Answer(const Result<std::vector<uint8_t>>& bitmap, int64_t rows) {
  if (!bitmap.ok()) return bitmap.status().ToString();
  std::string text;
  for (int64_t i = 0; i < rows; ++i) {
    text += ((*bitmap)[static_cast<size_t>(i / 8)] >> (i % 8)) & 1 ? '1' : '0';
  }
  for (size_t i = static_cast<size_t>(rows); i < bitmap->size() * 8; ++i) {
    if (((*bitmap)[i / 8] >> (i % 8)) & 1) text += "!";  // A bit beyond the last row.
  }
  return text;
}

std::string Answer(std::string_view sql, const RecordBatch& batch) {
  const Result<Predicate> predicate = ParsePredicate(sql);
  if (!predicate.ok()) return predicate.status().ToString();
  return Answer(Evaluate(*predicate, batch), batch.num_rows());
}

template <typename... Values>
RecordBatch Column(DataType type, const Values&... values) {
  BatchBuilder rows(std::make_shared<const Schema>(Schema({{"c", std::move(type)}})));
  (rows.Append(values), ...);
  Result<RecordBatch> batch = rows.Finish();
  EXPECT_TRUE(batch.ok()) << batch.status().ToString();
  return *std::move(batch);
}

struct Row {
  const char* sql;
  const char* answer;
};

void ExpectAnswers(const RecordBatch& batch, std::initializer_list<Row> rows) {
  for (const Row& row : rows) EXPECT_EQ(Answer(row.sql, batch), row.answer) << row.sql;
}

TEST(EvaluateTest, WholeNumbersAndNull) {
  const RecordBatch batch = Column(DataType::Int(), -5, nullptr, 0, 7);
  ExpectAnswers(batch, {{"c = 7", "0001"},
                        {"c <> 7", "1010"},
                        {"c < 0", "1000"},
                        {"c <= 0", "1010"},
                        {"c > 0", "0001"},
                        {"c >= 0", "0011"},
                        {"c IS NULL", "0100"},
                        {"c IS NOT NULL", "1011"},
                        {"c IN (7, -5)", "1001"},
                        {"c IN (7, NULL)", "0001"},
                        {"c NOT IN (7)", "1010"},
                        {"c NOT IN (7, NULL)", "0000"},
                        {"c <=> 7", "0001"},
                        {"c <=> NULL", "0100"},
                        {"NOT c <=> 7", "1110"},
                        {"NOT c = 7", "1010"},
                        {"NOT (c = 7 OR c IS NULL)", "1010"},
                        {"c < 3000000000", "1011"},
                        {"NOT c < 3000000000", "0000"},
                        {"c = 0.5 OR c = 7", "0001"},
                        {"c < 0.5", "1010"},
                        {"c BETWEEN -5 AND 0", "1010"},
                        {"1 = 1", "1111"},
                        {"1 = 2", "0000"}});
}

TEST(EvaluateTest, EveryWholeTypeAtItsEnds) {
  const RecordBatch bytes = Column(DataType::Byte(), -128, 127, nullptr);
  ExpectAnswers(
      bytes, {{"c = -128", "100"}, {"c >= 127", "010"}, {"c < 128", "110"}, {"c > -129", "110"}});
  const RecordBatch shorts = Column(DataType::Short(), -32768, 32767);
  ExpectAnswers(shorts, {{"c <= -32768", "10"}, {"c > 32766", "01"}});
  const RecordBatch longs = Column(DataType::Long(), int64_t{INT64_MIN}, int64_t{INT64_MAX});
  ExpectAnswers(longs, {{"c = 9223372036854775807", "01"},
                        {"c < 9223372036854775808", "11"},
                        {"c > 9223372036854775806.5", "01"},
                        {"c IN (1,2,3,4,5,6,7,8,9,9223372036854775807)", "01"}});
}

TEST(EvaluateTest, NanIsTheLargestAndEqualToItself) {
  const RecordBatch batch =
      Column(DataType::Double(), -0.0, 0.0, kNan, HUGE_VAL, -HUGE_VAL, nullptr, 1.5);
  ExpectAnswers(batch, {{"c = 0.0", "1100000"},
                        {"c = 'NaN'", "0010000"},
                        {"c <> 'NaN'", "1101101"},
                        {"c < 'NaN'", "1101101"},
                        {"c <= 'NaN'", "1111101"},
                        {"c > 'NaN'", "0000000"},
                        {"c >= 'NaN'", "0010000"},
                        {"c > 1.0", "0011001"},
                        {"c > 'Infinity'", "0010000"},
                        {"c >= 1.5", "0011001"},
                        {"c < 1.5", "1100100"},
                        {"c <> 1.5", "1111100"},
                        {"NOT c > 1.0", "1100100"},
                        {"c IN ('NaN', 0.0)", "1110000"},
                        {"c NOT IN ('NaN', 0.0)", "0001101"},
                        {"c <=> 'NaN'", "0010000"}});
}

TEST(EvaluateTest, FloatsAgainstDoubleLiterals) {
  const float tenth = 0.1f;
  const RecordBatch batch = Column(DataType::Float(), double{tenth}, double{0.5f}, kNan, nullptr);
  ExpectAnswers(batch, {{"c = 0.1", "0000"},  // As Spark: 0.1 is no float.
                        {"c = 0.1F", "1000"},
                        {"c > 0.1", "1110"},  // The nearest float lies above.
                        {"c < 0.1", "0000"},
                        {"c = 0.5", "0100"},
                        {"c < 1e300", "1100"},
                        {"c > 1e300", "0010"}});
}

TEST(EvaluateTest, TextGoesByBytes) {
  const RecordBatch batch = Column(DataType::String(), "a", "A", "a ", "", nullptr,
                                   "\xF4\x8F\xBF\xBF", "\xEF\xBF\xBF", "ab");
  ExpectAnswers(batch, {{"c = 'a'", "10000000"},
                        {"c = 'a '", "00100000"},
                        {"c < 'a'", "01010000"},
                        {"c > 'a'", "00100111"},
                        {"c >= 'a '", "00100111"},
                        // U+10FFFF is above U+FFFF: by bytes, not by UTF-16 units.
                        {"c > '\xEF\xBF\xBF'", "00000100"},
                        {"c LIKE 'a%'", "10100001"},
                        {"c LIKE '%b'", "00000001"},
                        {"c LIKE '% %'", "00100000"},
                        {"c LIKE '%'", "11110111"},
                        {"NOT c LIKE 'a%'", "01010110"},
                        {"c IN ('A', '', NULL)", "01010000"},
                        {"c NOT IN ('A', '')", "10100111"},
                        {"c = ''", "00010000"},
                        {"c <> ''", "11100111"}});
}

TEST(EvaluateTest, OtherScalarTypes) {
  const RecordBatch truths = Column(DataType::Boolean(), true, false, nullptr);
  ExpectAnswers(truths, {{"c", "100"},
                         {"NOT c", "010"},
                         {"c < true", "010"},
                         {"c IN (true, false)", "110"},
                         {"c IS NOT TRUE", "011"}});
  const RecordBatch bytes = Column(DataType::Binary(), std::string("\x00\xFF", 2), "", nullptr);
  ExpectAnswers(bytes, {{"c = X'00FF'", "100"}, {"c > X'00'", "100"}, {"c < X'00'", "010"}});
  const RecordBatch dates = Column(DataType::Date(), 0, 20484, nullptr);
  ExpectAnswers(dates, {{"c = DATE '2026-01-31'", "010"},
                        {"c < '2026-01-31'", "100"},
                        {"c >= TIMESTAMP '1970-01-01 00:00:01'", "010"}});
  const RecordBatch instants = Column(DataType::Timestamp(), int64_t{0}, int64_t{-1}, nullptr);
  ExpectAnswers(instants, {{"c = TIMESTAMP '1970-01-01 01:00:00+01:00'", "100"},
                           {"c < '1970-01-01'", "010"},
                           {"c >= DATE '1970-01-01'", "100"}});
}

TEST(EvaluateTest, DecimalsOf128And256Bits) {
  const Decimal128 minus_one{-1, ~uint64_t{0}};
  const RecordBatch narrow =
      Column(DataType::Decimal(38, 2), Decimal128{0, 150}, minus_one, nullptr);
  ExpectAnswers(narrow, {{"c = 1.5", "100"},
                         {"c < 0", "010"},
                         {"c > -0.01", "100"},
                         {"c >= -0.01", "110"},
                         {"c > -0.005", "100"},
                         {"c IN (1.5, -0.01)", "110"}});
  const RecordBatch wide = Column(DataType::Decimal(50, 2), Decimal128{0, 150}, minus_one, nullptr);
  ExpectAnswers(wide, {{"c = 1.5", "100"},
                       {"c < 0", "010"},
                       {"c > -0.01", "100"},
                       {"c <> 1.5", "010"},
                       {"c IN (1.5, -0.01)", "110"}});
}

RecordBatch People() {
  const DataType person =
      DataType::Struct({{"age", DataType::Int()}, {"name", DataType::String()}});
  BatchBuilder rows(std::make_shared<const Schema>(Schema({{"p", person}})));
  const auto add = [&rows](std::optional<int> age, std::optional<std::string> name) {
    if (age) rows.column(0).field(0).Append(*age);
    if (!age) rows.column(0).field(0).AppendNull();
    if (name) rows.column(0).field(1).Append(*name);
    if (!name) rows.column(0).field(1).AppendNull();
    rows.column(0).EndStruct();
    rows.EndRow();
  };
  add(30, "Ada");
  add(std::nullopt, "Bob");
  rows.column(0).AppendNull();
  rows.EndRow();
  add(40, std::nullopt);
  return *rows.Finish();
}

TEST(EvaluateTest, PathsIntoStructsTakeTheStructsNulls) {
  const RecordBatch batch = People();
  ExpectAnswers(batch, {{"p.age > 35", "0001"},
                        {"p.age IS NULL", "0110"},
                        {"p IS NULL", "0010"},
                        {"p.name = 'Ada'", "1000"},
                        {"p.name IS NOT NULL AND p.age IS NOT NULL", "1000"},
                        {"P.NAME = 'Bob'", "0100"}});
}

TEST(EvaluateTest, AChoiceIsComparedInEachRowsOwnType) {
  const DataType type = *DataType::Choice({DataType::Int(), DataType::String()});
  BatchBuilder rows(std::make_shared<const Schema>(Schema({{"c", type}})));
  rows.column(0).member(0).Append(5);
  rows.column(0).EndChoice(0);
  rows.EndRow();
  rows.column(0).member(1).Append("5");
  rows.column(0).EndChoice(1);
  rows.EndRow();
  rows.column(0).AppendNull();
  rows.EndRow();
  rows.column(0).member(1).Append("x");
  rows.column(0).EndChoice(1);
  rows.EndRow();
  const RecordBatch batch = *rows.Finish();
  ExpectAnswers(batch, {{"c = 5", "1000"},
                        {"c <> 5", "0000"},
                        {"c = '5'", "1100"},
                        {"c = 'x'", "0001"},
                        {"NOT c = 'x'", "0100"},  // An int cannot be compared with 'x': null there.
                        {"c IS NULL", "0010"},
                        {"c IS NOT NULL", "1101"},
                        {"c LIKE 'x%'", "0001"}});
}

TEST(EvaluateTest, AnAbsentColumnIsNullInEveryRow) {
  const RecordBatch batch = Column(DataType::Int(), 1, 2);
  ExpectAnswers(batch, {{"gone = 1", "00"},
                        {"gone IS NULL", "11"},
                        {"gone <=> NULL", "11"},
                        {"NOT gone <=> 1", "11"},
                        {"NOT gone = 1", "00"},
                        {"gone = 1 OR c = 2", "01"}});
}

TEST(EvaluateTest, BatchesWithoutRowsOrColumns) {
  ExpectAnswers(Column(DataType::String()), {{"c = 'a'", ""}, {"c IS NULL", ""}, {"1 = 1", ""}});
  EXPECT_EQ(Answer("1 = 1", RecordBatch::RowCount(3)), "111");
  EXPECT_EQ(Answer("a IS NULL", RecordBatch::RowCount(70)), std::string(70, '1'));
}

TEST(EvaluateTest, BitsBeyondTheLastRowAreZeroAtEveryLength) {
  for (int rows : {1, 7, 8, 9, 63, 64, 65, 128, 130}) {
    BatchBuilder builder(std::make_shared<const Schema>(Schema({{"c", DataType::Int()}})));
    for (int i = 0; i < rows; ++i) builder.Append(i);
    const RecordBatch batch = *builder.Finish();
    EXPECT_EQ(Answer("c >= 0", batch), std::string(static_cast<size_t>(rows), '1'));
    EXPECT_EQ(Answer("NOT c < 0", batch), std::string(static_cast<size_t>(rows), '1'));
    EXPECT_EQ(Answer("c IS NULL", batch), std::string(static_cast<size_t>(rows), '0'));
    const Result<std::vector<uint8_t>> bits = EvaluateAll({*ParsePredicate("c >= 0")}, batch);
    ASSERT_TRUE(bits.ok());
    EXPECT_EQ(CountTrue(*bits), rows);
  }
}

TEST(EvaluateTest, TextsOfTheSourceAreRefused) {
  const RecordBatch batch = Column(DataType::Int(), 1);
  EXPECT_THAT(Evaluate(Predicate::Text("f(c)"), batch),
              IsErrorNumber(1031, HasSubstr("text=f(c)")));
  EXPECT_THAT(Evaluate(*ParsePredicate("c = 'abc'"), batch),
              IsErrorNumber(1030, HasSubstr("type=int")));
}

}  // namespace
}  // namespace tenon::expression
