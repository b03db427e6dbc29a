#include <Python.h>
// Python.h first: it sets feature macros.

#include "job_thread.h"

namespace tenon::python {
namespace {

// A waiting thread wakes this often for nothing. wait_for and not wait: the latter is a symbol that older systems lack.
constexpr std::chrono::hours kLong{1};

}  // namespace

JobThread::JobThread() : thread_([this] { Loop(); }) {}

JobThread::~JobThread() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void JobThread::Loop() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    changed_.wait_for(lock, kLong, [this] { return call_ != nullptr || stop_; });
    if (stop_) return;
    if (!call_) continue;
    const std::function<void()>* call = call_;
    call_ = nullptr;
    lock.unlock();
    (*call)();
    lock.lock();
    done_ = true;
    changed_.notify_all();
  }
}

bool JobThread::WaitDone(std::chrono::milliseconds time) {
  std::unique_lock<std::mutex> lock(mutex_);
  return changed_.wait_for(lock, time, [this] { return done_; });
}

bool JobThread::Run(const std::function<void()>& call, const std::function<void()>& cancel) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    call_ = &call;
    done_ = false;
  }
  changed_.notify_all();
  PyObject *type = nullptr, *value = nullptr, *trace = nullptr;
  while (true) {
    bool done = false;
    Py_BEGIN_ALLOW_THREADS;
    done = WaitDone(kSignalInterval);
    Py_END_ALLOW_THREADS;
    if (done) break;
    if (PyErr_CheckSignals() == 0) continue;
    bool first = type == nullptr;
    if (!first) {
      PyErr_Clear();  // The first reason stands.
      continue;
    }
    PyErr_Fetch(&type, &value, &trace);
    Py_BEGIN_ALLOW_THREADS;
    cancel();
    Py_END_ALLOW_THREADS;
  }
  if (!type) return true;
  PyErr_Restore(type, value, trace);
  return false;
}

}  // namespace tenon::python
