#include "connector/plugin_loader.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/error_catalog.h"
#include "base/text.h"
#include "connector/crash_scope.h"
#include "connector/plugin_import.h"
#include "tenon/plugin.h"

namespace tenon::connector {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEntryPoint = "tenon_connector_init";
constexpr size_t kMaxReasonBytes = 500;

// The libraries directly in a folder, sorted, so that every start finds them in the same order.
std::vector<fs::path> LibrariesIn(const fs::path& folder, std::error_code* error) {
  std::vector<fs::path> libraries;
  for (fs::directory_iterator at(folder, *error), end; !*error && at != end; at.increment(*error)) {
    std::error_code ignored;
    if (at->path().extension() == ".so" && at->is_regular_file(ignored))
      libraries.push_back(at->path());
  }
  std::sort(libraries.begin(), libraries.end());
  return libraries;
}

std::vector<fs::path> FoldersIn(const fs::path& folder) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->is_directory(ignored)) folders.push_back(at->path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

Result<std::shared_ptr<Connector>> LoadLibrary(const fs::path& library) {
  // A bare name would make the system search its own places.
  const std::string path = fs::absolute(library).string();
  const CrashPlace place{.connector = path.c_str(), .call = "load"};
  const CrashScope scope(place);
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* reason = dlerror();
    return Status::NotFound(reason != nullptr ? reason : "the system gives no reason");
  }
  void* symbol = dlsym(handle, kEntryPoint);
  if (symbol == nullptr) {
    return Status::NotFound("it has no entry point " + std::string(kEntryPoint) +
                            ": it is no connector");
  }
  const auto init = reinterpret_cast<tenon_connector_init_function>(symbol);
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<Connector> connector, ImportConnector(init, path));
  return std::shared_ptr<Connector>(std::move(connector));
}

class Loader {
 public:
  // True when the path led to at least one connector.
  bool Load(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) return Note(path, "it does not exist");
    if (fs::is_directory(status)) return LoadFolder(path);
    return LoadOne(path);
  }

  LoadedPlugins Finish() && { return std::move(loaded_); }
  const LoadedPlugins& loaded() const { return loaded_; }

 private:
  bool LoadFolder(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> libraries = LibrariesIn(folder, &error);
    if (error) return Note(folder, error.message());
    for (const fs::path& bundle : FoldersIn(folder)) {
      for (fs::path& library : LibrariesIn(bundle, &error)) libraries.push_back(std::move(library));
    }
    if (libraries.empty()) return Note(folder, "no *.so in it");
    bool any = false;
    for (const fs::path& library : libraries) any |= LoadOne(library);
    return any;
  }

  bool LoadOne(const fs::path& library) {
    std::error_code error;
    const fs::path real = fs::canonical(library, error);
    if (!error && !seen_.insert(real).second) return true;  // By another way before: noted there.
    Result<std::shared_ptr<Connector>> connector = LoadLibrary(library);
    if (!connector.ok())
      return Note(library, base::ShortText(connector.status().message(), kMaxReasonBytes));
    const ConnectorInfo info = (*connector)->info();
    loaded_.attempts.push_back(
        {library, info.name + (info.version.empty() ? "" : " " + info.version), ""});
    loaded_.connectors.push_back(*std::move(connector));
    return true;
  }

  bool Note(const fs::path& path, std::string reason) {
    loaded_.attempts.push_back({path, "", std::move(reason)});
    return false;
  }

  std::set<fs::path> seen_;
  LoadedPlugins loaded_;
};

}  // namespace

PluginPlaces PluginPlaces::FromEnvironment(std::vector<std::string> named, fs::path state_folder) {
  const char* search_path = std::getenv("TENON_CONNECTOR_PATH");
  return {std::move(named), search_path != nullptr ? search_path : "", std::move(state_folder)};
}

std::string LoadedPlugins::Describe() const {
  std::string text;
  for (const PluginAttempt& attempt : attempts) {
    if (!text.empty()) text += "\n";
    text += attempt.path.string() + ": " +
            (attempt.reason.empty() ? attempt.connector : attempt.reason);
  }
  return text;
}

Status LoadedPlugins::Explain(Status status) const {
  if (!status.Is(StatusCode::kNotFound) || attempts.empty()) return status;
  std::string hint(status.hint());
  if (!hint.empty()) hint += " ";
  return std::move(status).WithHint(hint + "Plug-ins were looked for at:\n" + Describe());
}

Result<LoadedPlugins> LoadPlugins(const PluginPlaces& places) {
  Loader loader;
  std::vector<std::string> failed;
  for (const std::string& path : places.named) {
    const size_t before = loader.loaded().attempts.size();
    if (loader.Load(path)) continue;
    failed.push_back(path);
    if (loader.loaded().attempts.size() == before) failed.back() += " (found before and refused)";
  }
  for (const std::string_view folder : base::Split(places.search_path, ':')) {
    if (!folder.empty()) loader.Load(folder);
  }
  if (!places.state_folder.empty()) {
    const fs::path folder = places.state_folder / "connectors";
    std::error_code error;
    if (fs::exists(folder, error)) loader.Load(folder);  // Most state folders have none.
  }
  if (!failed.empty()) {
    return Status::NotFound("Plug-in library was not loaded: path=" + base::Join(failed, ","))
        .WithHint("Looked at:\n" + loader.loaded().Describe())
        .WithNumber(base::kErrPluginLoad);
  }
  return std::move(loader).Finish();
}

}  // namespace tenon::connector
