#include "connectors/files/write/local_publish.h"

#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "base/failpoint.h"
#include "base/platform_file.h"
#include "connectors/files/write/one_file.h"
#include "object_store/local_store.h"

namespace tenon::files {
namespace {

using object_store::StagedObject;

bool IsFolder(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

// Where the file of an atomic call stands when its folder has its last shape.
std::string NameInTemporary(const SinkPlaces& places, const StagedObject& file) {
  return PathBelow(places.temporary, NameBelow(places.folder, file.final));
}

// Neither the prepared files nor their target: somebody has removed both, before or after publishing.
Status CheckThere(const std::string& target) {
  std::error_code ignored;
  if (std::filesystem::exists(target, ignored)) return Status::Ok();
  return Status::DataError("Target has vanished together with what was prepared: path=" + target)
      .WithHint("Restore it: the rows of this call are nowhere else.");
}

// Moves the files one by one into folders that may have to be made (those of partition keys).
Status PublishEach(object_store::Store& store, const SinkPlaces& places,
                   const std::vector<StagedObject>& files, Publisher publisher) {
  // Never made again when it has vanished: what was prepared in it has gone with it.
  if (!files.empty()) TENON_RETURN_IF_ERROR(CheckThere(places.folder));
  std::set<std::string> folders = {places.folder};
  bool first = true;
  for (const StagedObject& file : files) {
    if (!first) TENON_RETURN_IF_ERROR(PassBetweenSteps(publisher));
    first = false;
    if (folders.insert(FolderOf(file.final)).second)
      TENON_RETURN_IF_ERROR(base::MakeFolders(FolderOf(file.final)));
    TENON_RETURN_IF_ERROR(store.Publish(file).status());
  }
  for (const std::string& folder : folders) {
    if (IsFolder(folder)) TENON_RETURN_IF_ERROR(base::SyncFolder(folder));
  }
  return Status::Ok();
}

// Those below `folder` that only a lost attempt wrote into.
void RemoveEmptyFolders(const std::string& folder) {
  std::error_code ignored;
  std::set<std::string> below;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, ignored)) {
    if (entry.is_directory(ignored)) below.insert(entry.path().string());
  }
  // The deepest first; one that holds something stays.
  for (auto each = below.rbegin(); each != below.rend(); ++each)
    std::filesystem::remove(*each, ignored);
}

// Gives the temporary folder the shape of the target: the prepared files under their names, and
// nothing of attempts that lost.
Status ShapeFolder(object_store::Store& store, const SinkPlaces& places,
                   const std::vector<StagedObject>& files) {
  std::set<std::string> wanted, folders = {places.temporary};
  for (const StagedObject& file : files) {
    StagedObject inside = file;
    inside.final = NameInTemporary(places, file);
    TENON_RETURN_IF_ERROR(store.Publish(inside).status());
    folders.insert(FolderOf(inside.final));
    wanted.insert(std::move(inside.final));
  }
  const auto enter = [](const std::string&) { return true; };
  TENON_RETURN_IF_ERROR(
      store.List(places.temporary, enter, [&](const object_store::ObjectInfo& info) {
        return wanted.count(info.path) > 0 ? Status::Ok() : store.Remove(info.path);
      }));
  RemoveEmptyFolders(places.temporary);
  for (const std::string& folder : folders) TENON_RETURN_IF_ERROR(base::SyncFolder(folder));
  return Status::Ok();
}

Status PublishFolder(object_store::Store& store, const SinkPlaces& places,
                     const std::vector<StagedObject>& files, Publisher publisher) {
  // Gone: published. No files: it may never have been made.
  if (!IsFolder(places.temporary)) return files.empty() ? Status::Ok() : CheckThere(places.folder);
  if (files.empty()) return object_store::RemoveFolder(places.temporary);
  TENON_RETURN_IF_ERROR(ShapeFolder(store, places, files));
  TENON_RETURN_IF_ERROR(PassBetweenSteps(publisher));
  const Result<bool> renamed = object_store::RenameFolder(places.temporary, places.folder);
  if (renamed.ok() || !renamed.status().Is(StatusCode::kAlreadyExists)) return renamed.status();
  // Somebody made the folder meanwhile: the files go into it one by one, under names that are
  // nobody else's.
  std::vector<StagedObject> shaped = files;
  for (StagedObject& file : shaped) file.temporary = NameInTemporary(places, file);
  return PublishEach(store, places, shaped, publisher);
}

Status RemoveOld(object_store::Store& store, const SinkPlaces& places) {
  std::set<std::string> folders;
  for (const std::string& name : places.old) {
    const std::string path = PathBelow(places.folder, name);
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

Status PassBetweenSteps(Publisher publisher) {
  if (publisher == Publisher::kCommit) {
    TENON_FAILPOINT_STATUS("K16");
  } else {
    TENON_FAILPOINT_STATUS("K23");
  }
  return Status::Ok();
}

Status KeepLocally(const std::vector<StagedObject>& files) {
  std::set<std::string> folders;
  for (const StagedObject& file : files) folders.insert(FolderOf(file.temporary));
  for (const std::string& folder : folders) TENON_RETURN_IF_ERROR(base::SyncFolder(folder));
  return Status::Ok();
}

Status PublishLocally(object_store::Store& store, const SinkPlaces& places,
                      const std::vector<StagedObject>& files, Publisher publisher) {
  if (!places.file.empty()) return PublishOneFile(places, files, publisher);
  if (places.commit_class == CommitClass::kAtomic) {
    TENON_RETURN_IF_ERROR(PublishFolder(store, places, files, publisher));
  } else {
    TENON_RETURN_IF_ERROR(PublishEach(store, places, files, publisher));
  }
  if (!places.old.empty()) {
    TENON_RETURN_IF_ERROR(PassBetweenSteps(publisher));
    TENON_RETURN_IF_ERROR(RemoveOld(store, places));
  }
  return object_store::RemoveFolder(places.temporary);
}

Status VerifyLocally(object_store::Store& store, const SinkPlaces& places,
                     const std::vector<StagedObject>& files) {
  // Pieces that were joined are removed one after the other; the whole does not depend on them any more.
  if (!places.file.empty() && store.Stat(WholePath(places)).ok()) return Status::Ok();
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
