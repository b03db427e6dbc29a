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

void WorkerPool::Start(std::function<void()> work) {
  std::lock_guard guard(mutex_);
  waiting_.push_back(std::move(work));
  if (idle_ >= waiting_.size()) {
    wake_.notify_one();
  } else {
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
    ++idle_;
    wake_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
    --idle_;
    if (waiting_.empty()) return;
    std::function<void()> work = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    work();
    work = nullptr;  // What it holds dies before the thread counts as idle.
    lock.lock();
  }
}

void WorkGroup::Start(std::function<void()> work) {
  {
    std::lock_guard guard(mutex_);
    ++running_;
  }
  pool_.Start([this, work = std::move(work)] {
    work();
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
