#include "connectors/files/write/sink_records.h"

#include <charconv>
#include <utility>

#include "base/json.h"

namespace tenon::files {
namespace {

using base::Json;
using base::JsonObject;
using object_store::StagedObject;

constexpr int64_t kVersion = 1;

std::string NameOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string HexOf(uint64_t value) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value, 16).ptr;
  return std::string(digits, end);
}

// A name that stays in its folder, whatever wrote the record.
bool IsPlainName(const std::string& name) {
  return !name.empty() && name.find('/') == std::string::npos && name != "." && name != "..";
}

Result<JsonObject> ObjectOf(const Result<Json>& json, const char* what) {
  if (!json.ok()) return json.status();
  TENON_ASSIGN_OR_RETURN(JsonObject object, JsonObject::From(*json));
  TENON_ASSIGN_OR_RETURN(const int64_t version, object.Integer("v"));
  if (version != kVersion) {
    return Status::InvalidArgument(std::string(what) +
                                   " of another version: version=" + std::to_string(version));
  }
  return object;
}

Result<StagedObject> FileOf(const SinkPlaces& places, const Json& entry) {
  TENON_ASSIGN_OR_RETURN(const JsonObject object, JsonObject::From(entry));
  TENON_ASSIGN_OR_RETURN(const std::string temporary, object.String("temporary"));
  TENON_ASSIGN_OR_RETURN(const std::string final, object.String("final"));
  TENON_ASSIGN_OR_RETURN(const int64_t bytes, object.Integer("bytes"));
  TENON_ASSIGN_OR_RETURN(const std::string checksum, object.String("checksum"));
  StagedObject file{.temporary = places.temporary + "/" + temporary,
                    .final = places.folder + "/" + final,
                    .bytes = bytes};
  const char* const end = checksum.data() + checksum.size();
  const auto parsed = std::from_chars(checksum.data(), end, file.checksum, 16);
  if (!IsPlainName(temporary) || !IsPlainName(final) || parsed.ec != std::errc() ||
      parsed.ptr != end) {
    return Status::InvalidArgument(
        "Commit message names a file that cannot be: temporary=" + temporary + " final=" + final);
  }
  return file;
}

}  // namespace

std::string SinkPlaces::ToJson() const {
  Json json{{"v", kVersion},
            {"class", commit_class == CommitClass::kAtomic ? "atomic" : "recoverable"},
            {"folder", folder},
            {"temporary", temporary},
            {"mark", mark},
            {"old", old}};
  if (schema) json["schema"] = schema->ToString();
  return base::DumpJson(json);
}

Result<SinkPlaces> SinkPlaces::FromJson(std::string_view text) {
  const Result<Json> json = base::ParseJson(text);
  TENON_ASSIGN_OR_RETURN(const JsonObject object, ObjectOf(json, "Places are"));
  SinkPlaces places;
  TENON_ASSIGN_OR_RETURN(const std::string commit_class, object.String("class"));
  places.commit_class = commit_class == "atomic" ? CommitClass::kAtomic : CommitClass::kRecoverable;
  TENON_ASSIGN_OR_RETURN(places.folder, object.String("folder"));
  TENON_ASSIGN_OR_RETURN(places.temporary, object.String("temporary"));
  TENON_ASSIGN_OR_RETURN(places.mark, object.String("mark"));
  TENON_ASSIGN_OR_RETURN(places.old, object.Strings("old"));
  if (!NameOf(places.temporary).starts_with(".tenon-")) {
    return Status::InvalidArgument("Places name no temporary folder: temporary=" +
                                   places.temporary);
  }
  if (object.Has("schema")) {
    TENON_ASSIGN_OR_RETURN(const std::string schema, object.String("schema"));
    TENON_ASSIGN_OR_RETURN(const DataType type, DataType::Parse(schema));
    places.schema = Schema({type.fields().begin(), type.fields().end()});
  }
  return places;
}

std::string MessageOf(const std::vector<StagedObject>& files) {
  Json list = Json::array();
  for (const StagedObject& file : files) {
    list.push_back(Json{{"temporary", NameOf(file.temporary)},
                        {"final", NameOf(file.final)},
                        {"bytes", file.bytes},
                        {"checksum", HexOf(file.checksum)}});
  }
  return base::DumpJson(Json{{"v", kVersion}, {"files", std::move(list)}});
}

Result<std::vector<StagedObject>> FilesOf(const SinkPlaces& places,
                                          std::span<const std::string> messages) {
  std::vector<StagedObject> files;
  for (const std::string& message : messages) {
    const Result<Json> json = base::ParseJson(message);
    TENON_ASSIGN_OR_RETURN(const JsonObject object, ObjectOf(json, "Commit message is"));
    TENON_ASSIGN_OR_RETURN(const Json* const list, object.Array("files"));
    for (const Json& entry : *list) {
      TENON_ASSIGN_OR_RETURN(StagedObject file, FileOf(places, entry));
      files.push_back(std::move(file));
    }
  }
  return files;
}

}  // namespace tenon::files
