#include "engine/error_ledger.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/error_catalog.h"

namespace tenon::engine {
namespace {

Status TooMany(const internal::PlanNode& node, const char* which, int64_t count,
               int64_t threshold) {
  return Status::DataError("Too many bad rows: transform=" + node.label + " " + which + "=" +
                           std::to_string(count) + " threshold=" + std::to_string(threshold))
      .WithNumber(base::kErrTooManyBadRows)
      .WithHint("Look at the frame's error records, or raise the threshold.");
}

}  // namespace

ErrorLedger::ErrorLedger(std::vector<const internal::PlanNode*> nodes, int64_t before)
    : nodes_(std::move(nodes)), before_(before), taken_(nodes_.size()) {}

void ErrorLedger::Take(int node, std::vector<ErrorRecord> records, int64_t count) {
  std::lock_guard guard(mutex_);
  job::NodeErrors& taken = taken_[static_cast<size_t>(node)];
  taken.count += count;
  const size_t room = kMaxRecords - std::min(kMaxRecords, taken.records.size());
  const auto end = records.begin() + static_cast<ptrdiff_t>(std::min(room, records.size()));
  std::move(records.begin(), end, std::back_inserter(taken.records));
}

Status ErrorLedger::Check(int node, int64_t pending) const {
  const internal::PlanNode* step = nodes_[static_cast<size_t>(node)];
  if (step == nullptr) return Status::Ok();
  std::lock_guard guard(mutex_);
  const int64_t stage = taken_[static_cast<size_t>(node)].count + pending;
  if (step->spec.stage_threshold > 0 && stage >= step->spec.stage_threshold) {
    return TooMany(*step, "stage_errors", stage, step->spec.stage_threshold);
  }
  // A later step's total counts this step's rows as well.
  for (size_t later = static_cast<size_t>(node); later < nodes_.size(); ++later) {
    if (nodes_[later] == nullptr || nodes_[later]->spec.total_threshold == 0) continue;
    const int64_t total = CountUpTo(later) + pending;
    if (total >= nodes_[later]->spec.total_threshold) {
      return TooMany(*nodes_[later], "total_errors", total, nodes_[later]->spec.total_threshold);
    }
  }
  return Status::Ok();
}

Status ErrorLedger::CheckAll() const {
  for (size_t node = 0; node < nodes_.size(); ++node) {
    TENON_RETURN_IF_ERROR(Check(static_cast<int>(node), 0));
  }
  return Status::Ok();
}

int64_t ErrorLedger::CountUpTo(size_t node) const {
  int64_t count = before_;
  for (size_t i = 0; i <= node; ++i) count += taken_[i].count;
  return count;
}

void ErrorLedger::Keep() {
  std::lock_guard guard(mutex_);
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i] != nullptr) *nodes_[i]->errors = taken_[i];
  }
}

}  // namespace tenon::engine
