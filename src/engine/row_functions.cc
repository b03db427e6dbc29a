#include "engine/row_functions.h"

#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "columnar/column.h"
#include "columnar/conform.h"
#include "columnar/slice.h"
#include "frame/schema_merge.h"

namespace tenon::engine {
namespace {

using columnar::Column;
using transform::NarrowStage;
using transform::NarrowTransform;
using transform::StageContext;

// Several batches as one, under their merged schema.
Result<RecordBatch> Together(std::vector<RecordBatch> batches) {
  if (batches.size() == 1) return std::move(batches.front());
  frame::SchemaMerger merger;
  for (const RecordBatch& batch : batches) merger.Add(batch.schema_ptr());
  for (RecordBatch& batch : batches) {
    TENON_ASSIGN_OR_RETURN(columnar::ConformResult conformed,
                           columnar::Conform(std::move(batch), merger.merged()));
    batch = std::move(conformed.batch);
  }
  return columnar::Concatenate(std::move(batches));
}

// The batch with what became of its columns.
Result<RecordBatch> PutBack(RecordBatch batch, const MadeRows::Edited& edited, RecordBatch made) {
  TENON_ASSIGN_OR_RETURN(batch, columnar::Filter(std::move(batch), edited.rows));
  const int64_t rows = batch.num_rows();
  const SchemaPtr before = batch.schema_ptr(), after = made.schema_ptr();
  const std::vector<Column> old = columnar::TakeColumns(std::move(batch));
  const std::vector<Column> fresh = columnar::TakeColumns(std::move(made));
  const std::set<std::string_view> names(edited.names.begin(), edited.names.end());
  std::vector<Field> fields;
  std::vector<Column> columns;
  for (int i = 0; i < before->size(); ++i) {
    const Field& field = before->field(i);
    const auto place = static_cast<size_t>(i);
    if (const std::optional<int> at = after->IndexOf(field.name)) {
      fields.push_back(after->field(*at));
      columns.push_back(fresh[static_cast<size_t>(*at)]);
    } else if (!names.contains(field.name)) {
      fields.push_back(field);
      columns.push_back(old[place]);
    }
  }
  for (int i = 0; i < after->size(); ++i) {
    if (before->IndexOf(after->field(i).name)) continue;
    fields.push_back(after->field(i));
    columns.push_back(fresh[static_cast<size_t>(i)]);
  }
  return columnar::MakeBatch(std::make_shared<const Schema>(std::move(fields)), columns, rows);
}

class MapStage final : public NarrowStage {
 public:
  explicit MapStage(std::shared_ptr<const RowFunction> function) : function_(std::move(function)) {}

  Result<std::optional<RecordBatch>> Apply(RecordBatch batch,
                                           const StageContext& context) override {
    TENON_ASSIGN_OR_RETURN(MadeRows made, function_->Apply(batch, context.task));
    std::erase_if(made.batches, [](const RecordBatch& one) { return one.num_rows() == 0; });
    if (made.batches.empty()) return std::optional<RecordBatch>();
    TENON_ASSIGN_OR_RETURN(RecordBatch one, Together(std::move(made.batches)));
    if (made.edited) {
      TENON_ASSIGN_OR_RETURN(one, PutBack(std::move(batch), *made.edited, std::move(one)));
    }
    return std::optional<RecordBatch>(std::move(one));
  }

 private:
  const std::shared_ptr<const RowFunction> function_;
};

class RowFilterStage final : public NarrowStage {
 public:
  explicit RowFilterStage(std::shared_ptr<const RowPredicate> predicate)
      : predicate_(std::move(predicate)) {}

  Result<std::optional<RecordBatch>> Apply(RecordBatch batch,
                                           const StageContext& context) override {
    TENON_ASSIGN_OR_RETURN(const std::vector<uint8_t> keep, predicate_->Keep(batch, context.task));
    TENON_ASSIGN_OR_RETURN(batch, columnar::Filter(std::move(batch), keep));
    if (batch.num_rows() == 0) return std::optional<RecordBatch>();
    return std::optional<RecordBatch>(std::move(batch));
  }

 private:
  const std::shared_ptr<const RowPredicate> predicate_;
};

// What the two have in common: nobody knows which columns the code looks at.
class RowTransform : public NarrowTransform {
 public:
  explicit RowTransform(std::string detail) : detail_(std::move(detail)) {}

  std::optional<std::vector<std::string>> NeededColumns(
      const std::optional<std::vector<std::string>>&) const override {
    return std::nullopt;
  }
  bool changes_rows() const override { return true; }
  std::string Describe() const override { return detail_; }

 private:
  const std::string detail_;
};

class Map final : public RowTransform {
 public:
  Map(std::shared_ptr<const RowFunction> function, std::string detail)
      : RowTransform(std::move(detail)), function_(std::move(function)) {}

  std::string_view name() const override { return "map"; }
  Result<std::optional<Schema>> OutputSchema(const std::optional<Schema>&) const override {
    return std::optional<Schema>();
  }
  Result<std::unique_ptr<NarrowStage>> NewStage() const override {
    return std::unique_ptr<NarrowStage>(std::make_unique<MapStage>(function_));
  }

 private:
  const std::shared_ptr<const RowFunction> function_;
};

class RowFilter final : public RowTransform {
 public:
  RowFilter(std::shared_ptr<const RowPredicate> predicate, std::string detail)
      : RowTransform(std::move(detail)), predicate_(std::move(predicate)) {}

  std::string_view name() const override { return "filter"; }
  Result<std::optional<Schema>> OutputSchema(const std::optional<Schema>& input) const override {
    return input;
  }
  Result<std::unique_ptr<NarrowStage>> NewStage() const override {
    return std::unique_ptr<NarrowStage>(std::make_unique<RowFilterStage>(predicate_));
  }

 private:
  const std::shared_ptr<const RowPredicate> predicate_;
};

}  // namespace

std::unique_ptr<NarrowTransform> MakeMap(std::shared_ptr<const RowFunction> function,
                                         std::string detail) {
  return std::make_unique<Map>(std::move(function), std::move(detail));
}

std::unique_ptr<NarrowTransform> MakeRowFilter(std::shared_ptr<const RowPredicate> predicate,
                                               std::string detail) {
  return std::make_unique<RowFilter>(std::move(predicate), std::move(detail));
}

}  // namespace tenon::engine
