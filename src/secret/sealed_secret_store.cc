#include "secret/sealed_secret_store.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/error_catalog.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/platform_lock.h"
#include "base/private_file.h"
#include "base/text.h"
#include "base/time.h"
#include "secret/sealed_box.h"
#include "secret/sealing_key_file.h"
#include "tenon/option_spec.h"

namespace tenon::secret {
namespace {

namespace fs = std::filesystem;
using base::Json;

constexpr int64_t kVersion = 1;
constexpr size_t kLongestFile = 4 * kMaxValueBytes;
constexpr std::string_view kEnding = ".json";

struct SealedFile {
  SecretEntry entry;
  std::string key_id, box;
};

// What the value is bound to: a file that says otherwise does not open.
std::string BoundOf(std::string_view space, const SealedFile& file) {
  return base::DumpJson(Json{"tenon secret", kVersion, space, file.entry.name,
                             file.entry.created_us, file.entry.changed_us, file.key_id});
}

Status Damaged(const fs::path& path, std::string_view name) {
  return Status::DataError("Sealed secret was changed or is damaged: file=" + path.string() +
                           (name.empty() ? "" : " name=" + std::string(name)))
      .WithNumber(base::kErrSecretDamaged)
      .WithHint("Put the file back, or create the secret again with --replace.");
}

Result<SealedFile> Parse(std::string_view text) {
  TENON_ASSIGN_OR_RETURN(const Json document, base::ParseJson(text));
  TENON_ASSIGN_OR_RETURN(const base::JsonObject object, base::JsonObject::From(document));
  TENON_ASSIGN_OR_RETURN(const int64_t version, object.Integer("version"));
  if (version != kVersion) return Status::InvalidArgument("Unknown version");
  SealedFile file;
  TENON_ASSIGN_OR_RETURN(file.entry.name, object.String("name"));
  TENON_ASSIGN_OR_RETURN(file.entry.created_us, object.Integer("created_us"));
  TENON_ASSIGN_OR_RETURN(file.entry.changed_us, object.Integer("changed_us"));
  TENON_ASSIGN_OR_RETURN(file.key_id, object.String("key"));
  TENON_ASSIGN_OR_RETURN(file.box, object.String("box"));
  return file;
}

// kNotFound: no such file. TN1223: not one of ours.
Result<SealedFile> Read(const fs::path& path) {
  Result<std::string> text = base::ReadSmallFile(path, kLongestFile);
  if (!text.ok() && !text.status().Is(StatusCode::kInvalidArgument))
    return std::move(text).status();
  Result<SealedFile> file = text.ok() ? Parse(*text) : Result<SealedFile>(text.status());
  return file.ok() ? std::move(file) : Damaged(path, "");
}

// Why the value cannot be stored; empty when it can.
std::string WhyNot(std::string_view text) {
  if (text.empty()) return "empty";
  if (text.size() > kMaxValueBytes) return "too long";
  if (!base::IsUtf8(text)) return "not UTF-8";
  if (!base::Trim(text).starts_with('{')) return "";
  try {
    const Json whole = Json::parse(text.begin(), text.end());
    return whole.is_object() ? "" : "not JSON";
  } catch (const Json::parse_error& error) {  // Its own words show the text.
    return "not JSON byte=" + std::to_string(error.byte);
  } catch (const Json::exception&) {
    return "not JSON";
  }
}

Status CheckValue(std::string_view name, const Secret& value) {
  const std::string why = WhyNot(value.Reveal());
  if (why.empty()) return Status::Ok();
  return Status::InvalidArgument("Value of a secret cannot be stored: name=" + std::string(name) +
                                 " reason=" + why)
      .WithNumber(base::kErrSecretValue)
      .WithHint(
          "A value is text of 1 to 65536 bytes: a JSON object of keys and values, or plain text "
          "that does not begin with a brace.");
}

Status AnotherKey(const fs::path& key_file, const SealedFile& file, const SealingKey& key) {
  return Status::InvalidArgument("Secret was sealed with another key: name=" + file.entry.name +
                                 " key=" + file.key_id + " file=" + key_file.string() +
                                 " holds=" + key.id())
      .WithNumber(base::kErrSecretKeyUnfit)
      .WithHint("Put the key file back that it was sealed with, or create it again.");
}

// Held while files are written.
Result<std::unique_ptr<base::FileLock>> Lock(const fs::path& secrets_folder,
                                             std::chrono::milliseconds patience) {
  const fs::path file = secrets_folder / ".lock";
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<base::FileLock> lock,
                         base::FileLock::Take(file, patience));
  if (lock != nullptr) return lock;
  return Status::Conflict("Secrets are locked by another process: file=" + file.string())
      .WithNumber(base::kErrStoreLocked)
      .WithHint("Wait for it; `fuser " + file.string() + "` names it.");
}

}  // namespace

