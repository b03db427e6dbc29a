#include "object_store/route/open_store.h"

#include <mutex>
#include <string>
#include <utility>

#include "object_store/local_store.h"
#include "object_store/location.h"
#include "object_store/s3/s3_store.h"

namespace tenon::object_store {
namespace {

class RoutingStore : public Store {
 public:
  explicit RoutingStore(StoreOptions options) : options_(std::move(options)) {}

  Result<ObjectInfo> Stat(const std::string& path) override {
    TENON_ASSIGN_OR_RETURN(Store* const store, For(path));
    return store->Stat(path);
  }
  Status List(const std::string& folder, const std::function<bool(const std::string&)>& enter,
              const std::function<Status(const ObjectInfo&)>& visit) override {
    TENON_ASSIGN_OR_RETURN(Store* const store, For(folder));
    return store->List(folder, enter, visit);
  }
  Status ListWanted(const std::string& folder, const std::function<bool(const std::string&)>& enter,
                    const std::function<bool(const std::string&)>& wants,
                    const std::function<Status(const ObjectInfo&)>& visit) override {
    TENON_ASSIGN_OR_RETURN(Store* const store, For(folder));
    return store->ListWanted(folder, enter, wants, visit);
  }
  Result<std::unique_ptr<RangeReader>> OpenRead(const std::string& path) override {
    TENON_ASSIGN_OR_RETURN(Store* const store, For(path));
    return store->OpenRead(path);
  }
  Result<std::unique_ptr<RangeReader>> OpenRead(const ObjectInfo& object) override {
    TENON_ASSIGN_OR_RETURN(Store* const store, For(object.path));
    return store->OpenRead(object);
  }
  Result<std::unique_ptr<StagedWriter>> Stage(std::string temporary, std::string final) override {
    TENON_ASSIGN_OR_RETURN(Store* const store, For(final));
    return store->Stage(std::move(temporary), std::move(final));
  }
  Result<StagedObject> Begin(std::string final) override {
    TENON_ASSIGN_OR_RETURN(Store* const store, For(final));
    return store->Begin(std::move(final));
  }
  Result<std::unique_ptr<StagedWriter>> Resume(StagedObject begun) override {
    TENON_ASSIGN_OR_RETURN(Store* const store, For(begun.final));
    return store->Resume(std::move(begun));
  }
  Result<bool> Publish(const StagedObject& object) override {
    TENON_ASSIGN_OR_RETURN(Store* const store, For(object.final));
    return store->Publish(object);
  }
  Status Discard(const StagedObject& object) override {
    TENON_ASSIGN_OR_RETURN(Store* const store, For(object.final));
    return store->Discard(object);
  }
  Status Remove(const std::string& path) override {
    TENON_ASSIGN_OR_RETURN(Store* const store, For(path));
    return store->Remove(path);
  }
  Status RemoveEach(std::span<const std::string> paths, const ItemFailed& failed) override {
    for (size_t begin = 0; begin < paths.size();) {
      const bool far = IsS3Path(paths[begin]);
      size_t end = begin + 1;
      while (end < paths.size() && IsS3Path(paths[end]) == far) ++end;
      TENON_ASSIGN_OR_RETURN(Store* const store, For(paths[begin]));
      const auto tell = [&](size_t index, Status failure) {
        failed(begin + index, std::move(failure));
      };
      TENON_RETURN_IF_ERROR(store->RemoveEach(paths.subspan(begin, end - begin), tell));
      begin = end;
    }
    return Status::Ok();
  }
  // REQUIRES: all of one store.
  Status SetStorageClass(std::span<const ObjectInfo> objects, const std::string& storage_class,
                         const ItemFailed& failed) override {
    if (objects.empty()) return Status::Ok();
    TENON_ASSIGN_OR_RETURN(Store* const store, For(objects.front().path));
    return store->SetStorageClass(objects, storage_class, failed);
  }
  Result<bool> PutIfAbsent(const std::string& path, std::string_view bytes) override {
    TENON_ASSIGN_OR_RETURN(Store* const store, For(path));
    return store->PutIfAbsent(path, bytes);
  }
  Status ListUploads(const std::string& prefix,
                     const std::function<Status(const OpenUpload&)>& visit) override {
    TENON_ASSIGN_OR_RETURN(Store* const store, For(prefix));
    return store->ListUploads(prefix, visit);
  }

 private:
  Result<Store*> For(const std::string& path) {
    if (!IsS3Path(path)) return static_cast<Store*>(&local_);
    const std::lock_guard lock(mutex_);
    if (!s3_) {
      TENON_ASSIGN_OR_RETURN(s3_, S3Store::Make(options_.s3, ProcessEnvironment(), options_.stop));
    }
    return static_cast<Store*>(s3_.get());
  }

  const StoreOptions options_;
  LocalStore local_;
  std::mutex mutex_;
  std::unique_ptr<S3Store> s3_;  // Guarded by mutex_; made once.
};

}  // namespace

std::shared_ptr<Store> OpenStore(StoreOptions options) {
  return std::make_shared<RoutingStore>(std::move(options));
}

}  // namespace tenon::object_store
