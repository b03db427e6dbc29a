#include "object_store/store.h"

namespace tenon::object_store {

Status Store::RemoveAll(std::span<const std::string> paths) {
  for (const std::string& path : paths) TENON_RETURN_IF_ERROR(Remove(path));
  return Status::Ok();
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
