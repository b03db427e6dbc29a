#include "connectors/files/csv/csv_reader.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "base/text.h"
#include "connectors/files/csv/csv_oracle_test.h"
#include "testing/matchers.h"

namespace tenon::files {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

CsvTerms With(CsvDialect dialect) { return {.options = {.dialect = dialect}}; }
CsvTerms WithHeader() { return {.options = {.with_header = true}}; }

std::vector<std::string> Messages(const CsvRead& read) {
  std::vector<std::string> messages;
  for (const ErrorRecord& error : read.errors) {
    messages.push_back(error.message + " (" + error.where + ")");
  }
  return messages;
}

TEST(CsvReaderTest, NamesColumnsByTheHeaderOrByNumber) {
  const CsvRead plain = ReadCsv("a,b\nc,d\n");
  ASSERT_THAT(plain.status, IsOk());
  EXPECT_EQ(plain.schema.ToString(), "struct<col0:string,col1:string>");
  EXPECT_THAT(plain.rows, ElementsAre(R"({"col0":string "a","col1":string "b"})",
                                      R"({"col0":string "c","col1":string "d"})"));

  const CsvRead named = ReadCsv("a,b\nc,d\n", WithHeader());
  ASSERT_THAT(named.status, IsOk());
  EXPECT_EQ(named.schema.ToString(), "struct<a:string,b:string>");
  EXPECT_THAT(named.rows, ElementsAre(R"({"a":string "c","b":string "d"})"));
}

// Rows that get shorter make columns grow beyond what the first rows let expect.
TEST(CsvReaderTest, KeepsEveryTextWhenColumnsGrow) {
  std::string text;
  std::vector<std::string> expected;
  for (int i = 0; i < 60'000; ++i) {
    std::string value = "v" + std::to_string(i);
    if (i < 2'000) value += std::string(300, 'x');
    text += value + ",\n";
    expected.push_back(R"({"col0":string ")" + value + R"("})");
  }
  const CsvRead read = ReadCsv(text);
  ASSERT_THAT(read.status, IsOk());
  ASSERT_EQ(read.rows.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) ASSERT_EQ(read.rows[i], expected[i]) << i;
}

TEST(CsvReaderTest, EmptyIsNullAndQuotedEmptyIsText) {
  const CsvRead read = ReadCsv("a,,\"\"\n,,\n");
  EXPECT_THAT(read.rows, ElementsAre(R"({"col0":string "a","col2":string ""})", "{}"));
}

TEST(CsvReaderTest, UndoesQuotes) {
  const CsvRead read = ReadCsv("\"a,b\",\"c\"\"d\"\"\",\"\"\"\"\n");
  EXPECT_THAT(read.rows, ElementsAre(StringRow({"col0", "col1", "col2"}, {"a,b", "c\"d\"", "\""})));
}

TEST(CsvReaderTest, TakesQuotesInsideAPlainValueAsTheyAre) {
  const CsvRead read = ReadCsv("5\" pipe,a\"b\"\nx,y\n");
  EXPECT_THAT(read.errors, IsEmpty());
  EXPECT_THAT(read.rows, ElementsAre(StringRow({"col0", "col1"}, {"5\" pipe", "a\"b\""}),
                                     StringRow({"col0", "col1"}, {"x", "y"})));
}

TEST(CsvReaderTest, QuotesMayBeOff) {
  const CsvRead read = ReadCsv("\"a,b\"\n", With({.quote = std::nullopt}));
  EXPECT_THAT(read.rows, ElementsAre(StringRow({"col0", "col1"}, {"\"a", "b\""})));
}

TEST(CsvReaderTest, EscapersMakeTheNextCharacterPlainSaveFour) {
  const CsvRead read = ReadCsv("a\\,b,\\n\\r\\t\\0\\x\\\\,\"\\\"\"\n", With({.escaper = '\\'}));
  EXPECT_THAT(read.rows, ElementsAre(StringRow({"col0", "col1", "col2"},
                                               {"a,b", std::string("\n\r\t\0x\\", 6), "\""})));
}

TEST(CsvReaderTest, AnEscaperAtTheEndOfALineStandsForItself) {
  EXPECT_THAT(ReadCsv("C:\\\nD:\\", With({.escaper = '\\'})).rows,
              ElementsAre(StringRow({"col0"}, {"C:\\"}), StringRow({"col0"}, {"D:\\"})));
  EXPECT_THAT(ReadCsv("a\\\nb\nc\\", With({.escaper = '\\', .multi_line = true})).rows,
              ElementsAre(StringRow({"col0"}, {"a\nb"}), StringRow({"col0"}, {"c\\"})));
  EXPECT_THAT(ReadCsv("a\\\n", With({.escaper = '\\', .multi_line = true})).rows,
              ElementsAre(StringRow({"col0"}, {"a\n"})));
}

TEST(CsvReaderTest, ValuesMayGoOverLinesWhenAsked) {
  const std::string text = "1,\"a\nb\"\r\n2,\"c\r\nd\"\r\n";
  EXPECT_THAT(ReadCsv(text, With({.multi_line = true})).rows,
              ElementsAre(StringRow({"col0", "col1"}, {"1", "a\nb"}),
                          StringRow({"col0", "col1"}, {"2", "c\r\nd"})));
  const CsvRead lines = ReadCsv(text);
  EXPECT_THAT(Messages(lines),
              ElementsAre(AllOf(HasSubstr("a quoted value is not closed on its line"),
                                HasSubstr("file=0 line=1 byte=4")),
                          HasSubstr("line=3 byte=14")));
  EXPECT_THAT(lines.rows, ElementsAre(StringRow({"col0"}, {"b\""}), StringRow({"col0"}, {"d\""})));
}

TEST(CsvReaderTest, FillsShortRecordsAndReportsLongOnes) {
  const CsvRead read = ReadCsv("a,b,c\n1\n1,2,3,4\n\n\r\n5,6\n", WithHeader());
  EXPECT_THAT(read.rows, ElementsAre(StringRow({"a"}, {"1"}), StringRow({"a", "b"}, {"5", "6"})));
  ASSERT_THAT(read.errors, SizeIs(1));
  EXPECT_EQ(read.errors[0].message,
            "Record cannot be read: it has more values than there are columns: values=4 columns=3");
  EXPECT_EQ(read.errors[0].input, "1,2,3,4");
  EXPECT_EQ(read.errors[0].where, "file=0 line=3 byte=13");
}

TEST(CsvReaderTest, EmptyLinesAreRowsOfOneColumnOnly) {
  EXPECT_THAT(ReadCsv("a\n\n1\n\n", WithHeader()).rows,
              ElementsAre("{}", StringRow({"a"}, {"1"}), "{}"));
  EXPECT_THAT(ReadCsv("a,b\n\n1,2\n\n", WithHeader()).rows, SizeIs(1));
}

TEST(CsvReaderTest, AFileWithAByteOrderMarkGivesEachRecordOnceWhereverItIsCut) {
  const std::string text = "\xef\xbb\xbf\"a\",b\n1,2\n\"x\ny\",3\n";
  for (const bool header : {false, true}) {
    for (const bool multi_line : {false, true}) {
      CsvTerms terms = header ? WithHeader() : CsvTerms{};
      terms.options.dialect.multi_line = multi_line;
      const CsvRead whole = ReadCsv(text, terms);
      if (multi_line) {
        ASSERT_EQ(whole.rows.size(), header ? 2u : 3u);
      }
      for (int64_t cut = 1; cut < static_cast<int64_t>(text.size()); ++cut) {
        terms.borders = {cut};
        const CsvRead read = ReadCsv(text, terms);
        EXPECT_EQ(read.rows, whole.rows) << "cut=" << cut;
        EXPECT_EQ(read.errors.size(), whole.errors.size()) << "cut=" << cut;
      }
    }
  }
}

TEST(CsvReaderTest, SkipsAByteOrderMarkAndRefusesUtf16) {
  EXPECT_THAT(ReadCsv("\xef\xbb\xbf"
                      "a\n1\n",
                      WithHeader())
                  .rows,
              ElementsAre(StringRow({"a"}, {"1"})));
  EXPECT_THAT(ReadCsv("\xef\xbb\xbf\"a\",b").rows,
              ElementsAre(StringRow({"col0", "col1"}, {"a", "b"})));
  EXPECT_THAT(ReadCsv("\xef\xbb\xbf").rows, IsEmpty());
  EXPECT_THAT(ReadCsv(std::string("\xff\xfe"
                                  "a\0,\0",
                                  6))
                  .status,
              IsError(StatusCode::kDataError, HasSubstr("UTF-16: file=0")));
}

TEST(CsvReaderTest, ReportsBytesThatAreNotUtf8) {
  const CsvRead read = ReadCsv("\xc3\xa4,1\nx\xff,2\n\xe2\x82\xac,3\n");
  EXPECT_THAT(Messages(read),
              ElementsAre(AllOf(HasSubstr("it is not UTF-8"), HasSubstr("file=0 line=2 byte=5"))));
  EXPECT_THAT(read.rows, SizeIs(2));
  EXPECT_THAT(ReadCsv("a\xff\n1\n", WithHeader()).status,
              IsError(StatusCode::kDataError, HasSubstr("Header is not UTF-8: file=0")));
}

TEST(CsvReaderTest, ReportsTextBehindAClosingQuoteAndGoesOn) {
  const CsvRead read = ReadCsv("\"a\"b,c\nd,e\n");
  EXPECT_THAT(Messages(read), ElementsAre(AllOf(HasSubstr("there is text behind a closing quote"),
                                                HasSubstr("line=1 byte=3"))));
  EXPECT_THAT(read.rows, ElementsAre(StringRow({"col0", "col1"}, {"d", "e"})));
}

TEST(CsvReaderTest, ReportsAQuoteThatIsNeverClosedOnce) {
  const CsvRead read = ReadCsv("a,b\n\"c,d\ne,f\n", With({.multi_line = true}));
  EXPECT_THAT(Messages(read),
              ElementsAre(AllOf(HasSubstr("a quoted value is not closed before the file ends"),
                                HasSubstr("file=0 line=2 byte=4"))));
  EXPECT_THAT(read.rows, SizeIs(1));
}

TEST(CsvReaderTest, KeepsNulBytes) {
  EXPECT_THAT(
      ReadCsv(std::string("a\0b,\0\n", 6)).rows,
      ElementsAre(StringRow({"col0", "col1"}, {std::string("a\0b", 3), std::string("\0", 1)})));
}

TEST(CsvReaderTest, SkipFirstLeavesOutTheFirstRecordOfEachFile) {
  CsvTerms terms = WithHeader();
  terms.options.skip_first = true;
  EXPECT_THAT(ReadCsvFiles({"a\nx\n1\n", "a\nx\n2\n"}, terms).rows,
              ElementsAre(StringRow({"a"}, {"1"}), StringRow({"a"}, {"2"})));
  terms.options.with_header = false;
  EXPECT_THAT(ReadCsv("skipped\n1,2\n", terms).rows,
              ElementsAre(StringRow({"col0", "col1"}, {"1", "2"})));
}

TEST(CsvReaderTest, FilesWithOtherHeadersAreMatchedByName) {
  for (const bool one_reader : {false, true}) {
    CsvTerms terms = WithHeader();
    terms.one_reader = one_reader;
    const CsvRead read = ReadCsvFiles({"a,b\n1,2\n", "b,c\n3,4\n", "", "c\n"}, terms);
    ASSERT_THAT(read.status, IsOk());
    EXPECT_EQ(read.schema.ToString(), "struct<a:string,b:string,c:string>");
    EXPECT_THAT(read.rows,
                ElementsAre(StringRow({"a", "b"}, {"1", "2"}), StringRow({"b", "c"}, {"3", "4"})));
    EXPECT_EQ(read.batches, one_reader ? 1 : 2);
  }
}

TEST(CsvReaderTest, MakesHeadersUsable) {
  EXPECT_EQ(ReadCsv("a,,a,\"b \"\"c\"\"\"\n", WithHeader()).schema.ToString().find("a0"), 7u);
  EXPECT_EQ(UsableNames({"a", "", "a", "b"}), (std::vector<std::string>{"a0", "col1", "a2", "b"}));
  EXPECT_EQ(UsableNames({"a", "a", "a0"}), (std::vector<std::string>{"a0", "a1", "a0_"}));
}

TEST(CsvReaderTest, AHeaderWithBrokenQuotesEndsTheRead) {
  for (const char* text : {"\"\n1\n", "\"a\"b,c\n1,2\n"}) {
    EXPECT_THAT(
        ReadCsv(text, WithHeader()).status,
        IsError(StatusCode::kDataError, AllOf(HasSubstr("Header cannot be read: file=0 reason="),
                                              HasSubstr("Check quoteChar"))));
  }
  CsvTerms terms = WithHeader();
  terms.options.dialect.multi_line = true;
  EXPECT_THAT(ReadCsv("\"a,b\n1,2\n", terms).status,
              IsError(StatusCode::kDataError, HasSubstr("not closed before the file ends")));
  // Without a header it is a bad record.
  EXPECT_THAT(ReadCsv("\"\n1\n").errors, SizeIs(1));
}

TEST(CsvReaderTest, FilesWithoutRowsAreFine) {
  for (const char* text : {"", "\n", "\r\n\r\n"}) {
    const CsvRead read = ReadCsv(text);
    EXPECT_THAT(read.status, IsOk());
    EXPECT_THAT(read.rows, IsEmpty());
  }
  const CsvRead read = ReadCsv("a,b", WithHeader());
  EXPECT_EQ(read.schema.size(), 2);
  EXPECT_THAT(read.rows, IsEmpty());
}

TEST(CsvReaderTest, ReadsTheColumnsAskedForInTheirOrder) {
  CsvTerms terms = WithHeader();
  terms.columns = {"c", "a"};
  const CsvRead read = ReadCsv("a,b,c\n1,2,3\n", terms);
  EXPECT_EQ(read.schema.ToString(), "struct<c:string,a:string>");
  EXPECT_THAT(read.rows, ElementsAre(StringRow({"a", "c"}, {"1", "3"})));
  terms.columns.emplace();
  EXPECT_THAT(ReadCsv("a,b,c\n1,2,3\n4,5,6\n", terms).rows, SizeIs(2));
}

TEST(CsvReaderTest, BatchesEndAtTheirLimits) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += std::to_string(i) + ",x\n";
  CsvTerms terms;
  terms.limits.max_rows = 64;
  const CsvRead by_rows = ReadCsv(text, terms);
  EXPECT_EQ(by_rows.batches, 16);
  EXPECT_THAT(by_rows.rows, SizeIs(1000));
  terms.limits = {.max_bytes = 1000};
  const CsvRead by_bytes = ReadCsv(text, terms);
  EXPECT_GT(by_bytes.batches, 10);
  EXPECT_THAT(by_bytes.rows, SizeIs(1000));
}

TEST(CsvReaderTest, ARecordLongerThanTheBoundEndsTheRead) {
  CsvTerms terms = With({.multi_line = true});
  terms.sizes.window_bytes = terms.sizes.read_bytes = 1024;
  terms.options.longest_record_bytes = 64 << 10;
  const std::string text = "a\n\"" + std::string(1 << 20, 'x');
  EXPECT_THAT(ReadCsv(text, terms).status,
              IsError(StatusCode::kDataError,
                      AllOf(HasSubstr("A record is too long: file=0 byte=2 limit_bytes=65536"),
                            HasSubstr("never closed"))));
  terms.options.longest_record_bytes = 4 << 20;
  EXPECT_THAT(ReadCsv("a\n" + std::string(1 << 20, 'x') + "\nb\n", terms).rows, SizeIs(3));
}

// A text of random records, and what they are.
struct RandomFile {
  std::string text;
  std::vector<std::string> rows;
  size_t bad = 0;
};

RandomFile MakeFile(std::mt19937_64& random, const CsvDialect& dialect, size_t columns,
                    bool damaged) {
  RandomFile file;
  const char* const kPieces[] = {"a", "7",    "some text", "\xc3\xa4", ",",
                                 "|", "\"\"", "\n",        "\r\n",     "12.5"};
  const size_t records = random() % 60;
  for (size_t r = 0; r < records; ++r) {
    for (size_t c = 0; c < columns; ++c) {
      if (c > 0) file.text += static_cast<char>(dialect.separator);
      const bool quoted = dialect.quote && random() % 3 == 0;
      if (quoted) file.text += '"';
      for (size_t n = random() % 4; n > 0; --n) {
        const size_t piece = random() % (quoted ? (dialect.multi_line ? 10 : 7) : 4);
        file.text += kPieces[piece];
      }
      if (quoted) file.text += '"';
    }
    file.text += random() % 5 == 0 ? "\r\n" : "\n";
  }
  if (!file.text.empty() && random() % 3 == 0) file.text.pop_back();
  if (damaged && !file.text.empty()) {
    for (size_t n = random() % 3 + 1; n > 0; --n) {
      const char kBytes[] = "\"\",\n\r\\x\xff\0|";
      file.text[random() % file.text.size()] = kBytes[random() % (sizeof(kBytes) - 1)];
    }
  }
  std::vector<std::string> names;
  for (size_t c = 0; c < columns; ++c) names.push_back("c" + std::to_string(c));
  std::string header;
  for (const std::string& name : names) {
    header += (header.empty() ? "" : std::string(1, static_cast<char>(dialect.separator))) + name;
  }
  for (const OracleRecord& record : OracleRecords(dialect, file.text)) {
    const bool empty = record.fields.size() == 1 && !record.fields[0];
    if (empty && columns != 1 && record.bad.empty()) continue;
    bool utf8 = true;
    for (const auto& field : record.fields) {
      utf8 = utf8 && (!field || base::IsUtf8(*field));
    }
    if (!record.bad.empty() || record.fields.size() > columns || !utf8) {
      ++file.bad;
    } else {
      file.rows.push_back(StringRow(names, record.fields));
    }
  }
  file.text = header + "\n" + file.text;
  return file;
}

void CompareRandomFiles(bool damaged, int rounds) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < rounds; ++round) {
    CsvDialect dialect;
    dialect.multi_line = random() % 2 == 0;
    if (random() % 4 == 0) dialect.escaper = '\\';
    if (random() % 4 == 0) dialect.separator = '|';
    if (random() % 8 == 0) dialect.quote.reset();
    const size_t columns = 1 + random() % 5;
    const RandomFile file = MakeFile(random, dialect, columns, damaged);
    CsvTerms terms = With(dialect);
    terms.options.with_header = true;
    for (size_t n = random() % 4; n > 0; --n) {
      terms.borders.push_back(static_cast<int64_t>(random() % (file.text.size() + 1)));
    }
    std::sort(terms.borders.begin(), terms.borders.end());
    terms.sizes.window_bytes = 16 << random() % 6;
    terms.sizes.read_bytes = 16 << random() % 8;
    terms.limits.max_rows = 1 + static_cast<int64_t>(random() % 100);
    terms.one_reader = random() % 2 == 0;
    const std::vector<CsvKernel> kernels = CsvKernels();
    terms.sizes.kernel = kernels[random() % kernels.size()];
    const CsvRead read = ReadCsv(file.text, terms);
    ASSERT_THAT(read.status, IsOk()) << file.text;
    ASSERT_EQ(read.rows, file.rows) << file.text << "\nmulti_line=" << dialect.multi_line;
    ASSERT_EQ(read.errors.size(), file.bad) << file.text;
  }
}

