#include "connectors/files/write/s3_object.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "base/json.h"
#include "base/platform_file.h"
#include "connectors/files/write/local_publish.h"
#include "connectors/files/write/one_file.h"
#include "connectors/files/write/open_file.h"

namespace tenon::files {
namespace {

using object_store::StagedObject;
using object_store::StagedWriter;

constexpr int64_t kBlockBytes = 1 << 20;

std::string RecordPath(const SinkPlaces& places) { return WholePath(places) + ".upload"; }

// The upload that an earlier publication began; nullopt: none.
Result<std::optional<StagedObject>> FindUpload(const SinkPlaces& places) {
  const std::string path = RecordPath(places);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::nullopt;
  TENON_ASSIGN_OR_RETURN(const OpenFile file, OpenFile::Read(path));
  TENON_ASSIGN_OR_RETURN(const int64_t bytes, file.Size());
  std::string text(static_cast<size_t>(bytes), '\0');
  TENON_RETURN_IF_ERROR(
      file.ReadAt(0, {reinterpret_cast<uint8_t*>(text.data()), text.size()}));  // Bytes of a file.
  TENON_ASSIGN_OR_RETURN(const base::Json json, base::ParseJson(text));
  TENON_ASSIGN_OR_RETURN(const base::JsonObject record, base::JsonObject::From(json));
  StagedObject begun;
  begun.final = PathBelow(places.folder, places.file);
  TENON_ASSIGN_OR_RETURN(begun.upload, record.String("upload"));
  TENON_ASSIGN_OR_RETURN(begun.token, record.String("token"));
  return begun;
}

Status NoteUpload(const SinkPlaces& places, const StagedObject& begun) {
  const std::string path = RecordPath(places), unfinished = path + "." + begun.token;
  const std::string text =
      base::DumpJson(base::Json{{"upload", begun.upload}, {"token", begun.token}});
  TENON_ASSIGN_OR_RETURN(OpenFile file, OpenFile::Make(unfinished));
  TENON_RETURN_IF_ERROR(file.Append({reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
  TENON_RETURN_IF_ERROR(file.Sync());
  // A link cannot replace a name: the first note counts, so that there is one upload.
  const int error = link(unfinished.c_str(), path.c_str()) == 0 ? 0 : errno;
  static_cast<void>(unlink(unfinished.c_str()));
  if (error == EEXIST)
    return Status::AlreadyExists("Upload was begun by another process: path=" + path);
  if (error != 0) return base::FileError("File cannot be made", path, error);
  return base::SyncFolder(places.temporary);
}

Result<StagedObject> BeginUpload(object_store::Store& store, const SinkPlaces& places) {
  TENON_ASSIGN_OR_RETURN(StagedObject begun, store.Begin(PathBelow(places.folder, places.file)));
  Status noted = NoteUpload(places, begun);
  if (noted.ok()) return begun;
  static_cast<void>(store.Discard(begun));  // Nobody else knows of it.
  if (noted.Is(StatusCode::kAlreadyExists)) {
    TENON_ASSIGN_OR_RETURN(std::optional<StagedObject> first, FindUpload(places));
    if (first) return *std::move(first);
  }
  return noted;
}

Result<StagedObject> Upload(object_store::Store& store, const StagedObject& begun,
                            const OpenFile& from, int64_t bytes) {
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<StagedWriter> writer, store.Resume(begun));
  std::vector<uint8_t> block(static_cast<size_t>(std::min(bytes, kBlockBytes)));
  for (int64_t at = 0; at < bytes; at += std::ssize(block)) {
    block.resize(static_cast<size_t>(std::min(bytes - at, kBlockBytes)));
    TENON_RETURN_IF_ERROR(from.ReadAt(at, block));
    TENON_RETURN_IF_ERROR(writer->Append(block));
  }
  return writer->Finish();
}

}  // namespace

Status PublishOneObject(object_store::Store& store, const SinkPlaces& places,
                        const std::vector<StagedObject>& pieces, Publisher publisher) {
  TENON_ASSIGN_OR_RETURN(const bool there, MakeWholeFile(places, pieces, publisher));
  if (!there) {
    return Status::DataError("Prepared files are gone: folder=" + places.temporary +
                             " path=" + PathBelow(places.folder, places.file))
        .WithHint("Restore the folder: the rows of this call are nowhere else.");
  }
  TENON_RETURN_IF_ERROR(PassBetweenSteps(publisher));
  TENON_ASSIGN_OR_RETURN(std::optional<StagedObject> begun, FindUpload(places));
  if (!begun) {
    TENON_ASSIGN_OR_RETURN(begun, BeginUpload(store, places));
  }
  TENON_RETURN_IF_ERROR(PassBetweenSteps(publisher));
  TENON_ASSIGN_OR_RETURN(const OpenFile whole, OpenFile::Read(WholePath(places)));
  TENON_ASSIGN_OR_RETURN(begun->bytes, whole.Size());
  Result<StagedObject> staged = Upload(store, *begun, whole, begun->bytes);
  // The upload is gone: an earlier publication has completed it, which the object's token shows.
  if (staged.status().Is(StatusCode::kNotFound)) staged = *begun;
  TENON_RETURN_IF_ERROR(staged.status());
  TENON_RETURN_IF_ERROR(PassBetweenSteps(publisher));
  TENON_RETURN_IF_ERROR(store.Publish(*staged).status());
  return PassBetweenSteps(publisher);
}

Status DiscardOneObject(object_store::Store& store, const SinkPlaces& places) {
  TENON_ASSIGN_OR_RETURN(const std::optional<StagedObject> begun, FindUpload(places));
  return begun ? store.Discard(*begun) : Status::Ok();
}

}  // namespace tenon::files
