#include "connector/alternate_stack.h"

#include <signal.h>
#include <sys/mman.h>

#include <cstddef>

namespace tenon::connector {
namespace {

// The report's lines, 64 frames of a backtrace, and what a processor with wide registers saves for a signal.
constexpr size_t kStackBytes = 128 * 1024;

class AlternateStack {
 public:
  AlternateStack() {
    stack_t before{};
    if (sigaltstack(nullptr, &before) != 0 || (before.ss_flags & SS_DISABLE) == 0) return;
    void* memory =
        mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    stack_t stack{};
    stack.ss_sp = memory;
    stack.ss_size = kStackBytes;
    if (sigaltstack(&stack, nullptr) == 0) {
      memory_ = memory;
    } else {
      munmap(memory, kStackBytes);
    }
  }
  AlternateStack(const AlternateStack&) = delete;
  AlternateStack& operator=(const AlternateStack&) = delete;
  ~AlternateStack() {
    if (memory_ == nullptr) return;
    stack_t current{};
    if (sigaltstack(nullptr, &current) == 0 && current.ss_sp == memory_) {
      stack_t none{};
      none.ss_flags = SS_DISABLE;
      sigaltstack(&none, nullptr);
    }
    munmap(memory_, kStackBytes);
  }

 private:
  void* memory_ = nullptr;
};

}  // namespace

void HaveAlternateStack() {
  thread_local const AlternateStack stack;  // Tidy: it is the thread's, whoever's code it runs.
  static_cast<void>(stack);
}

}  // namespace tenon::connector
