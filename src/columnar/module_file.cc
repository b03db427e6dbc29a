#include "columnar/module_file.h"

#include <dlfcn.h>

#include <string>
#include <vector>

#include "base/error_catalog.h"

namespace tenon::columnar {
namespace {

// The folder of the library or program that holds this code.
std::string OwnFolder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&OpenModuleFile), &info) == 0 ||
      info.dli_fname == nullptr)
    return "";
  const std::string file = info.dli_fname;
  const size_t slash = file.rfind('/');
  return slash == std::string::npos ? "." : file.substr(0, slash);
}

std::vector<std::string> FoldersToSearch() {
  const std::string own = OwnFolder();
  std::vector<std::string> folders = {own, own + "/../lib"};
#ifdef TENON_BUILD_FOLDER
  folders.push_back(TENON_BUILD_FOLDER);
#endif
  return folders;
}

}  // namespace

Result<const void*> OpenModuleFile(std::string_view what, std::string_view file, const char* entry,
                                   int version) {
  std::string reasons;
  for (const std::string& folder : FoldersToSearch()) {
    const std::string path = folder + "/" + std::string(file);
    // Stays open: code of it runs until the process ends. Lazily: few functions of Arrow C++ are ever called.
    void* library = dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL);
    if (library == nullptr) {
      const char* reason = dlerror();
      reasons += " tried=" + path + " reason=" + (reason != nullptr ? reason : "unknown");
      continue;
    }
    const auto function = reinterpret_cast<ModuleEntry>(dlsym(library, entry));
    const void* module = function != nullptr ? function() : nullptr;
    if (module != nullptr && *static_cast<const int*>(module) == version) return module;
    reasons += " tried=" + path + " reason=it belongs to another version";
  }
  return Status::NotFound(std::string(what) + " was not loaded:" + reasons)
      .WithNumber(base::kErrLibraryNotLoaded)
      .WithHint("Install Tenon again: the library lies beside libtenon.so.");
}

}  // namespace tenon::columnar
