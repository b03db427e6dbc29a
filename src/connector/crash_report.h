// Says whose crash it was: a handler for fatal signals that knows which connector and partition the thread was in.
//
// It writes <folder>/crash-<run>.txt (connector, version, call, partition, signal, address, backtrace) and one line
// `error[TN3004]: …` to stderr, then lets the signal do what it would have done before: a core file, an outer handler,
// the end of the process. Nothing is recovered here; the next start of the job settles what was open.
//
// A surface installs it once, before threads and before a JVM is started (a JVM uses SIGSEGV itself and chains what it
// finds). The handlers allocate nothing and take no lock. An overflow of the stack is reported on the thread that
// installed it only: others have no second stack.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tenon/status.h"

namespace tenon::connector {

struct CrashReportSettings {
  std::filesystem::path folder;  // Where the report goes; made by the caller.
  std::string run;               // Part of its name.
};

// Installs the handlers for SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT; called again, it only changes folder and run.
// kInvalidArgument: the path is longer than 4,000 bytes, or `run` holds a '/'. kInternal: the system refuses.
Status InstallCrashReport(const CrashReportSettings& settings);

// The reports in `folder`, sorted by name: what a start finds of earlier crashes.
std::vector<std::filesystem::path> FindCrashReports(const std::filesystem::path& folder);

}  // namespace tenon::connector
