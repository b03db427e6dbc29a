#include "connector/checked.h"

#include <algorithm>

#include "base/error_catalog.h"
#include "connector/checked_ability.h"
#include "connector/checked_read.h"
#include "connector/checked_write.h"
#include "connector/contract.h"

namespace tenon::connector {
namespace {

class CheckedConnector : public Connector {
 public:
  CheckedConnector(std::shared_ptr<Connector> connector, CheckLevel level)
      : connector_(std::move(connector)),
        book_(std::make_shared<ScanBook>()),
        info_(AskInfo(*connector_, level)),
        contract_(std::make_shared<Contract>(info_.ok() ? info_->name : "?",
                                             info_.ok() ? info_->version : "?", level)) {}

  ConnectorInfo info() const override { return info_.ok() ? *info_ : ConnectorInfo(); }

  Result<std::unique_ptr<Source>> OpenSource(const Options& options,
                                             const TaskContext& task) override {
    TENON_RETURN_IF_ERROR(info_.status());
    if (!info_->can.read) {
      return Status::Unsupported("Connector cannot read: connector=" + info_->name)
          .WithNumber(base::kErrCannotRead);
    }
    const ContractPtr contract = contract_->With(options);
    auto host = std::make_unique<CheckedHost>(contract, task);
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<Source> source,
                           contract->GuardObject(contract->Place("OpenSource"), [&] {
                             return connector_->OpenSource(options, host->context());
                           }));
    return CheckSource(contract, book_, std::move(host), std::move(source));
  }

  Result<std::unique_ptr<ReaderFactory>> OpenReaders(const Options& options, const ScanState& state,
                                                     const TaskContext& task) override {
    TENON_RETURN_IF_ERROR(info_.status());
    const ContractPtr contract = contract_->With(options);
    auto host = std::make_unique<CheckedHost>(contract, task);
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<ReaderFactory> factory,
                           contract->GuardObject(contract->Place("OpenReaders"), [&] {
                             return connector_->OpenReaders(options, state, host->context());
                           }));
    return CheckReaders(contract, std::move(host), std::move(factory), state.schema,
                        book_->Find(state.bytes));
  }

  Result<std::unique_ptr<Sink>> OpenSink(const Options& options, const WriteRequest& request,
                                         const TaskContext& task) override {
    TENON_RETURN_IF_ERROR(info_.status());
    if (!info_->can.write) {
      return Status::Unsupported("Connector cannot write: connector=" + info_->name)
          .WithNumber(base::kErrCannotWrite);
    }
    const ContractPtr contract = contract_->With(options);
    auto host = std::make_unique<CheckedHost>(contract, task);
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<Sink> sink,
                           contract->GuardObject(contract->Place("OpenSink"), [&] {
                             return connector_->OpenSink(options, request, host->context());
                           }));
    return CheckSink(contract, std::move(host), std::move(sink));
  }

  Result<std::unique_ptr<WriterFactory>> OpenWriters(const Options& options,
                                                     std::string_view sink_state,
                                                     const TaskContext& task) override {
    TENON_RETURN_IF_ERROR(info_.status());
    const ContractPtr contract = contract_->With(options);
    auto host = std::make_unique<CheckedHost>(contract, task);
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<WriterFactory> factory,
                           contract->GuardObject(contract->Place("OpenWriters"), [&] {
                             return connector_->OpenWriters(options, sink_state, host->context());
                           }));
    return CheckWriters(contract, std::move(host), std::move(factory));
  }

  Result<std::unique_ptr<Ability>> OpenAbility(std::string_view id, const Options& options,
                                               const TaskContext& task) override {
    TENON_RETURN_IF_ERROR(info_.status());
    const ContractPtr contract = contract_->With(options);
    auto host = std::make_unique<CheckedHost>(contract, task);
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<Ability> ability,
                           contract->Guard(contract->Place("OpenAbility"), [&] {
                             return connector_->OpenAbility(id, options, host->context());
                           }));
    const bool claimed =
        std::find(info_->abilities.begin(), info_->abilities.end(), id) != info_->abilities.end();
    if (ability == nullptr) {
      if (claimed) return contract->Broken("ability-missing", "ability=" + std::string(id));
      return ability;
    }
    if (!claimed) return contract->Broken("ability-unclaimed", "ability=" + std::string(id));
    return CheckAbility(contract, std::move(host), id, std::move(ability));
  }

 private:
  static Result<ConnectorInfo> AskInfo(const Connector& connector, CheckLevel level) {
    const Contract nameless("?", "?", level);
    return nameless.Guard(nameless.Place("info"),
                          [&] { return Result<ConnectorInfo>(connector.info()); });
  }

  const std::shared_ptr<Connector> connector_;
  const std::shared_ptr<ScanBook> book_;
  const Result<ConnectorInfo> info_;
  const ContractPtr contract_;
};

}  // namespace

std::shared_ptr<Connector> Checked(std::shared_ptr<Connector> connector, CheckLevel level) {
  if (dynamic_cast<CheckedConnector*>(connector.get()) != nullptr) return connector;
  return std::make_shared<CheckedConnector>(std::move(connector), level);
}

}  // namespace tenon::connector
