#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sequence_faults.h"
#include "sequence_scan.h"

namespace tenon::sequence {
namespace {

constexpr int64_t kPartitionsOfAPage = 512;

// Cuts a range of rows into partitions whose shares fall by a power of their number.
class Partitioner {
 public:
  Partitioner(RowRange rows, int64_t count, double skew) : rows_(rows), count_(count), skew_(skew) {
    if (skew_ > 0) {
      for (int64_t i = 0; i < count_; ++i) whole_ += Share(i);
    }
  }

  // The next range that has rows; nothing at the end.
  std::optional<RowRange> Next() {
    while (index_ < count_) {
      const int64_t first = bound_;
      ++index_;
      bound_ = index_ == count_ ? rows_.last : Bound();
      if (bound_ > first) return RowRange{first, bound_};
    }
    return std::nullopt;
  }

 private:
  double Share(int64_t index) const { return std::pow(static_cast<double>(index + 1), -skew_); }

  // Where partition index_ begins.
  int64_t Bound() {
    const int64_t size = rows_.size();
    if (skew_ == 0) {
      __extension__ using Wide = __int128;
      return rows_.first + static_cast<int64_t>(static_cast<Wide>(size) * index_ / count_);
    }
    given_ += Share(index_ - 1);
    const auto offset = static_cast<int64_t>(static_cast<double>(size) * (given_ / whole_));
    return rows_.first + std::min(offset, size);
  }

  RowRange rows_;
  int64_t count_;
  double skew_;
  double whole_ = 0, given_ = 0;
  int64_t index_ = 0;
  int64_t bound_ = rows_.first;
};

class SequenceScan : public Scan {
 public:
  SequenceScan(const Shape& shape, ScanPlan plan, RowRange rows, int64_t end, int64_t partitions)
      : partitioner_(rows, partitions, shape.options.skew),
        splittable_(shape.options.splittable),
        lie_(shape.options.lie),
        state_{plan.Serialize(), std::nullopt},
        end_(end) {
    if (shape.typed()) state_.schema = *plan.SchemaOf(shape);
  }

  Result<std::vector<Partition>> NextPartitions(const TaskContext& context) override {
    TENON_RETURN_IF_ERROR(context.CheckCancelled());
    std::vector<Partition> page;
    while (page.size() < kPartitionsOfAPage) {
      const std::optional<RowRange> range = partitioner_.Next();
      if (!range) break;
      page.push_back(
          {.payload = SerializeRange(*range), .rows = range->size(), .splittable = splittable_});
    }
    if (page.empty() && std::exchange(ended_, true) && lie_ == "partition_after_end") {
      page.push_back({.payload = SerializeRange({0, 1}), .rows = 1});
    }
    return page;
  }

  ScanState state() const override { return state_; }

  std::optional<Position> end() const override {
    return PositionAt(lie_ == "end_moves" && ended_ ? end_ + 1 : end_);
  }

 private:
  Partitioner partitioner_;
  bool splittable_;
  std::string lie_;
  ScanState state_;
  int64_t end_;
  bool ended_ = false;
};

class SequenceSource : public Source {
 public:
  explicit SequenceSource(Shape shape) : shape_(std::move(shape)), faults_(shape_.options) {}

  Result<std::optional<Schema>> schema(const TaskContext& context) override {
    TENON_RETURN_IF_ERROR(faults_.Meet("schema", context));
    if (!shape_.typed()) return std::optional<Schema>();
    return std::optional<Schema>(*shape_.schema);
  }

  Result<ScanOffer> Offer(const ScanRequest& request, const TaskContext& context) override {
    TENON_RETURN_IF_ERROR(faults_.Meet("offer", context));
    ScanOffer offer;
    TENON_ASSIGN_OR_RETURN(const ScanPlan plan, PlanColumns(request));
    TENON_ASSIGN_OR_RETURN(const RowRange rows, PlanRows(request));
    for (const Predicate& conjunct : request.where) {
      offer.where.push_back(AnswerConjunct(shape_, conjunct).push_down);
    }
    offer.columns = shape_.typed();
    offer.limit = request.limit.has_value() && LimitIsExact(request);
    if (shape_.typed()) offer.schema = *plan.SchemaOf(shape_);
    offer.rows = rows.size();
    offer.detail = "rows [" + std::to_string(rows.first) + ", " + std::to_string(rows.last) + ")";
    const bool has_value = plan.all_columns || std::find(plan.columns.begin(), plan.columns.end(),
                                                         0) != plan.columns.end();
    if (has_value && shape_.value_is_row() && shape_.options.nulls_every == 0) {
      offer.order.push_back(
          {shape_.schema->field(0).name, shape_.options.lie == "false_order", true});
    }
    return offer;
  }

