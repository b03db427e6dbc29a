#include "connectors/files/json/json_lines_reader.h"

#include <cstdint>
#include <string>
#include <vector>

#include "connectors/files/json/json_oracle_test.h"
#include "testing/matchers.h"

namespace tenon::files {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Good lines. What each should be is the oracle's to say.
const std::vector<std::string>& GoodLines() {
  static const std::vector<std::string> lines = {
      R"({})",
      R"({ })",
      R"(  {}  )",
      R"({"a":1})",
      R"({"a": 1, "b": 2})",
      R"( { "a" : 1 , "b" : [ 1 , 2 ] } )",
      "\t{\t\"a\"\t:\t1\t}\t",
      R"({"a":0})",
      R"({"a":-0})",
      R"({"a":-1})",
      R"({"a":7,"b":77,"c":777,"d":7777,"e":77777,"f":777777,"g":7777777,"h":77777777})",
      R"({"a":123456789,"b":1234567890,"c":12345678901,"d":123456789012,"e":1234567890123})",
      R"({"a":12345678901234,"b":123456789012345,"c":1234567890123456,"d":12345678901234567})",
      R"({"a":123456789012345678,"b":1234567890123456789,"c":-1234567890123456789})",
      R"({"a":2147483647,"b":2147483648,"c":-2147483648,"d":-2147483649})",
      R"({"a":9223372036854775807,"b":-9223372036854775808})",
      R"({"a":9223372036854775808})",
      R"({"a":-9223372036854775809})",
      R"({"a":18446744073709551615,"b":18446744073709551616})",
      R"({"a":99999999999999999999999999999999999999})",
      R"({"a":-99999999999999999999999999999999999999})",
      R"({"a":999999999999999999999999999999999999999})",
      R"({"a":0.0})",
      R"({"a":-0.0})",
      R"({"a":0.5,"b":1.5,"c":12.5,"d":123.25,"e":1234.125,"f":12345.5,"g":123456.5})",
      R"({"a":1.1,"b":1.12,"c":1.123,"d":1.1234,"e":1.12345,"f":1.123456,"g":1.1234567})",
      R"({"a":1.12345678,"b":1.123456789,"c":1.1234567890,"d":1.12345678901,"e":1.123456789012})",
      R"({"a":1.1234567890123,"b":1.12345678901234,"c":1.123456789012345,"d":1.1234567890123456})",
      R"({"a":12345678.5,"b":123456789.5,"c":1234567890.5,"d":12345678901234.5,"e":123456789012345.6})",
      R"({"a":-12.75,"b":-123456789.125,"c":-0.00000001,"d":-99999999999.99})",
      R"({"a":0.1,"b":0.2,"c":0.3,"d":0.7,"e":0.01,"f":0.001,"g":0.0001,"h":0.00001})",
      R"({"a":9007199254740993.0,"b":9007199254740992,"c":9007199254740993})",
      R"({"a":1e5,"b":1E5,"c":1e+5,"d":1e-5,"e":1.5e10,"f":-1.5e-10,"g":0e0,"h":0.0e1})",
      R"({"a":1e308,"b":1.7976931348623157e308,"c":2.2250738585072014e-308,"d":5e-324})",
      R"({"a":123456789012345678901234567890.5,"b":0.000000000000000000000000000001})",
      R"({"a":3.141592653589793,"b":2.718281828459045,"c":1.4142135623730951})",
      R"({"a":true,"b":false,"c":null})",
      R"({"a":null})",
      R"({"a":[null]})",
      R"({"a":[null,null,1]})",
      R"({"a":[1,null,2]})",
      R"({"a":""})",
      R"({"a":"x"})",
      R"({"a":"123456789012345"})",
      R"({"a":"1234567890123456"})",
      R"({"a":"12345678901234567"})",
      R"({"a":"1234567890123456789012345678901234567890123456789012345678901234567890"})",
      R"({"a":"\""})",
      R"({"a":"\\"})",
      R"({"a":"\\\\"})",
      R"({"a":"\\\""})",
      R"({"a":"\/\b\f\n\r\t"})",
      R"({"a":"tab\there"})",
      R"({"a":"at the end\n"})",
      R"({"a":"1234567890123456\n"})",
      R"({"a":"\u0041\u00e4\u20ac"})",
      R"({"a":"\ud83d\ude00"})",
      R"({"a":"\uD83D\uDE00 and \u00FC"})",
      R"({"a":"\u0000"})",
      R"({"a":"ä€😀"})",
      R"({"ä":"€"})",
      R"({"a":"[]{}:,"})",
      R"({"a":"{\"b\":[1,2]}"})",
      R"({"a":" leading and trailing "})",
      R"({"":1})",
      R"({"":""})",
      R"({" ":1})",
      R"({"a b":1,"a.b":2,"a-b":3,"`":4})",
      R"({"A":1,"a":2})",
      R"({"\u0061":1})",
      R"({"\u0061":1,"a":2})",
      R"({"a\"b":1})",
      R"({"a\\":1})",
      R"({"a\nb":1})",
      R"({"1234567890123456":1})",
      R"({"12345678901234567890123456789":1,"123456789012345678901234567890":2})",
      R"({"1234567890123456789012345678901":1,"12345678901234567890123456789012":2})",
      R"({"123456789012345678901234567890123456789012345678901234567890":1})",
      R"({"a":1,"a":2})",
      R"({"a":1,"a":"x"})",
      R"({"a":"x","a":1})",
      R"({"a":1,"a":null})",
      R"({"a":null,"a":1})",
      R"({"a":"longer text","a":"x","a":"y"})",
      R"({"a":{"b":1},"a":{"c":2}})",
      R"({"a":[1,2,3],"a":[4]})",
      R"({"a":[1,2,3],"a":5})",
      R"({"a":{"b":[1,{"c":2}]},"a":{"b":[{"c":"x"}]}})",
      R"({"a":true,"a":false})",
      R"({"a":{}})",
      R"({"a":[]})",
      R"({"a":[[]]})",
      R"({"a":[{}]})",
      R"({"a":[[],[]],"b":[[1],[]]})",
      R"({"a":{"b":{"c":{"d":{"e":{"f":1}}}}}})",
      R"({"a":[[[[[[1]]]]]]})",
      R"({"a":[1,"x",true,null,1.5,{"b":1},[1]]})",
      R"({"a":[{"b":1},{"b":"x"},{"c":null},{"c":[1,"x"]}]})",
      R"({"a":[1,3000000000]})",
      R"({"a":[1,1.5,"x"]})",
      R"({"a":{"b":null}})",
      R"({"a":{"b":null,"c":1}})",
      R"({"a":[true,false,true]})",
      R"({"id":"C000127","name":"Maria","identifiers":[{"scheme":"x","identifier":"y"}]})",
      "{\"a\":1}\r",
      "{\"a\":\"x\"}\r",
      "{\"a\":1 }\r",
      R"({"a":"\u007f"})",
      R"({"a":"null","b":"true","c":"1"})",
      R"({"a":1,"b":1.0,"c":"1","d":true,"e":null,"f":[1],"g":{"h":1}})",
      R"({"g":{"h":1},"f":[1],"e":null,"d":true,"c":"1","b":1.0,"a":1})",
      R"({"a":"1","b":"1.0","c":1,"d":1,"e":1,"f":1,"g":1})",
      R"({"a":100000000,"b":99999999,"c":10000000})",
      R"({"a":1000000000000000,"b":9999999999999999})",
      R"({"a":10.0,"b":100.0,"c":1000000.0,"d":10000000.0,"e":100000000.0})",
      R"({"a":0.12345678,"b":0.123456781,"c":0.99999999})",
  };
  return lines;
}

// Lines that are no records, with a word of what is said about each.
struct BadLine {
  std::string line;
  std::string why;
};
const std::vector<BadLine>& BadLines() {
  static const std::vector<BadLine> lines = {
      {"x", "must be an object"},
      {"1", "must be an object"},
      {"\"a\"", "must be an object"},
      {"[1]", "must be an object"},
      {"null", "must be an object"},
      {"{", "behind its line"},
      {"}", "must be an object"},
      {R"({"a")", "behind its line"},
      {R"({"a":)", "behind its line"},
      {R"({"a":1)", "behind its line"},
      {R"({"a":1,)", "behind its line"},
      {R"({"a":1,})", "a name"},
      {R"({,"a":1})", "a name"},
      {R"({"a" 1})", "a colon"},
      {R"({"a":1 "b":2})", "a comma"},
      {R"({"a":1,,"b":2})", "a name"},
      {R"({a:1})", "a name"},
      {R"({'a':1})", "a name"},
      {R"({1:1})", "a name"},
      {R"({"a":})", "a value"},
      {R"({"a":,})", "a value"},
      {R"({"a"::1})", "a value"},
      {R"({"a":1}})", "more behind"},
      {R"({"a":1} x)", "more behind"},
      {R"({"a":1},)", "more behind"},
      {R"({"a":[1})", "a comma or ]"},
      {R"({"a":[1,]})", "a value"},
      {R"({"a":[,1]})", "a value"},
      {R"({"a":[1 2]})", "a comma or ]"},
      {R"({"a":[1,2})", "a comma or ]"},
      {R"({"a":{"b":1]})", "a comma or }"},
      {R"({"a":01})", "a number"},
      {R"({"a":-01})", "a number"},
      {R"({"a":00})", "a number"},
      {R"({"a":-})", "a number"},
      {R"({"a":+1})", "a value"},
      {R"({"a":.5})", "a value"},
      {R"({"a":1.})", "a number"},
      {R"({"a":-.5})", "a number"},
      {R"({"a":1.5.5})", "a number"},
      {R"({"a":1e})", "a number"},
      {R"({"a":1e+})", "a number"},
      {R"({"a":1e1.5})", "a number"},
      {R"({"a":123abc})", "a number"},
      {R"({"a":1"x"})", "a"},
      {R"({"a":12345678.})", "a number"},
      {R"({"a":0123456789.5})", "a number"},
      {R"({"a":1-2})", "a number"},
      {R"({"a":0x10})", "a number"},
      {R"({"a":1_000})", "a number"},
      {R"({"a":12345678901234567890123456789012345678901234567890x})", "a number"},
      {R"({"a":NaN})", "a value"},
      {R"({"a":Infinity})", "a value"},
      {R"({"a":-Infinity})", "a number"},
      {R"({"a":True})", "a value"},
      {R"({"a":tru})", "a value"},
      {R"({"a":truex})", "a value"},
      {R"({"a":true"x"})", "a value"},
      {R"({"a":nul})", "a value"},
      {R"({"a":nulll})", "a value"},
      {R"({"a":falsey})", "a value"},
      {R"({"a":"x)", "string"},
      {R"({"a)", "string"},
      {R"({"a":"\x"})", "an escape in a string"},
      {R"({"a":"\u12"})", "an escape in a string"},
      {R"({"a":"\u12G4"})", "an escape in a string"},
      {R"({"\x":1})", "an escape in a name"},
      {R"({"a":"\u"})", "an escape in a string"},
      {R"({"a":"x"y})", "a comma"},
      {R"({"a"b:1})", "a colon"},
      {R"({"a":"\"})", "string"},
      {R"({"a":\n})", "a value"},
      {"{\"a\":\"raw\ttab\"}", "raw control character"},
      {std::string("{\"a\":\"nul\0\"}", 12), "raw control character"},
      {std::string("{\"a\":1\0}", 8), "a number"},
      {"{\"a\":\"\xff\"}", "not UTF-8"},
      {"{\"a\":\"\xc3\"}", "not UTF-8"},
      {"{\"\xed\xa0\x80\":1}", "not UTF-8"},
      {"{\"a\":\"\xc0\xaf\"}", "not UTF-8"},
      {"\xc3\xa4", "must be an object"},
      {"{\"a\":1}\x0b", "more behind"},
      {"// comment", "must be an object"},
      {R"({"a":1} // comment)", "more behind"},
      {R"({"a":/**/1})", "a value"},
  };
  return lines;
}

TEST(JsonLinesReaderTest, TheTableHasEnoughLines) {
  EXPECT_GE(GoodLines().size() + BadLines().size(), 150u);
}

TEST(JsonLinesReaderTest, LinesLongerThanAWindowAreAllRead) {
  const std::string line = "{\"a\":\"" + std::string(300'000, 'x') + "\"}\n";
  const ReadRows read = ReadText(line + line + "{}\n" + line + line);
  ASSERT_THAT(read.status, IsOk());
  EXPECT_EQ(read.rows.size(), 5u);
}

TEST(JsonLinesReaderTest, ReadsEachLineOfTheTableAlone) {
  for (const std::string& line : GoodLines()) {
    for (const char* end : {"\n", "", "\n\n", "\r\n"}) {
      const ReadRows read = ReadText(line + end);
      ASSERT_THAT(read.status, IsOk()) << line;
      EXPECT_THAT(read.errors, IsEmpty()) << line;
      EXPECT_THAT(read.rows, ElementsAre(ExpectedRow(line))) << line;
    }
  }
}

TEST(JsonLinesReaderTest, ReadsAllLinesOfTheTableInOneBatch) {
  std::string text;
  std::vector<std::string> expected;
  for (const std::string& line : GoodLines()) {
    text += line + "\n";
    expected.push_back(ExpectedRow(line));
  }
  const ReadRows read = ReadText(text);
  ASSERT_THAT(read.status, IsOk());
  EXPECT_THAT(read.errors, IsEmpty());
  EXPECT_EQ(read.rows, expected);
  EXPECT_EQ(read.schemas.size(), 1u);
}

TEST(JsonLinesReaderTest, ReportsEachBadLineAndKeepsItsNeighbours) {
  const std::string first = R"({"a":"before","b":1})", last = R"({"a":"behind","b":"2"})";
  for (const BadLine& bad : BadLines()) {
    const ReadRows read = ReadText(first + "\n" + bad.line + "\n" + last + "\n");
    ASSERT_THAT(read.status, IsOk()) << bad.line;
    EXPECT_THAT(read.rows, ElementsAre(ExpectedRow(first), ExpectedRow(last))) << bad.line;
    ASSERT_EQ(read.errors.size(), 1u) << bad.line;
    EXPECT_THAT(read.errors[0].message, HasSubstr(bad.why)) << bad.line;
    EXPECT_THAT(read.errors[0].where, HasSubstr("file=test.json line=2 byte=")) << bad.line;
    EXPECT_EQ(ExpectedRow(bad.line), "bad") << bad.line;
  }
}

TEST(JsonLinesReaderTest, KeepsTheTextOfABadLineReadable) {
  const ReadRows read = ReadText("{\"a\":\"\xff\"}\r\n{x\n");
  ASSERT_EQ(read.errors.size(), 2u);
  EXPECT_EQ(read.errors[0].input, "{\"a\":\"\xef\xbf\xbd\"}");
  EXPECT_EQ(read.errors[1].input, "{x");
  EXPECT_EQ(read.errors[1].where, "file=test.json line=2 byte=12");
}

TEST(JsonLinesReaderTest, FindsABadLineInEveryPosition) {
  std::vector<std::string> lines;
  for (int i = 0; i < 12; ++i)
    lines.push_back(R"({"a":)" + std::to_string(i) + R"(,"b":["x",{"c":1}]})");
  for (const std::string& bad :
       {std::string("{\"a\":\"\xff\"}"), std::string(R"({"a":[1,{"z":"q"},})")}) {
    for (size_t at = 0; at <= lines.size(); ++at) {
      std::string text;
      std::vector<std::string> expected;
      for (size_t i = 0; i <= lines.size(); ++i) {
        if (i == at) text += bad + "\n";
        if (i == lines.size()) break;
        text += lines[i] + "\n";
        expected.push_back(ExpectedRow(lines[i]));
      }
      const ReadRows read = ReadText(text);
      EXPECT_EQ(read.rows, expected);
      ASSERT_EQ(read.errors.size(), 1u);
      EXPECT_THAT(read.errors[0].where, HasSubstr("line=" + std::to_string(at + 1) + " "));
      // What only the bad line had has left no column.
      ASSERT_EQ(read.schemas.size(), 1u);
      EXPECT_EQ(read.schemas[0], "struct<a:int,b:array<choice<string,struct<c:int>>>>");
    }
  }
}

TEST(JsonLinesReaderTest, ChoosesTheNarrowestTypeOfEachPath) {
  const auto schema_of = [](const std::string& text) {
    const ReadRows read = ReadText(text);
    return read.schemas.size() == 1 ? read.schemas[0] : "not one batch";
  };
  EXPECT_EQ(schema_of("{\"a\":1}\n{\"a\":2}\n"), "struct<a:int>");
  EXPECT_EQ(schema_of("{\"a\":3000000000}\n{\"a\":-3000000000}\n"), "struct<a:long>");
  EXPECT_EQ(schema_of("{\"a\":1}\n{\"a\":3000000000}\n"), "struct<a:choice<int,long>>");
  EXPECT_EQ(schema_of("{\"a\":1}\n{\"a\":1.5}\n"), "struct<a:choice<double,int>>");
  EXPECT_EQ(schema_of("{\"a\":\"x\"}\n{\"a\":1}\n{\"a\":3000000000}\n{\"a\":true}\n"),
            "struct<a:choice<boolean,int,long,string>>");
  EXPECT_EQ(schema_of("{\"a\":null}\n{}\n"), "struct<a:null>");
  EXPECT_EQ(schema_of("{\"a\":[]}\n{}\n"), "struct<a:array<null>>");
  EXPECT_EQ(schema_of("{\"a\":[1]}\n{\"a\":{\"b\":1}}\n"),
            "struct<a:choice<array<int>,struct<b:int>>>");
  EXPECT_EQ(schema_of("{\"a\":{}}\n"), "struct<a:struct<>>");
  EXPECT_EQ(schema_of("{\"a\":1,\"a\":\"x\"}\n"), "struct<a:string>");
  EXPECT_EQ(schema_of("{\"a\":9223372036854775808}\n"), "struct<a:decimal(38,0)>");
  EXPECT_EQ(schema_of("{\"b\":1,\"a\":1}\n{\"c\":1,\"a\":1}\n"), "struct<b:int,a:int,c:int>");
}

TEST(JsonLinesReaderTest, HalfASurrogatePairBecomesAReplacementCharacter) {
  const ReadRows read = ReadText(R"({"a":"\ud83d","b":"\ude00","c":"\ud83dx","d":"\ud83d\u0041"})");
  EXPECT_THAT(
      read.rows,
      ElementsAre("{\"a\":string \"\xef\xbf\xbd\",\"b\":string \"\xef\xbf\xbd\",\"c\":string "
                  "\"\xef\xbf\xbdx\",\"d\":string \"\xef\xbf\xbd"
                  "A\"}"));
}

TEST(JsonLinesReaderTest, NumbersBeyondDoubleAreInfiniteOrZero) {
  const ReadRows read = ReadText(R"({"a":1e400,"b":-1e400,"c":1e-400})");
  EXPECT_THAT(read.rows, ElementsAre(R"({"a":double inf,"b":double -inf,"c":double 0x0p+0})"));
}

TEST(JsonLinesReaderTest, EmptyAndBlankFilesHaveNoRows) {
  for (const char* text :
       {"", "\n", "\n\n\n", "  ", " \r\n \r\n", "\xef\xbb\xbf", "\xef\xbb\xbf\n"}) {
    const ReadRows read = ReadText(text);
    EXPECT_THAT(read.status, IsOk());
    EXPECT_THAT(read.rows, IsEmpty());
    EXPECT_THAT(read.errors, IsEmpty());
  }
}

TEST(JsonLinesReaderTest, SkipsAByteOrderMarkAndRefusesUtf16) {
  EXPECT_THAT(ReadText("\xef\xbb\xbf{\"a\":1}\n").rows, ElementsAre("{\"a\":int 1}"));
  EXPECT_THAT(ReadText(std::string("\xff\xfe{\0\"\0", 6)).status,
              IsError(StatusCode::kDataError, HasSubstr("File is UTF-16: file=test.json")));
}

TEST(JsonLinesReaderTest, RefusesDeepNestingAndReadsWhatIsJustNotTooDeep) {
  const auto nested = [](int depth) {
    return "{\"a\":" + std::string(static_cast<size_t>(depth - 1), '[') +
           std::string(static_cast<size_t>(depth - 1), ']') + "}";
  };
  EXPECT_EQ(ReadText(nested(kMaxJsonDepth)).errors.size(), 0u);
  const ReadRows read =
      ReadText(nested(kMaxJsonDepth + 1) + "\n" + nested(100'000) + "\n{\"b\":1}");
  ASSERT_EQ(read.errors.size(), 2u);
  EXPECT_THAT(read.errors[0].message, HasSubstr("nesting is too deep"));
  EXPECT_THAT(read.rows, ElementsAre("{\"b\":int 1}"));
}

TEST(JsonLinesReaderTest, ReadsLinesLongerThanEveryBuffer) {
  const std::string longest(300'000, 'x');
  const std::string text = "{\"a\":1}\n{\"a\":\"" + longest + "\"}\n{\"a\":2}\n";
  const ReadRows read = ReadText(text, {.sizes = {.read_bytes = 1000, .window_bytes = 100}});
  EXPECT_THAT(read.rows,
              ElementsAre("{\"a\":int 1}", "{\"a\":string \"" + longest + "\"}", "{\"a\":int 2}"));
  const ReadRows refused = ReadText(
      text, {.sizes = {.read_bytes = 1000, .window_bytes = 100, .longest_line_bytes = 10'000}});
  EXPECT_THAT(refused.status, IsError(StatusCode::kDataError,
                                      HasSubstr("A line is too long: file=test.json byte=8")));
}

TEST(JsonLinesReaderTest, EndsBatchesAtTheLimits) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "{\"a\":" + std::to_string(i) + "}\n";
  EXPECT_EQ(ReadText(text, {.limits = {.max_rows = 30}}).schemas.size(), 4u);
  EXPECT_EQ(ReadText(text, {.limits = {.max_rows = 30}}).rows.size(), 100u);
  EXPECT_EQ(ReadText(text, {.limits = {.max_bytes = 80}}).schemas.size(), 10u);
  EXPECT_EQ(ReadText(text, {.limits = {.max_bytes = 1}}).schemas.size(), 100u);
}

// 5 fields a row, of 900 names: rows times fields must not fill the memory.
TEST(JsonLinesReaderTest, ManyOptionalNamesMakeSmallerBatches) {
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    text += "{";
    for (int j = 0; j < 5; ++j) {
      text += (j == 0 ? "\"" : ",\"") + ("n" + std::to_string((i * 5 + j) % 900)) +
              "\":" + std::to_string(i);
    }
    text += "}\n";
  }
  const ReadRows read = ReadText(text, {.limits = {.max_bytes = 1 << 20}});
  EXPECT_EQ(read.rows.size(), 3000u);
  EXPECT_GT(read.schemas.size(), 10u);
  EXPECT_LT(read.schemas.size(), 100u);
}

TEST(JsonLinesReaderTest, ARecordOfTooManyFieldsIsRefusedAndTheOthersAreRead) {
  std::string wide = "{";
  for (int i = 0; i < 100'100; ++i) wide += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":1";
  wide += "}";
  const ReadRows read = ReadText("{\"a\":1}\n" + wide + "\n{\"b\":2}\n");
  EXPECT_THAT(read.rows, ElementsAre("{\"a\":int 1}", "{\"b\":int 2}"));
  ASSERT_EQ(read.errors.size(), 1u);
  EXPECT_THAT(read.errors[0].message, HasSubstr("too many different fields"));
  EXPECT_LE(read.errors[0].input.size(), 4096u);
}

std::string MixedText() {
  std::string text = "\xef\xbb\xbf";
  for (size_t i = 0; i < GoodLines().size(); i += 7) text += GoodLines()[i] + "\n";
  text += "{bad\n\n\r\n{\"a\":\"\xff\"}\n{\"last\":\"without a newline\"}";
  return text;
}

TEST(JsonLinesReaderTest, AnyWindowAndReadSizeGivesTheSameRows) {
  const std::string text = MixedText();
  const ReadRows whole = ReadText(text);
  ASSERT_THAT(whole.status, IsOk());
  ASSERT_EQ(whole.errors.size(), 2u);
  for (size_t window = 1; window <= text.size() + 1; window += 1 + window / 16) {
    for (const size_t read_bytes : {size_t{1}, size_t{17}, size_t{64}, window, text.size()}) {
      const ReadRows read =
          ReadText(text, {.sizes = {.read_bytes = read_bytes, .window_bytes = window}});
      ASSERT_THAT(read.status, IsOk());
      ASSERT_EQ(read.rows, whole.rows) << "window=" << window << " read=" << read_bytes;
      ASSERT_EQ(read.errors.size(), 2u);
      EXPECT_EQ(read.errors[0].where, whole.errors[0].where);
      EXPECT_EQ(read.errors[1].where, whole.errors[1].where);
    }
  }
}

TEST(JsonLinesReaderTest, RangesGiveEachLineOnceWhereverTheFileIsCut) {
  const std::string text = MixedText();
  const ReadRows whole = ReadText(text);
  const auto size = static_cast<int64_t>(text.size());
  const WindowSizes small{.read_bytes = 50, .window_bytes = 20};
  for (int64_t cut = 0; cut <= size; ++cut) {
    const ReadRows left = ReadText(text, {.begin = 0, .end = cut, .sizes = small});
    const ReadRows right = ReadText(text, {.begin = cut, .end = size, .sizes = small});
    ASSERT_THAT(left.status, IsOk());
    ASSERT_THAT(right.status, IsOk());
    std::vector<std::string> rows = left.rows;
    rows.insert(rows.end(), right.rows.begin(), right.rows.end());
    ASSERT_EQ(rows, whole.rows) << "cut=" << cut;
    ASSERT_EQ(left.errors.size() + right.errors.size(), whole.errors.size()) << "cut=" << cut;
  }
  for (int64_t width : {1, 2, 3, 5, 7, 11, 100}) {
    std::vector<std::string> rows;
    for (int64_t begin = 0; begin < size; begin += width) {
      const ReadRows piece =
          ReadText(text, {.begin = begin, .end = std::min(begin + width, size), .sizes = small});
      rows.insert(rows.end(), piece.rows.begin(), piece.rows.end());
    }
    ASSERT_EQ(rows, whole.rows) << "width=" << width;
  }
}

}  // namespace
}  // namespace tenon::files
