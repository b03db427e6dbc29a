// Columns whose types are declared (withSchema): what each type takes, what it refuses, and in which words.
#include <string>
#include <vector>

#include "columnar/schema_text.h"
#include "connectors/files/json/json_format.h"
#include "connectors/files/json/json_oracle_test.h"
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

Schema Declared(const std::string& type) {
  const DataType parsed = DataType::Parse("struct<" + type + ">").value();
  return Schema({parsed.fields().begin(), parsed.fields().end()});
}

ReadRows ReadAs(const std::string& type, const std::string& text, BatchLimits limits = {}) {
  return ReadText(text, {.limits = limits, .columns = {.declared = Declared(type)}});
}

struct Taken {
  const char* type;
  const char* value;
  const char* row;  // Null: it is an error record.
};

const Taken kTaken[] = {
    {"byte", "127", "127"},
    {"byte", "128", nullptr},
    {"byte", "-128", "-128"},
    {"short", "-32768", "-32768"},
    {"short", "32768", nullptr},
    {"int", "2147483647", "2147483647"},
    {"int", "2147483648", nullptr},
    {"int", "1.0", nullptr},
    {"int", "1e3", nullptr},
    {"int", "\"1\"", nullptr},
    {"int", "true", nullptr},
    {"int", "[1]", nullptr},
    {"int", "{}", nullptr},
    {"int", "nul", nullptr},
    {"int", "01", nullptr},
    {"int", "-", nullptr},
    {"long", "7", "7"},
    {"long", "-9223372036854775808", "-9223372036854775808"},
    {"long", "9223372036854775808", nullptr},
    {"double", "1", "1.0"},
    {"double", "0.5", "0.5"},
    {"double", "1180591620717411303424", "1.1805916207174113E21"},
    {"double", "\"NaN\"", nullptr},
    {"float", "0.5", "0.5"},
    {"float", "1e39", nullptr},
    {"decimal(5,2)", "1", "1.00"},
    {"decimal(5,2)", "-123.45", "-123.45"},
    {"decimal(5,2)", "1234.5", nullptr},
    {"decimal(5,2)", "1.234", nullptr},
    {"decimal(5,2)", "1.230", "1.23"},
    {"decimal(5,2)", "12.3e-1", "1.23"},
    {"decimal(5,2)", "1.5E+2", "150.00"},
    {"decimal(5,2)", "0e999999999999", "0.00"},
    {"decimal(5,2)", "1e999999999999", nullptr},
    {"decimal(5,2)", "1e-99", nullptr},
    {"decimal(38,0)", "99999999999999999999999999999999999999",
     "99999999999999999999999999999999999999"},
    {"decimal(38,0)", "999999999999999999999999999999999999999", nullptr},
    {"decimal(38,38)", "0.00000000000000000000000000000000000001",
     "0.00000000000000000000000000000000000001"},
    {"boolean", "true", "true"},
    {"boolean", "false", "false"},
    {"boolean", "tru", nullptr},
    {"boolean", "\"true\"", nullptr},
    {"boolean", "1", nullptr},
    {"string", "\"a\\nb\"", "\"a\\nb\""},
    {"string", "12.50", "\"12.50\""},
    {"string", "true ", "\"true\""},
    {"string", "{ \"x\": [1, 2] } ", "\"{ \\\"x\\\": [1, 2] }\""},
    {"string", "[1]", "\"[1]\""},
    {"string", "1.", nullptr},
    {"string", "truth", nullptr},
    {"string", "[1}", nullptr},
    {"string", "\"\\x\"", nullptr},
    {"date", "\"2026-01-31\"", "\"2026-01-31\""},
    {"date", "\"2026-1-31\"", nullptr},
    {"date", "\"2026-02-30\"", nullptr},
    {"date", "20260131", nullptr},
    {"timestamp", "\"2026-01-31 12:30:59.5\"", "\"2026-01-31 12:30:59.5\""},
    {"timestamp", "\"2026-01-31T12:30:59+02:00\"", "\"2026-01-31 10:30:59\""},
    {"timestamp", "\"2026-01-31T12:30:59.1234567Z\"", nullptr},
    {"timestamp", "\"2026-01-31T12:30:59.1234560Z\"", "\"2026-01-31 12:30:59.123456\""},
    {"timestamp", "\"soon\"", nullptr},
    {"timestamp", "1769862659", nullptr},
    {"timestamp_ntz", "\"2026-01-31 12:30\"", "\"2026-01-31 12:30:00\""},
    {"timestamp_ntz", "\"2026-01-31 12:30Z\"", nullptr},
    {"binary", "\"YWI=\"", "\"YWI=\""},
    {"binary", "\"YQ==\"", "\"YQ==\""},
    {"binary", "\"\"", "\"\""},
    {"binary", "\"YW\"", nullptr},
    {"binary", "\"YW*=\"", nullptr},
    {"binary", "\"YX==\"", nullptr},
    {"array<int>", "[1,null,3]", "[1,null,3]"},
    {"array<int>", "[1,\"x\"]", nullptr},
    {"array<int>", "1", nullptr},
    {"array<array<string>>", "[[1],[]]", "[[\"1\"],[]]"},
    {"struct<x:int,y:string>", "{\"y\":1,\"z\":{},\"x\":2}", "{\"x\":2,\"y\":\"1\"}"},
    {"struct<x:int>", "[]", nullptr},
    {"struct<x:array<struct<y:long>>>", "{\"x\":[{\"y\":1},{}]}", "{\"x\":[{\"y\":1},{}]}"},
    {"struct<x:int>", "{\"x\":2.5}", nullptr},
    {"map<string,int>", "{\"k\":1,\"\\u006b2\":null}", "{\"k\":1,\"k2\":null}"},
    {"map<string,int>", "{\"k\":1,\"l\":2,\"k\":3}", "{\"l\":2,\"k\":3}"},
    {"map<string,int>", "{\"k\":1.5}", nullptr},
    {"map<string,int>", "{\"k\" 1}", nullptr},
    {"map<string,int>", "{1:1}", nullptr},
    {"map<string,int>", "{\"k\":1]", nullptr},
    {"map<string,int>", "[]", nullptr},
    {"map<string,map<string,array<int>>>", "{\"a\":{\"b\":[1]},\"c\":{}}",
     "{\"a\":{\"b\":[1]},\"c\":{}}"},
};

