#include "columnar/field_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenon::columnar {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<Field> FieldsOf(const std::vector<std::string>& names) {
  std::vector<Field> fields;
  for (const std::string& name : names) fields.push_back({name, DataType::Int()});
  return fields;
}

TEST(FieldPlacesTest, TheFirstOfEqualNamesIsFound) {
  const std::vector<Field> fields = FieldsOf({"b", "a", "b", "", "A"});
  const FieldPlaces places(fields);
  EXPECT_EQ(places.Find("a"), 1);
  EXPECT_EQ(places.Find("b"), 0);
  EXPECT_EQ(places.Find(""), 3);
  EXPECT_EQ(places.Find("A"), 4);
  EXPECT_EQ(places.Find("ab"), std::nullopt);
  EXPECT_THAT(places.All("b"), ElementsAre(0, 2));
  EXPECT_THAT(places.All("B"), IsEmpty());
}

TEST(FieldPlacesTest, CaseOfLettersIsIgnoredWhereItIsToBe) {
  const std::vector<std::string> names = {"Id", "ID", "\xc3\x84", "id_", "iD"};
  const FieldPlaces places(names, NameCase::kIgnored);
  EXPECT_THAT(places.All("id"), ElementsAre(0, 1, 4));
  EXPECT_EQ(places.Find("ID_"), 3);
  EXPECT_EQ(places.Find("\xc3\x84"), 2);
  EXPECT_EQ(places.Find("\xc3\xa4"), std::nullopt);  // Letters beyond ASCII are told apart.
}

TEST(FieldPlacesTest, NothingIsFoundAmongNone) {
  EXPECT_EQ(FieldPlaces(std::span<const Field>()).Find("a"), std::nullopt);
}

TEST(FieldPlacesTest, ManyFieldsAreFoundAsASchemaFindsThem) {
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back("c" + std::to_string(i * 7919 % 800));
  const Schema schema(FieldsOf(names));
  const FieldPlaces places(schema.fields());
  for (int i = 0; i < 900; ++i) {
    const std::string name = "c" + std::to_string(i);
    EXPECT_EQ(places.Find(name), schema.IndexOf(name)) << name;
  }
}

}  // namespace
}  // namespace tenon::columnar
