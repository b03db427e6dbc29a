#include "connectors/files/write/sink_records.h"

#include <charconv>
#include <utility>

#include "base/error_catalog.h"
#include "base/json.h"

namespace tenon::files {
namespace {

using base::Json;
using base::JsonObject;
using object_store::StagedObject;

constexpr int64_t kPlacesVersion = 2;
constexpr int64_t kMessageVersion = 2;
constexpr size_t kMostMessageBytes = 1 << 20;  // What PartitionWriter::Commit may return.

std::string HexOf(uint64_t value) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value, 16).ptr;
  return std::string(digits, end);
}

// A name that stays in its folder, whatever wrote the record.
bool StaysBelow(std::string_view name) {
  while (!name.empty()) {
    const std::string_view part = name.substr(0, name.find('/'));
    if (part.empty() || part == "." || part == "..") return false;
    if (part.size() == name.size()) return true;
    name.remove_prefix(part.size() + 1);
  }
  return false;
}

Result<JsonObject> ObjectOf(const Result<Json>& json, int64_t wanted, const char* what) {
  if (!json.ok()) return json.status();
  TENON_ASSIGN_OR_RETURN(JsonObject object, JsonObject::From(*json));
  TENON_ASSIGN_OR_RETURN(const int64_t version, object.Integer("v"));
  if (version != wanted) {
    return Status::InvalidArgument(std::string(what) +
                                   " of another version: version=" + std::to_string(version));
  }
  return object;
}

// What an object store has to know beside names: the upload that is to be completed.
Json UploadOf(const StagedObject& file) {
  return Json{{"upload", file.upload}, {"parts", file.part_etags}, {"token", file.token}};
}

Status ReadUpload(const Json& entry, StagedObject* file) {
  TENON_ASSIGN_OR_RETURN(const JsonObject object, JsonObject::From(entry));
  TENON_ASSIGN_OR_RETURN(file->upload, object.String("upload"));
  TENON_ASSIGN_OR_RETURN(file->part_etags, object.Strings("parts"));
  TENON_ASSIGN_OR_RETURN(file->token, object.String("token"));
  return Status::Ok();
}

// [name, bytes, checksum], and of an object store the upload.
Result<StagedObject> FileOf(const SinkPlaces& places, int attempt, const Json& entry) {
  const bool shaped = entry.is_array() && entry.size() >= 3 && entry[0].is_string() &&
                      entry[1].is_number_integer() && entry[2].is_string();
  if (!shaped) {
    return Status::InvalidArgument("Commit message names a file that cannot be: entry=" +
                                   base::DumpJson(entry));
  }
  const std::string name = entry[0].get<std::string>(), checksum = entry[2].get<std::string>();
  StagedObject file;
  file.bytes = entry[1].get<int64_t>();
  const char* const end = checksum.data() + checksum.size();
  const auto parsed = std::from_chars(checksum.data(), end, file.checksum, 16);
  if (!StaysBelow(name) || parsed.ec != std::errc() || parsed.ptr != end) {
    return Status::InvalidArgument("Commit message names a file that cannot be: final=" + name);
  }
  file.temporary = TemporaryPath(places, name, attempt);
  file.final = PathBelow(places.folder, name);
  if (entry.size() > 3) TENON_RETURN_IF_ERROR(ReadUpload(entry[3], &file));
  return file;
}

}  // namespace

std::string TemporaryPath(const SinkPlaces& places, const std::string& name, int attempt) {
  const size_t slash = name.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : name.substr(0, slash + 1);
  const std::string file = slash == std::string::npos ? name : name.substr(slash + 1);
  return places.temporary + "/" + folder + "." + file + ".attempt-" + std::to_string(attempt);
}

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string PathBelow(const std::string& folder, const std::string& name) {
  return folder == "/" ? folder + name : folder + "/" + name;
}

std::string NameBelow(const std::string& folder, const std::string& path) {
  return path.substr(folder == "/" ? 1 : folder.size() + 1);
}

