// What a thread has used so far.
#pragma once

#include <chrono>
#include <cstdint>

namespace tenon::base {

struct ThreadUse {
  std::chrono::nanoseconds cpu{0};
  // How often the thread gave its core up by itself, because it had to wait for something. Being
  // put off the core for the sake of others does not count.
  int64_t waits = 0;

  // Of the calling thread. Costs two system calls.
  static ThreadUse Now();
};

}  // namespace tenon::base
