#include "connector/contract.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/error_catalog.h"
#include "base/text.h"

namespace tenon::connector {
namespace {

// What the level kSampled looks at; docs/connector-contract.md names both.
constexpr int64_t kFirstBatches = 16;
constexpr int64_t kEachBatch = 64;

constexpr size_t kMaxExceptionText = 500;
constexpr size_t kMinReadableBytes = 4;
constexpr size_t kMaxReadableBytes = 80;

std::string Where(std::string_view connector, std::string_view partition) {
  std::string where = "connector=" + std::string(connector);
  if (!partition.empty()) where += " partition=" + std::string(partition);
  return where;
}

std::string Described(const Field& field) { return field.name + ":" + field.type.ToString(); }

// Whether values may be null is a matter of the batch's data, not of its shape.
bool SameType(const DataType& a, const DataType& b) {
  if (a.id() != b.id() || a.precision() != b.precision() || a.scale() != b.scale()) return false;
  const std::span<const Field> left = a.fields(), right = b.fields();
  return std::equal(
      left.begin(), left.end(), right.begin(), right.end(),
      [](const Field& x, const Field& y) { return x.name == y.name && SameType(x.type, y.type); });
}

}  // namespace

Contract::Contract(std::string connector, std::string version, CheckLevel level)
    : connector_(std::move(connector)),
      version_(std::move(version)),
      level_(level),
      redactor_(std::make_shared<base::Redactor>()) {}

bool Contract::LooksAtValues(std::atomic<int64_t>& seen) const {
  if (level_ != CheckLevel::kSampled) return level_ == CheckLevel::kFull;
  const int64_t before = seen.fetch_add(1, std::memory_order_relaxed);
  return before < kFirstBatches || before % kEachBatch == 0;
}

ContractPtr Contract::With(const Options& options) const {
  auto copy = std::make_shared<Contract>(*this);
  auto redactor = std::make_shared<base::Redactor>();
  redactor->AddSecrets(options);
  copy->redactor_ = std::move(redactor);
  return copy;
}

Status Contract::Broken(std::string_view rule, std::string_view detail,
                        std::string_view partition) const {
  std::string message = "Connector broke its contract: rule=" + std::string(rule);
  if (!detail.empty()) message += " " + std::string(detail);
  return Status::Internal(redactor_->Redact(message))
      .WithHint("This is a fault of the connector: report it to its author.")
      .WithNumber(base::kErrContractBreak)
      .WithWhere(Where(connector_, partition));
}

Status Contract::RefuseSecret(std::string_view what, std::string_view bytes,
                              std::string_view partition) const {
  if (!redactor_->HoldsSecret(bytes)) return Status::Ok();
  return Status::Internal("Connector put a secret where it must not be: in=" + std::string(what))
      .WithHint("This is a fault of the connector: report it to its author.")
      .WithNumber(base::kErrSecretLeak)
      .WithWhere(Where(connector_, partition));
}

Status Contract::Clean(Status status, std::string_view partition) const {
  const int code = static_cast<int>(status.code());
  if (code < static_cast<int>(StatusCode::kInvalidArgument) ||
      code > static_cast<int>(StatusCode::kResourceExhausted)) {
    return Broken(
        "error-code",
        "code=" + std::to_string(code) + " message=" + base::ShortText(status.message(), 200),
        partition);
  }
  status = redactor_->Redact(std::move(status));
  // The innermost wrapper knows most: an outer one adds nothing.
  if (status.where().find("connector=") != std::string_view::npos) return status;
  return std::move(status).WithWhere(Where(connector_, partition));
}

Status Contract::OutOfMemory(const CrashPlace& place) const {
  return Status::ResourceExhausted("Connector threw an exception: call=" + std::string(place.call) +
                                   " what=memory ran out")
      .WithNumber(base::kErrPluginThrew)
      .WithWhere(Where(connector_, place.partition));
}

Status Contract::Threw(const CrashPlace& place, std::string_view what) const {
  std::string message = "Connector threw an exception: call=" + std::string(place.call);
  message += what.empty() ? " what=not a std::exception"
                          : " what=" + base::ShortText(what, kMaxExceptionText);
  return Status::Internal(redactor_->Redact(message))
      .WithHint("This is a fault of the connector: report it to its author.")
      .WithNumber(base::kErrPluginThrew)
      .WithWhere(Where(connector_, place.partition));
}

Status Contract::NullObject(const CrashPlace& place) const {
  return Broken("null-object", "call=" + std::string(place.call), place.partition);
}

std::string PartitionLabel(std::string_view payload) {
  uint32_t hash = 2166136261u;  // FNV-1a: a name, not a proof.
  for (const char c : payload) hash = (hash ^ static_cast<uint8_t>(c)) * 16777619u;
  std::array<char, 12> hex{};
  std::snprintf(hex.data(), hex.size(), "%08x", hash);

  std::string_view longest;
  size_t begin = 0;
  for (size_t at = 0; at <= payload.size(); ++at) {
    if (at < payload.size() && payload[at] > 0x20 && payload[at] < 0x7F) continue;
    if (at - begin > longest.size()) longest = payload.substr(begin, at - begin);
    begin = at + 1;
  }
  if (longest.size() < kMinReadableBytes) return hex.data();
  if (longest.size() > kMaxReadableBytes)
    longest = longest.substr(longest.size() - kMaxReadableBytes);
  return std::string(hex.data()) + "[" + std::string(longest) + "]";
}

std::string SchemaDifference(const Schema& declared, const Schema& actual) {
  if (declared.size() != actual.size()) {
    return "declared_columns=" + std::to_string(declared.size()) +
           " columns=" + std::to_string(actual.size());
  }
  for (int i = 0; i < declared.size(); ++i) {
    const Field& want = declared.field(i);
    const Field& is = actual.field(i);
    if (want.name != is.name || !SameType(want.type, is.type)) {
      return "column=" + std::to_string(i) + " declared=" + Described(want) +
             " is=" + Described(is);
    }
  }
  return {};
}

}  // namespace tenon::connector
