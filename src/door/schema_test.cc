#include "tenon/schema.h"

#include <string>

#include "testing/matchers.h"

namespace tenon {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsError;

TEST(DataTypeTest, TextReadsBackAsTheSameType) {
  for (const char* text : {"null",
                           "boolean",
                           "byte",
                           "short",
                           "int",
                           "long",
                           "float",
                           "double",
                           "decimal(10,2)",
                           "decimal(76,76)",
                           "string",
                           "binary",
                           "date",
                           "time",
                           "timestamp",
                           "timestamp_ntz",
                           "struct<>",
                           "array<array<int>>",
                           "map<string,struct<a:int,b:choice<long,string>>>",
                           "choice<long,decimal(5,0),struct<x:int>>",
                           "struct<`a b`:int,`c``d`:string>"}) {
    ASSERT_OK_AND_ASSIGN(DataType type, DataType::Parse(text));
    EXPECT_EQ(type.ToString(), text);
    ASSERT_OK_AND_ASSIGN(DataType again, DataType::Parse(type.ToString()));
    EXPECT_EQ(type, again);
  }
}

TEST(DataTypeTest, TakesTheSynonymsOfSparkAndHive) {
  const std::pair<const char*, const char*> kSynonyms[] = {
      {"BIGINT", "long"},
      {"Integer", "int"},
      {"tinyint", "byte"},
      {"smallint", "short"},
      {"decimal", "decimal(10,2)"},
      {"numeric( 12 )", "decimal(12,0)"},
      {"varchar(20)", "string"},
      {"timestamp_ltz", "timestamp"},
      {"TIMESTAMP_NTZ", "timestamp_ntz"},
      {"uniontype<int, string>", "choice<int,string>"},
      {" Array < Int > ", "array<int>"}};
  for (const auto& [text, meaning] : kSynonyms) {
    ASSERT_OK_AND_ASSIGN(DataType type, DataType::Parse(text));
    EXPECT_EQ(type.ToString(), meaning);
  }
}

TEST(DataTypeTest, ErrorsNameThePartThatIsWrong) {
  const std::pair<const char*, const char*> kWrong[] = {
      {"", "Type is missing"},
      {"strng", "Type is not known: part=strng. Did you mean string?"},
      {"struct<a:int,b:lnog>", "part=lnog type=struct<a:int,b:lnog>. Did you mean long?"},
      {"array<int", "ends too early, '>' is missing"},
      {"int>", "has text after its end: part=> type=int>"},
      {"decimal(77,0)", "Decimal is out of range: part=(77,0)"},
      {"decimal(5,6)", "Decimal is out of range"},
      {"decimal(a)", "needs a whole number here: part=a"},
      {"map<int,string>", "Map keys are strings: part=int"},
      {"choice<int>", "two or more types: count=1"},
      {"choice<int,integer>", "two types of the same name: type=int"},
      {"choice<int,choice<long,string>>", "cannot hold this type: type=choice<long,string>"},
      {"struct<a>", "needs ':' here"},
      {"struct<`a:int>", "without its closing backtick"},
      {"struct<:int>", "needs a field name here"}};
  for (const auto& [text, message] : kWrong) {
    EXPECT_THAT(DataType::Parse(text), IsError(StatusCode::kInvalidArgument, HasSubstr(message)))
        << text;
  }
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "array<";
  EXPECT_THAT(DataType::Parse(deep),
              IsError(StatusCode::kInvalidArgument, HasSubstr("nested too deeply")));
}

TEST(DataTypeTest, ADecimalIsBroughtIntoItsBounds) {
  EXPECT_EQ(DataType::Decimal(0, -1).ToString(), "decimal(1,0)");
  EXPECT_EQ(DataType::Decimal(100, 90).ToString(), "decimal(76,76)");
}

TEST(DataTypeTest, PartsAreFields) {
  ASSERT_OK_AND_ASSIGN(DataType choice,
                       DataType::Choice({DataType::Long(), DataType::Array(DataType::Int())}));
  ASSERT_EQ(choice.fields().size(), 2u);
  EXPECT_EQ(choice.fields()[1].name, "array");
  EXPECT_EQ(choice.fields()[1].type.element(), DataType::Int());
  EXPECT_EQ(DataType::Map(DataType::Date()).fields()[0].name, "value");
  EXPECT_TRUE(choice.is_nested());
  EXPECT_FALSE(DataType::Timestamp().is_nested());
}

TEST(SchemaTest, FindsColumnsByTheirExactName) {
  Schema schema({{"a", DataType::Int()}, {"A", DataType::Long()}, {"a", DataType::String()}});
  EXPECT_EQ(schema.IndexOf("a"), 0);
  EXPECT_EQ(schema.IndexOf("A"), 1);
  EXPECT_EQ(schema.IndexOf("b"), std::nullopt);
  EXPECT_THAT(schema.names(), ElementsAre("a", "A", "a"));
  EXPECT_EQ(schema.ToString(), "struct<a:int,A:long,a:string>");
}

TEST(SchemaTest, SeesAChoiceAtAnyDepth) {
  ASSERT_OK_AND_ASSIGN(DataType deep,
                       DataType::Parse("map<string,array<struct<x:choice<int,string>>>>"));
  EXPECT_TRUE(Schema({{"a", deep}}).has_choice());
  EXPECT_FALSE(Schema({{"a", DataType::Array(DataType::Int())}}).has_choice());
}

}  // namespace
}  // namespace tenon
