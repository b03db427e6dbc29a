// Which process is this, and does that one still live? A pid alone does not tell: numbers are used
// again.
#pragma once

#include <cstdint>
#include <string>

namespace tenon::base {

struct ProcessIdentity {
  int64_t pid = 0;
  std::string boot_id;  // Of the machine's present boot; empty where the system has none.
  std::string host;
  int64_t start = 0;  // Clock ticks after boot; 0 where the system does not tell.
  bool operator==(const ProcessIdentity&) const = default;
};

ProcessIdentity CurrentProcess();

// False when it surely is dead: another boot, no such pid, or the pid of a process that started at
// another time. A process of another host counts as alive, because nobody here can tell.
bool MayBeAlive(const ProcessIdentity& process);

}  // namespace tenon::base
