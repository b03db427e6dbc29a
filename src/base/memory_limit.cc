#include "base/memory_limit.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace tenon::base {
namespace {

// Version 1 says "no limit" by a number near 2^63, rounded down to a page.
constexpr int64_t kNoLimit = int64_t{1} << 62;

std::string ReadText(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

int64_t ReadTotal(const std::filesystem::path& root) {
  const std::string text = ReadText(root / "proc/meminfo");
  constexpr std::string_view kKey = "MemTotal:";
  const size_t at = text.find(kKey);
  if (at == std::string::npos) return 0;
  const std::string_view line = std::string_view(text).substr(at + kKey.size());
  const std::string_view number = Trim(line.substr(0, line.find("kB")));
  return ParseInteger(number).value_or(0) * 1024;
}

// The mounted part of one hierarchy and where this process stands in it.
struct Hierarchy {
  std::string mount_root;  // The group that is visible at the mount point.
  std::string mount_point;
  std::string group;  // The process's own group, from the hierarchy's root.
  bool version_2 = false;
};

// mountinfo escapes blank, tab, line end and backslash as three octal digits.
std::string Unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                               (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool HasWord(std::string_view list, std::string_view word) {
  const std::vector<std::string_view> words = Split(list, ',');
  return std::find(words.begin(), words.end(), word) != words.end();
}

// /proc/self/cgroup: "0::/user.slice" (version 2), "4:memory:/docker/ab" (version 1).
std::optional<std::string> GroupOf(std::string_view cgroup, bool version_2) {
  for (const std::string_view line : Split(cgroup, '\n')) {
    const size_t first = line.find(':');
    const size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const bool matches = version_2 ? line.substr(0, first) == "0" && controllers.empty()
                                   : HasWord(controllers, "memory");
    if (matches) return std::string(line.substr(second + 1));
  }
  return std::nullopt;
}

std::vector<Hierarchy> FindHierarchies(const std::filesystem::path& root) {
  const std::string cgroup = ReadText(root / "proc/self/cgroup");
  const std::string mounts = ReadText(root / "proc/self/mountinfo");
  std::vector<Hierarchy> found;
  for (const std::string_view line : Split(mounts, '\n')) {
    const size_t dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    const std::vector<std::string_view> left = Split(line.substr(0, dash), ' ');
    const std::vector<std::string_view> right = Split(line.substr(dash + 3), ' ');
    if (left.size() < 5 || right.size() < 3) continue;
    const bool version_2 = right[0] == "cgroup2";
    if (!version_2 && !(right[0] == "cgroup" && HasWord(right[2], "memory"))) continue;
    if (std::optional<std::string> group = GroupOf(cgroup, version_2)) {
      found.push_back({Unescape(left[3]), Unescape(left[4]), *std::move(group), version_2});
    }
  }
  return found;
}

void Tighten(const std::filesystem::path& file, std::optional<int64_t>* limit) {
  const std::string text = ReadText(file);  // "max" is no number, and no limit.
  const std::optional<int64_t> value = ParseInteger(Trim(text));
  if (value && *value > 0 && *value < kNoLimit)
    *limit = limit->has_value() ? std::min(**limit, *value) : *value;
}

// The limits of the process's group and of every one above it that is mounted.
void TightenBy(const Hierarchy& hierarchy, const std::filesystem::path& root,
               std::optional<int64_t>* limit) {
  std::string group = hierarchy.group;
  if (hierarchy.mount_root != "/") {
    // A container without a cgroup namespace: what is mounted is its own group.
    group =
        group.starts_with(hierarchy.mount_root) ? group.substr(hierarchy.mount_root.size()) : "";
  }
  if (group.find("..") != std::string::npos) group.clear();  // Outside of what this namespace sees.
  const std::filesystem::path base =
      root / std::filesystem::path(hierarchy.mount_point).relative_path();
  std::filesystem::path below = std::filesystem::path(group).relative_path();
  while (true) {
    const std::filesystem::path folder = base / below;
    if (hierarchy.version_2) {
      Tighten(folder / "memory.max", limit);
      Tighten(folder / "memory.high",
              limit);  // Above it the kernel slows the process down to a crawl.
    } else {
      Tighten(folder / "memory.limit_in_bytes", limit);
    }
    if (below.empty()) return;
    below = below.parent_path();
  }
}

}  // namespace

MachineMemory ReadMachineMemory(const std::filesystem::path& root) {
  MachineMemory memory;
  memory.total = ReadTotal(root);
  for (const Hierarchy& hierarchy : FindHierarchies(root))
    TightenBy(hierarchy, root, &memory.limit_by_cgroup);
  return memory;
}

}  // namespace tenon::base