SealedSecretStore::SealedSecretStore(const fs::path& home, std::string space,
                                     std::chrono::milliseconds patience)
    : secrets_folder_(home / "secrets"),
      folder_(secrets_folder_ / space),
      key_file_(KeyFileOf(home)),
      space_(std::move(space)),
      patience_(patience) {}

fs::path SealedSecretStore::FileOf(std::string_view name) const {
  return folder_ / (base::Sha256Hex(name) + std::string(kEnding));
}

Status SealedSecretStore::UnknownSecret(std::string_view name) const {
  std::vector<std::string> known;
  if (const Result<std::vector<SecretEntry>> all = List(); all.ok()) {
    for (const SecretEntry& entry : *all) known.push_back(entry.name);
  }
  const std::string nearest = NearestName(name, known);
  return Status::NotFound("Secret is not known: name=" + base::ShortText(name, 100) +
                          " folder=" + secrets_folder_.string())
      .WithNumber(base::kErrUnknownSecret)
      .WithHint(nearest.empty() ? "Create it: tenon secret create NAME --file FILE."
                                : "Did you mean " + nearest + "?");
}

// Also those of other spaces: they share the key.
bool SealedSecretStore::HoldsSealed() const {
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(secrets_folder_, error)) {
    if (entry.path().extension() == kEnding) return true;
  }
  return false;
}

Result<Secret> SealedSecretStore::Get(std::string_view id) const {
  for (const std::string& name : NamesOfId(id)) {
    const fs::path path = FileOf(name);
    const Result<SealedFile> file = Read(path);
    if (file.status().Is(StatusCode::kNotFound)) continue;
    TENON_RETURN_IF_ERROR(file.status());
    TENON_ASSIGN_OR_RETURN(const SealingKey key, ReadKeyFile(key_file_));
    if (file->key_id != key.id()) return AnotherKey(key_file_, *file, key);
    Result<Secret> value = Unseal(key, BoundOf(space_, *file), file->box);
    if (!value.ok() || file->entry.name != name) return Damaged(path, name);
    return value;
  }
  return UnknownSecret(id);
}

Status SealedSecretStore::Put(std::string_view name, const Secret& value, IfThere if_there) {
  TENON_RETURN_IF_ERROR(CheckSecretName(name));
  TENON_RETURN_IF_ERROR(CheckValue(name, value));
  TENON_RETURN_IF_ERROR(base::MakePrivateFolder(secrets_folder_));
  TENON_RETURN_IF_ERROR(base::MakePrivateFolder(folder_));
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<base::FileLock> lock,
                         Lock(secrets_folder_, patience_));
  base::SweepUnfinished(folder_);
  const fs::path path = FileOf(name);
  const Result<SealedFile> before = Read(path);
  const bool there = !before.status().Is(StatusCode::kNotFound);
  if (there && if_there == IfThere::kFail) {
    return Status::AlreadyExists("Secret is there already: name=" + std::string(name))
        .WithNumber(base::kErrSecretExists)
        .WithHint("Give --replace to put this value in its place.");
  }
  // A key that is missing where secrets are is lost, not yet to be made.
  TENON_ASSIGN_OR_RETURN(const SealingKey key,
                         HoldsSealed() ? ReadKeyFile(key_file_) : ReadOrMakeKeyFile(key_file_));
  SealedFile file;
  file.entry.name = name;
  file.entry.changed_us = base::NowMicros();
  file.entry.created_us = before.ok() ? before->entry.created_us : file.entry.changed_us;
  file.key_id = key.id();
  TENON_ASSIGN_OR_RETURN(file.box, Seal(key, BoundOf(space_, file), value));
  const Json document{{"version", kVersion},
                      {"name", file.entry.name},
                      {"created_us", file.entry.created_us},
                      {"changed_us", file.entry.changed_us},
                      {"key", file.key_id},
                      {"box", file.box}};
  return base::WritePrivateFile(path, base::DumpJson(document, 2) + "\n");
}

Result<std::vector<SecretEntry>> SealedSecretStore::List() const {
  std::vector<SecretEntry> entries;
  std::error_code error;
  for (const auto& found : fs::directory_iterator(folder_, error)) {
    if (found.path().extension() != kEnding) continue;
    Result<SealedFile> file = Read(found.path());
    if (file.status().Is(StatusCode::kNotFound)) continue;  // Deleted a moment ago.
    TENON_RETURN_IF_ERROR(file.status());
    entries.push_back(std::move(file->entry));
  }
  std::sort(entries.begin(), entries.end(),
            [](const SecretEntry& a, const SecretEntry& b) { return a.name < b.name; });
  return entries;
}

Status SealedSecretStore::Delete(std::string_view name) {
  std::error_code error;
  if (!fs::exists(FileOf(name), error)) return UnknownSecret(name);
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<base::FileLock> lock,
                         Lock(secrets_folder_, patience_));
  Status removed = base::RemoveFile(FileOf(name));
  return removed.Is(StatusCode::kNotFound) ? UnknownSecret(name) : removed;
}

}  // namespace tenon::secret
