#include "job/actions.h"

#include "job/lineage.h"
#include "testing/matchers.h"

namespace tenon::job {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ActionsTest, AFirstSinkWriteStreamsAndAnythingElseSpools) {
  SourceRead source;
  EXPECT_EQ(DecideRead(source, ActionKind::kSinkWrite).way, ReadWay::kStream);
  EXPECT_EQ(DecideRead(source, ActionKind::kOther).way, ReadWay::kSpool);
  source.planned = true;
  source.pin = "list of files";
  EXPECT_EQ(DecideRead(source, ActionKind::kSinkWrite).way, ReadWay::kStream);
  source.reads = 1;
  EXPECT_EQ(DecideRead(source, ActionKind::kSinkWrite).way, ReadWay::kStream);
}

TEST(ActionsTest, WhatCannotBeReadAgainIsSpooledFromTheStart) {
  SourceRead source;
  source.info.can.replayable = false;
  EXPECT_EQ(DecideRead(source, ActionKind::kSinkWrite).way, ReadWay::kSpool);
  source.info.can.replayable = true;
  source.planned = true;
  EXPECT_EQ(DecideRead(source, ActionKind::kSinkWrite).way, ReadWay::kSpool);
  EXPECT_THAT(std::string(DecideRead(source, ActionKind::kSinkWrite).reason), HasSubstr("pin"));
  source.end = Position{"{\"v\":1}"};
  EXPECT_EQ(DecideRead(source, ActionKind::kSinkWrite).way, ReadWay::kStream);
}

TEST(ActionsTest, ASpoolIsReadByAllThatComesLater) {
  SourceRead source;
  source.spool = std::make_shared<SpooledRows>();
  EXPECT_EQ(DecideRead(source, ActionKind::kSinkWrite).way, ReadWay::kFromSpool);
  EXPECT_EQ(DecideRead(source, ActionKind::kOther).way, ReadWay::kFromSpool);
}

TEST(LineageTest, OnlyFiltersMakeASelection) {
  internal::PlanNode node;
  node.source = std::make_shared<SourceRead>();
  node.source->context = "orders";
  EXPECT_THAT(ContextsOf(node), ElementsAre("orders"));
  EXPECT_EQ(SelectionOf(node), "");
  node.source->predicate = "year = 2026";
  const std::string selection = SelectionOf(node);
  EXPECT_EQ(selection.size(), 64u);
  EXPECT_EQ(SelectionOf(node), selection);
  node.source->predicate = "year = 2027";
  EXPECT_NE(SelectionOf(node), selection);
}

}  // namespace
}  // namespace tenon::job
