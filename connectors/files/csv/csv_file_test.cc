// Rows written as CSV, and read back.
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "columnar/column.h"
#include "columnar/share.h"
#include "columnar/slice.h"
#include "connectors/files/csv/csv_cells.h"
#include "connectors/files/csv/csv_format.h"
#include "connectors/files/csv/csv_oracle_test.h"
#include "connectors/files/csv/csv_value.h"
#include "tenon/batch_builder.h"
#include "testing/matchers.h"
#include "testing/typed_text.h"

namespace tenon::files {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::HasSubstr;

class StringWriter : public object_store::StagedWriter {
 public:
  explicit StringWriter(std::string& text) : text_(text) {}
  Status Append(std::span<const uint8_t> bytes) override {
    text_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return Status::Ok();
  }
  int64_t bytes() const override { return static_cast<int64_t>(text_.size()); }
  Result<object_store::StagedObject> Finish() override {
    return object_store::StagedObject{.bytes = bytes()};
  }

 private:
  std::string& text_;
};

SchemaPtr SchemaOf(std::vector<Field> fields) {
  return std::make_shared<const Schema>(std::move(fields));
}

Result<std::string> Write(RecordBatch batch, const CsvWriteOptions& options = {}) {
  std::string text;
  const auto format = MakeCsvWriteFormat(options);
  TENON_RETURN_IF_ERROR(format->CheckSchema(batch.schema()));
  TENON_ASSIGN_OR_RETURN(const auto file,
                         format->Open(std::make_unique<StringWriter>(text), batch.schema_ptr()));
  TENON_RETURN_IF_ERROR(file->Write(std::move(batch)));
  const int64_t bytes = file->bytes();
  TENON_ASSIGN_OR_RETURN(const auto done, file->Close());
  if (done.bytes != bytes) return Status::Internal("bytes() was wrong");
  return text;
}

// The rows of a batch, and those that are read from what is written of it.
void ExpectRoundTrip(RecordBatch batch, bool header = true) {
  const SchemaPtr schema = batch.schema_ptr();
  std::vector<std::string> rows;
  for (int64_t row = 0; row < batch.num_rows(); ++row) {
    rows.push_back(testing::TypedRow(batch, row));
  }
  const Result<std::string> text = Write(std::move(batch), {.write_header = header});
  ASSERT_THAT(text, IsOk());
  CsvTerms terms{.options = {.with_header = header, .declared = *schema}};
  terms.options.dialect.multi_line = true;
  const CsvRead read = ReadCsv(*text, terms);
  ASSERT_THAT(read.status, IsOk());
  EXPECT_TRUE(read.errors.empty()) << read.errors[0].message;
  EXPECT_EQ(read.schema, *schema);
  EXPECT_EQ(read.rows, rows) << *text;
}

// One column of these values and a null, whatever type.
template <typename T>
void ExpectRoundTripOf(const DataType& type, const std::vector<T>& values) {
  SCOPED_TRACE(type.ToString());
  for (const bool alone : {false, true}) {
    std::vector<Field> fields = {{"v", type}};
    if (!alone) fields.push_back({"x", DataType::String()});
    BatchBuilder builder(SchemaOf(fields), {.max_rows = 1 << 20});
    for (const T& value : values) {
      builder.Append(value);
      builder.Append(nullptr);
    }
    Result<RecordBatch> batch = builder.Finish();
    ASSERT_THAT(batch, IsOk());
    ExpectRoundTrip(*std::move(batch));
  }
}

TEST(CsvFileTest, EveryTypeComesBackAsItWas) {
  const int64_t kLongMin = std::numeric_limits<int64_t>::min();
  const int64_t kLongMax = std::numeric_limits<int64_t>::max();
  ExpectRoundTripOf<bool>(DataType::Boolean(), {true, false});
  ExpectRoundTripOf<int64_t>(DataType::Byte(), {-128, 127, 0, 7});
  ExpectRoundTripOf<int64_t>(DataType::Short(), {-32768, 32767, 0});
  ExpectRoundTripOf<int64_t>(DataType::Int(), {INT32_MIN, INT32_MAX, 0, -1, 1234567});
  ExpectRoundTripOf<int64_t>(DataType::Long(), {kLongMin, kLongMax, 0, -1, 99999999, 100000000});
  ExpectRoundTripOf<double>(
      DataType::Double(),
      {0.0, -0.0, 1.5, -1e300, DBL_MAX, DBL_MIN, DBL_TRUE_MIN, 0.1, 1e7, 1e-3, 123456789.125,
       0.30000000000000004, 5e-324, std::numeric_limits<double>::infinity(),
       -std::numeric_limits<double>::infinity(), std::nan("")});
  ExpectRoundTripOf<double>(DataType::Float(), {0.0, 1.5, double{FLT_MAX}, double{FLT_MIN}, 0.1f});
  const int64_t kLeastDay = -719'162;
  ExpectRoundTripOf<int64_t>(DataType::Date(),
                             {0, kLeastDay, 2'932'896, -1, 20'000, 11'016, 4'000'000});
  ExpectRoundTripOf<int64_t>(DataType::Time(), {0, 86'399'999'999, 1, 43'200'000'000});
  for (const DataType& type : {DataType::Timestamp(), DataType::TimestampNtz()}) {
    ExpectRoundTripOf<int64_t>(type, {0, -1, 1, kLeastDay * 86'400'000'000, 253'402'300'799'999'999,
                                      1'700'000'000'123'000, 1'700'000'000'000'000});
  }
  ExpectRoundTripOf<std::string>(DataType::String(), {"",
                                                      "a",
                                                      " ",
                                                      " a",
                                                      "a ",
                                                      "\t",
                                                      ",",
                                                      "\"",
                                                      "\"\"",
                                                      "a\"b",
                                                      "a,b",
                                                      "a\nb",
                                                      "a\r\nb",
                                                      "\r",
                                                      "\n",
                                                      "-1",
                                                      "null",
                                                      "\\",
                                                      std::string("a\0b", 3),
                                                      "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
                                                      std::string(100, 'x'),
                                                      std::string(100, '"'),
                                                      std::string(3 << 20, 'y')});
}

TEST(CsvFileTest, DecimalsOfEveryWidthComeBack) {
  const auto decimal = [](const char* digits) {
    csv::Int128 value = 0;
    for (const char* c = digits + (*digits == '-'); *c != 0; ++c) value = value * 10 + (*c - '0');
    if (*digits == '-') value = -value;
    return Decimal128{.high = static_cast<int64_t>(value >> 64),
                      .low = static_cast<uint64_t>(value)};
  };
  ExpectRoundTripOf<Decimal128>(DataType::Decimal(15, 2),
                                {decimal("0"), decimal("-1"), decimal("99"), decimal("100"),
                                 decimal("999999999999999"), decimal("-999999999999999")});
  ExpectRoundTripOf<Decimal128>(DataType::Decimal(38, 0),
                                {decimal("99999999999999999999999999999999999999"),
                                 decimal("-99999999999999999999999999999999999999"),
                                 decimal("9223372036854775808"), decimal("-9223372036854775808")});
  ExpectRoundTripOf<Decimal128>(
      DataType::Decimal(38, 38),
      {decimal("1"), decimal("-1"), decimal("99999999999999999999999999999999999999")});
}

TEST(CsvFileTest, QuotesStandOnlyWhereTheyMust) {
  BatchBuilder rows(SchemaOf({{"a", DataType::String()}, {"b,c", DataType::Int()}}));
  rows.Append("plain text", 1);
  rows.Append("", nullptr);
  rows.Append(nullptr, 2);
  rows.Append("x,y", 3);
  rows.Append("say \"hi\"", -4);
  rows.Append(" x", 5);
  Result<RecordBatch> batch = rows.Finish();
  EXPECT_THAT(
      Write(*std::move(batch)),
      tenon::testing::IsOkAndHolds(std::string(
          "a,\"b,c\"\nplain text,1\n\"\",\n,2\n\"x,y\",3\n\"say \"\"hi\"\"\",-4\n\" x\",5\n")));
}

TEST(CsvFileTest, TakesSeparatorQuoteAndHeaderAsAsked) {
  const auto batch = [] {
    BatchBuilder rows(SchemaOf({{"a", DataType::String()}, {"b", DataType::Double()}}));
    rows.Append("x|y'", 1.5);
    rows.Append("", nullptr);
    return rows.Finish().value();
  };
  EXPECT_EQ(Write(batch(), {.separator = '|', .quote = '\'', .write_header = false}).value(),
            "'x|y'''|1.5\n''|\n");
  // A separator that numbers are made of.
  EXPECT_EQ(Write(batch(), {.separator = '.', .write_header = false}).value(),
            "x|y'.\"1.5\"\n\"\".\n");
  EXPECT_EQ(Write(batch(), {.quote = std::nullopt, .write_header = false}).value(),
            "x|y',1.5\n,\n");
  EXPECT_THAT(
      Write(batch(), {.separator = '|', .quote = std::nullopt}),
      IsError(StatusCode::kDataError,
              AllOf(HasSubstr("Value cannot be written without quotes: column=a value=x|y'"),
                    HasSubstr("Set quoteChar"))));
}

TEST(CsvFileTest, BinaryIsBase64) {
  BatchBuilder rows(SchemaOf({{"a", DataType::Binary()}}));
  rows.Append(std::string("\x00\xff\x10", 3));
  rows.Append("");
  EXPECT_EQ(Write(rows.Finish().value()).value(), "a\nAP8Q\n\"\"\n");
}

TEST(CsvFileTest, NestedColumnsAndChoicesAreRefusedBeforeAnythingIsWritten) {
  const auto format = MakeCsvWriteFormat({});
  EXPECT_THAT(format->CheckSchema(
                  Schema({{"a", DataType::Int()}, {"tags", DataType::Array(DataType::Int())}})),
              IsErrorNumber(
                  2020, AllOf(HasSubstr("CSV cannot hold this column: column=tags type=array<int>"),
                              HasSubstr("unnest or relationalize"))));
  const DataType choice = DataType::Choice({DataType::Int(), DataType::String()}).value();
  EXPECT_THAT(format->CheckSchema(Schema({{"zip", choice}})),
              IsErrorNumber(2002, AllOf(HasSubstr("column=zip"), HasSubstr("resolveChoice"))));
  EXPECT_THAT(format->CheckSchema(Schema({{"a", DataType::Null()}, {"b", DataType::Binary()}})),
              IsOk());
}

TEST(CsvFileTest, AFileWithoutRowsHasItsHeader) {
  BatchBuilder rows(SchemaOf({{"a", DataType::Int()}}));
  EXPECT_EQ(Write(rows.Finish().value()).value(), "a\n");
}

TEST(CsvFileTest, RandomRowsComeBack) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const char* const kPieces[] = {"a", ",", "\"", "\n", "\r", " ", "\xc3\xa4", "long piece of text",
                                 "1", ""};
  for (int round = 0; round < 200; ++round) {
    BatchBuilder rows(SchemaOf({{"s", DataType::String()},
                                {"n", DataType::Long()},
                                {"d", DataType::Double()},
                                {"t", DataType::Timestamp()}}));
    for (size_t i = random() % 50; i > 0; --i) {
      std::string text;
      for (size_t n = random() % 5; n > 0; --n) text += kPieces[random() % 10];
      const auto number = static_cast<int64_t>(random()) >> random() % 64;
      double real = 0;
      const uint64_t bits = random();
      std::memcpy(&real, &bits, 8);
      if (std::isnan(real)) real = 1;
      rows.Append(text, number, real, number % 253'402'300'799'999'999 / 7);
      if (random() % 4 == 0) rows.Append(nullptr, nullptr, nullptr, nullptr);
    }
    ExpectRoundTrip(rows.Finish().value(), round % 2 == 0);
  }
}

// A batch is rendered some hundred rows at a time, so each row is written alone too, from a slice of the batch.
TEST(CsvFileTest, RowsAreWrittenAlikeTogetherAndAlone) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const char* const kPieces[] = {"a", ",", "\"", "\n", " ", "\xc3\xa4", "a longer piece of text",
                                 "1."};
  BatchBuilder rows(SchemaOf({{"s", DataType::String()},
                              {"n", DataType::Long()},
                              {"none", DataType::Null()},
                              {"m", DataType::Decimal(12, 2)},
                              {"b", DataType::Boolean()},
                              {"d", DataType::Date()},
                              {"plain", DataType::String()}}),
                    {.max_rows = 1 << 20});
  constexpr int64_t kRows = 1'700;
  for (int64_t i = 0; i < kRows; ++i) {
    std::string text;
    for (size_t n = random() % 5; n > 0; --n) text += kPieces[random() % 8];
    if (i == 700) text = std::string(3 << 20, 'x');
    const auto number = static_cast<int64_t>(random()) >> random() % 64;
    if (random() % 6 == 0) {
      rows.Append(nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
    } else {
      const int64_t cents = number % 1'000'000'000;
      rows.Append(text, number, nullptr,
                  Decimal128{.high = cents < 0 ? -1 : 0, .low = static_cast<uint64_t>(cents)},
                  number % 2 == 0, number % 2'000'000, std::string(random() % 50, 'p') + "q");
    }
  }
  const columnar::SharedBatch batch(rows.Finish().value());
  for (const CsvWriteOptions& options :
       {CsvWriteOptions{.write_header = false},
        CsvWriteOptions{.separator = '.', .quote = '1', .write_header = false},
        CsvWriteOptions{.separator = '|', .quote = '\'', .write_header = false}}) {
    std::string alone;
    for (int64_t row = 0; row < kRows; ++row) {
      alone += Write(columnar::Slice(batch, row, 1).value(), options).value();
    }
    EXPECT_TRUE(Write(batch.Share(), options).value() == alone);
    const int64_t first = static_cast<int64_t>(random() % 600);
    const std::string head = Write(columnar::Slice(batch, 0, first).value(), options).value();
    EXPECT_TRUE(head +
                    Write(columnar::Slice(batch, first, kRows - first).value(), options).value() ==
                alone);
  }
}

TEST(CsvFileTest, ManyColumnsAreWrittenInTheirOrder) {
  std::vector<Field> fields;
  for (int i = 0; i < 3000; ++i) fields.push_back({"c" + std::to_string(i), DataType::Int()});
  std::string line;
  for (int i = 0; i < 3000; ++i) line += (i > 0 ? "," : "") + std::to_string(7 * i);
  std::vector<columnar::Column> columns;
  for (int i = 0; i < 3000; ++i) {
    BatchBuilder column(SchemaOf({{"c", DataType::Int()}}));
    for (int row = 0; row < 20; ++row) column.Append(7 * i);
    columns.push_back(columnar::TakeColumns(column.Finish().value())[0]);
  }
  RecordBatch batch = columnar::MakeBatch(SchemaOf(fields), columns, 20).value();
  std::string expected;
  for (int row = 0; row < 20; ++row) expected += line + "\n";
  EXPECT_TRUE(Write(std::move(batch), {.write_header = false}).value() == expected);
}

// What each length of text holds at each place.
TEST(CsvFileTest, AQuoteIsSeenWhereverItStands) {
  const CsvQuoting quoting(',', '"');
  for (size_t size = 1; size < 70; ++size) {
    EXPECT_FALSE(quoting.NeedsQuotes(std::string(size, 'x')));
    for (size_t at = 0; at < size; ++at) {
      for (const char special : {',', '"', '\n', '\r'}) {
        std::string text(size, 'x');
        text[at] = special;
        EXPECT_TRUE(quoting.NeedsQuotes(text)) << text;
      }
    }
  }
}

}  // namespace
}  // namespace tenon::files