TEST(JsonDeclaredTest, EachTypeTakesItsValuesExactlyOrNotAtAll) {
  for (const Taken& one : kTaken) {
    SCOPED_TRACE(std::string(one.type) + " " + one.value);
    const std::string type = std::string("a:") + one.type;
    const std::string line = "{\"a\":" + std::string(one.value) + "}\n";
    // Between rows without a value and with null, in batches of one row too.
    const std::string text = "{}\n{\"a\":null}\n" + line + "{}\n" + line;
    for (const int64_t rows : {1, 100}) {
      const ReadRows read = ReadAs(type, text, {.max_rows = rows});
      ASSERT_THAT(read.status, IsOk());
      for (const std::string& schema : read.schemas) {
        EXPECT_EQ(schema, Schema(Declared(type)).ToString());
      }
      if (one.row == nullptr) {
        EXPECT_THAT(read.rows, SizeIs(3));
        EXPECT_THAT(read.errors, SizeIs(2));
      } else {
        const std::string row = "{\"a\":" + std::string(one.row) + "}";
        EXPECT_THAT(read.texts, ElementsAre("{}", "{}", row, "{}", row));
        EXPECT_THAT(read.errors, IsEmpty());
      }
    }
  }
}

TEST(JsonDeclaredTest, ARefusedValueIsNamedByTypeLineAndByte) {
  const ReadRows read = ReadAs("a:decimal(5,2),b:struct<c:int>",
                               "{\"a\":1}\n{\"a\":1.234}\n{\"b\":[]}\n{\"b\":{\"c\":\"x\"}}\n");
  ASSERT_THAT(read.errors, SizeIs(3));
  EXPECT_THAT(read.errors[0].message, HasSubstr("a value is no decimal(5,2), as is declared"));
  EXPECT_EQ(read.errors[0].where, "file=test.json line=2 byte=13");
  EXPECT_EQ(read.errors[0].input, "{\"a\":1.234}");
  EXPECT_THAT(read.errors[1].message, HasSubstr("a value is no struct, as is declared"));
  EXPECT_THAT(read.errors[2].message, HasSubstr("a value is no int, as is declared"));
  EXPECT_EQ(read.errors[2].where, "file=test.json line=4 byte=39");
  EXPECT_THAT(read.texts, ElementsAre("{\"a\":1.00}"));
}

TEST(JsonDeclaredTest, OtherFieldsAreLeftOutAndColumnsStandAsDeclared) {
  const ReadRows read =
      ReadAs("b:string,a:int",
             "{\"a\":1,\"x\":{\"deep\":[1,{}]},\"b\":\"y\",\"A\":true}\n{\"c\":5}\n{}\n");
  EXPECT_THAT(read.rows, ElementsAre("{\"a\":int 1,\"b\":string \"y\"}", "{}", "{}"));
  EXPECT_THAT(read.schemas, ElementsAre("struct<b:string,a:int>"));
  EXPECT_THAT(read.errors, IsEmpty());
}

