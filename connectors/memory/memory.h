// Tables in memory, read and written like any store: for tests, benches and programs that embed Tenon. Its sink is of
// the strongest class and keeps a commit register, so that recovery can be tried without a database.
#pragma once

#include <memory>

#include "memory_store.h"
#include "tenon/connector.h"

namespace tenon {

// The connector "memory" over the tables of `store`, which others may look at. Any thread.
std::unique_ptr<Connector> MakeMemoryConnector(
    std::shared_ptr<MemoryStore> store = std::make_shared<MemoryStore>());

}  // namespace tenon
