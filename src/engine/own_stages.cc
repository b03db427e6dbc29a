#include "engine/own_stages.h"

#include <utility>

#include "columnar/conform.h"
#include "columnar/slice.h"
#include "expression/evaluate.h"

namespace tenon::engine {
namespace {

using transform::NarrowStage;
using transform::NarrowTransform;
using transform::StageContext;

class FilterStage final : public NarrowStage {
 public:
  FilterStage(std::vector<Predicate> conjuncts, bool others)
      : conjuncts_(std::move(conjuncts)), others_(others) {}

  Result<std::optional<RecordBatch>> Apply(RecordBatch batch, const StageContext&) override {
    TENON_ASSIGN_OR_RETURN(std::vector<uint8_t> keep, expression::EvaluateAll(conjuncts_, batch));
    if (others_) {
      for (uint8_t& bits : keep) bits = static_cast<uint8_t>(~bits);
      if (const int64_t last = batch.num_rows() % 8; last != 0 && !keep.empty()) {
        keep.back() &= static_cast<uint8_t>((1 << last) - 1);
      }
    }
    TENON_ASSIGN_OR_RETURN(batch, columnar::Filter(std::move(batch), keep));
    if (batch.num_rows() == 0) return std::optional<RecordBatch>();
    return std::optional<RecordBatch>(std::move(batch));
  }

 private:
  const std::vector<Predicate> conjuncts_;
  const bool others_;
};

class Filter final : public NarrowTransform {
 public:
  Filter(std::vector<Predicate> conjuncts, bool others)
      : conjuncts_(std::move(conjuncts)), others_(others) {}

  std::string_view name() const override { return "filter"; }
  Result<std::optional<Schema>> OutputSchema(const std::optional<Schema>& input) const override {
    return input;
  }
  std::optional<std::vector<std::string>> NeededColumns(
      const std::optional<std::vector<std::string>>&) const override {
    return std::nullopt;
  }
  bool changes_rows() const override { return true; }
  std::string Describe() const override {
    return (others_ ? "filter others than " : "filter ") + Predicate::And(conjuncts_).ToString();
  }
  Result<std::unique_ptr<NarrowStage>> NewStage() const override {
    return std::unique_ptr<NarrowStage>(std::make_unique<FilterStage>(conjuncts_, others_));
  }

 private:
  const std::vector<Predicate> conjuncts_;
  const bool others_;
};

class ConformStage final : public NarrowStage {
 public:
  explicit ConformStage(SchemaPtr schema) : schema_(std::move(schema)) {}

  Result<std::optional<RecordBatch>> Apply(RecordBatch batch,
                                           const StageContext& context) override {
    TENON_ASSIGN_OR_RETURN(columnar::ConformResult conformed,
                           columnar::Conform(std::move(batch), schema_));
    if (conformed.impossible > 0) context.task.Count("cast.impossible", conformed.impossible);
    return std::optional<RecordBatch>(std::move(conformed.batch));
  }

 private:
  const SchemaPtr schema_;
};

class ConformAll final : public NarrowTransform {
 public:
  explicit ConformAll(SchemaPtr schema) : schema_(std::move(schema)) {}

  std::string_view name() const override { return "conform"; }
  Result<std::optional<Schema>> OutputSchema(const std::optional<Schema>&) const override {
    return std::optional<Schema>(*schema_);
  }
  std::optional<std::vector<std::string>> NeededColumns(
      const std::optional<std::vector<std::string>>& wanted) const override {
    return wanted;
  }
  bool changes_rows() const override { return false; }
  std::string Describe() const override { return "conform to " + schema_->ToString(); }
  Result<std::unique_ptr<NarrowStage>> NewStage() const override {
    return std::unique_ptr<NarrowStage>(std::make_unique<ConformStage>(schema_));
  }

 private:
  const SchemaPtr schema_;
};

}  // namespace

std::unique_ptr<NarrowTransform> MakeFilter(std::vector<Predicate> conjuncts, bool others) {
  return std::make_unique<Filter>(std::move(conjuncts), others);
}

std::unique_ptr<NarrowTransform> MakeConform(SchemaPtr schema) {
  return std::make_unique<ConformAll>(std::move(schema));
}

}  // namespace tenon::engine
