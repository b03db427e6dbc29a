// The tables of the journal, their version, and how a file comes to have them.
#pragma once

#include <string>

#include "runstate/sqlite_connection.h"
#include "tenon/result.h"

namespace tenon::runstate {

inline constexpr int kJournalSchema = 2;

// Makes the tables in an empty file, or checks those of an older run, in one durable transaction;
// several processes may do so at once. Returns the home's id. Errors: TN6008, TN6009, TN6010,
// TN6016.
Result<std::string> PrepareJournalSchema(SqliteConnection& connection);

}  // namespace tenon::runstate
