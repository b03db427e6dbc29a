#include "object_store/aws/curl_api.h"

#include <dlfcn.h>

#include <string>
#include <type_traits>

#include "base/error_catalog.h"

namespace tenon::object_store {
namespace {

constexpr const char* kLibraries[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};

struct Loaded {
  CurlApi api{};
  std::string missing;  // Empty: all is there.
};

Loaded Load() {
  Loaded loaded;
  void* library = nullptr;
  for (const char* const name : kLibraries) {
    library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (library != nullptr) break;
  }
  if (library == nullptr) {
    loaded.missing = kLibraries[0];
    return loaded;
  }
  const auto find = [&](auto& function, const char* name) {
    void* const symbol = dlsym(library, name);
    if (symbol == nullptr) loaded.missing = name;
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(symbol);
  };
  CurlApi& api = loaded.api;
  find(api.easy_init, "curl_easy_init");
  find(api.easy_cleanup, "curl_easy_cleanup");
  find(api.easy_reset, "curl_easy_reset");
  find(api.easy_setopt, "curl_easy_setopt");
  find(api.easy_getinfo, "curl_easy_getinfo");
  find(api.easy_strerror, "curl_easy_strerror");
  find(api.slist_append, "curl_slist_append");
  find(api.slist_free_all, "curl_slist_free_all");
  find(api.multi_init, "curl_multi_init");
  find(api.multi_cleanup, "curl_multi_cleanup");
  find(api.multi_add_handle, "curl_multi_add_handle");
  find(api.multi_remove_handle, "curl_multi_remove_handle");
  find(api.multi_perform, "curl_multi_perform");
  find(api.multi_poll, "curl_multi_poll");
  find(api.multi_wakeup, "curl_multi_wakeup");
  find(api.multi_info_read, "curl_multi_info_read");
  find(api.multi_setopt, "curl_multi_setopt");
  CURLcode (*start)(long) = nullptr;  // NOLINT(google-runtime-int): libcurl's type.
  find(start, "curl_global_init");
  if (loaded.missing.empty() && start(CURL_GLOBAL_ALL) != CURLE_OK)
    loaded.missing = "curl_global_init";
  return loaded;
}

}  // namespace

Result<const CurlApi*> LoadCurl() {
  static const Loaded loaded = Load();
  if (loaded.missing.empty()) return &loaded.api;
  return Status::Unsupported("S3 cannot be reached without libcurl: missing=" + loaded.missing)
      .WithNumber(base::kErrLibraryNotLoaded)
      .WithHint("Install libcurl 4 (Debian: libcurl4, Amazon Linux and RHEL: libcurl).");
}

}  // namespace tenon::object_store
