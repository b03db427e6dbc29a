#include "engine/error_ledger.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/error_catalog.h"
#include "base/text.h"

namespace tenon::engine {
namespace {

constexpr size_t kShownInput = 120;

Status TooMany(const internal::PlanNode& node, const char* which, int64_t count,
               int64_t threshold) {
  return Status::DataError("Too many bad rows: transform=" + node.label + " " + which + "=" +
                           std::to_string(count) + " threshold=" + std::to_string(threshold))
      .WithNumber(base::kErrTooManyBadRows)
      .WithHint("Look at the frame's error records, or raise the threshold.");
}

// A source has a threshold only where its reader chose to go on no further.
Status TooManyOfSource(const internal::PlanNode& node, int64_t count, const ErrorRecord* first) {
  const int64_t allowed = node.spec.stage_threshold - 1;
  std::string text = allowed == 0 ? "Bad row" : "Too many bad rows";
  if (allowed > 0) {
    text += ": bad_rows=" + std::to_string(count) + " allowed=" + std::to_string(allowed);
  }
  std::string where;
  if (first != nullptr) {
    text += (allowed == 0 ? ": " : " first=") + first->message;
    where = first->where;
    if (!first->input.empty()) where += " input=" + base::ShortText(first->input, kShownInput);
  }
  return Status::DataError(std::move(text))
      .WithNumber(base::kErrTooManyBadRows)
      .WithWhere(where.empty() ? node.label : where)
      .WithHint("Correct it, or let bad rows be left out: --skip-bad-rows.");
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

Status ErrorLedger::Check(int node, int64_t pending, const ErrorRecord* first) const {
  const internal::PlanNode* step = nodes_[static_cast<size_t>(node)];
  if (step == nullptr) return Status::Ok();
  std::lock_guard guard(mutex_);
  const int64_t stage = taken_[static_cast<size_t>(node)].count + pending;
  if (step->spec.stage_threshold > 0 && stage >= step->spec.stage_threshold) {
    const auto& before = taken_[static_cast<size_t>(node)].records;
    if (step->input == nullptr) {
      return TooManyOfSource(*step, stage, before.empty() ? first : &before.front());
    }
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
    TENON_RETURN_IF_ERROR(Check(static_cast<int>(node), 0, nullptr));
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
