// The commit register of a database: a table with one row for each sink of a job, which says for ever what became of
// its last call. Named and shaped as in other databases.
#pragma once

#include <cstdint>
#include <string_view>

#include "connectors/sqlite/database.h"
#include "tenon/connector.h"
#include "tenon/sink.h"

namespace tenon::sqlite {

// Inside of a transaction: takes the register for the call. kConflict: it is taken, by a fence or a newer call.
Status TakeRegister(Database& database, const SinkCall& call, uint64_t seq,
                    std::string_view covers);

// In a transaction of its own: what became of the call; when nothing did, nothing ever will. kConflict: a newer call
// has the register.
Result<Outcome> FenceRegister(Database& database, const SinkCall& call, uint64_t seq);

}  // namespace tenon::sqlite
