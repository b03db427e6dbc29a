#include "base/platform_process.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string_view>

namespace tenon::base {
namespace {

std::string ReadSmallFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Field 22 of /proc/<pid>/stat. The second field is the program's name in brackets and may hold
// anything, so fields are counted from the last bracket.
int64_t StartOf(int64_t pid) {
  const std::string text = ReadSmallFile("/proc/" + std::to_string(pid) + "/stat");
  size_t at = text.rfind(')');
  if (at == std::string::npos) return 0;
  for (int field = 2; field < 22; ++field) {
    at = text.find(' ', at + 1);
    if (at == std::string::npos) return 0;
  }
  int64_t start = 0;
  std::from_chars(text.data() + at + 1, text.data() + text.size(), start);
  return start;
}

std::string BootId() {
  std::string id = ReadSmallFile("/proc/sys/kernel/random/boot_id");
  while (!id.empty() && id.back() == '\n') id.pop_back();
  return id;
}

std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : "localhost";
}

}  // namespace

ProcessIdentity CurrentProcess() {
  const int64_t pid = getpid();
  return {pid, BootId(), HostName(), StartOf(pid)};
}

bool MayBeAlive(const ProcessIdentity& process) {
  if (process.pid <= 0) return false;
  if (process.host != HostName()) return true;
  if (process.boot_id != BootId()) return false;
  if (kill(static_cast<pid_t>(process.pid), 0) != 0 && errno == ESRCH) return false;
  const int64_t start = StartOf(process.pid);
  return start == 0 || process.start == 0 || start == process.start;
}

}  // namespace tenon::base
