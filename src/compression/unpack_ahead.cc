#include "compression/unpack_ahead.h"

#include <algorithm>
#include <new>
#include <system_error>
#include <utility>

namespace tenon::compression {
namespace {

// Between two looks at whether the piece is still wanted.
constexpr size_t kStepBytes = 64 << 10;
// Of plain bytes in all pieces, and in one.
constexpr size_t kMostPlainBytes = 64 << 20;
constexpr size_t kMostPiecePlainBytes = 4 << 20;

}  // namespace

UnpackAhead::UnpackAhead(MakeUnpacker make, UnpackThreads& threads)
    : make_(std::move(make)),
      threads_(threads),
      depth_(static_cast<size_t>(2 * threads.most() + 1)),
      plain_bytes_(std::min(kMostPlainBytes / depth_, kMostPiecePlainBytes)) {}

UnpackAhead::~UnpackAhead() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (HiredThread& helper : helpers_) helper.thread.join();
}

void UnpackAhead::Add(std::shared_ptr<AheadPiece> piece) {
  {
    const std::lock_guard lock(mutex_);
    piece->state = AheadPiece::State::kWaiting;
    waiting_.push_back(std::move(piece));
  }
  changed_.notify_one();
  MaybeHire();
}

// The first waiting piece is the reader's: a helper is worth its while from the second on.
void UnpackAhead::MaybeHire() {
  const std::lock_guard lock(mutex_);
  for (auto helper = helpers_.begin(); helper != helpers_.end();) {
    if (helper->left) {
      helper->thread.join();
      helper = helpers_.erase(helper);
    } else {
      ++helper;
    }
  }
  if (waiting_.size() < 2 || !threads_.TryEnter()) return;
  HiredThread& helper = helpers_.emplace_back();
  try {
    helper.thread = std::thread([this, &helper] { Help(helper); });
  } catch (const std::system_error&) {
    // No thread is to be had; the reader does all by itself.
    helpers_.pop_back();
    threads_.Leave();
  }
}

void UnpackAhead::Help(HiredThread& self) {
  std::unique_lock lock(mutex_);
  while (!ending_ && !threads_.crowded()) {
    const std::shared_ptr<AheadPiece> piece = Take();
    if (piece == nullptr) {
      changed_.wait(lock);
      continue;
    }
    lock.unlock();
    try {
      Unpack(*piece);
    } catch (const std::bad_alloc&) {
      piece->failed = true;  // The reader tries by itself, and its caller knows what to say.
    }
    lock.lock();
    Finish(*piece);
  }
  self.left = true;
  threads_.Leave();
}

std::shared_ptr<AheadPiece> UnpackAhead::Take() {
  if (waiting_.empty()) return nullptr;
  std::shared_ptr<AheadPiece> piece = std::move(waiting_.front());
  waiting_.pop_front();
  piece->state = AheadPiece::State::kRunning;
  if (!free_.empty()) {
    piece->plain = std::move(free_.back());
    free_.pop_back();
  }
  return piece;
}

void UnpackAhead::Finish(AheadPiece& piece) {
  piece.state = AheadPiece::State::kDone;
  changed_.notify_all();
}

void UnpackAhead::Unpack(AheadPiece& piece) {
  piece.unpacker = make_();
  piece.failed = piece.unpacker == nullptr;
  if (piece.failed) return;
  if (piece.plain == nullptr) piece.plain = std::make_unique_for_overwrite<uint8_t[]>(plain_bytes_);
  const std::span<const uint8_t> packed(piece.packed);
  const std::span<uint8_t> plain(piece.plain.get(), plain_bytes_);
  while (piece.made < plain.size() && !piece.unwanted.load(std::memory_order_relaxed)) {
    if (piece.taken == packed.size() && piece.may_end) return;
    const auto in = packed.subspan(piece.taken, std::min(packed.size() - piece.taken, kStepBytes));
    const Result<Unpacker::Step> step = piece.unpacker->Run(in, plain.subspan(piece.made));
    piece.failed = !step.ok();
    if (piece.failed) return;
    piece.taken += step->taken;
    piece.made += step->made;
    if (step->taken == 0 && step->made == 0) {
      // As at the end of a file: what is left unmade is none.
      if (in.empty()) return;
      piece.failed = true;
      return;
    }
    piece.may_end = step->may_end;
    if (piece.may_end) piece.last_end = piece.taken;
  }
}

bool UnpackAhead::Claim(const std::shared_ptr<AheadPiece>& piece) {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (piece->state == AheadPiece::State::kWaiting) {
      std::erase(waiting_, piece);
      piece->state = AheadPiece::State::kClaimed;
      return false;
    }
    if (piece->state == AheadPiece::State::kDone) {
      piece->state = AheadPiece::State::kClaimed;
      return true;
    }
    const std::shared_ptr<AheadPiece> other = Take();
    if (other == nullptr) {
      changed_.wait(lock);
      continue;
    }
    lock.unlock();
    Unpack(*other);
    lock.lock();
    Finish(*other);
  }
}

void UnpackAhead::Drop(const std::shared_ptr<AheadPiece>& piece) {
  piece->unwanted.store(true, std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  std::erase(waiting_, piece);
}

void UnpackAhead::Reuse(AheadPiece& piece) {
  if (piece.plain == nullptr) return;
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(piece.plain));
}

}  // namespace tenon::compression
