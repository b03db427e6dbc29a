#include "job/derive.h"

#include <gtest/gtest.h>

#include "job/explain.h"
#include "job/lineage.h"
#include "job/plan_testing.h"
#include "testing/matchers.h"

namespace tenon::job {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsErrorNumber;

using Inputs = std::vector<std::shared_ptr<const internal::PlanNode>>;

std::shared_ptr<SourceRead> People() {
  std::shared_ptr<SourceRead> source = Orders();
  source->label = "people";
  source->context = "people_ctx";
  return source;
}

Result<std::shared_ptr<DerivedRead>> Make(std::string_view name, const char* arguments,
                                          Inputs inputs) {
  return MakeDerived(name, *base::ParseJson(arguments), std::move(inputs));
}

std::shared_ptr<const internal::PlanNode> NodeOf(std::shared_ptr<DerivedRead> derived) {
  auto node = std::make_shared<internal::PlanNode>();
  node->derived = std::move(derived);
  return node;
}

TEST(DeriveTest, AJoinSaysItsPairsOfKeys) {
  ASSERT_OK_AND_ASSIGN(const auto join,
                       Make("join", R"({"keys1": ["id", "`a.b`"], "keys2": ["oid", "c.d"]})",
                            {PlanOf(Orders(), {}), PlanOf(People(), {})}));
  EXPECT_EQ(join->kind, DerivedRead::Kind::kJoin);
  EXPECT_THAT(join->left_keys, ElementsAre("id", "a.b"));
  EXPECT_THAT(join->right_keys, ElementsAre("oid", "c.d"));
  EXPECT_EQ(join->detail, "Join id = oid, a.b = c.d");
}

TEST(DeriveTest, WhatIsWrongIsTold) {
  const auto orders = PlanOf(Orders(), {});
  EXPECT_THAT(Make("join", R"({"keys1": ["a"], "keys2": ["b", "c"]})", {orders, orders}),
              IsErrorNumber(1021, HasSubstr("as many keys of either frame: keys1=1 keys2=2")));
  EXPECT_THAT(Make("join", R"({"keys1": ["`a`.b"], "keys2": ["b"]})", {orders, orders}),
              IsErrorNumber(1021, HasSubstr("Join keys are whole columns: key=`a`.b")));
  EXPECT_THAT(Make("join", R"({"keys1": ["a"], "keys2": ["b"]})", {orders}),
              IsErrorNumber(1021, HasSubstr("transform=join takes=2 given=1")));
  EXPECT_THAT(
      Make("join", R"({"keys1": ["a"], "keys2": ["b"], "kind": "outer"})", {orders, orders}),
      IsErrorNumber(1021, HasSubstr("Kind of a join is inner or left_anti: kind=outer")));
  EXPECT_THAT(Make("union", "{}", {orders}),
              IsErrorNumber(1021, HasSubstr("transform=union takes=2 or more given=1")));
  EXPECT_THAT(Make("union", R"({"by": "name"})", {orders, orders}),
              testing::IsError(StatusCode::kInvalidArgument, HasSubstr("by")));
  EXPECT_THAT(Make("repartition", R"({"partitions": 0})", {orders}),
              IsErrorNumber(1021, HasSubstr("partitions=0 least=1 most=100000")));
  EXPECT_THAT(Make("coalesce", R"({"partitions": 2})", {orders, orders}),
              IsErrorNumber(1021, HasSubstr("transform=coalesce takes=1 given=2")));
}

TEST(DeriveTest, AFrameComesFromAllSourcesOfItsInputs) {
  const auto orders = PlanOf(Orders(), {{.name = "odd", .changes_rows = true}});
  const auto people = PlanOf(People(), {});
  ASSERT_OK_AND_ASSIGN(auto both, Make("union", "{}", {orders, people, orders}));
  const auto node = NodeOf(both);
  EXPECT_THAT(ContextsOf(*node), ElementsAre("orders_ctx", "people_ctx"));
  // The chain of orders has two nodes, which are counted once.
  EXPECT_EQ(AllNodesOf(*node).size(), 4U);
}

TEST(DeriveTest, FiltersOfInputsAndKeysOfJoinsAreWhatSelects) {
  const auto orders = PlanOf(Orders(), {});
  const auto filtered = PlanOf(Orders(), {{.name = "odd", .changes_rows = true}});
  const auto select = [](const char* keys, const auto& left) {
    return SelectionOf(*NodeOf(*Make("join", keys, {left, PlanOf(People(), {})})));
  };
  const std::string first = select(R"({"keys1": ["a"], "keys2": ["b"]})", orders);
  EXPECT_EQ(first, select(R"({"keys1": ["a"], "keys2": ["b"]})", orders));
  EXPECT_NE(first, select(R"({"keys1": ["a"], "keys2": ["c"]})", orders));
  EXPECT_NE(first, select(R"({"keys1": ["a"], "keys2": ["b"]})", filtered));
  // Partitions select nothing.
  EXPECT_EQ(SelectionOf(*NodeOf(*Make("repartition", R"({"partitions": 3})", {orders}))), "");
}

TEST(DeriveTest, APlanShowsItsInputsBelowEachOther) {
  ASSERT_OK_AND_ASSIGN(auto join, Make("join", R"({"keys1": ["a"], "keys2": ["b"]})",
                                       {PlanOf(Orders(), {}), PlanOf(People(), {})}));
  EXPECT_EQ(ExplainDerived(*NodeOf(join), {"read orders\n  deep\n", "read people\n"}),
            "  read orders\n    deep\n  read people\nJoin a = b\n");
}

}  // namespace
}  // namespace tenon::job
