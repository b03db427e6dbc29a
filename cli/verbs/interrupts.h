// Ctrl-C and SIGTERM, for a process that runs one job: the first cancels the job, the second ends the process.
#pragma once

#include <atomic>
#include <cstdio>
#include <mutex>
#include <stop_token>
#include <thread>

#include "tenon/job.h"

namespace tenon::cli {

// Made before the job's first thread, which inherits its mask; destroyed after the job. A signal that the process was
// started to ignore stays ignored. SIGPIPE is ignored from here on: writes tell.
class Interrupts {
 public:
  // `err` is borrowed: the first signal is answered there.
  explicit Interrupts(FILE* err);
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  ~Interrupts();

  // Whom to cancel: at once when a signal has come already. Null: nobody (any more).
  void Watch(Job* job);
  // Used by the first signal, for who waits outside of a job.
  std::stop_token stop() const { return stop_.get_token(); }
  // The signal that came first, or 0.
  int signal() const { return signal_.load(); }
  // 130 or 143 when a signal came, else `otherwise`.
  int ExitCode(int otherwise) const { return signal() == 0 ? otherwise : 128 + signal(); }

 private:
  void Loop();
  void Answer(int signal);

  FILE* const err_;
  int signals_ = -1, ending_ = -1;  // Descriptors: signals that came; the end of the loop.
  std::atomic<int> signal_{0};
  std::stop_source stop_;
  std::mutex mutex_;
  Job* job_ = nullptr;
  std::thread thread_;
};

}  // namespace tenon::cli
