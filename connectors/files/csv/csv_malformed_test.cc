// Damaged and hostile files: no crash, no hang, what is bad is named with its place, and nothing good is lost.
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "connectors/files/bomb_test.h"
#include "connectors/files/csv/csv_oracle_test.h"
#include "connectors/files/malformed_testing.h"
#include "testing/matchers.h"

namespace tenon::files {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;

#if defined(__SANITIZE_ADDRESS__)
constexpr int64_t kMostGrowth = (64 << 20) + (256 << 20);  // Freed memory stays in quarantine.
#else
constexpr int64_t kMostGrowth = 64 << 20;
#endif
// With what threads unpack ahead of the reader, 80 MiB a file, and as much again that sanitizers know of it.
constexpr int64_t kMostBombGrowth = kMostGrowth + (160 << 20);

int64_t PeakBytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return int64_t{usage.ru_maxrss} << 10;
}

std::string Bytes(const char* text, size_t size) { return {text, size}; }

// Sixty files made by hand; the header is "a,b" unless the text is about the header.
const std::vector<Malformed>& Files() {
  constexpr const char* kClosed = "not closed on its line";
  constexpr const char* kBehind = "text behind a closing quote";
  constexpr const char* kMore = "more values than there are columns";
  constexpr const char* kUtf8 = "not UTF-8";
  constexpr const char* kEnd = "not closed before the file ends";
  static const std::vector<Malformed> files = {
      {"", 0, {}},
      {"\n", 0, {}},
      {"\n\n\n", 0, {}},
      {"\r\n", 0, {}},
      {"a,b", 0, {}},
      {"a,b\n", 0, {}},
      {"a,b\n\n", 0, {}},
      {"a,b\n1", 1, {}},
      {"a,b\n1,", 1, {}},
      {"a,b\n,", 1, {}},
      {"a,b\n,,", 0, {kMore}},
      {"a,b\n1,2,3", 0, {kMore}},
      {"a,b\n1,2,3\n4,5", 1, {kMore}},
      {"a,b\n1,2\n3,4,\n", 1, {kMore}},
      {"a,b\n\"", 0, {kClosed}},
      {"a,b\n\"1", 0, {kClosed}},
      {"a,b\n\"1,2\n3,4\n", 1, {kClosed}},
      {"a,b\n1,\"2\n3,4\n", 1, {kClosed}},
      {"a,b\n\"\"\"\n3,4\n", 1, {kClosed}},
      {"a,b\n\"1\"2,3\n4,5\n", 1, {kBehind}},
      {"a,b\n\"1\" ,3\n4,5\n", 1, {kBehind}},
      {"a,b\n\"1\"\"2\"3,4\n5,6\n", 1, {kBehind}},
      {"a,b\n\"1\"\r2,3\n4,5\n", 1, {kBehind}},
      {"a,b\n\"1\"x\"2,3\"\n4,5\n", 1, {kBehind}},
      {"a,b\n\"x\"y,z,w\n1,2\n", 1, {kBehind}},
      {"a,b\n\"x\"y,\"z\n1,2\n", 1, {kBehind}},
      {"a,b\n\"1,2\n3,4\n", 0, {kEnd}, true},
      {"a,b\n1,2\n\"", 1, {kEnd}, true},
      {"a,b\n1,2\n3,\"4\"\"\n5,6\n", 1, {kEnd}, true},
      {"a,b\n\"1\"2,\"3\n4\",5\n6,7\n", 1, {kBehind}, true},
      {"a,b\n\"1\n2\"3,4\n5,6\n", 1, {kBehind}, true},
      {"a,b\n1,\xff\n2,3\n", 1, {kUtf8}},
      {"a,b\n1,\xc3\n2,3\n", 1, {kUtf8}},
      {"a,b\n1,\xc3", 0, {kUtf8}},
      {"a,b\n\xed\xa0\x80,1\n", 0, {kUtf8}},
      {"a,b\n\xc0\xaf,1\n", 0, {kUtf8}},
      {"a,b\n\xf5\x80\x80\x80,1\n", 0, {kUtf8}},
      {"a,b\n\"\xe2\x82\",1\n\xe2\x82\xac,1\n", 1, {kUtf8}},
      {"a,b\n\xff,1\n\xff,2\n\xff,3\n", 0, {kUtf8, kUtf8, kUtf8}},
      {"a,b\n1,\"\xff\n2\"\n3,4\n", 1, {kUtf8}, true},
      {Bytes("a,b\n\0,1\n", 8), 1, {}},
      {Bytes("a,b\n\0\0\0\n", 8), 1, {}},
      {Bytes("a,b\n\"\0\",1\n", 10), 1, {}},
      {"a,b\n1\r2,3\n", 1, {}},
      {"a,b\r1,2\r", 0, {}},
      {"a,b\n\r,1\n", 1, {}},
      {"a,b\n1,2\r\r\n", 1, {}},
      {"\xef\xbb\xbf", 0, {}},
      {"\xef\xbb\xbf\n", 0, {}},
      {"\xef\xbb\xbf"
       "a,b\n1,2,3\n",
       0,
       {kMore}},
      {"\xef\xbb"
       "a,b\n1,2\n",
       1,
       {}},
      {",\n1,2\n", 1, {}},
      {",,,\n1,2\n", 1, {}},
      {"a,a\n1,2\n", 1, {}},
      {"\"a\nb\",c\n1,2\n", 1, {}, true},
      {"\"a,b\n1,2\n", 0, {}, true},
      {"a\"b,c\n1,2\n", 1, {}},
      {"a,b\n5\",6\"\n\"7\",8\n", 2, {}},
      {"a,b\n'1,2',3\n", 0, {kMore}},
      {"a,b\n\"1\",\"2\"\",3\n4,5\n", 1, {kClosed}},
      {"a,b\n\xe2\x80\xae,\xe2\x80\x8b\n", 1, {}},
      {"a,b\n" + std::string(1 << 20, ',') + "\n1,2\n", 1, {kMore}},
      {"a,b\n" + std::string(1 << 20, '"') + "\n1,2\n", 2, {}},
      {"a,b\n" + std::string(1 << 20, '\n') + "1,2\n", 1, {}},
      {"a,b\n1," + std::string(3 << 20, 'x') + "\n1,2\n", 2, {}},
  };
  return files;
}

