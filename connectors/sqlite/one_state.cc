#include "connectors/sqlite/one_state.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>

#include "base/error_catalog.h"

namespace tenon::sqlite {
namespace {

using Databases = std::vector<std::unique_ptr<Database>>;

constexpr int kMostTries = 20;

std::string BeginOf(const std::string& path, size_t bytes) {
  std::string begin(bytes, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(begin.data(), static_cast<std::streamsize>(bytes));
  begin.resize(static_cast<size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return begin;
}

// What changes with each write: the counter in the file's header, and that in the index of its log.
std::string Mark(const std::string& path) {
  constexpr size_t kHeader = 100, kIndexHeader = 48;
  return BeginOf(path, kHeader) + BeginOf(path + "-shm", kIndexHeader);
}

Result<Databases> BeginAll(const std::string& path, int count, int64_t wait_ms) {
  Databases databases;
  for (int i = 0; i < count; ++i) {
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                           Database::Open(path, Access::kRead, wait_ms));
    // The state is that of the first read in the transaction.
    TENON_RETURN_IF_ERROR(database->Execute("BEGIN; SELECT count(*) FROM sqlite_schema"));
    databases.push_back(std::move(database));
  }
  return databases;
}

bool IsOnlyRead(const Status& status) { return status.Is(StatusCode::kPermissionDenied); }

}  // namespace

Result<Databases> OpenOneState(const std::string& path, int count, int64_t wait_ms) {
  if (count <= 1) return BeginAll(path, 1, wait_ms);
  Result<std::unique_ptr<Database>> guard = Database::Open(path, Access::kWrite, wait_ms);
  const Status kept_out = guard.ok() ? (*guard)->Execute("BEGIN IMMEDIATE") : guard.status();
  if (kept_out.ok()) return BeginAll(path, count, wait_ms);
  if (!IsOnlyRead(kept_out)) return kept_out;
  for (int i = 0; i < kMostTries; ++i) {
    const std::string before = Mark(path);
    TENON_ASSIGN_OR_RETURN(Databases databases, BeginAll(path, count, wait_ms));
    if (Mark(path) == before) return databases;
  }
  return Status::Unavailable("Database changes all the time: path=" + path)
      .WithNumber(base::kErrDatabaseLocked)
      .WithHint("Read it with numPartitions 1, or a copy of it.");
}

}  // namespace tenon::sqlite
