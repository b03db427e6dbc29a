#include "connector/crash_report.h"

#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

#include "connector/alternate_stack.h"
#include "connector/crash_scope.h"

namespace tenon::connector {
namespace {

constexpr std::array<int, 5> kSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
constexpr size_t kMaxPathBytes = 4096;
constexpr size_t kMaxFrames = 64;
// How long a thread that crashes while another reports its crash leaves the process alive.
constexpr timespec kPatience = {.tv_sec = 0, .tv_nsec = 10'000'000};
constexpr int kMaxPatience = 500;

struct Target {
  std::array<char, kMaxPathBytes> folder{};
  std::array<char, kMaxPathBytes> path{};
};

// All that the handler may use, made before. One for the process, because signals are.
struct Prepared {
  std::array<struct sigaction, kSignals.size()> before{};
  // Two, so that a change never shows a half-written path; `target` says which one counts.
  std::array<Target, 2> targets{};
  std::atomic<size_t> target{0};
  std::atomic<bool> installed{false};
  std::atomic<pid_t> reporter{0};  // The first thread that crashed.
  std::atomic<bool> reported{false};
};

Prepared& Process() {
  static Prepared prepared;  // Tidy: a signal handler is handed nothing.
  return prepared;
}

const char* SignalName(int signal) {
  switch (signal) {
    case SIGSEGV: return "SIGSEGV";
    case SIGBUS: return "SIGBUS";
    case SIGFPE: return "SIGFPE";
    case SIGILL: return "SIGILL";
    default: return "SIGABRT";
  }
}

// A line of text in a fixed buffer: what does not fit is cut.
class Line {
 public:
  Line& Add(const char* text) {
    while (*text != '\0' && size_ < bytes_.size()) {
      // Texts come from plug-ins: a control character must not end the line.
      const char c = *text++;
      bytes_[size_++] = static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
    return *this;
  }
  Line& AddNumber(uint64_t number, unsigned radix) {
    std::array<char, 24> digits{};
    size_t at = digits.size() - 1;
    do {
      digits[--at] = "0123456789abcdef"[number % radix];
      number /= radix;
    } while (number != 0);
    return Add(digits.data() + at);
  }
  void Write(int descriptor) {
    if (size_ == bytes_.size()) --size_;
    bytes_[size_++] = '\n';
    size_t done = 0;
    while (done < size_) {
      const ssize_t written = write(descriptor, bytes_.data() + done, size_ - done);
      if (written <= 0) break;  // Nothing can be done about it here.
      done += static_cast<size_t>(written);
    }
    size_ = 0;
  }

 private:
  std::array<char, 2048> bytes_{};
  size_t size_ = 0;
};

void WriteReport(int descriptor, int signal, const siginfo_t* info, const CrashPlace* place) {
  Line line;
  line.Add("Tenon crash report").Write(descriptor);
  line.Add("connector=").Add(place != nullptr ? place->connector : "none").Write(descriptor);
  if (place != nullptr) {
    line.Add("version=").Add(place->version).Write(descriptor);
    line.Add("call=").Add(place->call).Write(descriptor);
    line.Add("partition=").Add(place->partition).Write(descriptor);
  }
  line.Add("signal=")
      .AddNumber(static_cast<uint64_t>(signal), 10)
      .Add(" ")
      .Add(SignalName(signal))
      .Write(descriptor);
  line.Add("address=0x")
      .AddNumber(reinterpret_cast<uintptr_t>(info->si_addr), 16)
      .Write(descriptor);
  line.Add("thread=").AddNumber(static_cast<uint64_t>(syscall(SYS_gettid)), 10).Write(descriptor);
  line.Add("backtrace:").Write(descriptor);
  std::array<void*, kMaxFrames> frames{};
  const int count = backtrace(frames.data(), static_cast<int>(frames.size()));
  backtrace_symbols_fd(frames.data(), count,
                       descriptor);  // Module, offset, address; no allocation.
}

void TellStderr(int signal, const CrashPlace* place, const char* path, bool written) {
  Line line;
  if (place != nullptr) {
    line.Add("error[TN3004]: Connector crashed: connector=").Add(place->connector);
    if (place->version[0] != '\0') line.Add(" version=").Add(place->version);
    line.Add(" call=").Add(place->call);
    if (place->partition[0] != '\0') line.Add(" partition=").Add(place->partition);
  } else {
    line.Add("error[TN9002]: Process crashed outside of connectors:");
  }
  line.Add(" signal=").Add(SignalName(signal));
  if (written) line.Add(" report=").Add(path);
  line.Write(STDERR_FILENO);
  line.Add("  hint: Run the job again: it settles what was open.");
  if (written) line.Add(" The report shows where it happened.");
  line.Write(STDERR_FILENO);
}

void Restore(const Prepared& prepared) {
  for (size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &prepared.before[i], nullptr);
}

void Report(Prepared& prepared, int signal, const siginfo_t* info) {
  const CrashPlace* place = CrashScope::Current();
  const Target& target = prepared.targets[prepared.target.load()];
  mkdir(target.folder.data(), 0700);
  const int descriptor = open(target.path.data(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor >= 0) {
    WriteReport(descriptor, signal, info, place);
    fsync(descriptor);
    close(descriptor);
  }
  TellStderr(signal, place, target.path.data(), descriptor >= 0);
}

void OnFatalSignal(int signal, siginfo_t* info, void*) {
  const int error = errno;
  Prepared& prepared = Process();
  const auto self = static_cast<pid_t>(syscall(SYS_gettid));
  pid_t reporter = 0;
  if (prepared.reporter.compare_exchange_strong(reporter, self)) {
    Report(prepared, signal, info);
    prepared.reported.store(true);
  } else if (reporter != self) {
    // Its end would end the process in the middle of the report.
    for (int i = 0; i < kMaxPatience && !prepared.reported.load(); ++i) {
      nanosleep(&kPatience, nullptr);
    }
  }
  Restore(prepared);
  errno = error;
  // As if this had never been here: a fault happens again when the handler returns and then meets the handler before,
  // with its own address; what was raised is raised again.
  if (info->si_code <= 0) raise(signal);
}

std::string_view ValueOf(std::string_view line, std::string_view name) {
  if (!line.starts_with(name) || line.substr(name.size(), 1) != "=") return {};
  return line.substr(name.size() + 1);
}

}  // namespace

std::filesystem::path CrashReportPath(const CrashReportSettings& settings) {
  return settings.folder / ("crash-" + settings.run + ".txt");
}

Status InstallCrashReport(const CrashReportSettings& settings) {
  Prepared& prepared = Process();
  const std::string folder = settings.folder.string();
  const std::string path = CrashReportPath(settings).string();
  if (path.size() >= kMaxPathBytes - 96 || settings.run.find('/') != std::string::npos) {
    return Status::InvalidArgument("Crash report cannot be named: run=" + settings.run +
                                   " folder=" + folder);
  }
  const size_t next = 1 - prepared.target.load();
  std::memcpy(prepared.targets[next].folder.data(), folder.c_str(), folder.size() + 1);
  std::memcpy(prepared.targets[next].path.data(), path.c_str(), path.size() + 1);
  prepared.target.store(next);
  if (prepared.installed.exchange(true)) return Status::Ok();

  // Its first call loads a library, which a handler must not.
  std::array<void*, 4> frames{};
  backtrace(frames.data(), static_cast<int>(frames.size()));
  HaveAlternateStack();
  CrashScope::GiveStacks();
  struct sigaction action {};
  action.sa_sigaction = OnFatalSignal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < kSignals.size(); ++i) {
    if (sigaction(kSignals[i], &action, &prepared.before[i]) != 0) {
      return Status::Internal("Signal handler cannot be installed: signal=" +
                              std::string(SignalName(kSignals[i])));
    }
  }
  return Status::Ok();
}

std::vector<std::filesystem::path> FindCrashReports(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> reports;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with("crash-") && name.ends_with(".txt")) reports.push_back(at->path());
  }
  std::sort(reports.begin(), reports.end());
  return reports;
}

std::string CrashOf(const std::filesystem::path& report) {
  std::ifstream file(report);
  std::string facts, line;
  while (std::getline(file, line) && line != "backtrace:") {
    for (const char* name : {"connector", "version", "call", "partition", "signal"}) {
      std::string_view value = ValueOf(line, name);
      if (std::string_view(name) == "signal") value = value.substr(value.find(' ') + 1);
      if (value.empty()) continue;
      facts += (facts.empty() ? "" : " ") + std::string(name) + "=" + std::string(value);
    }
  }
  return facts;
}

}  // namespace tenon::connector
