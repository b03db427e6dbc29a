#include "columnar/row_spans.h"

#include <gtest/gtest.h>

namespace tenon::columnar {
namespace {

TEST(RowSpansTest, SetsAreJoinedAndCut) {
  const RowSpans a = {{0, 10}, {20, 30}}, b = {{5, 20}, {25, 26}, {40, 41}};
  EXPECT_EQ(Union(a, b), (RowSpans{{0, 30}, {40, 41}}));
  EXPECT_EQ(Intersect(a, b), (RowSpans{{5, 10}, {25, 26}}));
  EXPECT_EQ(Intersect(a, {}), RowSpans());
  EXPECT_EQ(CountRows(a), 20);
  EXPECT_EQ(AllRows(0), RowSpans());
}

TEST(RowSpansTest, SpansGrowToBordersAndStaySets) {
  const std::vector<int64_t> borders = {0, 10, 20, 30, 35};
  EXPECT_EQ(WidenTo({{3, 4}, {8, 9}, {20, 21}}, borders), (RowSpans{{0, 10}, {20, 30}}));
  EXPECT_EQ(WidenTo({{9, 11}, {34, 35}}, borders), (RowSpans{{0, 20}, {30, 35}}));
  EXPECT_EQ(WidenTo({{10, 20}}, borders), (RowSpans{{10, 20}}));
}

TEST(RowSpansTest, CandidatesFollowAndOrAndKeepWhatIsNotKnown) {
  const auto leaf = [](const Predicate& each) -> RowSpans {
    return each.column == "a" ? RowSpans{{0, 5}} : RowSpans{{4, 9}};
  };
  const Predicate a = Predicate::IsNull("a"), b = Predicate::IsNull("b");
  EXPECT_EQ(CandidateRows(Predicate::And({a, b}), 10, leaf), (RowSpans{{4, 5}}));
  EXPECT_EQ(CandidateRows(Predicate::Or({a, b}), 10, leaf), (RowSpans{{0, 9}}));
  EXPECT_EQ(CandidateRows(Predicate::Not(a), 10, leaf), (RowSpans{{0, 10}}));
  EXPECT_EQ(CandidateRows(Predicate::Text("x"), 10, leaf), (RowSpans{{0, 10}}));
}

}  // namespace
}  // namespace tenon::columnar
