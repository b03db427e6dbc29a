#include "connector/checked_host.h"

#include "base/text.h"

namespace tenon::connector {

Status CheckPartition(const Contract& contract, const Partition& partition,
                      std::string_view label) {
  if (partition.rows < -1 || partition.bytes < -1) {
    return contract.Broken(
        "negative-estimate",
        "rows=" + std::to_string(partition.rows) + " bytes=" + std::to_string(partition.bytes),
        label);
  }
  TENON_RETURN_IF_ERROR(contract.RefuseSecret("partition payload", partition.payload, label));
  for (const std::string& host : partition.hosts) {
    TENON_RETURN_IF_ERROR(contract.RefuseSecret("partition hosts", host, label));
  }
  return Status::Ok();
}

Status CheckedHost::broken() const {
  const std::lock_guard lock(mutex_);
  return broken_;
}

void CheckedHost::AddError(ErrorRecord record) {
  if (errors_.fetch_add(1, std::memory_order_relaxed) >= kMaxErrorTexts) {
    return task_.AddError({});
  }
  const base::Redactor& redactor = contract_->redactor();
  if (record.input.size() > kMaxErrorInputBytes) record.input.resize(kMaxErrorInputBytes);
  task_.AddError({redactor.Redact(record.message), redactor.Redact(record.input),
                  redactor.Redact(record.where)});
}

void CheckedHost::Log(LogLevel level, std::string_view text) {
  task_.Log(level, contract_->redactor().Redact(text));
}

Status CheckedHost::CheckGift(const Partition& mine, const Partition& rest) const {
  if (!splittable_) return contract_->Broken("give-away-unsplittable", "", label_);
  TENON_RETURN_IF_ERROR(CheckPartition(*contract_, mine, label_));
  TENON_RETURN_IF_ERROR(CheckPartition(*contract_, rest, label_));
  if (mine.payload == rest.payload) return contract_->Broken("give-away-equal-halves", "", label_);
  return Status::Ok();
}

bool CheckedHost::GiveAway(const Partition& mine, const Partition& rest) {
  if (Status status = CheckGift(mine, rest); !status.ok()) {
    const std::lock_guard lock(mutex_);
    if (broken_.ok()) broken_ = std::move(status);
    return false;
  }
  return task_.GiveAway(mine, rest);
}

}  // namespace tenon::connector
