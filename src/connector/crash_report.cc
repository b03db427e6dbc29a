#include "connector/crash_report.h"

#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

#include "connector/crash_scope.h"

namespace tenon::connector {
namespace {

constexpr std::array<int, 5> kSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
constexpr size_t kMaxPathBytes = 4096;
constexpr size_t kMaxFrames = 64;
constexpr size_t kStackBytes = 64 * 1024;

// All that the handler may use, made before. One for the process, because signals are.
struct Prepared {
  std::array<struct sigaction, kSignals.size()> before{};
  std::array<char, kStackBytes> stack{};
  // Two, so that a change never shows a half-written path; `path` says which one counts.
  std::array<std::array<char, kMaxPathBytes>, 2> paths{};
  std::atomic<int> path{0};
  std::atomic<bool> installed{false};
  std::atomic<bool> reporting{false};
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
    line.Add(" version=").Add(place->version).Add(" call=").Add(place->call);
    if (place->partition[0] != '\0') line.Add(" partition=").Add(place->partition);
  } else {
    line.Add("error[TN9002]: Process crashed outside of connectors:");
  }
  line.Add(" signal=").Add(SignalName(signal));
  if (written) line.Add(" report=").Add(path);
  line.Write(STDERR_FILENO);
  line.Add("  hint: Run the job again: it settles what was open. Report the crash with the report.")
      .Write(STDERR_FILENO);
}

void Restore(const Prepared& prepared) {
  for (size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &prepared.before[i], nullptr);
}

void OnFatalSignal(int signal, siginfo_t* info, void*) {
  Prepared& prepared = Process();
  // A second crash, in another thread or in here, finds the old handlers.
  if (!prepared.reporting.exchange(true)) {
    const CrashPlace* place = CrashScope::Current();
    const char* path = prepared.paths[static_cast<size_t>(prepared.path.load())].data();
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor >= 0) {
      WriteReport(descriptor, signal, info, place);
      fsync(descriptor);
      close(descriptor);
    }
    TellStderr(signal, place, path, descriptor >= 0);
  }
  Restore(prepared);
  raise(signal);  // Held back until this handler returns, then as if it had never been here.
}

}  // namespace

Status InstallCrashReport(const CrashReportSettings& settings) {
  Prepared& prepared = Process();
  const std::string path = (settings.folder / ("crash-" + settings.run + ".txt")).string();
  if (path.size() >= kMaxPathBytes - 96 || settings.run.find('/') != std::string::npos) {
    return Status::InvalidArgument("Crash report cannot be named: run=" + settings.run +
                                   " folder=" + settings.folder.string());
  }
  const int next = 1 - prepared.path.load();
  std::memcpy(prepared.paths[static_cast<size_t>(next)].data(), path.c_str(), path.size() + 1);
  prepared.path.store(next);
  if (prepared.installed.exchange(true)) return Status::Ok();

  // Its first call loads a library, which a handler must not.
  std::array<void*, 4> frames{};
  backtrace(frames.data(), static_cast<int>(frames.size()));
  stack_t stack{};
  stack.ss_sp = prepared.stack.data();
  stack.ss_size = prepared.stack.size();
  stack_t stack_before{};
  // Sanitizers and JVMs bring their own: it stays.
  if (sigaltstack(nullptr, &stack_before) == 0 && (stack_before.ss_flags & SS_DISABLE) != 0) {
    sigaltstack(&stack, nullptr);
  }
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

}  // namespace tenon::connector
