#include "connector/alternate_stack.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>

#include <cstddef>

namespace tenon::connector {
namespace {

// The report's lines, 64 frames of a backtrace, and what a processor with wide registers saves for a signal.
constexpr size_t kStackBytes = 128 * 1024;

// What the thread's slot holds when it needs nothing of ours.
char kept_own;  // Tidy: its address alone counts.

void Remove(void* memory) {
  if (memory == &kept_own) return;
  stack_t current{};
  if (sigaltstack(nullptr, &current) == 0 && current.ss_sp == memory) {
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    sigaltstack(&none, nullptr);
  }
  munmap(memory, kStackBytes);
}

// The new stack's memory; the address of kept_own when there is one already, or no memory.
void* Make() {
  stack_t before{};
  if (sigaltstack(nullptr, &before) != 0 || (before.ss_flags & SS_DISABLE) == 0) return &kept_own;
  void* memory =
      mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return &kept_own;
  stack_t stack{};
  stack.ss_sp = memory;
  stack.ss_size = kStackBytes;
  if (sigaltstack(&stack, nullptr) == 0) return memory;
  munmap(memory, kStackBytes);
  return &kept_own;
}

// A key and not a thread_local: to register the destructor of one waits while another thread opens a library.
struct Slot {
  pthread_key_t key{};
  bool made = pthread_key_create(&key, &Remove) == 0;
};

}  // namespace

void HaveAlternateStack() {
  static const Slot slot;  // Tidy: it is the process's, as signals are.
  if (slot.made && pthread_getspecific(slot.key) == nullptr) {
    static_cast<void>(pthread_setspecific(slot.key, Make()));
  }
}

}  // namespace tenon::connector
