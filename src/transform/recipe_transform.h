// The shape that all transforms of this folder share: a planner turns a schema into a recipe; stages remember the
// recipes of the schemas they met. Private to src/transform.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "transform/edit.h"
#include "transform/narrow.h"

namespace tenon::transform {

// Works out recipes. Immutable; any thread.
class Planner {
 public:
  virtual ~Planner() = default;
  // The outputs for batches of `input`. `frame` is the schema of the whole frame where it is known (a typed source, a
  // spool), else null; `strict`: what names a missing column is an error, as at plan time of a typed source.
  virtual Result<std::vector<Output>> Plan(const Schema& input, const Schema* frame,
                                           bool strict) const = 0;
  // As in NarrowTransform.
  virtual std::optional<std::vector<std::string>> NeededColumns(
      const std::optional<std::vector<std::string>>& wanted) const {
    static_cast<void>(wanted);
    return std::nullopt;
  }
  virtual bool wants_frame_schema() const { return false; }
};

// A transform of rows one to one.
class RecipeTransform : public NarrowTransform {
 public:
  RecipeTransform(std::string name, std::string describe, std::shared_ptr<const Planner> planner)
      : name_(std::move(name)), describe_(std::move(describe)), planner_(std::move(planner)) {}

  std::string_view name() const override { return name_; }
  Result<std::optional<Schema>> OutputSchema(const std::optional<Schema>& input) const override;
  std::optional<std::vector<std::string>> NeededColumns(
      const std::optional<std::vector<std::string>>& wanted) const override {
    return planner_->NeededColumns(wanted);
  }
  bool changes_rows() const override { return false; }
  std::string Describe() const override { return describe_; }
  Result<std::unique_ptr<NarrowStage>> NewStage() const override { return NewStageFor(nullptr); }
  Result<std::unique_ptr<NarrowStage>> NewStageFor(const SchemaPtr& frame_schema) const override;
  bool wants_frame_schema() const override { return planner_->wants_frame_schema(); }
  Result<Schema> FrameSchemaAfter(const Schema& frame_schema) const override;

 private:
  Result<Schema> SchemaAfter(const Schema& input, bool strict) const;

  std::string name_, describe_;
  std::shared_ptr<const Planner> planner_;
};

}  // namespace tenon::transform
