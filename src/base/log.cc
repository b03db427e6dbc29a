#include "base/log.h"

#include <cerrno>

#include "base/json.h"
#include "base/platform_file.h"
#include "base/text.h"
#include "base/time.h"

namespace tenon::base {
namespace {

std::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return "debug";
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarning: return "warning";
    case LogLevel::kError: return "error";
  }
  return "info";
}

std::string_view PaddedName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return "DEBUG  ";
    case LogLevel::kInfo: return "INFO   ";
    case LogLevel::kWarning: return "WARNING";
    case LogLevel::kError: return "ERROR  ";
  }
  return "INFO   ";
}

// Line ends inside a message would let its text forge further lines.
std::string OneLine(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<Logger>> Logger::Make(LogSettings settings, const Redactor& redactor) {
  std::FILE* file = nullptr;
  if (!settings.file.empty()) {
    file = std::fopen(settings.file.c_str(), "ae");
    if (file == nullptr) return FileError("Log file cannot be opened", settings.file, errno);
  }
  return std::unique_ptr<Logger>(new Logger(std::move(settings), redactor, file));
}

Logger::~Logger() {
  if (file_ != nullptr) std::fclose(file_);
}

bool Logger::Wants(LogLevel level) const {
  return (settings_.to_stderr && level >= settings_.level) ||
         (file_ != nullptr && level >= settings_.file_level);
}

std::string Logger::FormatLine(LogLevel level, std::string_view text, int64_t at_micros) const {
  const std::string redacted = redactor_.Redact(text);
  if (settings_.format == LogFormat::kJson) {
    Json line = {{"time", FormatInstant(at_micros)}, {"level", LevelName(level)}};
    if (!settings_.run.empty()) line["run"] = settings_.run;
    line["message"] = redacted;
    return DumpJson(line);
  }
  std::string line = FormatInstant(at_micros) + " " + std::string(PaddedName(level)) + " ";
  if (!settings_.run.empty()) line += "run=" + settings_.run + " ";
  return line + OneLine(redacted);
}

void Logger::Log(LogLevel level, std::string_view text) {
  if (!Wants(level)) return;
  const std::string line = FormatLine(level, text, NowMicros()) + "\n";
  const std::lock_guard lock(mutex_);
  if (settings_.to_stderr && level >= settings_.level)
    std::fwrite(line.data(), 1, line.size(), stderr);
  if (file_ != nullptr && level >= settings_.file_level) {
    std::fwrite(line.data(), 1, line.size(), file_);
    std::fflush(file_);  // A killed process keeps its last lines.
  }
}

Result<LogLevel> ParseLogLevel(std::string_view text) {
  const std::string lower = ToLower(Trim(text));
  for (const LogLevel level :
       {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError}) {
    if (lower == LevelName(level)) return level;
  }
  return Status::InvalidArgument("Log level is not known: level=" + ShortText(text, 40))
      .WithHint("Known: debug, info, warning, error.");
}

}  // namespace tenon::base
