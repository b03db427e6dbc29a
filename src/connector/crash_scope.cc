#include "connector/crash_scope.h"

#include <atomic>

#include "connector/alternate_stack.h"

namespace tenon::connector {
namespace {

// A signal handler can reach nothing that is passed in. The model keeps the access free of allocation in a library
// that is opened at run time.
__attribute__((tls_model("initial-exec"))) thread_local const CrashPlace* current =
    nullptr;  // Tidy: see above.

std::atomic<bool> give_stacks{false};  // Tidy: signals are the process's, and so is what they need.

}  // namespace

CrashScope::CrashScope(const CrashPlace& place) : outer_(current) {
  if (give_stacks.load(std::memory_order_relaxed)) [[unlikely]]
    HaveAlternateStack();
  current = &place;
}

CrashScope::~CrashScope() { current = outer_; }

const CrashPlace* CrashScope::Current() { return current; }

void CrashScope::GiveStacks() { give_stacks.store(true, std::memory_order_relaxed); }

}  // namespace tenon::connector