  Result<std::unique_ptr<Scan>> Plan(const ScanRequest& accepted,
                                     const TaskContext& context) override {
    TENON_RETURN_IF_ERROR(faults_.Meet("plan", context));
    for (const Predicate& conjunct : accepted.where) {
      if (AnswerConjunct(shape_, conjunct).push_down != PushDown::kNone) continue;
      return Status::Unsupported("Predicate was not offered: predicate=" + conjunct.ToString());
    }
    TENON_ASSIGN_OR_RETURN(ScanPlan plan, PlanColumns(accepted));
    TENON_ASSIGN_OR_RETURN(RowRange rows, PlanRows(accepted));
    plan.skip_null_values = !accepted.where.empty() && shape_.options.nulls_every > 0;
    if (accepted.limit)
      rows.last = std::min(rows.last, rows.first + std::min(*accepted.limit, rows.size()));
    const int64_t partitions =
        shape_.options.partitions.value_or(std::max(1, accepted.wanted_partitions));
    TENON_ASSIGN_OR_RETURN(const int64_t end, EndOf(accepted));
    return std::make_unique<SequenceScan>(shape_, std::move(plan), rows, end, partitions);
  }

 private:
  // A limit can be kept by cutting the range only when each row of the range is a row of the result.
  bool LimitIsExact(const ScanRequest& request) const {
    const bool rows_are_left_out = shape_.options.bad_rows_every > 0 ||
                                   (shape_.options.nulls_every > 0 && !request.where.empty());
    return !rows_are_left_out;
  }

  Result<ScanPlan> PlanColumns(const ScanRequest& request) const {
    ScanPlan plan;
    if (!request.columns) return plan;
    if (!shape_.typed())
      return Status::Unsupported("A self-describing sequence cannot leave columns out");
    plan.all_columns = false;
    for (const std::string& name : *request.columns) {
      const std::optional<int> column = shape_.schema->IndexOf(name);
      if (!column) {
        const std::string nearest = NearestName(name, shape_.schema->names());
        return Status::InvalidArgument("Column is not in the source: column=" + name)
            .WithHint(nearest.empty() ? "" : "Did you mean " + nearest + "?");
      }
      plan.columns.push_back(*column);
    }
    return plan;
  }

  // Where the scan ends: `until`, or the end of the sequence; never before where it begins.
  Result<int64_t> EndOf(const ScanRequest& request) const {
    int64_t end = shape_.end(), after = shape_.options.start;
    if (request.after) {
      TENON_ASSIGN_OR_RETURN(after, ParsePosition(*request.after));
      if (after > end) {
        return Status::InvalidArgument("Position is beyond the end of the sequence: position=" +
                                       request.after->json + " end=" + std::to_string(end))
            .WithHint("Reset the bookmark.");
      }
    }
    if (request.until) {
      TENON_ASSIGN_OR_RETURN(end, ParsePosition(*request.until));
      if (end > shape_.end()) {
        return Status::InvalidArgument("Position is beyond the end of the sequence: position=" +
                                       request.until->json + " end=" + std::to_string(shape_.end()))
            .WithHint("Reset the bookmark.");
      }
    }
    return std::max(end, after);
  }

  Result<RowRange> PlanRows(const ScanRequest& request) const {
    RowRange rows;
    rows.first = shape_.options.start;
    TENON_ASSIGN_OR_RETURN(rows.last, EndOf(request));
    if (request.after) {
      TENON_ASSIGN_OR_RETURN(const int64_t after, ParsePosition(*request.after));
      rows.first = std::max(rows.first, after);
    }
    for (const Predicate& conjunct : request.where) {
      const ConjunctAnswer answer = AnswerConjunct(shape_, conjunct);
      if (answer.push_down == PushDown::kNone) continue;
      rows.first = std::max(rows.first, answer.rows.first);
      rows.last = std::min(rows.last, answer.rows.last);
    }
    rows.last = std::max(rows.first, rows.last);
    return rows;
  }

  Shape shape_;
  Faults faults_;
};

}  // namespace

std::unique_ptr<Source> MakeSource(Shape shape) {
  return std::make_unique<SequenceSource>(std::move(shape));
}

}  // namespace tenon::sequence
