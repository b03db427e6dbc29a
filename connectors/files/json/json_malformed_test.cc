// Damaged and hostile files: no crash, no hang, what is bad is named with its place, and nothing good is lost. Bad
// lines made by hand stand in json_lines_reader_test.cc.
#include <algorithm>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compression/compressor.h"
#include "connectors/files/bomb_test.h"
#include "connectors/files/json/json_documents_test.h"
#include "connectors/files/json/json_oracle_test.h"
#include "connectors/files/malformed_testing.h"
#include "testing/matchers.h"
#include "testing/seed.h"

namespace tenon::files {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOk;
using tenon::testing::Seed;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

const std::vector<Malformed>& Files() {
  static const std::vector<Malformed> files = {
      {"", 0, {}},
      {"\n\r\n \t\n", 0, {}},
      {std::string(1 << 20, '\n') + "{}", 1, {}},
      {std::string(1 << 20, ' ') + "{}", 1, {}},
      {"{", 0, {"goes on behind its line"}},
      {"}", 0, {"must be an object"}},
      {"{}\n{", 1, {"goes on behind its line"}},
      {"\"", 0, {"string"}},
      {"\"\n{}\n", 1, {"string"}},
      {"{}\n\"{}\n{}", 2, {"string"}},
      {"null\n{}", 1, {"must be an object"}},
      {"{}{", 1, {"goes on behind its line"}},
      {"{\"a\":1}}{\"a\":2}\n{}", 1, {"more behind"}},
      {"{\"a\":\n1}\n{}", 1, {"goes on behind its line", "must be an object"}},
      {"{\"a\":\"\r\"}\n{}", 1, {"raw control character"}},
      {std::string("\0", 1), 0, {"must be an object"}},
      {std::string("{}\n\0\n{}", 7), 2, {"must be an object"}},
      {std::string("{}\0", 3), 0, {"more behind"}},
      {"\xef\xbb\xbf", 0, {}},
      {"\xef\xbb\xbf{}", 1, {}},
      {"\xef\xbb\xbf\xef\xbb\xbf{}", 0, {"must be an object"}},
      {"{}\n\xef\xbb\xbf{}", 1, {"must be an object"}},
      {"\xef\xbb{}", 0, {"not UTF-8"}},
      {"\xff\n{}", 1, {"not UTF-8"}},
      {"{\"a\":\"\xf5\x80\x80\x80\"}\n{}", 1, {"not UTF-8"}},
      {"{\"a\":\"\xe2\x82\"}\n{}", 1, {"not UTF-8"}},
      {"{\"a\":\"\xe2\x82", 0, {"string"}},
      {"{\"a\":\"\\ud800\"}", 1, {}},
      {"{\"a\":\"\\udc00\\ud800\"}", 1, {}},
      {"{\"a\":\"\\ud800\\u0041\"}", 1, {}},
      {"{\"\\ud800\":1}", 1, {}},
      {"{\"a\":\"\\ud800\\u\"}", 0, {"an escape in a string"}},
      {"{\"a\":\"\\", 0, {"string"}},
      {"{\"a\":1e999999999999999999999}", 1, {}},
      {"{\"a\":" + std::string(1 << 20, '9') + "}", 1, {}},
      {"{\"a\":0." + std::string(1 << 20, '1') + "}", 1, {}},
      {"{\"a\":-" + std::string(1 << 20, '-') + "1}\n{}", 1, {"a number"}},
      {"{\"" + std::string(1 << 20, 'k') + "\":1}", 1, {}},
      {std::string(1 << 20, '{'), 0, {"a name is missing"}},
      {std::string(1 << 20, '['), 0, {"must be an object"}},
      {"{\"a\":" + std::string(100'000, '[') + "\n{}", 1, {"nesting is too deep"}},
      {"{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}\n{}",
       1,
       {"nesting is too deep"}},
      {"{\"a\":[" + std::string(1 << 20, ',') + "]}\n{}", 1, {"a value"}},
      {Repeated("{\"a\":", 100'000) + "1" + std::string(100'000, '}') + "\n{}",
       1,
       {"nesting is too deep"}},
      {Repeated("[{\"a\":", 100'000), 0, {"must be an object"}},
      {std::string("{\"a\":\"\0\"}\n{}", 12), 1, {"raw control character"}},
      {std::string("{\"\0\":1}\n{}", 10), 1, {"raw control character"}},
      {std::string("{\"a\":\0}\n{}", 10), 1, {"a value is missing"}},
      {"{\"a\":\"\xc0\x80\"}\n{}", 1, {"not UTF-8"}},
      {"{\"a\":\"\xed\xa0\x80\"}\n{}", 1, {"not UTF-8"}},
      {"{\"\x80\":1}\n{}", 1, {"not UTF-8"}},
      {"{\"\xed\xb0\x80\":1}\n{}", 1, {"not UTF-8"}},
      {"{\"a\":\"\\ud83d\\ude00\\ud83d\"}", 1, {}},
      {"{\"a\":NaN}\n{\"a\":Infinity}\n{\"a\":-Infinity}\n{}",
       1,
       {"a value is missing", "a value is missing", "a number is wrong"}},
      {"{\"a\":tru}\n{\"a\":nul}\n{\"a\":truee}\n{}",
       1,
       {"a value is missing", "a value is missing", "a value is missing"}},
      {"{a:1}\n{'a':1}\n{}", 1, {"a name is missing", "a name is missing"}},
      {"{\"a\":1,}\n{,}\n{}", 1, {"a name is missing", "a name is missing"}},
      {"{\"a\"}\n{\"a\" 1}\n{}", 1, {"a colon is missing", "a colon is missing"}},
      {"{\"a\":1 \"b\":2}\n{\"a\":[1 2]}\n{}", 1, {"a comma or }", "a comma or ]"}},
      {"{\"a\":[1}\n{\"a\":{\"b\":1]}\n{}", 1, {"a comma or ]", "a comma or }"}},
      {"{\"a\":0x10}\n{\"a\":+1}\n{\"a\":.5}\n{}",
       1,
       {"a number is wrong", "a value is missing", "a value is missing"}},
      {"{\"a\":\"\\x41\"}\n{\"\\x\":1}\n{}", 1, {"an escape in a string", "an escape in a name"}},
      {"{\"a\":1},{\"a\":2}\n{}", 1, {"more behind"}},
  };
  return files;
}

TEST(JsonMalformedTest, HandMadeFilesAreReadAsFarAsTheyGo) {
  EXPECT_GE(Files().size(), 60u);
  int number = 0;
  for (const Malformed& file : Files()) {
    SCOPED_TRACE("file " + std::to_string(number++) + ": " + file.text.substr(0, 60));
    for (const bool small : {false, true}) {
      if (small && file.text.size() > 1000) continue;
      ReadTerms terms;
      if (small) terms.sizes = {.read_bytes = 7, .window_bytes = 16};
      const ReadRows read = ReadText(file.text, terms);
      EXPECT_THAT(read.status, IsOk());
      EXPECT_EQ(read.rows.size(), file.rows);
      ASSERT_NO_FATAL_FAILURE(ExpectErrors(read.errors, file.words, "test.json"));
    }
    // As documents the same bytes end too, with every record or error in its place.
    EXPECT_THAT(ReadText(file.text, {.documents = true}).status, IsOk());
  }
}

TEST(JsonMalformedTest, MutatedFilesGiveTheSameHoweverTheyAreRead) {
  const uint64_t seed = Seed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  DocumentMaker maker(seed);
  std::mt19937_64 random(seed + 1);
  for (int round = 0; round < 1200; ++round) {
    const bool documents = round % 3 == 0;
    std::string text = documents && round % 2 == 0 ? "[" : "";
    for (uint64_t i = 2 + random() % 5; i > 0; --i) {
      text += maker.Line() + (text.starts_with('[') ? ",\n" : "\n");
    }
    Mutate(text, "\"\n{}[]:,\\", random);
    ReadTerms terms{.documents = documents};
    const ReadRows whole = ReadText(text, terms);
    terms.limits.max_rows = 1 + static_cast<int64_t>(random() % 4);
    terms.sizes = {.read_bytes = size_t{8} << random() % 6,
                   .window_bytes = size_t{16} << random() % 5};
    ReadRows again = ReadText(text, terms);
    ASSERT_NO_FATAL_FAILURE(ExpectSame(whole, again, text));
    if (documents) continue;
    terms.end = static_cast<int64_t>(random() % text.size());
    again = ReadText(text, terms);
    terms.begin = std::exchange(terms.end, -1);
    const ReadRows rest = ReadText(text, terms);
    again.rows.insert(again.rows.end(), rest.rows.begin(), rest.rows.end());
    again.errors.insert(again.errors.end(), rest.errors.begin(), rest.errors.end());
    ASSERT_NO_FATAL_FAILURE(ExpectSame(whole, again, text));
  }
}

TEST(JsonMalformedTest, AStringOf300MegabytesIsRead) {
  std::string text = "{\"a\":\"";
  text.resize(text.size() + (300 << 20), 'x');
  text += "\"}\n{\"b\":1}\n";
  const ReadRows read = ReadText(text, {.columns = {.names = std::vector<std::string>{"b"}}});
  EXPECT_THAT(read.status, IsOk());
  EXPECT_THAT(read.rows, ElementsAre("{}", "{\"b\":int 1}"));
}

// A small file of ten gigabytes. What is read of it, and kept, is a record of the bound.
TEST(JsonMalformedTest, ABombEndsTheReadAtTheBoundOfARecord) {
  using compression::Codec;
  for (const auto& [codec, ending] : std::vector<std::pair<Codec, std::string>>{
           {Codec::kGzip, ".gz"}, {Codec::kBzip2, ".bz2"}, {Codec::kZstd, ".zst"}}) {
    const std::string packed = Bomb(codec, '\0', int64_t{10} << 30);
    ASSERT_LT(packed.size(), 32u << 20);
    ReadTerms terms{.sizes = {.longest_line_bytes = 4 << 20}, .path = "bomb.json" + ending};
    EXPECT_THAT(ReadText(packed, terms).status,
                IsError(StatusCode::kDataError,
                        AllOf(HasSubstr("A line is too long: file=bomb.json" + ending + " byte=0"),
                              HasSubstr("limit_bytes=4194304"))));
    terms.documents = true;
    EXPECT_THAT(ReadText(packed, terms).status,
                IsError(StatusCode::kDataError,
                        AllOf(HasSubstr("A record is too long: file=bomb.json" + ending),
                              HasSubstr("limit_bytes=4194304"))));
  }
}

TEST(JsonMalformedTest, ALineBeyondTheBoundEndsTheReadWithItsPlace) {
  const std::string text = "{}\n{\"a\":\"" + std::string(4096, 'x') + "\"}\n";
  const ReadTerms terms{
      .sizes = {.read_bytes = 256, .window_bytes = 256, .longest_line_bytes = 1024}};
  const ReadRows read = ReadText(text, terms);
  EXPECT_THAT(read.status, IsError(StatusCode::kDataError, HasSubstr("limit_bytes=1024")));
}

}  // namespace
}  // namespace tenon::files
