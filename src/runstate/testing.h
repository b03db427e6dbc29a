// What the room's tests share: a state folder of their own, processes, and records with something in every field.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

#include "runstate/journal.h"
#include "testing/matchers.h"

namespace tenon::runstate {

// A folder that goes with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "tenon-runstate-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Runs `body` in a child process, whose exit code is its result.
inline pid_t StartChild(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  return child;
}

// The child's exit code, or 1000 + the signal that ended it.
inline int WaitFor(pid_t child) {
  int state = 0;
  waitpid(child, &state, 0);
  return WIFSIGNALED(state) ? 1000 + WTERMSIG(state) : WEXITSTATUS(state);
}

inline Cover BookmarkedCover(std::string context, uint64_t version, std::optional<Position> low,
                             std::optional<Position> high) {
  Cover cover;
  cover.context = std::move(context);
  cover.bookmarked = true;
  cover.bookmark_version = version;
  cover.interval.low = std::move(low);
  cover.interval.high = std::move(high);
  return cover;
}

inline Slot FullSlot(uint64_t seq) {
  Slot slot;
  slot.seq = seq;
  slot.sink = "sink";
  slot.derived_sink = true;
  slot.part = 2;
  slot.n = 3;
  slot.target = "t";
  slot.selection = "s";
  slot.commit_class = CommitClass::kAtomic;
  slot.overwrites = true;
  slot.covers = {BookmarkedCover("orders", 7, Position{R"({"v":1})"}, Position{"\xff\x01 no text"}),
                 Cover{"lookup", false, 0, {}, {}}};
  slot.covers[0].interval.pin = std::string("\x00\xfe pin", 6);
  slot.covers[0].fingerprint = {42, "key", "row", {"a", "b"}};
  slot.token = "token" + std::to_string(seq);
  slot.prepared = {"one", std::string("\0two", 4), ""};
  slot.places = std::string("pl\0ces", 6);
  slot.reopen = "reopen";
  slot.run = "r1";
  slot.epoch = 5;
  slot.script_hash = "hash";
  slot.rows = 99;
  return slot;
}

}  // namespace tenon::runstate
