#include "connectors/files/write/file_publish.h"

#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "base/failpoint.h"
#include "base/platform_file.h"
#include "object_store/local_store.h"

namespace tenon::files {
namespace {

using object_store::StagedObject;

std::string FolderOf(const std::string& path) { return path.substr(0, path.rfind('/')); }
std::string NameOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool IsFolder(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

// Where the file of an atomic call stands when its folder has its last shape.
std::string NameInTemporary(const SinkPlaces& places, const StagedObject& file) {
  return places.temporary + "/" + NameOf(file.final);
}

Status PassBetweenFiles(Publisher publisher) {
  if (publisher == Publisher::kCommit) {
    TENON_FAILPOINT_STATUS("K16");
  } else {
    TENON_FAILPOINT_STATUS("K23");
  }
  return Status::Ok();
}

Status PublishEach(object_store::Store& store, const std::vector<StagedObject>& files,
                   Publisher publisher) {
  bool first = true;
  for (const StagedObject& file : files) {
    if (!first) TENON_RETURN_IF_ERROR(PassBetweenFiles(publisher));
    first = false;
    TENON_RETURN_IF_ERROR(store.Publish(file).status());
  }
  return Status::Ok();
}

// Gives the temporary folder the shape of the target: the prepared files under their names, and
// nothing of attempts that lost.
Status ShapeFolder(object_store::Store& store, const SinkPlaces& places,
                   const std::vector<StagedObject>& files) {
  std::set<std::string> wanted;
  for (const StagedObject& file : files) {
    StagedObject inside = file;
    inside.final = NameInTemporary(places, file);
    TENON_RETURN_IF_ERROR(store.Publish(inside).status());
    wanted.insert(inside.final);
  }
  TENON_RETURN_IF_ERROR(
      store.List(places.temporary, nullptr, [&](const object_store::ObjectInfo& info) {
        return wanted.count(info.path) > 0 ? Status::Ok() : store.Remove(info.path);
      }));
  return base::SyncFolder(places.temporary);
}

Status PublishFolder(object_store::Store& store, const SinkPlaces& places,
                     const std::vector<StagedObject>& files, Publisher publisher) {
  // Gone: published. No files: it may never have been made.
  if (!IsFolder(places.temporary)) return Status::Ok();
  if (files.empty()) return object_store::RemoveFolder(places.temporary);
  TENON_RETURN_IF_ERROR(ShapeFolder(store, places, files));
  TENON_RETURN_IF_ERROR(PassBetweenFiles(publisher));
  const Result<bool> renamed = object_store::RenameFolder(places.temporary, places.folder);
  if (renamed.ok() || !renamed.status().Is(StatusCode::kAlreadyExists)) return renamed.status();
  // Somebody made the folder meanwhile: the files go into it one by one, under names that are
  // nobody else's.
  std::vector<StagedObject> shaped = files;
  for (StagedObject& file : shaped) file.temporary = NameInTemporary(places, file);
  TENON_RETURN_IF_ERROR(PublishEach(store, shaped, publisher));
  return base::SyncFolder(places.folder);
}

Status RemoveOld(object_store::Store& store, const SinkPlaces& places) {
  std::set<std::string> folders;
  for (const std::string& name : places.old) {
    const std::string path = places.folder + "/" + name;
    TENON_RETURN_IF_ERROR(store.Remove(path));
    folders.insert(FolderOf(path));
  }
  // The deepest first, so that folders left empty go as well.
  std::error_code ignored;
  for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder) {
    for (std::string each = *folder; each.size() > places.folder.size(); each = FolderOf(each)) {
      if (!std::filesystem::remove(each, ignored)) break;
    }
  }
  return base::SyncFolder(places.folder);
}

}  // namespace

Status PublishFiles(object_store::Store& store, const SinkPlaces& places,
                    const std::vector<StagedObject>& files, Publisher publisher) {
  if (places.commit_class == CommitClass::kAtomic) {
    TENON_RETURN_IF_ERROR(PublishFolder(store, places, files, publisher));
  } else {
    TENON_RETURN_IF_ERROR(PublishEach(store, files, publisher));
    if (IsFolder(places.folder)) TENON_RETURN_IF_ERROR(base::SyncFolder(places.folder));
  }
  if (!places.old.empty()) {
    TENON_RETURN_IF_ERROR(PassBetweenFiles(publisher));
    TENON_RETURN_IF_ERROR(RemoveOld(store, places));
  }
  return object_store::RemoveFolder(places.temporary);
}

Status VerifyPrepared(object_store::Store& store, const SinkPlaces& places,
                      const std::vector<StagedObject>& files) {
  for (StagedObject file : files) {
    for (const std::string& path : {file.temporary, NameInTemporary(places, file)}) {
      if (!store.Stat(path).ok()) continue;
      file.temporary = path;
      TENON_RETURN_IF_ERROR(object_store::VerifyStaged(file));
    }
  }
  return Status::Ok();
}

}  // namespace tenon::files
