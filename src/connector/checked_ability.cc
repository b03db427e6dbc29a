#include "connector/checked_ability.h"

#include <string>

namespace tenon::connector {
namespace {

class CheckedRecovery : public Recovery {
 public:
  CheckedRecovery(ContractPtr contract, std::unique_ptr<CheckedHost> host,
                  std::unique_ptr<Ability> ability)
      : contract_(std::move(contract)), host_(std::move(host)), ability_(std::move(ability)) {}

  Result<Outcome> Settle(const SinkCall& call, uint64_t seq, std::string_view covers,
                         std::span<const std::string> messages, std::string_view places,
                         const TaskContext& task) override {
    CheckedHost host(contract_, task);
    const auto ask = [&] {
      return contract_->Guard(contract_->Place("Settle"), [&] {
        return inner().Settle(call, seq, covers, messages, places, host.context());
      });
    };
    TENON_ASSIGN_OR_RETURN(const Outcome outcome, ask());
    if (outcome != Outcome::kPublished && outcome != Outcome::kNever) {
      return contract_->Broken("settle-outcome",
                               "outcome=" + std::to_string(static_cast<int>(outcome)));
    }
    if (contract_->asks_again()) {
      TENON_ASSIGN_OR_RETURN(const Outcome again, ask());
      if (again != outcome) return contract_->Broken("settle-changes", "");
    }
    return outcome;
  }

  Status Discard(const SinkCall& call, std::string_view places,
                 std::span<const std::string> messages, const TaskContext& task) override {
    CheckedHost host(contract_, task);
    return contract_->Guard(contract_->Place("Discard"), [&] {
      return inner().Discard(call, places, messages, host.context());
    });
  }

 private:
  Recovery& inner() { return static_cast<Recovery&>(*ability_); }

  const ContractPtr contract_;
  const std::unique_ptr<CheckedHost> host_;
  const std::unique_ptr<Ability> ability_;
};

class CheckedCatalog : public Catalog {
 public:
  CheckedCatalog(ContractPtr contract, std::unique_ptr<CheckedHost> host,
                 std::unique_ptr<Ability> ability)
      : contract_(std::move(contract)), host_(std::move(host)), ability_(std::move(ability)) {}

  Result<TablePage> ListNamespaces(std::string_view token, int max,
                                   const TaskContext& task) override {
    CheckedHost host(contract_, task);
    return CheckPage(token, max, contract_->Guard(contract_->Place("ListNamespaces"), [&] {
      return inner().ListNamespaces(token, max, host.context());
    }));
  }
  Result<TablePage> ListTables(std::string_view name_space, std::string_view token, int max,
                               const TaskContext& task) override {
    CheckedHost host(contract_, task);
    return CheckPage(token, max, contract_->Guard(contract_->Place("ListTables"), [&] {
      return inner().ListTables(name_space, token, max, host.context());
    }));
  }
  Result<Schema> Describe(std::string_view name_space, std::string_view table,
                          const TaskContext& task) override {
    CheckedHost host(contract_, task);
    return contract_->Guard(contract_->Place("Describe"),
                            [&] { return inner().Describe(name_space, table, host.context()); });
  }

 private:
  Catalog& inner() { return static_cast<Catalog&>(*ability_); }

  Result<TablePage> CheckPage(std::string_view token, int max, Result<TablePage> page) const {
    if (!page.ok()) return page;
    if (!token.empty() && page->next_token == token) return contract_->Broken("token-repeats", "");
    if (max > 0 && page->names.size() > static_cast<size_t>(max)) {
      return contract_->Broken("page-too-long", "max=" + std::to_string(max) +
                                                    " names=" + std::to_string(page->names.size()));
    }
    TENON_RETURN_IF_ERROR(contract_->RefuseSecret("page token", page->next_token));
    return page;
  }

  const ContractPtr contract_;
  const std::unique_ptr<CheckedHost> host_;
  const std::unique_ptr<Ability> ability_;
};

class CheckedTest : public ConnectionTest {
 public:
  CheckedTest(ContractPtr contract, std::unique_ptr<CheckedHost> host,
              std::unique_ptr<Ability> ability)
      : contract_(std::move(contract)), host_(std::move(host)), ability_(std::move(ability)) {}

  Status Test(const TaskContext& task) override {
    CheckedHost host(contract_, task);
    return contract_->Guard(contract_->Place("Test"), [&] {
      return static_cast<ConnectionTest&>(*ability_).Test(host.context());
    });
  }

 private:
  const ContractPtr contract_;
  const std::unique_ptr<CheckedHost> host_;
  const std::unique_ptr<Ability> ability_;
};

}  // namespace

std::unique_ptr<Ability> CheckAbility(ContractPtr contract, std::unique_ptr<CheckedHost> host,
                                      std::string_view id, std::unique_ptr<Ability> ability) {
  if (id == Recovery::kId) {
    return std::make_unique<CheckedRecovery>(std::move(contract), std::move(host),
                                             std::move(ability));
  }
  if (id == Catalog::kId) {
    return std::make_unique<CheckedCatalog>(std::move(contract), std::move(host),
                                            std::move(ability));
  }
  if (id == ConnectionTest::kId) {
    return std::make_unique<CheckedTest>(std::move(contract), std::move(host), std::move(ability));
  }
  return ability;
}

}  // namespace tenon::connector
