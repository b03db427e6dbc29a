#include "object_store/location.h"

#include <filesystem>
#include <system_error>

namespace tenon::object_store {

Result<std::string> LocalPath(std::string_view given) {
  std::string_view path = given;
  const size_t scheme = path.find("://");
  if (path.starts_with("file://")) {
    path.remove_prefix(7);
  } else if (path.starts_with("file:/")) {
    path.remove_prefix(5);
  } else if (scheme != std::string_view::npos &&
             path.substr(0, scheme).find('/') == std::string_view::npos) {
    return Status::Unsupported("Files are read and written in local folders only: path=" +
                               std::string(given))
        .WithHint("Give a local path or a file:// URL.");
  }
  if (path.empty()) return Status::InvalidArgument("Path is empty: path=" + std::string(given));
  std::error_code error;
  const std::filesystem::path absolute =
      std::filesystem::absolute(std::filesystem::path(path), error);
  if (error)
    return Status::InvalidArgument("Path cannot be made absolute: path=" + std::string(given));
  std::string normal = absolute.lexically_normal().string();
  while (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  return normal;
}

}  // namespace tenon::object_store
