#include "connector/crash_scope.h"

namespace tenon::connector {
namespace {

// A signal handler can reach nothing that is passed in. The model keeps the access free of allocation in a library
// that is opened at run time.
__attribute__((tls_model("initial-exec"))) thread_local const CrashPlace* current =
    nullptr;  // Tidy: see above.

}  // namespace

CrashScope::CrashScope(const CrashPlace& place) : outer_(current) { current = &place; }

CrashScope::~CrashScope() { current = outer_; }

const CrashPlace* CrashScope::Current() { return current; }

}  // namespace tenon::connector
