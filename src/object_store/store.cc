#include "object_store/store.h"

#include <string>
#include <utility>

namespace tenon::object_store {

Status CheckUnchanged(const ObjectInfo& known, const ObjectInfo& now) {
  if (now.bytes == known.bytes && now.modified_ns == known.modified_ns) return Status::Ok();
  return Status::DataError("File has changed since the read began: path=" + known.path + " bytes=" +
                           std::to_string(known.bytes) + " now=" + std::to_string(now.bytes))
      .WithHint("Run again when nobody writes into it.");
}

Status Store::RemoveEach(std::span<const std::string> paths, const ItemFailed& failed) {
  for (size_t i = 0; i < paths.size(); ++i) {
    Status removed = Remove(paths[i]);
    if (!removed.ok()) failed(i, std::move(removed));
  }
  return Status::Ok();
}

Status Store::RemoveAll(std::span<const std::string> paths) {
  Status first;
  const auto keep_first = [&](size_t, Status failure) {
    if (first.ok()) first = std::move(failure);
  };
  TENON_RETURN_IF_ERROR(RemoveEach(paths, keep_first));
  return first;
}

Status Store::SetStorageClass(std::span<const ObjectInfo> objects, const std::string&,
                              const ItemFailed&) {
  if (objects.empty()) return Status::Ok();
  return Status::Unsupported("Store has no storage classes: path=" + objects.front().path);
}

Result<StagedObject> Store::Begin(std::string final) {
  return Status::Unsupported("Store has no uploads: path=" + final);
}

Result<std::unique_ptr<StagedWriter>> Store::Resume(StagedObject begun) {
  return Status::Unsupported("Store has no uploads: path=" + begun.final);
}

Status Store::ListUploads(const std::string&, const std::function<Status(const OpenUpload&)>&) {
  return Status::Ok();
}

}  // namespace tenon::object_store