TEST(CsvMalformedTest, HandMadeFilesAreReadAsFarAsTheyGo) {
  EXPECT_GE(Files().size(), 60u);
  int number = 0;
  for (const Malformed& file : Files()) {
    SCOPED_TRACE("file " + std::to_string(number++) + ": " + file.text.substr(0, 60));
    for (const CsvTypes types : {CsvTypes::kStrings, CsvTypes::kInfer}) {
      for (const bool small : {false, true}) {
        CsvTerms terms{.options = {.with_header = true, .types = types}};
        terms.options.dialect.multi_line = file.multi_line;
        if (small) terms.sizes.window_bytes = terms.sizes.read_bytes = 32;
        if (small && file.text.size() > 1000) continue;
        const CsvRead read = ReadCsv(file.text, terms);
        // Only a header that is no text ends a read.
        if (!read.status.ok()) {
          EXPECT_THAT(read.status.ToString(),
                      AnyOf(HasSubstr("Header is not UTF-8: file=0"),
                            HasSubstr("Header cannot be read: file=0 reason=")));
          EXPECT_TRUE(file.text.starts_with("\"") || file.text.starts_with("\xef")) << file.text;
          continue;
        }
        EXPECT_EQ(read.rows.size(), file.rows);
        ASSERT_NO_FATAL_FAILURE(ExpectErrors(read.errors, file.words, "0"));
      }
    }
  }
}

// As PeakBytes, once what was needed before is forgotten.
int64_t NewPeakBytes() {
  std::ofstream("/proc/self/clear_refs") << 5;
  return PeakBytes();
}

// 1,200 files with bytes changed, cut off, doubled and moved: every record of the file is a row or an error, whatever
// the windows and the kernel.
TEST(CsvMalformedTest, MutatedFilesGiveTheSameHoweverTheyAreRead) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::string base =
      "id,name,price,day\n1,\"Smith, J\",12.50,2026-01-31\n2,\"a \"\"b\"\"\",0.99,2026-02-01\n"
      "3,\"two\nlines\",7.00,\n4,,,\r\n5,z\xc3\xbcrich,1.25,2026-03-01\n";
  const int64_t before = PeakBytes();
  for (int round = 0; round < 1200; ++round) {
    std::string text = base + (random() % 2 == 0 ? base.substr(18) : "");
    Mutate(text, "\"\n\r,\\", random);
    CsvTerms terms{.options = {.with_header = true}};
    terms.options.dialect.multi_line = random() % 2 == 0;
    if (random() % 3 == 0) terms.options.types = CsvTypes::kInfer;
    const CsvRead whole = ReadCsv(text, terms);
    terms.sizes.window_bytes = 16 << random() % 5;
    terms.sizes.read_bytes = 8 << random() % 6;
    terms.sizes.kernel = CsvKernel::kScalar;
    for (size_t n = random() % 3; n > 0; --n) {
      terms.borders.push_back(static_cast<int64_t>(random() % text.size()));
    }
    std::sort(terms.borders.begin(), terms.borders.end());
    const CsvRead again = ReadCsv(text, terms);
    ASSERT_NO_FATAL_FAILURE(ExpectSame(whole, again, text));
    if (!whole.status.ok()) {
      ASSERT_THAT(whole.status.ToString(), HasSubstr("file=0")) << text;
    }
    for (const ErrorRecord& error : whole.errors) {
      ASSERT_THAT(error.where, AllOf(HasSubstr("file=0 line="), HasSubstr(" byte=")));
    }
  }
  EXPECT_LT(PeakBytes() - before, kMostGrowth);
}

