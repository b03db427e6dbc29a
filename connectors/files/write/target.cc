#include "connectors/files/write/target.h"

#include <utility>

#include "connectors/files/write/local_target.h"
#include "connectors/files/write/s3_target.h"
#include "object_store/local_store.h"
#include "object_store/location.h"
#include "object_store/route/open_store.h"

namespace tenon::files {

Result<std::unique_ptr<Target>> OpenTarget(const std::string& path, std::stop_token stop) {
  if (object_store::IsS3Path(path))
    return MakeS3Target(object_store::OpenStore({.stop = std::move(stop)}));
  return MakeLocalTarget(std::make_shared<object_store::LocalStore>());
}

}  // namespace tenon::files
