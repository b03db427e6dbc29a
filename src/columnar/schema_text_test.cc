#include "columnar/schema_text.h"

#include <gtest/gtest.h>

#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::columnar {
namespace {

using tenon::testing::IsError;
using tenon::testing::SchemaOf;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::string_view kAllTypes =
    "id:long, price:decimal(10,2), address:struct<street:string,geo:struct<lat:double>>, tags:array<string>, "
    "items:array<struct<sku:string,qty:int>>, attributes:map<string,int>, "
    "provider:choice<string,long,struct<a:int>>, nothing:null, at:timestamp, wall:timestamp_ntz, day:date, "
    "raw:binary, ok:boolean";

TEST(SchemaTextTest, TheTreeIsGluesLineByLine) {
  EXPECT_EQ(SchemaTree(*SchemaOf(kAllTypes)),
            "root\n"
            "|-- id: long\n"
            "|-- price: decimal(10,2)\n"
            "|-- address: struct\n"
            "|    |-- street: string\n"
            "|    |-- geo: struct\n"
            "|    |    |-- lat: double\n"
            "|-- tags: array\n"
            "|    |-- element: string\n"
            "|-- items: array\n"
            "|    |-- element: struct\n"
            "|    |    |-- sku: string\n"
            "|    |    |-- qty: int\n"
            "|-- attributes: map\n"
            "|    |-- keyType: string\n"
            "|    |-- valueType: int\n"
            "|-- provider: choice\n"
            "|    |-- long\n"
            "|    |-- string\n"
            "|    |-- struct\n"
            "|    |    |-- a: int\n"
            "|-- nothing: null\n"
            "|-- at: timestamp\n"
            "|-- wall: timestampntz\n"
            "|-- day: date\n"
            "|-- raw: binary\n"
            "|-- ok: boolean\n");
  EXPECT_EQ(SchemaTree(Schema()), "root\n");
}

TEST(SchemaTextTest, TheJsonIsGluesAndReadsBack) {
  EXPECT_EQ(
      SchemaJson(
          *SchemaOf("a:int, d:decimal(5,1), l:array<choice<int,string>>, m:map<string,date>")),
      R"({"dataType":"struct","properties":{},"fields":[)"
      R"({"name":"a","container":{"dataType":"int","properties":{}},"properties":{}},)"
      R"({"name":"d","container":{"dataType":"decimal","properties":{},"precision":5,"scale":1},"properties":{}},)"
      R"({"name":"l","container":{"dataType":"array","properties":{},"elementType":)"
      R"({"dataType":"choice","properties":{},"choices":[{"dataType":"int","properties":{}},)"
      R"({"dataType":"string","properties":{}}]}},"properties":{}},)"
      R"({"name":"m","container":{"dataType":"map","properties":{},"valueType":)"
      R"({"dataType":"date","properties":{}}},"properties":{}}]})");
  const SchemaPtr all = SchemaOf(kAllTypes);
  ASSERT_OK_AND_ASSIGN(Schema back, SchemaFromJson(SchemaJson(*all)));
  EXPECT_EQ(back.ToString(), all->ToString());
}

TEST(SchemaTextTest, JsonOfOtherWritersIsRead) {
  ASSERT_OK_AND_ASSIGN(Schema schema, SchemaFromJson(R"({"dataType": "struct", "fields": [
        {"name": "s", "container": {"dataType": "set", "elementType": {"dataType": "string"}}},
        {"name": "e", "container": {"dataType": "enum", "options": ["a"]}},
        {"name": "u", "container": {"dataType": "unknown"}},
        {"name": "d", "container": {"dataType": "decimal"}},
        {"name": "c", "container": {"dataType": "choice", "choices": [{"dataType": "int"}]}}]})"));
  EXPECT_EQ(schema.ToString(), "struct<s:array<string>,e:string,u:null,d:decimal(10,2),c:int>");
}

TEST(SchemaTextTest, WrongJsonIsNamedByItsPlace) {
  EXPECT_THAT(SchemaFromJson("{"), IsError(StatusCode::kInvalidArgument, HasSubstr("JSON")));
  EXPECT_THAT(SchemaFromJson(R"({"dataType": "int"})"),
              IsError(StatusCode::kInvalidArgument, HasSubstr("type=int")));
  EXPECT_THAT(
      SchemaFromJson(
          R"({"dataType": "struct", "fields": [{"name": "a", "container": {"dataType": "itn"}}]})"),
      IsError(StatusCode::kInvalidArgument,
              AllOf(HasSubstr("$.fields[0].container"), HasSubstr("itn"))));
  EXPECT_THAT(
      SchemaFromJson(R"({"dataType": "struct", "fields": [{"container": {"dataType": "int"}}]})"),
      IsError(StatusCode::kInvalidArgument, HasSubstr("fields[0].name")));
  EXPECT_THAT(SchemaFromJson(R"({"dataType": "struct", "fields": [
                {"name": "a", "container": {"dataType": "decimal", "precision": 0}}]})"),
              IsError(StatusCode::kInvalidArgument, HasSubstr("precision=0")));
}

}  // namespace
}  // namespace tenon::columnar
