#include "runstate/covers.h"

#include "base/hash.h"
#include "runstate/testing.h"

namespace tenon::runstate {
namespace {

using ::tenon::testing::IsError;
using ::tenon::testing::IsOkAndHolds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(CoversTest, ComeBackAsTheyWereAlsoWhenTheyAreNoText) {
  const std::vector<Cover> covers = FullSlot(1).covers;
  EXPECT_THAT(CoversFromJson(CoversToJson(covers)), IsOkAndHolds(covers));
  EXPECT_THAT(CoversFromJson(CoversToJson({})), IsOkAndHolds(std::vector<Cover>()));
}

TEST(CoversTest, TheSinkIsGivenNeitherPositionsNorPins) {
  std::vector<Cover> covers = {BookmarkedCover("orders", 3, std::nullopt, Position{"secret-high"})};
  covers[0].interval.pin = "secret-pin";
  covers[0].fingerprint.rows = 100;
  const std::string text = CoversForSink(covers);
  EXPECT_THAT(text, AllOf(Not(HasSubstr("secret")), HasSubstr(base::Sha256Hex("secret-high")),
                          HasSubstr(base::Sha256Hex("secret-pin")), HasSubstr(R"("low":null)"),
                          HasSubstr(R"("rows":100)"), HasSubstr(R"("version":3)")));
}

TEST(CoversTest, SaysWhatIsWrongWithATextItDidNotWrite) {
  for (const char* text : {"x", "{}1", "[{}]", R"([{"ctx":1,"rows":1}])", R"([{"ctx":"a"}])",
                           R"([{"ctx":"a","rows":1,"pin_hex":"zz"}])"})
    EXPECT_THAT(CoversFromJson(text),
                IsError(StatusCode::kDataError, HasSubstr("Covers of a slot cannot be read")))
        << text;
}

struct OverlapCase {
  const char* what;
  Cover left, right;
  bool overlap, same;
};

TEST(CoversTest, IntervalsOfOneBookmarkVersionOverlapUnlessOneIsEmpty) {
  const Position p0{"0"}, p5{"5"}, p9{"9"};
  const OverlapCase cases[] = {
      {"equal", BookmarkedCover("s", 1, p0, p5), BookmarkedCover("s", 1, p0, p5), true, true},
      {"other end", BookmarkedCover("s", 1, p0, p5), BookmarkedCover("s", 1, p0, p9), true, false},
      {"both empty", BookmarkedCover("s", 1, p0, p0), BookmarkedCover("s", 1, p0, p0), true, true},
      {"one empty", BookmarkedCover("s", 1, p0, p0), BookmarkedCover("s", 1, p0, p5), false, false},
      {"other version", BookmarkedCover("s", 1, p0, p5), BookmarkedCover("s", 2, p0, p5), false,
       false},
      {"other source", BookmarkedCover("s", 1, p0, p5), BookmarkedCover("t", 1, p0, p5), false,
       false},
      {"not bookmarked", Cover{"s", false, 0, {}, {}}, BookmarkedCover("s", 1, p0, p5), false,
       false},
  };
  for (const OverlapCase& each : cases) {
    EXPECT_EQ(Overlap(each.left, each.right), each.overlap) << each.what;
    EXPECT_EQ(Overlap(each.right, each.left), each.overlap) << each.what;
    EXPECT_EQ(SameInterval(each.left, each.right), each.same) << each.what;
  }
}

}  // namespace
}  // namespace tenon::runstate
