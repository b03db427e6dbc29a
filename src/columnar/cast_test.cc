#include "columnar/cast.h"

#include <gtest/gtest.h>

#include "columnar/column_ops.h"
#include "columnar/validate.h"
#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::columnar {
namespace {

using tenon::testing::ColumnOf;
using tenon::testing::ColumnText;
using tenon::testing::IsOk;

DataType Parsed(std::string_view text) { return DataType::Parse(text).value(); }

struct Case {
  const char* from;
  const char* to;
  const char* in;
  const char* out;
  int64_t impossible = 0;
};

void Expect(const Case& one) {
  SCOPED_TRACE(std::string(one.from) + " to " + one.to + " of " + one.in);
  const DataType from = Parsed(one.from), to = Parsed(one.to);
  const Column column = ColumnOf(from, one.in);
  ASSERT_OK_AND_ASSIGN(CastResult result, CastColumn(column, to));
  EXPECT_EQ(ColumnText(result.column), one.out);
  EXPECT_EQ(result.impossible, one.impossible);
  EXPECT_EQ(result.column.type().ToString(), to.ToString());
  const auto schema = std::make_shared<const Schema>(std::vector<Field>{{"c", to}});
  ASSERT_OK_AND_ASSIGN(RecordBatch batch, MakeBatch(schema, {result.column}, column.length()));
  EXPECT_THAT(ValidateFull(batch), IsOk());
  // A slice casts to the slice of the cast.
  if (column.length() < 2) return;
  ASSERT_OK_AND_ASSIGN(CastResult part,
                       CastColumn(SliceColumn(column, 1, column.length() - 1), to));
  EXPECT_EQ(ColumnText(part.column),
            ColumnText(SliceColumn(result.column, 1, column.length() - 1)));
}

constexpr const char* kWholeIn =
    R"(["0", "-5", " 42 ", "+7", "12.9", "-0.9", ".5", "3.", "", "x", "1e3", "99999999999999999999", null, "--1", "+-1", "1.x", "."])";

const Case kFromText[] = {
    {"string", "long", kWholeIn,
     "[0,-5,42,7,12,0,0,3,null,null,null,null,null,null,null,null,null]", 8},
    {"string", "int", R"(["2147483647", "2147483648", "-2147483648"])",
     "[2147483647,null,-2147483648]", 1},
    {"string", "short", R"(["32767", "32768"])", "[32767,null]", 1},
    {"string", "byte", R"(["-128", "128"])", "[-128,null]", 1},
    {"string", "double",
     R"(["1.5", " -2 ", "1e3", "NaN", "-Infinity", "inf", "1e400", "1e-400", "x", "0x10", "1.5d", ""])",
     R"([1.5,-2.0,1000.0,"NaN","-Infinity","Infinity","Infinity",0.0,null,null,null,null])", 4},
    {"string", "float", R"(["0.1", "1e39", "nan"])", R"([0.1,null,"NaN"])", 1},
    {"string", "decimal(5,2)",
     R"(["1.005", "-1.005", "1.004", "999.99", "999.995", "1e2", "12.3.4", "", " 7 ", "0.001"])",
     "[1.01,-1.01,1.00,999.99,null,100.00,null,null,7.00,0.00]", 3},
    {"string", "decimal(40,1)", R"(["123456789012345678901234567890123456789.04", "-1"])",
     "[123456789012345678901234567890123456789.0,-1.0]", 0},
    {"string", "boolean", R"(["true", "F", " YES ", "n", "1", "0", "2", "", "t", "no"])",
     "[true,false,true,false,true,false,null,null,true,false]", 2},
    {"string", "date",
     R"(["2026-01-31", "2026-2-3", "2026-02", "2026", "2026-02-30", "2026-01-31 10:00:00", "2026-01-31Tx", "31.1.2026", ""])",
     R"(["2026-01-31","2026-02-03","2026-02-01","2026-01-01",null,"2026-01-31","2026-01-31",null,null])",
     3},
    {"string", "timestamp",
     R"(["2026-01-31", "2026-01-31 10:20", "2026-01-31T10:20:30.123456Z", "2026-01-31 10:00:00+02:00", "2026-01-31 25:00:00", "x"])",
     R"(["2026-01-31 00:00:00","2026-01-31 10:20:00","2026-01-31 10:20:30.123456","2026-01-31 08:00:00",null,null])",
     2},
    {"string", "time", R"(["12:30:59.5", "25:00:00"])", R"(["12:30:59.5",null])", 1},
    {"string", "binary", R"(["abc", null])", R"(["YWJj",null])", 0},
    {"string", "array<int>", R"(["[1]"])", "[null]", 1},
};

const Case kFromNumbers[] = {
    {"byte", "long", "[-128, null]", "[-128,null]"},
    {"long", "int", "[1, 2147483648, -2147483649, null]", "[1,null,null,null]", 2},
    {"long", "short", "[32767, 32768]", "[32767,null]", 1},
    {"int", "byte", "[127, 128]", "[127,null]", 1},
    {"int", "double", "[1, -3]", "[1.0,-3.0]"},
    {"int", "float", "[16777217]", "[1.6777216E7]"},
    {"int", "string", "[0, -7, null]", R"(["0","-7",null])"},
    {"int", "boolean", "[0, 2, null]", "[false,true,null]"},
    {"int", "decimal(3,1)", "[99, 100, -99]", "[99.0,null,-99.0]", 1},
    {"long", "timestamp", "[0, -1, 9223372036855]",
     R"(["1970-01-01 00:00:00","1969-12-31 23:59:59",null])", 1},
    {"int", "date", "[1, null]", "[null,null]", 1},
    {"int", "time", "[1]", "[null]", 1},
    {"int", "binary", "[1]", "[null]", 1},
    {"double", "long", R"([1.9, -1.9, 1e19, "NaN", 9007199254740993, null])",
     "[1,-1,null,null,9007199254740992,null]", 2},
    {"double", "int", R"([2147483647.5, 2147483648.0, "Infinity"])", "[2147483647,null,null]", 2},
    {"double", "float", R"([0.1, 1e39, "NaN", "-Infinity"])", R"([0.1,null,"NaN","-Infinity"])", 1},
    {"double", "string",
     R"([1.0, 100.0, 0.001, 0.0001, 1e7, 12345678.9, -0.0, 1e300, "NaN", "Infinity", 0.1])",
     R"(["1.0","100.0","0.001","1.0E-4","1.0E7","1.23456789E7","-0.0","1.0E300","NaN","Infinity","0.1"])"},
    {"float", "string", "[0.1, 16777216.0, 3.4e38]", R"(["0.1","1.6777216E7","3.4E38"])"},
    {"float", "double", "[0.5]", "[0.5]"},
    {"double", "decimal(4,2)", R"([1.005, 2.675, -99.994, 99.995, "NaN"])",
     "[1.01,2.68,-99.99,null,null]", 2},
    {"double", "boolean", R"([0.0, 0.5, "NaN"])", "[false,true,true]"},
    {"double", "timestamp", R"([1.5, -0.5, "NaN"])",
     R"(["1970-01-01 00:00:01.5","1969-12-31 23:59:59.5",null])", 1},
    {"decimal(5,2)", "decimal(4,1)", R"(["1.25", "1.24", "-1.25", "999.99"])",
     "[1.3,1.2,-1.3,null]", 1},
    {"decimal(5,2)", "decimal(45,4)", R"(["-1.25", "0.01"])", "[-1.2500,0.0100]"},
    {"decimal(45,4)", "decimal(5,2)", R"(["-1.25", "0.015"])", "[-1.25,0.02]"},
    {"decimal(10,2)", "long", R"(["12.99", "-12.99"])", "[12,-12]"},
    {"decimal(20,0)", "long", R"(["18446744073709551615", "5"])", "[null,5]", 1},
    {"decimal(10,2)", "double", R"(["12.34"])", "[12.34]"},
    {"decimal(10,2)", "string", R"(["12.30", "-0.05", "0.00"])", R"(["12.30","-0.05","0.00"])"},
    {"decimal(10,2)", "boolean", R"(["0.00", "0.01"])", "[false,true]"},
    {"decimal(10,2)", "timestamp", R"(["1.50"])", R"(["1970-01-01 00:00:01.5"])"},
};

const Case kFromOthers[] = {
    {"boolean", "int", "[true, false, null]", "[1,0,null]"},
    {"boolean", "double", "[true]", "[1.0]"},
    {"boolean", "decimal(3,1)", "[true, false]", "[1.0,0.0]"},
    {"boolean", "string", "[true, false]", R"(["true","false"])"},
    {"boolean", "timestamp", "[true]", "[null]", 1},
    {"date", "string", R"(["2026-01-31", "1969-12-31"])", R"(["2026-01-31","1969-12-31"])"},
    {"date", "timestamp", R"(["2026-01-31"])", R"(["2026-01-31 00:00:00"])"},
    {"date", "long", R"(["2026-01-31"])", "[null]", 1},
    {"timestamp", "string", R"(["2026-01-31 10:20:30", "2026-01-31 10:20:30.5"])",
     R"(["2026-01-31 10:20:30","2026-01-31 10:20:30.5"])"},
    {"timestamp", "date", R"(["2026-01-31 23:59:59.999999", "1969-12-31 23:00:00"])",
     R"(["2026-01-31","1969-12-31"])"},
    {"timestamp", "long", R"(["1970-01-01 00:00:01.9", "1969-12-31 23:59:59.5"])", "[1,-1]"},
    {"timestamp", "double", R"(["1970-01-01 00:00:01.5"])", "[1.5]"},
    {"timestamp", "decimal(10,6)", R"(["1969-12-31 23:59:59.5"])", "[-0.500000]"},
    {"timestamp", "timestamp_ntz", R"(["2026-01-31 10:20:30"])", R"(["2026-01-31 10:20:30"])"},
    {"timestamp", "boolean", R"(["2026-01-31 10:20:30"])", "[null]", 1},
    {"time", "string", R"(["01:02:03.5"])", R"(["01:02:03.5"])"},
    {"time", "long", R"(["01:02:03.5"])", "[null]", 1},
    {"binary", "string", "[\"abc\", null]", R"(["abc",null])"},
    {"binary", "int", "[\"1\"]", "[null]", 1},
    {"null", "int", "[null, null]", "[null,null]"},
    {"null", "struct<a:int>", "[null]", "[null]"},
};

const Case kNested[] = {
    {"choice<int,string>", "int", R"([1, "2", "x", null])", "[1,2,null,null]", 1},
    {"choice<int,string>", "string", R"([1, "2", null])", R"(["1","2",null])"},
    {"choice<int,double,string>", "double", R"([1, 2.5, "3", "y", null])",
     "[1.0,2.5,3.0,null,null]", 1},
    {"choice<struct<a:int>,string>", "string", R"([{"a": 1}, "x", {}])",
     R"(["{\"a\":1}","x","{}"])"},
    {"choice<int,string>", "date", R"([1, "2026-01-31"])", R"([null,"2026-01-31"])", 1},
    {"choice<int,long>", "choice<int,string>", "[1]", "[null]", 1},
    {"int", "choice<int,string>", "[1, null]", "[1,null]"},
    {"double", "choice<int,string>", "[1.5, null]", "[null,null]", 1},
    {"struct<a:int,b:string>", "struct<b:int,c:long>", R"([{"a": 1, "b": "2"}, null, {"b": "x"}])",
     R"([{"b":2,"c":null},null,{"b":null,"c":null}])", 1},
    {"array<int>", "array<string>", "[[1, null], null, []]", R"([["1",null],null,[]])"},
    {"map<string,string>", "map<string,int>", R"([{"k": "1", "l": "x"}])", R"([{"k":1,"l":null}])",
     1},
    {"array<int>", "string", "[[1, 2]]", R"(["[1,2]"])"},
    {"struct<a:int>", "int", R"([{"a": 1}, null])", "[null,null]", 1},
};

TEST(CastTest, TextIsRead) {
  for (const Case& one : kFromText) Expect(one);
}

TEST(CastTest, NumbersAreCutRoundedAndBounded) {
  for (const Case& one : kFromNumbers) Expect(one);
}

TEST(CastTest, TruthDatesTimesAndBytes) {
  for (const Case& one : kFromOthers) Expect(one);
}

TEST(CastTest, ChoicesAndNestedTypes) {
  for (const Case& one : kNested) Expect(one);
}

TEST(CastTest, BytesThatAreNoTextAreImpossible) {
  auto node = std::make_shared<ArrayNode>(*ColumnOf(DataType::Binary(), "[\"abc\"]").node());
  node->buffers[2] = {"\xff\xfe\xfd", nullptr};
  ASSERT_OK_AND_ASSIGN(CastResult result,
                       CastColumn(Column(DataType::Binary(), node), DataType::String()));
  EXPECT_EQ(ColumnText(result.column), "[null]");
  EXPECT_EQ(result.impossible, 1);
}

TEST(CastTest, EveryPairOfScalarsGivesAColumnAndFollowsCanCast) {
  const char* const kTypes[] = {"boolean", "byte",   "short",         "int",          "long",
                                "float",   "double", "decimal(10,2)", "string",       "binary",
                                "date",    "time",   "timestamp",     "timestamp_ntz"};
  for (const char* from : kTypes) {
    for (const char* to : kTypes) {
      SCOPED_TRACE(std::string(from) + " to " + to);
      const Column column = NullColumn(Parsed(from), 3);
      ASSERT_OK_AND_ASSIGN(CastResult result, CastColumn(column, Parsed(to)));
      EXPECT_EQ(result.column.CountNulls(), 3);
      EXPECT_EQ(result.impossible, 0);
    }
  }
  EXPECT_TRUE(CanCast(DataType::Int(), DataType::Timestamp()));
  EXPECT_FALSE(CanCast(DataType::Date(), DataType::Long()));
  EXPECT_FALSE(CanCast(DataType::String(), Parsed("struct<a:int>")));
  EXPECT_TRUE(CanCast(Parsed("choice<date,long>"), DataType::Int()));
  EXPECT_FALSE(CanCast(Parsed("array<date>"), Parsed("array<long>")));
}

TEST(CastTest, EqualTypesKeepTheirBuffers) {
  const Column column = ColumnOf(DataType::Int(), "[1]");
  ASSERT_OK_AND_ASSIGN(CastResult result, CastColumn(column, DataType::Int()));
  EXPECT_EQ(result.column.node(), column.node());
}

}  // namespace
}  // namespace tenon::columnar
