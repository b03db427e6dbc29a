#include "sql/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/matchers.h"

namespace tenon::sql {
namespace {

using tenon::testing::IsError;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Schema People() {
  return Schema({{"id", DataType::Long()},
                 {"name", DataType::String()},
                 {"score", DataType::Double()},
                 {"tags", DataType::Map(DataType::String())}});
}

TEST(QueryTest, NamesNoColumnOfTheUserInItsText) {
  const Schema hostile({{"id\"; DROP TABLE x; --", DataType::Long()}});
  auto query = Query::Sort(hostile, {{"id\"; DROP TABLE x; --"}});
  ASSERT_TRUE(query.ok());
  EXPECT_EQ(query->Text({7}), "SELECT c0 FROM tenon_input(7) ORDER BY c0 ASC NULLS FIRST");
}

TEST(QueryTest, AnUnknownColumnIsAnErrorWithTheNearestName) {
  auto query = Query::Sort(People(), {{"nmae"}});
  ASSERT_FALSE(query.ok());
  EXPECT_EQ(query.status().message(), "Column is not in the frame: column=nmae");
  EXPECT_EQ(query.status().hint(), "Did you mean name?");
  EXPECT_EQ(query.status().number(), 2001);
}

TEST(QueryTest, AMapCannotBeComparedAndTheErrorSaysWhich) {
  EXPECT_THAT(Query::Distinct(People()),
              IsError(StatusCode::kUnsupported,
                      AllOf(HasSubstr("column=tags"), HasSubstr("map<string,string>"))));
}

TEST(QueryTest, AChoiceIsRefusedWithTheLineThatResolvesIt) {
  auto choice = DataType::Choice({DataType::Long(), DataType::String()});
  auto query = Query::Sort(Schema({{"zip", *choice}}), {{"zip"}});
  ASSERT_FALSE(query.ok());
  EXPECT_THAT(std::string(query.status().hint()),
              HasSubstr("resolveChoice(specs=[(\"zip\", \"cast:string\")])"));
}

TEST(QueryTest, JoinKeysOfDifferentTypesAreRefusedWithBothTypes) {
  EXPECT_THAT(Query::Join(People(), People(), JoinKind::kInner, {{"id", "name"}}),
              IsError(StatusCode::kInvalidArgument,
                      AllOf(HasSubstr("left=id type=long"), HasSubstr("right=name type=string"))));
}

TEST(QueryTest, SumsAndAveragesHaveSparksTypes) {
  const Schema numbers({{"i", DataType::Int()},
                        {"d", DataType::Decimal(10, 2)},
                        {"wide", DataType::Decimal(35, 2)},
                        {"f", DataType::Float()}});
  auto query = Query::Group(numbers, {},
                            {{AggregateKind::kSum, "i", "a"},
                             {AggregateKind::kSum, "d", "b"},
                             {AggregateKind::kSum, "wide", "c"},
                             {AggregateKind::kSum, "f", "d"},
                             {AggregateKind::kAverage, "i", "e"},
                             {AggregateKind::kCountRows, "", "f"}});
  ASSERT_TRUE(query.ok()) << query.status().ToString();
  EXPECT_EQ(query->schema()->ToString(),
            "struct<a:long,b:decimal(20,2),c:decimal(38,2),d:double,e:double,f:long>");
}

TEST(QueryTest, TextCannotBeSummed) {
  EXPECT_THAT(Query::Group(People(), {"id"}, {{AggregateKind::kSum, "name", "x"}}),
              IsError(StatusCode::kInvalidArgument,
                      HasSubstr("Column cannot be summed: column=name type=string")));
}

TEST(QueryTest, SemiAndAntiJoinsKeepOnlyTheLeftColumns) {
  const Schema ids({{"person", DataType::Long()}});
  auto query = Query::Join(ids, People(), JoinKind::kLeftAnti, {{"person", "id"}});
  ASSERT_TRUE(query.ok());
  EXPECT_EQ(query->schema()->ToString(), "struct<person:long>");
  EXPECT_THAT(query->Text({1, 2}),
              AllOf(HasSubstr("tenon_input(1) AS l ANTI JOIN tenon_input(2) AS r"),
                    Not(HasSubstr("r.c1"))));
}

TEST(QueryTest, ASortWithoutAColumnIsAnError) {
  EXPECT_THAT(Query::Sort(People(), {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("needs a column")));
}

}  // namespace
}  // namespace tenon::sql
