#include "base/platform_thread.h"

#include <sys/resource.h>
#include <time.h>

namespace tenon::base {

ThreadUse ThreadUse::Now() {
  timespec cpu{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return {.cpu = std::chrono::seconds(cpu.tv_sec) + std::chrono::nanoseconds(cpu.tv_nsec),
          .waits = usage.ru_nvcsw};
}

}  // namespace tenon::base