TEST(JsonDeclaredTest, ManyUndeclaredNamesCostNothing) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) {
    text += "{\"n" + std::to_string(i) + "\":1,\"a\":" + std::to_string(i) + "}\n";
  }
  const ReadRows read = ReadAs("a:int", text, {.max_rows = 1 << 20});
  EXPECT_THAT(read.rows, SizeIs(200'000));
  EXPECT_THAT(read.schemas, SizeIs(1));
  EXPECT_THAT(read.errors, IsEmpty());
}

TEST(JsonDeclaredTest, UndeclaredNamesOfOneStructDoNotLeadIntoAnother) {
  const std::string text = "{\"p\":{\"zz\":1,\"x\":1},\"q\":{\"zz\":1,\"x\":2},\"zz\":1,\"x\":3}\n";
  const ReadRows read = ReadAs("p:struct<x:int>,q:struct<x:int>,x:int", text + text);
  const std::string row = "{\"p\":{\"x\":1},\"q\":{\"x\":2},\"x\":3}";
  EXPECT_THAT(read.texts, ElementsAre(row, row));
}

TEST(JsonDeclaredTest, AChoiceAndAnUnknownTypeAreFoundInTheValues) {
  const ReadRows read =
      ReadAs("a:choice<int,string>,b:null,c:int", "{\"a\":1,\"b\":1.5,\"c\":1}\n{\"a\":true}\n");
  EXPECT_THAT(read.schemas, ElementsAre("struct<a:choice<boolean,int>,b:double,c:int>"));
}

constexpr char kGlueSchema[] = R"({"dataType":"struct","properties":{},"fields":[
  {"name":"id","container":{"dataType":"long","properties":{}},"properties":{}},
  {"name":"tags","container":{"dataType":"set","elementType":{"dataType":"enum"}}},
  {"name":"price","container":{"dataType":"decimal","precision":12,"scale":3}}]})";

TEST(JsonDeclaredTest, TheSchemaIsKnownBeforeAFileIsRead) {
  const auto format = MakeJsonReadFormat(Options().Set("withSchema", kGlueSchema));
  ASSERT_THAT(format, IsOk());
  EXPECT_FALSE((*format)->self_describing());
  std::string seen;
  const auto schema = (*format)->SchemaOf({}, {}, TaskContext(), &seen);
  ASSERT_THAT(schema, IsOk());
  EXPECT_EQ((*schema)->ToString(), "struct<id:long,tags:array<string>,price:decimal(12,3)>");
  ScanOffer offer;
  ScanRequest request;
  request.columns = {"price", "id"};
  EXPECT_THAT((*format)->Offer(request, *schema, &offer), IsOk());
  EXPECT_TRUE(offer.columns);
  EXPECT_EQ(offer.schema->ToString(), "struct<price:decimal(12,3),id:long>");
  EXPECT_EQ((*format)->StateOf(request, *schema, seen)->schema->ToString(),
            offer.schema->ToString());
  request.columns = {"price", "ID"};
  EXPECT_THAT((*format)->Offer(request, *schema, &offer), IsOk());
  EXPECT_FALSE(offer.columns);
}

TEST(JsonDeclaredTest, ASchemaThatIsWrongIsNamedByItsPlace) {
  const auto error = [](const std::string& fields) {
    return MakeJsonReadFormat(
               Options().Set("withSchema", R"({"dataType":"struct","fields":[)" + fields + "]}"))
        .status();
  };
  EXPECT_THAT(MakeJsonReadFormat(Options().Set("withSchema", "{")).status(),
              IsError(StatusCode::kInvalidArgument,
                      AllOf(HasSubstr("Schema is not understood: option=withSchema reason="),
                            HasSubstr("schema.jsonValue()"))));
  EXPECT_THAT(error(R"({"name":"a","container":{"dataType":"itn"}})"),
              IsError(StatusCode::kInvalidArgument, HasSubstr("$.fields[0].container")));
  EXPECT_THAT(error(R"({"name":"a","container":{"dataType":"int"}},
                       {"name":"a","container":{"dataType":"int"}})"),
              IsError(StatusCode::kInvalidArgument,
                      HasSubstr("Field is declared twice: option=withSchema path=$.a")));
  EXPECT_THAT(error(R"({"name":"a","container":{"dataType":"decimal","precision":40,"scale":2}})"),
              IsError(StatusCode::kInvalidArgument,
                      HasSubstr("Decimal is too wide for JSON: option=withSchema path=$.a "
                                "type=decimal(40,2)")));
}

}  // namespace
}  // namespace tenon::files
