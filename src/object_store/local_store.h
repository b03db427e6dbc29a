// The local file system as a store: paths are names, a rename publishes.
//
// Stateless; any thread. Paths are taken as they are: relative ones are relative to the process's
// folder.
#pragma once

#include <memory>
#include <string>

#include "object_store/store.h"

namespace tenon::object_store {

class LocalStore : public Store {
 public:
  Result<ObjectInfo> Stat(const std::string& path) override;
  Status List(const std::string& folder,
              const std::function<bool(const std::string& folder)>& enter,
              const std::function<Status(const ObjectInfo&)>& visit) override;
  Status ListWanted(const std::string& folder,
                    const std::function<bool(const std::string& folder)>& enter,
                    const std::function<bool(const std::string& path)>& wants,
                    const std::function<Status(const ObjectInfo&)>& visit) override;
  using Store::OpenRead;
  Result<std::unique_ptr<RangeReader>> OpenRead(const std::string& path) override;
  Result<std::unique_ptr<RangeReader>> OpenRead(const ObjectInfo& object) override;
  Result<std::unique_ptr<StagedWriter>> Stage(std::string temporary, std::string final) override;
  Result<bool> Publish(const StagedObject& object) override;
  Status Discard(const StagedObject& object) override;
  Status Remove(const std::string& path) override;
  Result<bool> PutIfAbsent(const std::string& path, std::string_view bytes) override;
};

// Renames a folder durably. False: `from` is gone and `to` is there, so it was done before.
// kAlreadyExists: `to` holds something already.
Result<bool> RenameFolder(const std::string& from, const std::string& to);
// Removes the folder and all below it; nothing happens when it is gone. Never follows a link.
Status RemoveFolder(const std::string& folder);
// kDataError when the file does not hold what was staged.
Status VerifyStaged(const StagedObject& object);

}  // namespace tenon::object_store
