// Buckets of S3, and of stores that speak as it does.
//
// Paths are normal ones of location.h: "s3://bucket/key". An object's write is an upload whose parts are there and that
// Publish completes; "published before" is known by the object's token. Thread-safe. It sends nothing until it is
// asked for something; the store and what it opens share one client, its thread and its connections.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "object_store/location.h"
#include "object_store/s3/s3_client.h"
#include "object_store/s3/s3_reader.h"
#include "object_store/store.h"

namespace tenon::object_store {

class S3Store : public Store {
 public:
  // As S3Client::Make. `stop` ends every wait of the store and of what it opened with kCancelled.
  static Result<std::unique_ptr<S3Store>> Make(const S3Options& options,
                                               const Environment& environment,
                                               std::stop_token stop);
  explicit S3Store(std::unique_ptr<S3Client> client, ReadAhead ahead = {})
      : client_(std::move(client)), ahead_(ahead) {}

  // A folder is there when a key begins with its name and a slash.
  Result<ObjectInfo> Stat(const std::string& path) override;
  Status List(const std::string& folder,
              const std::function<bool(const std::string& folder)>& enter,
              const std::function<Status(const ObjectInfo&)>& visit) override;
  Result<std::unique_ptr<RangeReader>> OpenRead(const std::string& path) override;
  Result<std::unique_ptr<RangeReader>> OpenRead(const ObjectInfo& object) override;
  Result<std::unique_ptr<StagedWriter>> Stage(std::string temporary, std::string final) override;
  Result<StagedObject> Begin(std::string final) override;
  Result<std::unique_ptr<StagedWriter>> Resume(StagedObject begun) override;
  Result<bool> Publish(const StagedObject& object) override;
  Status Discard(const StagedObject& object) override;
  Status Remove(const std::string& path) override;
  Status RemoveEach(std::span<const std::string> paths, const ItemFailed& failed) override;
  Status SetStorageClass(std::span<const ObjectInfo> objects, const std::string& storage_class,
                         const ItemFailed& failed) override;
  Result<bool> PutIfAbsent(const std::string& path, std::string_view bytes) override;
  Status ListUploads(const std::string& prefix,
                     const std::function<Status(const OpenUpload&)>& visit) override;

 private:
  // What HEAD says; nullopt: no such object.
  Result<std::optional<HttpReply>> Head(const S3Location& location);
  Result<bool> IsFolder(const S3Location& location);
  Result<bool> Complete(const StagedObject& object);
  Result<bool> IsOurs(const StagedObject& object);
  Status RemoveBatch(const std::string& bucket, std::span<const std::string> keys,
                     const ItemFailed& failed);
  Result<bool> Holds(const S3Location& location, std::string_view bytes);

  const std::shared_ptr<S3Client> client_;
  const ReadAhead ahead_;
};

}  // namespace tenon::object_store
