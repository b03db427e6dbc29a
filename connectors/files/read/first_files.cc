#include "first_files.h"

#include <memory>
#include <utility>

#include "connectors/files/read/file_list.h"
#include "object_store/location.h"
#include "object_store/route/open_store.h"

namespace tenon::files {

Result<std::vector<std::string>> FirstFiles(const std::string& path, int most,
                                            std::stop_token stop) {
  FileSelection selection{.recurse = true, .most_files = most};
  TENON_ASSIGN_OR_RETURN(std::string normal, object_store::NormalPath(path));
  selection.paths.push_back(std::move(normal));
  const std::shared_ptr<object_store::Store> store =
      object_store::OpenStore({.stop = std::move(stop)});
  TENON_ASSIGN_OR_RETURN(const std::vector<ListedFile> files,
                         ListFiles(*store, selection, nullptr));
  std::vector<std::string> names;
  for (const ListedFile& file : files) names.push_back(file.path);
  return names;
}

}  // namespace tenon::files
