// Plans for the tests of this room: a chain of nodes over a source that exists in words only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "job/plan_node.h"

namespace tenon::job {

// A transform that does what its flags say of it and no more.
struct FakeTransform final : transform::NarrowTransform {
  struct Traits {
    std::string name;
    bool wants_schema = false;
    bool changes_rows = false;
    bool sorts = false;  // It is a sort by the column k, and no transform.
    // Null: all. Else what it needs whatever is wanted of it.
    std::optional<std::vector<std::string>> needs;
  };

  explicit FakeTransform(Traits what) : traits(std::move(what)) {}

  std::string_view name() const override { return traits.name; }
  Result<std::optional<Schema>> OutputSchema(const std::optional<Schema>& input) const override {
    return input;
  }
  std::optional<std::vector<std::string>> NeededColumns(
      const std::optional<std::vector<std::string>>&) const override {
    return traits.needs;
  }
  bool changes_rows() const override { return traits.changes_rows; }
  bool wants_frame_schema() const override { return traits.wants_schema; }
  std::string Describe() const override { return "Does " + traits.name; }
  Result<std::unique_ptr<transform::NarrowStage>> NewStage() const override {
    return Status::Unsupported("A fake transform runs nothing");
  }

  const Traits traits;
};

// The last node of a chain: "read orders", then the transforms. `schema`: of a typed source, and of all nodes.
inline std::shared_ptr<const internal::PlanNode> PlanOf(
    std::shared_ptr<SourceRead> source, const std::vector<FakeTransform::Traits>& transforms,
    std::optional<Schema> schema = std::nullopt) {
  source->schema = schema;
  auto node = std::make_shared<internal::PlanNode>();
  node->label = "read " + source->label;
  node->source = source;
  node->schema = schema;
  for (const FakeTransform::Traits& traits : transforms) {
    auto next = std::make_shared<internal::PlanNode>();
    next->label = traits.name;
    next->source = source;
    next->input = std::move(node);
    if (traits.sorts) {
      next->order = {{"k"}};
    } else {
      next->transform = std::make_shared<const FakeTransform>(traits);
    }
    next->schema = schema;
    node = std::move(next);
  }
  return node;
}

inline std::shared_ptr<SourceRead> Orders() {
  auto source = std::make_shared<SourceRead>();
  source->label = "orders";
  source->context = "orders_ctx";
  source->info.name = "fake";
  return source;
}

}  // namespace tenon::job
