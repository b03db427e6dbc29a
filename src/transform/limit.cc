#include "transform/limit.h"

#include <utility>

#include "base/error_catalog.h"
#include "columnar/slice.h"

namespace tenon::transform {
namespace {

class LimitStage final : public NarrowStage {
 public:
  explicit LimitStage(int64_t rows) : left_(rows) {}

  void BeginAttempt(int attempt) override {
    if (attempt > 0) left_ += taken_;
    taken_ = 0;
  }

  Result<std::optional<RecordBatch>> Apply(RecordBatch batch, const StageContext&) override {
    if (left_ == 0) return std::optional<RecordBatch>();
    if (batch.num_rows() > left_) {
      TENON_ASSIGN_OR_RETURN(batch, columnar::Slice(std::move(batch), 0, left_));
    }
    left_ -= batch.num_rows();
    taken_ += batch.num_rows();
    return std::optional<RecordBatch>(std::move(batch));
  }

  bool wants_more() const override { return left_ > 0; }

 private:
  int64_t left_;
  int64_t taken_ = 0;  // By the present attempt.
};

class Limit final : public NarrowTransform {
 public:
  explicit Limit(int64_t rows) : rows_(rows) {}

  std::string_view name() const override { return "limit"; }
  Result<std::optional<Schema>> OutputSchema(const std::optional<Schema>& input) const override {
    return input;
  }
  std::optional<std::vector<std::string>> NeededColumns(
      const std::optional<std::vector<std::string>>& wanted) const override {
    return wanted;
  }
  bool changes_rows() const override { return true; }
  bool in_order() const override { return true; }
  std::optional<int64_t> row_limit() const override { return rows_; }
  std::string Describe() const override { return "Limit " + std::to_string(rows_); }
  Result<std::unique_ptr<NarrowStage>> NewStage() const override {
    return std::unique_ptr<NarrowStage>(std::make_unique<LimitStage>(rows_));
  }

 private:
  const int64_t rows_;
};

}  // namespace

Result<std::unique_ptr<NarrowTransform>> MakeLimit(const base::JsonObject& arguments) {
  TENON_RETURN_IF_ERROR(arguments.RefuseOthers({"rows"}));
  TENON_ASSIGN_OR_RETURN(const int64_t rows, arguments.Integer("rows"));
  if (rows < 1) {
    return Status::InvalidArgument("A limit is at least 1: $.rows=" + std::to_string(rows))
        .WithNumber(base::kErrTransformArgument);
  }
  return std::unique_ptr<NarrowTransform>(std::make_unique<Limit>(rows));
}

}  // namespace tenon::transform
