#include "transform/with_schema.h"

#include <string>
#include <utility>
#include <vector>

#include "columnar/cast.h"
#include "columnar/column_ops.h"
#include "columnar/schema_text.h"

namespace tenon::transform {
namespace {

class WithSchemaStage final : public NarrowStage {
 public:
  explicit WithSchemaStage(SchemaPtr schema) : schema_(std::move(schema)) {}

  Result<std::optional<RecordBatch>> Apply(RecordBatch batch,
                                           const StageContext& context) override {
    if (batch.schema_ptr() == schema_) return std::optional<RecordBatch>(std::move(batch));
    const int64_t rows = batch.num_rows();
    const SchemaPtr before = batch.schema_ptr();
    const std::vector<columnar::Column> given = columnar::TakeColumns(std::move(batch));
    std::vector<columnar::Column> columns;
    int64_t impossible = 0;
    for (const Field& field : schema_->fields()) {
      const std::optional<int> at = before->IndexOf(field.name);
      if (!at) {
        columns.push_back(columnar::NullColumn(field.type, rows));
        continue;
      }
      TENON_ASSIGN_OR_RETURN(columnar::CastResult cast,
                             columnar::CastColumn(given[static_cast<size_t>(*at)], field.type));
      columns.push_back(std::move(cast.column));
      impossible += cast.impossible;
    }
    if (impossible > 0) context.task.Count("cast.impossible", impossible);
    TENON_ASSIGN_OR_RETURN(RecordBatch made, columnar::MakeBatch(schema_, columns, rows));
    return std::optional<RecordBatch>(std::move(made));
  }

 private:
  const SchemaPtr schema_;
};

class WithSchema final : public NarrowTransform {
 public:
  explicit WithSchema(Schema schema) : schema_(std::make_shared<const Schema>(std::move(schema))) {}

  std::string_view name() const override { return "with_frame_schema"; }
  Result<std::optional<Schema>> OutputSchema(const std::optional<Schema>&) const override {
    return std::optional<Schema>(*schema_);
  }
  std::optional<std::vector<std::string>> NeededColumns(
      const std::optional<std::vector<std::string>>& wanted) const override {
    return wanted ? wanted : schema_->names();
  }
  bool changes_rows() const override { return false; }
  std::string Describe() const override { return "with schema " + schema_->ToString(); }
  Result<std::unique_ptr<NarrowStage>> NewStage() const override {
    return std::unique_ptr<NarrowStage>(std::make_unique<WithSchemaStage>(schema_));
  }

 private:
  const SchemaPtr schema_;
};

}  // namespace

Result<std::unique_ptr<NarrowTransform>> MakeWithSchema(const base::JsonObject& arguments) {
  TENON_RETURN_IF_ERROR(arguments.RefuseOthers({"schema"}));
  TENON_ASSIGN_OR_RETURN(const std::string text, arguments.String("schema"));
  TENON_ASSIGN_OR_RETURN(Schema schema, columnar::SchemaFromJson(text));
  return std::unique_ptr<NarrowTransform>(std::make_unique<WithSchema>(std::move(schema)));
}

}  // namespace tenon::transform
