#include "job/explain.h"

#include <gtest/gtest.h>

#include "job/plan_testing.h"

namespace tenon::job {
namespace {

using Traits = FakeTransform::Traits;

Schema Ids() {
  return Schema(std::vector<Field>{{"id", DataType::Long()}, {"name", DataType::String()}});
}

Predicate Compare(Op op, const char* column, int64_t value) {
  return Predicate::Compare(op, column, Literal::Long(value));
}

TEST(ExplainTest, ATypedSourceTellsWhatItTakesAndWhatTheEngineChecks) {
  const auto source = Orders();
  source->bookmarked = true;
  source->pin = "snapshot";
  const auto node = PlanOf(source, {{.name = "drop_fields"}}, Ids());
  ReadTerms terms;
  terms.schema = Ids();
  terms.accepted.columns = {"id", "name"};
  terms.accepted.where = {Compare(Op::kGreater, "id", 5), Compare(Op::kLess, "id", 9)};
  terms.recheck = {Compare(Op::kNotEqual, "id", 7)};
  terms.rows = 1000;
  terms.detail = "SELECT id, name FROM orders";
  EXPECT_EQ(
      ExplainPlan(*node, terms),
      "read orders (connector fake)\n"
      "  schema: struct<id:long,name:string>\n"
      "  columns: id, name\n"
      "  pushed down: id > 5L AND id < 9L\n"
      "  checked by the engine: id <> 7L\n"
      "  rows: about 1000\n"
      "  SELECT id, name FROM orders\n"
      "  bookmark: orders_ctx\n"
      "  spool: none for a first sink write; before schema, count, show and toDF, because an action that is no "
      "final write reads it\n"
      "Does drop_fields\n");
}

TEST(ExplainTest, ASourceThatCannotRepeatAReadIsSpooledAndSaysWhy) {
  const auto source = Orders();
  source->info.can.replayable = false;
  const auto node = PlanOf(source, {}, Ids());
  EXPECT_EQ(ExplainPlan(*node, {}),
            "read orders (connector fake)\n"
            "  schema: self-describing\n"
            "  spool: it cannot repeat a read\n");
}

TEST(ExplainTest, ASelfDescribingSourceIsSpooledForASinkThatNeedsTheSchema) {
  const auto node = PlanOf(Orders(), {{.name = "drop_fields"}});
  EXPECT_EQ(
      ExplainPlan(*node, {}),
      "read orders (connector fake)\n"
      "  schema: self-describing\n"
      "  spool: none for a first sink write; before schema, count, show and toDF, because an action that is no "
      "final write reads it\n"
      "  spool: before a sink that needs the final schema, because the source is self-describing\n"
      "Does drop_fields\n");
}

TEST(ExplainTest, ATransformThatNeedsTheFramesSchemaHasASpoolBeforeIt) {
  const auto source = Orders();
  const auto node = PlanOf(source, {{.name = "rename_field"},
                                    {.name = "resolve_choice", .wants_schema = true},
                                    {.name = "filter", .changes_rows = true},
                                    {.name = "apply_mapping", .wants_schema = true}});
  EXPECT_EQ(
      ExplainPlan(*node, {}),
      "read orders (connector fake)\n"
      "  schema: self-describing\n"
      "  spool: none for a first sink write; before schema, count, show and toDF, because an action that is no "
      "final write reads it\n"
      "  spool: before resolve_choice, which needs the schema of all rows, because the source is "
      "self-describing\n"
      "Does rename_field\n"
      "Does resolve_choice\n"
      "Does filter\n"
      "  spool: before apply_mapping, which needs the schema of all rows, because the source is "
      "self-describing\n"
      "Does apply_mapping\n");
  // Once the source is spooled its schema is known.
  source->spool = std::make_shared<SpooledRows>();
  EXPECT_EQ(
      ExplainPlan(*node, {}),
      "read orders (connector fake)\n"
      "  schema: self-describing\n"
      "  spool: it is spooled already\n"
      "Does rename_field\n"
      "Does resolve_choice\n"
      "Does filter\n"
      "  spool: before apply_mapping, which needs the schema of all rows, because the source is "
      "self-describing\n"
      "Does apply_mapping\n");
}

}  // namespace
}  // namespace tenon::job