std::string SinkPlaces::ToJson() const {
  Json json{{"v", kPlacesVersion},
            {"class", commit_class == CommitClass::kAtomic ? "atomic" : "recoverable"},
            {"folder", folder},
            {"temporary", temporary},
            {"mark", mark},
            {"old", old}};
  if (!file.empty()) {
    json["file"] = file;
    json["joining"] = joining == Joining::kParquet ? "parquet" : "bytes";
  }
  if (!register_key.empty()) {
    json["register"] = register_key;
    json["token"] = token;
  }
  if (schema) json["schema"] = schema->ToString();
  return base::DumpJson(json);
}

Result<SinkPlaces> SinkPlaces::FromJson(std::string_view text) {
  const Result<Json> json = base::ParseJson(text);
  TENON_ASSIGN_OR_RETURN(const JsonObject object, ObjectOf(json, kPlacesVersion, "Places are"));
  SinkPlaces places;
  TENON_ASSIGN_OR_RETURN(const std::string commit_class, object.String("class"));
  places.commit_class = commit_class == "atomic" ? CommitClass::kAtomic : CommitClass::kRecoverable;
  TENON_ASSIGN_OR_RETURN(places.folder, object.String("folder"));
  TENON_ASSIGN_OR_RETURN(places.temporary, object.String("temporary"));
  TENON_ASSIGN_OR_RETURN(places.mark, object.String("mark"));
  TENON_ASSIGN_OR_RETURN(places.old, object.Strings("old"));
  if (!places.temporary.substr(places.temporary.rfind('/') + 1).starts_with(".tenon-")) {
    return Status::InvalidArgument("Places name no temporary folder: temporary=" +
                                   places.temporary);
  }
  if (object.Has("file")) {
    TENON_ASSIGN_OR_RETURN(places.file, object.String("file"));
    TENON_ASSIGN_OR_RETURN(const std::string joining, object.String("joining"));
    places.joining = joining == "parquet" ? Joining::kParquet : Joining::kBytes;
    if (!StaysBelow(places.file) || places.file.find('/') != std::string::npos) {
      return Status::InvalidArgument("Places name a file that cannot be: file=" + places.file);
    }
  }
  if (object.Has("register")) {
    TENON_ASSIGN_OR_RETURN(places.register_key, object.String("register"));
    TENON_ASSIGN_OR_RETURN(places.token, object.String("token"));
  }
  if (object.Has("schema")) {
    TENON_ASSIGN_OR_RETURN(const std::string schema, object.String("schema"));
    TENON_ASSIGN_OR_RETURN(const DataType type, DataType::Parse(schema));
    places.schema = Schema({type.fields().begin(), type.fields().end()});
  }
  return places;
}

Result<std::string> MessageOf(const SinkPlaces& places, int attempt,
                              const std::vector<StagedObject>& files) {
  Json list = Json::array();
  for (const StagedObject& file : files) {
    Json entry =
        Json::array({NameBelow(places.folder, file.final), file.bytes, HexOf(file.checksum)});
    if (!file.upload.empty()) entry.push_back(UploadOf(file));
    list.push_back(std::move(entry));
  }
  std::string message = base::DumpJson(
      Json{{"v", kMessageVersion}, {"attempt", attempt}, {"files", std::move(list)}});
  if (message.size() <= kMostMessageBytes) return message;
  return Status::ResourceExhausted("Too many files of one writer: files=" +
                                   std::to_string(files.size()) + " folder=" + places.folder)
      .WithNumber(base::kErrTooManyFiles)
      .WithHint("Partition by columns with fewer different values, or raise maxFileBytes.");
}

Result<std::vector<StagedObject>> FilesOf(const SinkPlaces& places,
                                          std::span<const std::string> messages) {
  std::vector<StagedObject> files;
  for (const std::string& message : messages) {
    const Result<Json> json = base::ParseJson(message);
    TENON_ASSIGN_OR_RETURN(const JsonObject object,
                           ObjectOf(json, kMessageVersion, "Commit message is"));
    TENON_ASSIGN_OR_RETURN(const int64_t attempt, object.Integer("attempt"));
    TENON_ASSIGN_OR_RETURN(const Json* const list, object.Array("files"));
    for (const Json& entry : *list) {
      TENON_ASSIGN_OR_RETURN(StagedObject file, FileOf(places, static_cast<int>(attempt), entry));
      files.push_back(std::move(file));
    }
  }
  return files;
}

}  // namespace tenon::files
