// Runs a job's calls on a thread of its own, so that the Python thread that waits can look after signals.
//
// A job is called by one thread; this is it. The caller holds the GIL; it is given up while the call runs.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace tenon::python {

class JobThread {
 public:
  // How often the waiting thread lets Python handle signals.
  static constexpr std::chrono::milliseconds kSignalInterval{50};

  JobThread();
  // REQUIRES: no call is running. Joins.
  ~JobThread();
  JobThread(const JobThread&) = delete;
  JobThread& operator=(const JobThread&) = delete;

  // Runs `call` on the thread and waits for its end. When a Python signal handler raises meanwhile, calls `cancel`
  // once (in this thread, without the GIL), waits on, and leaves the Python error set. False: a Python error is set.
  // REQUIRES: the GIL is held; `call` takes it itself if it needs it.
  bool Run(const std::function<void()>& call, const std::function<void()>& cancel);

 private:
  void Loop();
  // True: done within the time.
  bool WaitDone(std::chrono::milliseconds time);

  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void()>* call_ = nullptr;  // Guarded by mutex_, as all below.
  bool done_ = true;
  bool stop_ = false;
  std::thread thread_;  // Last: started when all else is there.
};

}  // namespace tenon::python
