#include "places.h"

#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tenon::cli {
namespace {

Text Absolute(std::string_view path) {
  Text out;
  char here[PATH_MAX];
  if (!path.starts_with("/") && getcwd(here, sizeof here)) out << here << "/";
  out << path;
  return out;
}

// Cuts the last part off; "/a" becomes "". REQUIRES: absolute.
void ToParent(std::string_view* path) {
  while (!path->empty() && path->back() != '/') path->remove_suffix(1);
  if (!path->empty()) path->remove_suffix(1);
}

}  // namespace

Text ExecutableFolder() {
  char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  Text folder;
  if (length <= 0 || length == static_cast<ssize_t>(sizeof path)) return folder;
  std::string_view whole(path, static_cast<size_t>(length));
  ToParent(&whole);
  folder << whole;
  return folder;
}

bool FileExists(const char* path) {
  struct stat found;
  return stat(path, &found) == 0 && !S_ISDIR(found.st_mode);
}

bool FolderExists(const char* path) {
  struct stat found;
  return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

Text FirstMatch(const char* pattern) {
  Text out;
  glob_t found;
  if (glob(pattern, 0, nullptr, &found) == 0 && found.gl_pathc > 0) out << found.gl_pathv[0];
  globfree(&found);
  return out;
}

Text StateFolder(const char* given) {
  if (given && *given) return Absolute(given);
  const char* home = getenv("TENON_HOME");
  if (home && *home) return Absolute(home);
  char here[PATH_MAX];
  if (getcwd(here, sizeof here)) {
    std::string_view folder(here);
    for (bool top = false; !top; ToParent(&folder)) {
      top = folder.empty() || folder == "/";
      Text candidate;
      candidate << (folder == "/" ? "" : folder) << "/.tenon";
      if (FolderExists(candidate.c_str())) return candidate;
    }
  }
  Text out;
  const char* data = getenv("XDG_DATA_HOME");
  const char* user = getenv("HOME");
  if (data && *data == '/') {
    out << data << "/tenon";
  } else {
    out << (user && *user ? user : "/tmp") << "/.local/share/tenon";
  }
  return out;
}

}  // namespace tenon::cli
