#include "connectors/files/csv/csv_dialect.h"

#include <string>

#include "testing/matchers.h"

namespace tenon::files {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(CsvDialectTest, TakesGluesWords) {
  const Result<CsvDialect> plain = CheckDialect({});
  ASSERT_THAT(plain, IsOk());
  EXPECT_EQ(plain->separator, ',');
  EXPECT_EQ(plain->quote, '"');
  EXPECT_EQ(plain->escaper, std::nullopt);
  EXPECT_FALSE(plain->multi_line);
  EXPECT_EQ(CheckDialect({.quote_char = "-1"})->quote, std::nullopt);
  EXPECT_EQ(CheckDialect({.separator = "\t"})->separator, '\t');
  EXPECT_EQ(CheckDialect({.separator = "\\t"})->separator, '\t');
  EXPECT_EQ(CheckDialect({.escaper = "\\"})->escaper, '\\');
  // Doubled quotes are always understood.
  EXPECT_EQ(CheckDialect({.escaper = "\""})->escaper, std::nullopt);
  EXPECT_TRUE(CheckDialect({.multi_line = true})->multi_line);
}

TEST(CsvDialectTest, RefusesWhatIsNotOneCharacterAndNamesTheOption) {
  EXPECT_THAT(CheckDialect({.separator = "||"}),
              IsError(StatusCode::kInvalidArgument,
                      AllOf(HasSubstr("Option must be one ASCII character: option=separator "
                                      "value=||"),
                            HasSubstr("Separators of several characters cannot be read"))));
  EXPECT_THAT(CheckDialect({.separator = ""}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("option=separator value=")));
  EXPECT_THAT(CheckDialect({.separator = "\xc2\xa7"}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("option=separator")));
  EXPECT_THAT(CheckDialect({.quote_char = "''"}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("option=quoteChar value=''")));
  EXPECT_THAT(CheckDialect({.escaper = "\n"}),
              IsError(StatusCode::kInvalidArgument,
                      AllOf(HasSubstr("option=escaper"), HasSubstr("Line ends"))));
  EXPECT_THAT(CheckDialect({.quote_char = "7"}),
              IsError(StatusCode::kInvalidArgument,
                      HasSubstr("must not be a letter, a digit or a sign: option=quoteChar")));
}

TEST(CsvDialectTest, RefusesOptionsThatAreTheSameCharacter) {
  EXPECT_THAT(CheckDialect({.separator = "'", .quote_char = "'"}),
              IsError(StatusCode::kInvalidArgument,
                      HasSubstr("Options must differ: option=quoteChar option=separator value='")));
  EXPECT_THAT(CheckDialect({.separator = "|", .escaper = "|"}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("option=escaper option=separator")));
}

TEST(CsvDialectTest, ReadsDeclaredColumns) {
  const auto declared = [](const std::string& columns) {
    return CheckCsvRead({.columns = columns});
  };
  EXPECT_EQ(declared("id:long,price:decimal(10,2)")->declared.ToString(),
            "struct<id:long,price:decimal(10,2)>");
  EXPECT_EQ(declared("struct<a:int>")->declared.ToString(), "struct<a:int>");
  EXPECT_EQ(declared(R"({"a b":"int","c":"date"})")->declared.field(0).name, "a b");
  EXPECT_EQ(declared("  ")->declared.size(), 0);
  EXPECT_THAT(declared("a:integr"),
              IsError(StatusCode::kInvalidArgument,
                      AllOf(HasSubstr("Option cannot be read: option=columns value=a:integr"),
                            HasSubstr("Write it as id:long"))));
  EXPECT_THAT(declared("{\"a\":1}"),
              IsError(StatusCode::kInvalidArgument, HasSubstr("A type must be a text: column=a")));
  EXPECT_THAT(declared("a:int,a:long"),
              IsError(StatusCode::kInvalidArgument,
                      HasSubstr("Column is declared twice: option=columns column=a")));
  for (const char* type : {"array<int>", "binary", "decimal(39,0)"}) {
    EXPECT_THAT(declared(std::string("a:") + type),
                IsError(StatusCode::kInvalidArgument,
                        HasSubstr("CSV holds no column of this type: option=columns column=a")))
        << type;
  }
}

TEST(CsvDialectTest, TypesAreStringsOrInferred) {
  EXPECT_EQ(CheckCsvRead({})->types, CsvTypes::kStrings);
  EXPECT_EQ(CheckCsvRead({.types = "Infer"})->types, CsvTypes::kInfer);
  EXPECT_THAT(CheckCsvRead({.types = "infr"}),
              IsError(StatusCode::kInvalidArgument,
                      AllOf(HasSubstr("Option must be strings or infer: option=types value=infr"),
                            HasSubstr("Did you mean infer?"))));
}

TEST(CsvDialectTest, ChecksTheWordsOfAWriteToo) {
  EXPECT_EQ(CheckCsvWrite("|", "-1", false)->separator, '|');
  EXPECT_EQ(CheckCsvWrite("|", "-1", false)->quote, std::nullopt);
  EXPECT_FALSE(CheckCsvWrite(",", "\"", false)->write_header);
  EXPECT_THAT(CheckCsvWrite(",,", "\"", true),
              IsError(StatusCode::kInvalidArgument, HasSubstr("option=separator")));
}

}  // namespace
}  // namespace tenon::files
