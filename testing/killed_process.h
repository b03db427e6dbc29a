// Runs one disabled test of this program in a process of its own that is killed at a failpoint: the script of
// failpoints is read once in a process, so a fork of one that has passed a point would not hear it.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>

namespace tenon::testing {

// True when the process was killed. `test` is the whole name, "SuiteTest.DISABLED_Name"; it finds `word` in the variable
// TENON_TEST_WORD.
inline bool KilledAt(std::string_view point, const std::string& test, const std::string& word) {
  const pid_t child = fork();
  if (child == 0) {
    setenv("TENON_FAIL", (std::string(point) + ":kill").c_str(), 1);
    setenv("TENON_TEST_WORD", word.c_str(), 1);
    const std::string filter = "--gtest_filter=" + test;
    execl("/proc/self/exe", "test", "--gtest_also_run_disabled_tests", filter.c_str(), nullptr);
    _exit(127);
  }
  int state = 0;
  waitpid(child, &state, 0);
  return WIFSIGNALED(state);
}

// Of the process that KilledAt started; empty elsewhere.
inline std::string WordOfTest() {
  const char* word = std::getenv("TENON_TEST_WORD");
  return word == nullptr ? "" : word;
}

}  // namespace tenon::testing
