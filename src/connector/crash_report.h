// Says whose crash it was: a handler for fatal signals that knows which connector and partition the thread was in.
//
// It writes <folder>/crash-<run>.txt (connector, version, call, partition, signal, address, backtrace; nothing of
// options or rows) and one line `error[TN3004]: …` to stderr, then lets the signal do what it would have done before:
// a core file, an outer handler such as Python's faulthandler, the end of the process. Nothing is recovered here;
// the next start of the job settles what was open.
//
// Only for a process that belongs to the job, and before a JVM is started in it (a JVM uses SIGSEGV itself and chains
// what it finds). The handlers allocate nothing and take no lock. Any thread that runs a connector's code has a second
// stack from then on (alternate_stack.h), so that an overflow of its first one is reported too.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tenon/status.h"

namespace tenon::connector {

struct CrashReportSettings {
  std::filesystem::path folder;  // Where the report goes; made by a crash, in a folder that exists.
  std::string run;               // Part of its name.
};

// Installs the handlers for SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT; called again, it only changes folder and run.
// kInvalidArgument: the path is longer than 4,000 bytes, or `run` holds a '/'. kInternal: the system refuses.
Status InstallCrashReport(const CrashReportSettings& settings);

// Where the report of these settings would be.
std::filesystem::path CrashReportPath(const CrashReportSettings& settings);

// The reports in `folder`, sorted by name: what a start finds of earlier crashes.
std::vector<std::filesystem::path> FindCrashReports(const std::filesystem::path& folder);

// Whose crash a report tells of: "connector=orders version=1.2 call=Next partition=3 signal=SIGSEGV". Empty: there is
// no such report.
std::string CrashOf(const std::filesystem::path& report);

}  // namespace tenon::connector
