#include "runstate/journal_rows.h"

#include <array>
#include <utility>

#include "base/json.h"
#include "runstate/covers.h"

namespace tenon::runstate {
namespace {

constexpr size_t kLengthBytes = 8;

constexpr std::array kRunStates = {RunState::kRunning, RunState::kCut, RunState::kDone,
                                   RunState::kFailed, RunState::kEndedWithoutCommit};

}  // namespace

void BindHolder(const Holder& holder, SqliteStatement* statement) {
  statement->Int(holder.pid)
      .Text(holder.boot_id)
      .Text(holder.host)
      .Int(holder.process_start)
      .Int(holder.since_ms);
}

std::optional<Holder> ReadHolder(const SqliteStatement& row, int first) {
  if (row.ColumnIsNull(first)) return std::nullopt;
  return Holder{row.ColumnInt(first), row.ColumnText(first + 1), row.ColumnText(first + 2),
                row.ColumnInt(first + 3), row.ColumnInt(first + 4)};
}

void BindSlot(const Slot& slot, SqliteStatement* statement) {
  statement->Int(static_cast<int64_t>(slot.seq))
      .Text(slot.sink)
      .Int(slot.derived_sink)
      .Int(slot.part)
      .Int(slot.n)
      .Text(slot.target)
      .Text(slot.selection)
      .Int(static_cast<int>(slot.commit_class))
      .Int(slot.overwrites)
      .Text(CoversToJson(slot.covers))
      .Text(slot.token)
      .Text(slot.state == SlotState::kPublished ? "published" : "intent")
      .Blob(PackMessages(slot.prepared))
      .Blob(slot.places)
      .Blob(slot.reopen)
      .Text(slot.run)
      .Int(static_cast<int64_t>(slot.epoch))
      .Text(slot.script_hash)
      .Int(slot.rows);
}

Result<Slot> ReadSlot(const SqliteStatement& row, int first) {
  Slot slot;
  int column = first;
  slot.seq = static_cast<uint64_t>(row.ColumnInt(column++));
  slot.sink = row.ColumnText(column++);
  slot.derived_sink = row.ColumnInt(column++) != 0;
  slot.part = static_cast<uint32_t>(row.ColumnInt(column++));
  slot.n = static_cast<uint32_t>(row.ColumnInt(column++));
  slot.target = row.ColumnText(column++);
  slot.selection = row.ColumnText(column++);
  slot.commit_class = static_cast<CommitClass>(row.ColumnInt(column++));
  slot.overwrites = row.ColumnInt(column++) != 0;
  TENON_ASSIGN_OR_RETURN(slot.covers, CoversFromJson(row.ColumnText(column++)));
  slot.token = row.ColumnText(column++);
  slot.state = row.ColumnText(column++) == "published" ? SlotState::kPublished : SlotState::kIntent;
  TENON_ASSIGN_OR_RETURN(slot.prepared, UnpackMessages(row.ColumnText(column++)));
  slot.places = row.ColumnText(column++);
  slot.reopen = row.ColumnText(column++);
  slot.run = row.ColumnText(column++);
  slot.epoch = static_cast<uint64_t>(row.ColumnInt(column++));
  slot.script_hash = row.ColumnText(column++);
  slot.rows = row.ColumnInt(column++);
  return slot;
}

void BindRun(const RunRecord& run, SqliteStatement* statement) {
  statement->Text(run.run)
      .Text(run.job)
      .Int(run.attempt)
      .Int(static_cast<int64_t>(run.epoch))
      .Text(RunStateName(run.state))
      .Int(run.started_ms)
      .Int(run.ended_ms)
      .Text(base::DumpJson(base::Json(run.rows)));
}

RunRecord ReadRun(const SqliteStatement& row, int first) {
  RunRecord run;
  run.run = row.ColumnText(first);
  run.job = row.ColumnText(first + 1);
  run.attempt = static_cast<uint32_t>(row.ColumnInt(first + 2));
  run.epoch = static_cast<uint64_t>(row.ColumnInt(first + 3));
  const std::string name = row.ColumnText(first + 4);
  for (RunState state : kRunStates)
    if (RunStateName(state) == name) run.state = state;
  run.started_ms = row.ColumnInt(first + 5);
  run.ended_ms = row.ColumnInt(first + 6);
  // Empty in the record of a run that has written nothing yet.
  const Result<base::Json> rows = base::ParseJson(row.ColumnText(first + 7));
  if (rows.ok() && rows->is_object()) {
    for (const auto& [sink, count] : rows->items())
      if (count.is_number_integer()) run.rows[sink] = count.get<int64_t>();
  }
  return run;
}

void BindGarbage(const Garbage& garbage, SqliteStatement* statement) {
  statement->Text(garbage.token)
      .Int(static_cast<int64_t>(garbage.epoch))
      .Text(garbage.sink)
      .Text(garbage.run)
      .Blob(garbage.places)
      .Blob(garbage.reopen)
      .Blob(PackMessages(garbage.messages));
}

Result<Garbage> ReadGarbage(const SqliteStatement& row, int first) {
  Garbage garbage;
  garbage.token = row.ColumnText(first);
  garbage.epoch = static_cast<uint64_t>(row.ColumnInt(first + 1));
  garbage.sink = row.ColumnText(first + 2);
  garbage.run = row.ColumnText(first + 3);
  garbage.places = row.ColumnText(first + 4);
  garbage.reopen = row.ColumnText(first + 5);
  TENON_ASSIGN_OR_RETURN(garbage.messages, UnpackMessages(row.ColumnText(first + 6)));
  return garbage;
}

void BindPosition(const std::optional<Position>& position, SqliteStatement* statement) {
  if (position)
    statement->Blob(position->json);
  else
    statement->Null();
}

std::optional<Position> ReadPosition(const SqliteStatement& row, int column) {
  if (row.ColumnIsNull(column)) return std::nullopt;
  return Position{row.ColumnText(column)};
}

std::string PackMessages(const std::vector<std::string>& messages) {
  std::string bytes;
  for (const std::string& message : messages) {
    for (size_t i = 0; i < kLengthBytes; ++i)
      bytes += static_cast<char>(static_cast<uint64_t>(message.size()) >> (8 * i) & 0xff);
    bytes += message;
  }
  return bytes;
}

Result<std::vector<std::string>> UnpackMessages(std::string_view bytes) {
  std::vector<std::string> messages;
  while (!bytes.empty()) {
    uint64_t size = 0;
    for (size_t i = 0; i < kLengthBytes && i < bytes.size(); ++i)
      size |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    if (bytes.size() < kLengthBytes || size > bytes.size() - kLengthBytes)
      return Status::DataError("Commit messages of a slot are cut: bytes=" +
                               std::to_string(bytes.size()));
    messages.emplace_back(bytes.substr(kLengthBytes, size));
    bytes.remove_prefix(kLengthBytes + size);
  }
  return messages;
}

}  // namespace tenon::runstate
