// Rules 5 and 6 of the run protocol, case by case.
#include "runstate/sink_decision.h"

#include <functional>

#include "runstate/testing.h"

namespace tenon::runstate {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Position kLow{"400"}, kHigh{"500"}, kNewer{"510"};

// A job whose sink A was written from orders (400, 500] by an earlier attempt, and a call just like it.
struct Situation {
  JobState state;
  std::set<uint64_t> visited;
  SinkQuestion question;

  Situation() {
    state.job = "job";
    state.epoch = 2;
    Slot slot;
    slot.seq = 1;
    slot.sink = "A";
    slot.target = "t";
    slot.selection = "f";
    slot.n = 1;
    slot.run = "r1";
    slot.epoch = 1;
    slot.state = SlotState::kPublished;
    slot.commit_class = CommitClass::kTransactional;
    slot.covers = {BookmarkedCover("orders", 3, kLow, kHigh)};
    state.slots = {slot};
    question = {"A", false, "t", "f", "r1", 2, 0, 1, slot.covers};
  }
  Slot& slot() { return state.slots[0]; }
  void MakeUnbookmarked() {
    slot().covers = {Cover{"orders", false, 0, {}, {}}};
    question.covers = slot().covers;
  }
};

struct DecisionCase {
  const char* what;
  std::function<void(Situation&)> change;
  SinkVerdict::Kind kind;
  std::string difference;
};

TEST(SinkDecisionTest, EachRuleByItself) {
  using Kind = SinkVerdict::Kind;
  const DecisionCase cases[] = {
      {"the same call", [](Situation&) {}, Kind::kSkip, ""},
      {"nothing published", [](Situation& s) { s.state.slots.clear(); }, Kind::kWrite, ""},
      {"not published, only intended", [](Situation& s) { s.slot().state = SlotState::kIntent; },
       Kind::kWrite, ""},
      {"of this attempt", [](Situation& s) { s.slot().epoch = 2; }, Kind::kWrite, ""},
      {"matched before", [](Situation& s) { s.visited = {1}; }, Kind::kWrite, ""},
      {"another sink", [](Situation& s) { s.question.sink = "B"; }, Kind::kWrite, ""},
      {"another sink, same target, ids of the user",
       [](Situation& s) { s.question.sink = "B", s.question.derived_sink = false; }, Kind::kWrite,
       ""},
      {"another derived id, same target",
       [](Situation& s) { s.question.sink = "B", s.question.derived_sink = true; }, Kind::kSkip,
       ""},
      {"newer rows", [](Situation& s) { s.question.covers[0].bookmark_version = 4; }, Kind::kWrite,
       ""},
      {"another source",
       [](Situation& s) { s.question.covers = {BookmarkedCover("items", 3, kLow, kHigh)}; },
       Kind::kWrite, ""},
      {"an interval that ends elsewhere",
       [](Situation& s) { s.question.covers[0].interval.high = kNewer; }, Kind::kAnotherWay,
       "source=orders then=other_rows"},
      {"an empty interval beside a full one",
       [](Situation& s) { s.question.covers[0].interval.high = kLow; }, Kind::kWrite, ""},
      {"equal empty intervals",
       [](Situation& s) {
         s.slot().covers[0].interval.high = kLow;
         s.question.covers[0].interval.high = kLow;
       },
       Kind::kSkip, ""},
      {"another target", [](Situation& s) { s.question.target = "today"; }, Kind::kAnotherWay,
       "target=today then=t"},
      {"another filter", [](Situation& s) { s.question.selection = "g"; }, Kind::kAnotherWay,
       "filter=g then=f"},
      {"the second call of the sink", [](Situation& s) { s.question.n = 2; }, Kind::kAnotherWay,
       "call=2 then=1"},
      {"more sources than were written",
       [](Situation& s) { s.question.covers.push_back(BookmarkedCover("items", 1, kLow, kHigh)); },
       Kind::kAnotherWay, "source=items then=other_rows"},
      {"fewer sources than were written",
       [](Situation& s) { s.slot().covers.push_back(BookmarkedCover("items", 1, kLow, kHigh)); },
       Kind::kSkip, ""},
      {"a lookup without bookmark beside it",
       [](Situation& s) {
         s.slot().covers.push_back(Cover{"lookup", false, 0, {}, {}});
         s.question.covers.push_back(Cover{"lookup", false, 0, {}, {}});
       },
       Kind::kSkip, ""},
      {"no bookmarks, the same run", [](Situation& s) { s.MakeUnbookmarked(); }, Kind::kSkip, ""},
      {"no bookmarks, another run",
       [](Situation& s) { s.MakeUnbookmarked(), s.question.run = "r2"; }, Kind::kWrite, ""},
      {"no bookmarks, after another commit",
       [](Situation& s) { s.MakeUnbookmarked(), s.question.part = 1; }, Kind::kWrite, ""},
      {"no sources at all, the same run",
       [](Situation& s) { s.slot().covers.clear(), s.question.covers.clear(); }, Kind::kSkip, ""},
      {"bookmarks switched on since",
       [](Situation& s) {
         s.MakeUnbookmarked();
         s.question.covers = {BookmarkedCover("orders", 0, std::nullopt, kHigh)};
       },
       Kind::kAnotherWay, "source=orders then=other_rows"},
      {"bookmarks switched off since",
       [](Situation& s) {
         s.question.covers = {Cover{"orders", false, 0, {}, {}}};
       },
       Kind::kWrite, ""},
  };
  for (const DecisionCase& each : cases) {
    Situation situation;
    each.change(situation);
    const SinkVerdict verdict =
        JudgeSinkCall(situation.state, situation.visited, situation.question);
    EXPECT_EQ(verdict.kind, each.kind) << each.what;
    EXPECT_EQ(verdict.difference, each.difference) << each.what;
  }
}

TEST(SinkDecisionTest, OfSeveralSlotsTheOneWithTheSameOrdinalIsSkipped) {
  Situation situation;
  Slot second = situation.slot();
  second.seq = 2;
  second.n = 2;
  situation.state.slots.push_back(second);
  situation.question.n = 2;
  SinkVerdict verdict = JudgeSinkCall(situation.state, {}, situation.question);
  EXPECT_EQ(verdict.kind, SinkVerdict::Kind::kSkip);
  EXPECT_THAT(verdict.shared, ElementsAre(2, 1));
  situation.question.n = 3;
  verdict = JudgeSinkCall(situation.state, {1, 2}, situation.question);
  EXPECT_EQ(verdict.kind, SinkVerdict::Kind::kWrite);
  EXPECT_THAT(verdict.shared, IsEmpty());
}

TEST(SinkDecisionTest, ASourceIsReplayedFromTheFirstSlotThatIsNeitherVisitedNorPassed) {
  Situation situation;
  situation.state.bookmarks["orders"] = {3, kLow};
  const Cover* cover = nullptr;
  const auto replayed = [&](std::set<uint64_t> visited, uint64_t epoch, const char* context) {
    return IntervalToReplay(situation.state, visited, epoch, context, &cover);
  };
  ASSERT_NE(replayed({}, 2, "orders"), nullptr);
  EXPECT_EQ(cover->interval.high, kHigh);
  EXPECT_EQ(replayed({1}, 2, "orders"), nullptr);
  EXPECT_EQ(replayed({}, 1, "orders"), nullptr);
  EXPECT_EQ(replayed({}, 2, "items"), nullptr);
  situation.slot().state = SlotState::kIntent;
  EXPECT_EQ(replayed({}, 2, "orders"), nullptr);
  situation.slot().state = SlotState::kPublished;
  situation.state.bookmarks["orders"] = {4, kHigh};
  EXPECT_EQ(replayed({}, 2, "orders"), nullptr);
}

TEST(SinkDecisionTest, OnlyTheVeryCallThatWasCutIsSentAgainUnderItsToken) {
  Situation situation;
  situation.slot().state = SlotState::kIntent;
  EXPECT_EQ(CallToSendAgain(situation.state, situation.question), nullptr);
  situation.slot().commit_class = CommitClass::kAppendOnly;
  EXPECT_EQ(CallToSendAgain(situation.state, situation.question), &situation.slot());
  const std::function<void(SinkQuestion&)> others[] = {
      [](SinkQuestion& q) { q.sink = "B"; },
      [](SinkQuestion& q) { q.n = 2; },
      [](SinkQuestion& q) { q.target = "u"; },
      [](SinkQuestion& q) { q.selection = "g"; },
      [](SinkQuestion& q) { q.epoch = 1; },
      [](SinkQuestion& q) { q.covers[0].interval.high = kNewer; },
      [](SinkQuestion& q) { q.covers.clear(); },
  };
  for (const auto& change : others) {
    SinkQuestion question = situation.question;
    change(question);
    EXPECT_EQ(CallToSendAgain(situation.state, question), nullptr);
  }
  situation.MakeUnbookmarked();
  EXPECT_EQ(CallToSendAgain(situation.state, situation.question), &situation.slot());
  situation.question.run = "r2";
  EXPECT_EQ(CallToSendAgain(situation.state, situation.question), nullptr);
}

}  // namespace
}  // namespace tenon::runstate
