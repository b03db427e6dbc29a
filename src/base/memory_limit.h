// How much memory this process may use: the machine's, or less when a cgroup (a container, a
// systemd slice) says so.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace tenon::base {

struct MachineMemory {
  int64_t total = 0;  // Of the machine, in bytes; 0 when the system does not say.
  std::optional<int64_t>
      limit_by_cgroup;  // The tightest of the process's groups; none: no group limits it.

  // The smaller of both; 0 when neither is known.
  int64_t usable() const {
    if (!limit_by_cgroup) return total;
    return total == 0 || *limit_by_cgroup < total ? *limit_by_cgroup : total;
  }
};

// Reads /proc and the cgroup file systems (version 1, 2, or both mounted) below `root`; other roots
// are for tests. A limit of any group above the process's own counts too. Never fails: what cannot
// be read limits nothing.
MachineMemory ReadMachineMemory(const std::filesystem::path& root = "/");

}  // namespace tenon::base
