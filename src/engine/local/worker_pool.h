// Threads that a job keeps between its actions: making one costs more than a small action does.
//
// A piece of work starts at once, on an idle thread or on a new one: pieces may wait for each other.
// How many run together is the caller's business. The destructor waits for all work. Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tenon::engine {

class WorkerPool {
 public:
  WorkerPool() = default;
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool();

  // `work` must not throw.
  void Start(std::function<void()> work);
  int threads() const;

 private:
  void Loop();

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  std::vector<std::thread> threads_;
  size_t idle_ = 0;
  bool closing_ = false;
};

// Pieces of work that somebody waits for together.
class WorkGroup {
 public:
  explicit WorkGroup(WorkerPool& pool) : pool_(pool) {}
  WorkGroup(const WorkGroup&) = delete;
  WorkGroup& operator=(const WorkGroup&) = delete;
  ~WorkGroup() { Wait(); }

  void Start(std::function<void()> work);
  void Wait();  // Until all that was started has returned.

 private:
  WorkerPool& pool_;
  std::mutex mutex_;
  std::condition_variable done_;
  int running_ = 0;
};

}  // namespace tenon::engine
