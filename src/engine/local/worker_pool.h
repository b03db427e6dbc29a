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

  // Neither may throw. `after`, if any, runs when the thread counts as idle again, and must return at once.
  void Start(std::function<void()> work, std::function<void()> after = nullptr);
  int threads() const;

 private:
  struct Piece {
    std::function<void()> work, after;
  };
  void Loop();

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Piece> waiting_;
  std::vector<std::thread> threads_;
  size_t idle_ = 0;  // Threads that run no work.
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
