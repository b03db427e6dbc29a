#include "catalog/connection_store.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "base/error_catalog.h"
#include "base/private_file.h"
#include "base/text.h"
#include "tenon/option_spec.h"

namespace tenon::catalog {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLongestFile = 1 << 20;
constexpr std::string_view kEnding = ".json";

// kNotFound: no such file.
Result<Connection> Read(const fs::path& file) {
  Result<std::string> text = base::ReadSmallFile(file, kLongestFile);
  if (!text.ok() && !text.status().Is(StatusCode::kInvalidArgument))
    return std::move(text).status();
  if (text.ok()) {
    if (Result<Connection> connection = ParseStoredConnection(*text); connection.ok())
      return connection;
  }
  return Status::DataError("Stored connection is damaged: file=" + file.string())
      .WithNumber(base::kErrConnectionDamaged)
      .WithHint("Put the file back, or create the connection again with --replace.");
}

}  // namespace

std::string FileNameOf(std::string_view connection) {
  std::string name;
  for (const char c : connection) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == ' ' || (c == '.' && !name.empty());
    if (plain) {
      name += c;
    } else {
      std::array<char, 4> hex{};
      std::snprintf(hex.data(), hex.size(), "%%%02X", static_cast<unsigned char>(c));
      name += hex.data();
    }
  }
  return name + std::string(kEnding);
}

ConnectionStore::ConnectionStore(const fs::path& home) : folder_(home / "connections") {}

fs::path ConnectionStore::FileOf(std::string_view name) const { return folder_ / FileNameOf(name); }

Status ConnectionStore::UnknownConnection(std::string_view name) const {
  std::vector<std::string> known;
  if (const Result<std::vector<Connection>> all = List(); all.ok()) {
    for (const Connection& connection : *all) known.push_back(connection.name);
  }
  const std::string nearest = NearestName(name, known);
  return Status::NotFound("Connection is not known: name=" + base::ShortText(name, 100) +
                          " folder=" + folder_.string())
      .WithNumber(base::kErrUnknownConnection)
      .WithHint(nearest.empty()
                    ? "Create it: tenon conn create NAME --type TYPE --properties-file FILE."
                    : "Did you mean " + nearest + "?");
}

Result<Connection> ConnectionStore::Get(std::string_view name) const {
  if (!CheckConnectionName(name).ok()) return UnknownConnection(name);
  Result<Connection> connection = Read(FileOf(name));
  if (connection.status().Is(StatusCode::kNotFound)) return UnknownConnection(name);
  return connection;
}

Result<std::vector<Connection>> ConnectionStore::List() const {
  std::vector<Connection> connections;
  std::error_code error;
  for (const auto& found : fs::directory_iterator(folder_, error)) {
    if (found.path().extension() != kEnding) continue;
    Result<Connection> connection = Read(found.path());
    if (connection.status().Is(StatusCode::kNotFound)) continue;  // Deleted a moment ago.
    TENON_RETURN_IF_ERROR(connection.status());
    connections.push_back(*std::move(connection));
  }
  std::sort(connections.begin(), connections.end(),
            [](const Connection& a, const Connection& b) { return a.name < b.name; });
  return connections;
}

Result<std::unique_ptr<base::FileLock>> ConnectionStore::Lock(
    std::chrono::milliseconds patience) const {
  TENON_RETURN_IF_ERROR(base::MakePrivateFolder(folder_));
  const fs::path file = folder_ / ".lock";
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<base::FileLock> lock,
                         base::FileLock::Take(file, patience));
  if (lock == nullptr) {
    return Status::Conflict("Connections are locked by another process: file=" + file.string())
        .WithNumber(base::kErrStoreLocked)
        .WithHint("Wait for it; `fuser " + file.string() + "` names it.");
  }
  base::SweepUnfinished(folder_);
  return lock;
}

Status ConnectionStore::Put(const base::FileLock& held, const Connection& connection) {
  static_cast<void>(held);
  TENON_RETURN_IF_ERROR(CheckConnectionName(connection.name));
  return base::WritePrivateFile(FileOf(connection.name),
                                base::DumpJson(StoredConnection(connection), 2) + "\n");
}

Status ConnectionStore::Delete(const base::FileLock& held, std::string_view name) {
  static_cast<void>(held);
  if (!CheckConnectionName(name).ok()) return UnknownConnection(name);
  Status removed = base::RemoveFile(FileOf(name));
  return removed.Is(StatusCode::kNotFound) ? UnknownConnection(name) : removed;
}

}  // namespace tenon::catalog