TEST(CsvReaderTest, AFileIsOpenedOnceToPlanAndOnceToBeRead) {
  const std::vector<std::string> equal(20, "a,b\n1,2\n");
  std::vector<std::string> different = equal;
  different[7] = "b,a,c\n2,1,3\n";
  std::vector<std::string> longer = equal;
  longer[3] = "\"a\",b\n1,2\n";
  for (const std::vector<std::string>& files : {equal, different, longer}) {
    for (const bool one_reader : {false, true}) {
      for (const bool with_header : {false, true}) {
        const CsvRead read = ReadCsvFiles(
            files, {.options = {.with_header = with_header}, .one_reader = one_reader});
        EXPECT_THAT(read.status, IsOk());
        EXPECT_EQ(read.rows.size(), with_header ? 20u : 40u);
        EXPECT_EQ(read.opens, 40);
      }
    }
  }
}

TEST(CsvReaderTest, ReadersKnowTheHeadOfAllFilesWhateverIsWanted) {
  CsvTerms terms{.options = {.with_header = true, .skip_first = true}, .one_reader = true};
  terms.columns = {"b"};
  const CsvRead read = ReadCsvFiles({"a,b\n0,0\n1,2\n3,4\n", "a,b\n9,9\n5,6\n"}, terms);
  EXPECT_THAT(read.status, IsOk());
  EXPECT_THAT(read.rows,
              ElementsAre(R"({"b":string "2"})", R"({"b":string "4"})", R"({"b":string "6"})"));
}

TEST(CsvReaderTest, BadRecordsAreReportedInTheirOrder) {
  CsvTerms terms{.options = {.with_header = true,
                             .declared = Schema({{"a", DataType::Int()}, {"b", DataType::Int()}})}};
  const CsvRead read = ReadCsv("a,b\n1,2,3\nx,1\n1,1\n\"1\"1,2\n1,y\n2,2\n1,2,3\n", terms);
  EXPECT_THAT(read.status, IsOk());
  EXPECT_EQ(read.rows.size(), 2u);
  std::vector<std::string> places;
  for (const ErrorRecord& error : read.errors) places.push_back(error.where);
  EXPECT_THAT(places,
              ElementsAre("file=0 line=2 byte=7", "file=0 line=3 byte=10", "file=0 line=5 byte=21",
                          "file=0 line=6 byte=27", "file=0 line=8 byte=36"));
}

TEST(CsvReaderTest, AgreesWithTheSlowReaderWhereverRangesAndWindowsEnd) {
  CompareRandomFiles(false, 3000);
}

TEST(CsvReaderTest, AgreesWithTheSlowReaderOnDamagedFiles) { CompareRandomFiles(true, 3000); }

}  // namespace
}  // namespace tenon::files
