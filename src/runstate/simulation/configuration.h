// What the simulator tries: which kinds of sinks, which scripts, which sources, which faults. The
// names and scripts of most are those of the run protocol's explicit-state model; here the real
// attempt and journal code runs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::runstate {

// One statement of a simulated script.
struct Operation {
  enum class Kind { kRead, kWrite, kCommit };
  Kind kind = Kind::kCommit;
  int index = 0;             // Of the source, or of the sink.
  std::vector<int> sources;  // Of a write: what the frame was made of.
};
using Script = std::vector<Operation>;

struct Configuration {
  std::string name;
  // One letter a sink: D transactional with a register, F two files, P one file, L append-only.
  std::string sinks;
  int rows[2] = {0, 0};               // How many rows each source comes to have.
  std::vector<Script> scripts;        // Each start takes any of them.
  bool repeatable[2] = {true, true};  // False: rows may arrive below the bookmark.
  int starts = 3;                     // Before the clean runs.
  bool power_cuts = false;
  bool may_refuse = false;  // Clean runs may end with exit 6.
  bool bookmarks = true;    // False: every start says --resume, until one ends well.
};

std::span<const Configuration> Configurations();
// Null when there is none of this name.
const Configuration* FindConfiguration(std::string_view name);

}  // namespace tenon::runstate
