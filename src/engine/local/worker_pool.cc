#include "engine/local/worker_pool.h"

#include <utility>

namespace tenon::engine {

WorkerPool::~WorkerPool() {
  {
    std::lock_guard guard(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::Start(std::function<void()> work, std::function<void()> after) {
  std::lock_guard guard(mutex_);
  waiting_.push_back({std::move(work), std::move(after)});
  if (idle_ >= waiting_.size()) {
    wake_.notify_one();
  } else {
    ++idle_;  // From its birth: it takes work before it does anything else.
    threads_.emplace_back([this] { Loop(); });
  }
}

int WorkerPool::threads() const {
  std::lock_guard guard(mutex_);
  return static_cast<int>(threads_.size());
}

void WorkerPool::Loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    --idle_;
    Piece piece = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    piece.work();
    piece.work = nullptr;  // What it holds dies before the thread counts as idle.
    lock.lock();
    ++idle_;
    lock.unlock();
    // Whoever waited for the work finds this thread idle, and starts no other in its place.
    if (piece.after) piece.after();
    piece.after = nullptr;
    lock.lock();
  }
}

void WorkGroup::Start(std::function<void()> work) {
  {
    std::lock_guard guard(mutex_);
    ++running_;
  }
  pool_.Start(std::move(work), [this] {
    // Notified under the lock: the group may die as soon as the count is seen to be zero.
    std::lock_guard guard(mutex_);
    --running_;
    done_.notify_all();
  });
}

void WorkGroup::Wait() {
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return running_ == 0; });
}

}  // namespace tenon::engine
