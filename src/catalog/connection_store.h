// The connections of a home, a JSON file each: HOME/connections/NAME.json. No secret is in them.
//
// A file is replaced as a whole, so readers wait for nobody; whoever writes holds the lock. Any thread.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/platform_lock.h"
#include "catalog/connection.h"
#include "tenon/result.h"

namespace tenon::catalog {

class ConnectionStore {
 public:
  // Touches nothing yet.
  explicit ConnectionStore(const std::filesystem::path& home);

  // Secret properties are marked and empty. kNotFound TN1200 with the nearest name; kDataError TN1206: not what was
  // stored.
  Result<Connection> Get(std::string_view name) const;
  // By name.
  Result<std::vector<Connection>> List() const;

  // What writing needs. Waits for another process for `patience`; then kConflict TN1224.
  Result<std::unique_ptr<base::FileLock>> Lock(
      std::chrono::milliseconds patience = std::chrono::seconds(10)) const;
  // Puts it in the place of whatever has its name; values of secret properties are left out.
  Status Put(const base::FileLock& held, const Connection& connection);
  // kNotFound TN1200.
  Status Delete(const base::FileLock& held, std::string_view name);

 private:
  std::filesystem::path FileOf(std::string_view name) const;
  Status UnknownConnection(std::string_view name) const;

  const std::filesystem::path folder_;
};

// "sales%2Forders.json": of signs that file names do not take, the hex digits.
std::string FileNameOf(std::string_view connection);

}  // namespace tenon::catalog
