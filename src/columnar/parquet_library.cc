#include "columnar/parquet_library.h"

#include <dlfcn.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/error_catalog.h"

namespace tenon::columnar {
namespace {

constexpr std::string_view kModuleFile = "libtenon_parquet.so";

// The folder of the library or program that holds this code.
std::string OwnFolder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&ParquetLibrary), &info) == 0 ||
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

Result<const ParquetModule*> LoadModule() {
  std::string reasons;
  for (const std::string& folder : FoldersToSearch()) {
    const std::string path = folder + "/" + std::string(kModuleFile);
    // Stays open: code of it runs until the process ends.
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      const char* reason = dlerror();
      reasons += " tried=" + path + " reason=" + (reason != nullptr ? reason : "unknown");
      continue;
    }
    const auto entry = reinterpret_cast<ParquetModuleEntry>(dlsym(library, kParquetModuleEntry));
    const ParquetModule* module = entry != nullptr ? entry() : nullptr;
    if (module != nullptr && module->version == kParquetModuleVersion) return module;
    reasons += " tried=" + path + " reason=it belongs to another version";
  }
  return Status::NotFound("Parquet library was not loaded:" + reasons)
      .WithNumber(base::kErrLibraryNotLoaded)
      .WithHint("Install Tenon again: the library lies beside libtenon.so.");
}

}  // namespace

const Result<const ParquetModule*>& ParquetLibrary() {
  static const Result<const ParquetModule*> module = LoadModule();
  return module;
}

}  // namespace tenon::columnar
