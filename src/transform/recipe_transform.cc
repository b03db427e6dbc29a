#include "transform/recipe_transform.h"

#include <array>
#include <utility>

namespace tenon::transform {
namespace {

// Schemas of one frame are few: a typed source has one, a JSON source some.
constexpr size_t kRemembered = 8;

class RecipeStage final : public NarrowStage {
 public:
  RecipeStage(std::shared_ptr<const Planner> planner, SchemaPtr frame)
      : planner_(std::move(planner)), frame_(std::move(frame)) {}

  Result<std::optional<RecordBatch>> Apply(RecordBatch batch,
                                           const StageContext& context) override {
    TENON_ASSIGN_OR_RETURN(const Recipe* recipe, RecipeFor(batch.schema_ptr()));
    int64_t impossible = 0;
    TENON_ASSIGN_OR_RETURN(RecordBatch made,
                           transform::Apply(*recipe, std::move(batch), &impossible));
    if (impossible > 0) context.task.Count("cast.impossible", impossible);
    return std::optional<RecordBatch>(std::move(made));
  }

 private:
  struct Remembered {
    SchemaPtr input;
    Recipe recipe;
  };

  Result<const Recipe*> RecipeFor(const SchemaPtr& input) {
    for (const Remembered& one : remembered_) {
      if (one.input == input) return &one.recipe;
    }
    // A source that makes a schema anew for each batch finds the recipe by value, and from then on by pointer.
    for (Remembered& one : remembered_) {
      if (one.input == nullptr || *one.input != *input) continue;
      one.input = input;
      return &one.recipe;
    }
    TENON_ASSIGN_OR_RETURN(std::vector<Output> outputs,
                           planner_->Plan(*input, frame_.get(), false));
    Remembered& place = remembered_[next_++ % kRemembered];
    place = {input, MakeRecipe(*input, std::move(outputs))};
    return &place.recipe;
  }

  std::shared_ptr<const Planner> planner_;
  SchemaPtr frame_;
  std::array<Remembered, kRemembered> remembered_;
  size_t next_ = 0;
};

}  // namespace

Result<std::optional<Schema>> RecipeTransform::OutputSchema(
    const std::optional<Schema>& input) const {
  if (!input) return std::nullopt;
  TENON_ASSIGN_OR_RETURN(Schema after, SchemaAfter(*input, true));
  return std::optional<Schema>(std::move(after));
}

Result<Schema> RecipeTransform::FrameSchemaAfter(const Schema& frame_schema) const {
  return SchemaAfter(frame_schema, false);
}

Result<Schema> RecipeTransform::SchemaAfter(const Schema& input, bool strict) const {
  TENON_ASSIGN_OR_RETURN(std::vector<Output> outputs, planner_->Plan(input, &input, strict));
  return *MakeRecipe(input, std::move(outputs)).schema;
}

Result<std::unique_ptr<NarrowStage>> RecipeTransform::NewStageFor(
    const SchemaPtr& frame_schema) const {
  return std::unique_ptr<NarrowStage>(std::make_unique<RecipeStage>(planner_, frame_schema));
}

}  // namespace tenon::transform
