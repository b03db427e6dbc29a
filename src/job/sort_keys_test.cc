#include "job/sort_keys.h"

#include <gtest/gtest.h>

#include "testing/matchers.h"

namespace tenon::job {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsErrorNumber;

Result<std::vector<SortKey>> Parse(const char* text) {
  return ParseSortKeys(*base::ParseJson(text));
}

TEST(SortKeysTest, NullsStandWhereSparkPutsThemUnlessAKeySaysOtherwise) {
  ASSERT_OK_AND_ASSIGN(const std::vector<SortKey> keys,
                       Parse(R"({"keys": ["a", {"column": "b", "descending": true},
                         {"column": "c", "descending": true, "nulls_first": true}]})"));
  EXPECT_THAT(keys, ElementsAre(SortKey{"a", false, true}, SortKey{"b", true, false},
                                SortKey{"c", true, true}));
}

TEST(SortKeysTest, WhatIsWrongIsToldWithItsPlace) {
  EXPECT_THAT(Parse("{}"), IsErrorNumber(1021, HasSubstr("keys")));
  EXPECT_THAT(Parse(R"({"keys": []})"), IsErrorNumber(1021, HasSubstr("A sort needs a column")));
  EXPECT_THAT(Parse(R"({"keys": ["a", {"colum": "b"}]})"),
              IsErrorNumber(1021, HasSubstr("$.keys[1].colum")));
  EXPECT_THAT(Parse(R"({"keys": [7]})"), IsErrorNumber(1021, HasSubstr("$.keys[0]")));
}

}  // namespace
}  // namespace tenon::job
