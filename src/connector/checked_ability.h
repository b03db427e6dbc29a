// Checked abilities: recovery, catalog and connection test. Others are handed on as they are.
#pragma once

#include <memory>
#include <string_view>

#include "connector/checked_host.h"
#include "connector/contract.h"
#include "tenon/connector.h"

namespace tenon::connector {

// REQUIRES: `ability` is what OpenAbility(id) returned, not null.
std::unique_ptr<Ability> CheckAbility(ContractPtr contract, std::unique_ptr<CheckedHost> host,
                                      std::string_view id, std::unique_ptr<Ability> ability);

}  // namespace tenon::connector
