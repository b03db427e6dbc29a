#include "interrupts.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cstdint>

#include "narrate.h"

namespace tenon::cli {
namespace {

bool IsIgnored(int number) {
  struct sigaction action {};
  return sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

Interrupts::Interrupts(FILE* err) : err_(err) {
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM}) {
    if (!IsIgnored(number)) sigaddset(&set, number);
  }
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  ending_ = ::eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread([this] { Loop(); });
}

Interrupts::~Interrupts() {
  const uint64_t one = 1;
  static_cast<void>(!::write(ending_, &one, sizeof one));
  thread_.join();
  ::close(signals_);
  ::close(ending_);
}

void Interrupts::Watch(Job* job) {
  std::lock_guard guard(mutex_);
  job_ = job;
  if (job_ != nullptr && signal() != 0) job_->Cancel();
}

void Interrupts::Loop() {
  pollfd waiting[] = {{.fd = signals_, .events = POLLIN, .revents = 0},
                      {.fd = ending_, .events = POLLIN, .revents = 0}};
  for (;;) {
    if (::poll(waiting, 2, -1) < 0) continue;
    if (waiting[1].revents != 0) return;
    signalfd_siginfo info{};
    if (::read(signals_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      Answer(static_cast<int>(info.ssi_signo));
    }
  }
}

void Interrupts::Answer(int number) {
  if (signal() != 0) {
    ::signal(number, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    ::raise(number);
    return;
  }
  signal_ = number;
  Print(err_, "interrupted: stopping; nothing half-done stays. Ctrl-C again ends at once.\n");
  fflush(err_);
  stop_.request_stop();
  std::lock_guard guard(mutex_);
  if (job_ != nullptr) job_->Cancel();
}

}  // namespace tenon::cli
