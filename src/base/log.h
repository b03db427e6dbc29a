// Writes what happened, one line a message, with the run's id in each and secrets taken out.
//
//   2026-11-22T08:00:00.123Z INFO  run=r-17 Partition is read: connector=files partition=3
//   rows=1000
//   {"time":"2026-11-22T08:00:00.123Z","level":"info","run":"r-17","message":"Partition is read:
//   …"}
//
// Passed by reference; there is no global one. Thread-safe: a line is written whole.
#pragma once

#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/redact.h"
#include "tenon/result.h"
#include "tenon/task_context.h"

namespace tenon::base {

enum class LogFormat { kText, kJson };

struct LogSettings {
  LogLevel level = LogLevel::kInfo;  // Lower ones are dropped.
  LogFormat format = LogFormat::kText;
  std::string run;  // Empty: no run yet.
  bool to_stderr = true;
  std::string file;  // Appended to; empty: none.
  LogLevel file_level = LogLevel::kDebug;
};

class Logger {
 public:
  // `redactor` must outlive the logger. kPermissionDenied, kNotFound: the file cannot be opened.
  static Result<std::unique_ptr<Logger>> Make(LogSettings settings, const Redactor& redactor);
  ~Logger();
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  // What cannot be written is dropped: a full disk must not end a run.
  void Log(LogLevel level, std::string_view text);
  void Debug(std::string_view text) { Log(LogLevel::kDebug, text); }
  void Info(std::string_view text) { Log(LogLevel::kInfo, text); }
  void Warning(std::string_view text) { Log(LogLevel::kWarning, text); }
  void Error(std::string_view text) { Log(LogLevel::kError, text); }
  // False when a message of this level would go nowhere: ask before making a costly one.
  bool Wants(LogLevel level) const;

  // The line without its end, as it would be written.
  std::string FormatLine(LogLevel level, std::string_view text, int64_t at_micros) const;

 private:
  Logger(LogSettings settings, const Redactor& redactor, std::FILE* file)
      : settings_(std::move(settings)), redactor_(redactor), file_(file) {}

  const LogSettings settings_;
  const Redactor& redactor_;
  std::mutex mutex_;  // Guards writing to file_ and stderr.
  std::FILE* file_;   // Owned; null: none.
};

// "debug", "info", "warning", "error" in any case; kInvalidArgument names the four.
Result<LogLevel> ParseLogLevel(std::string_view text);

}  // namespace tenon::base
