// How records become rows of the journal's tables and back. Statements are those of journal.cc,
// whose column order these follow.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runstate/records.h"
#include "runstate/sqlite_connection.h"
#include "tenon/result.h"

namespace tenon::runstate {

inline constexpr const char* kHolderColumns =
    "holder_pid, holder_boot_id, holder_host, holder_start, holder_since";
void BindHolder(const Holder& holder, SqliteStatement* statement);
std::optional<Holder> ReadHolder(const SqliteStatement& row, int first_column);

// seq first, then in the order of the table.
void BindSlot(const Slot& slot, SqliteStatement* statement);
Result<Slot> ReadSlot(const SqliteStatement& row, int first_column);

void BindRun(const RunRecord& run, SqliteStatement* statement);
RunRecord ReadRun(const SqliteStatement& row, int first_column);

void BindGarbage(const Garbage& garbage, SqliteStatement* statement);
Result<Garbage> ReadGarbage(const SqliteStatement& row, int first_column);

void BindPosition(const std::optional<Position>& position, SqliteStatement* statement);
std::optional<Position> ReadPosition(const SqliteStatement& row, int column);

// Commit messages are any bytes: each is preceded by its length, eight bytes, lowest first.
std::string PackMessages(const std::vector<std::string>& messages);
// kDataError when `bytes` is not what PackMessages makes.
Result<std::vector<std::string>> UnpackMessages(std::string_view bytes);

}  // namespace tenon::runstate
