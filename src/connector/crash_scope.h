// Notes where this thread is while it runs a connector's code, for the crash report. Costs two stores and a load.
#pragma once

namespace tenon::connector {

// What a crash report says about a call. The texts are ended by NUL and outlive the scope.
struct CrashPlace {
  const char* connector = "";
  const char* version = "";
  const char* call = "";
  const char* partition = "";
};

class CrashScope {
 public:
  explicit CrashScope(const CrashPlace& place);  // Borrowed.
  explicit CrashScope(const CrashPlace&& place) = delete;
  ~CrashScope();
  CrashScope(const CrashScope&) = delete;
  CrashScope& operator=(const CrashScope&) = delete;

  // The innermost place of this thread; null outside of connectors. Async-signal-safe.
  static const CrashPlace* Current();

  // From now on each thread that enters a scope is given a second stack first: see alternate_stack.h.
  static void GiveStacks();

 private:
  const CrashPlace* outer_;
};

}  // namespace tenon::connector