// A value of 300 MB takes about twice its size, and the next record is read.
TEST(CsvMalformedTest, AValueOf300MegabytesIsRead) {
  std::string text = "a,b\n1,\"";
  text.resize(text.size() + (300 << 20), 'x');
  text += "\"\n2,3\n";
  CsvTerms terms{.options = {.with_header = true}};
  terms.columns = {"a"};
  const CsvRead read = ReadCsv(text, terms);
  EXPECT_THAT(read.status, IsOk());
  EXPECT_EQ(read.rows.size(), 2u);
}

// A small file of ten gigabytes. What is read of it, and kept, is a record of the bound.
TEST(CsvMalformedTest, ABombEndsTheReadAtTheBoundOfARecord) {
  using compression::Codec;
  for (const Codec codec : {Codec::kGzip, Codec::kBzip2, Codec::kZstd}) {
    const std::string bomb = Bomb(codec, 'x', int64_t{10} << 30);
    ASSERT_GT(bomb.size(), 0u);
    ASSERT_LT(bomb.size(), 32u << 20);
    const std::string packed = PackedMember(codec, "a\n1\n", 1) + bomb;
    // Who looks for types meets it, or who reads.
    for (const CsvTypes types : {CsvTypes::kInfer, CsvTypes::kStrings}) {
      const int64_t before = NewPeakBytes();
      CsvTerms terms{.options = {.with_header = true, .types = types}, .codec = codec};
      terms.options.dialect.multi_line = types == CsvTypes::kInfer;
      terms.options.longest_record_bytes = 4 << 20;
      EXPECT_THAT(ReadCsv(packed, terms).status,
                  IsError(StatusCode::kDataError,
                          HasSubstr("A record is too long: file=0 byte=4 limit_bytes=4194304")));
      EXPECT_LT(PeakBytes() - before, kMostBombGrowth);
    }
  }
}

// Nobody knows where a packed file ends, and its first records have no bytes: the first batch grows all the same.
TEST(CsvMalformedTest, RowsFollowEmptyOnesOfAPackedFile) {
  using compression::Codec;
  CsvTerms terms{.one_reader = true, .codec = Codec::kGzip};
  const CsvRead read = ReadCsvFiles(
      {PackedMember(Codec::kGzip, "\n", 1), PackedMember(Codec::kGzip, "text\n", 20'000)}, terms);
  EXPECT_THAT(read.status, IsOk());
  ASSERT_EQ(read.rows.size(), 20'001u);
  EXPECT_EQ(read.rows[0], "{}");
  EXPECT_EQ(read.rows[20'000], R"({"col0":string "text"})");
}

// Where its first record starts is no place among the packed bytes.
TEST(CsvMalformedTest, AHeaderLongerThanItsPackedFileIsRead) {
  using compression::Codec;
  std::string text = "c0";
  for (int i = 1; i < 2000; ++i) text += ",a_name_that_packs_well_" + std::to_string(i);
  const size_t header = text.size();
  text += "\n1\n2\n";
  for (const Codec codec : {Codec::kGzip, Codec::kZstd}) {
    const std::string packed = PackedMember(codec, text, 1);
    ASSERT_LT(packed.size(), header);
    for (const CsvTypes types : {CsvTypes::kInfer, CsvTypes::kStrings}) {
      CsvTerms terms{.options = {.with_header = true, .types = types}, .codec = codec};
      terms.columns = {"c0"};
      const CsvRead read = ReadCsv(packed, terms);
      EXPECT_THAT(read.status, IsOk());
      EXPECT_EQ(read.rows.size(), 2u);
    }
  }
}

TEST(CsvMalformedTest, TenThousandColumnsAreRead) {
  std::string header = "c0", row = "0";
  for (int i = 1; i < 10'000; ++i) {
    header += ",c" + std::to_string(i);
    row += "," + std::to_string(i);
  }
  CsvTerms terms{.options = {.with_header = true, .types = CsvTypes::kInfer}};
  terms.columns = {"c9999"};
  const CsvRead read = ReadCsv(header + "\n" + row + "\n" + row + "\n", terms);
  EXPECT_EQ(read.rows, (std::vector<std::string>(2, R"({"c9999":int 9999})")));
}

}  // namespace
}  // namespace tenon::files
