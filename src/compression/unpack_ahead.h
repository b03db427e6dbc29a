// Threads that unpack pieces of a packed file ahead of its reader. Private to this room.
//
// The reader adds pieces in the order of the file and claims them in that order: a piece that nobody has begun is the
// reader's own, so it goes on at its own pace when there is no helper at all. Helpers begin when there is something to
// unpack and UnpackThreads has room, and leave when it has not.
//
// One thread, the reader's, calls; helpers live inside and end with the object.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "compression/unpack_threads.h"
#include "compression/unpacker.h"

namespace tenon::compression {

// Packed bytes that can be unpacked without those before them, and what became of them.
struct AheadPiece {
  std::vector<uint8_t> packed;  // Constant from Add on.

  // What unpacking ahead has come to; the reader's to look at once Claim returned true. It ends at the end of `packed`,
  // when `plain` is full, or when it failed; the unpacker can go on in the first two cases.
  std::unique_ptr<Unpacker> unpacker;
  std::unique_ptr<uint8_t[]> plain;
  size_t taken = 0;     // Of packed.
  size_t made = 0;      // In plain.
  size_t last_end = 0;  // Where the packed bytes could last have ended.
  bool may_end = false;
  bool failed = false;

  enum class State { kWaiting, kRunning, kDone, kClaimed };
  State state = State::kClaimed;  // Under the lock of UnpackAhead; only it looks.
  std::atomic<bool> unwanted{false};
};

class UnpackAhead {
 public:
  using MakeUnpacker = std::function<std::unique_ptr<Unpacker>()>;

  // `make` gives an unpacker for a piece and is called by any thread; null: no memory. `threads` outlives the object.
  UnpackAhead(MakeUnpacker make, UnpackThreads& threads);
  ~UnpackAhead();
  UnpackAhead(const UnpackAhead&) = delete;
  UnpackAhead& operator=(const UnpackAhead&) = delete;

  // How many pieces are worth having ahead; at least 1.
  size_t depth() const { return depth_; }

  void Add(std::shared_ptr<AheadPiece> piece);
  // True: it was unpacked ahead. False: nobody has touched it, and nobody will. Unpacks other pieces, or waits, while a
  // helper is at it.
  bool Claim(const std::shared_ptr<AheadPiece>& piece);
  // Nobody needs what would come of it.
  void Drop(const std::shared_ptr<AheadPiece>& piece);
  // Takes the room of a piece's plain bytes back, for a later one.
  void Reuse(AheadPiece& piece);

 private:
  struct HiredThread {
    std::thread thread;
    bool left = false;
  };

  void Help(HiredThread& self);
  void MaybeHire();
  // The first piece that waits, marked as running; null: none does.
  std::shared_ptr<AheadPiece> Take();
  void Unpack(AheadPiece& piece);
  void Finish(AheadPiece& piece);

  const MakeUnpacker make_;
  UnpackThreads& threads_;
  const size_t depth_;
  const size_t plain_bytes_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<AheadPiece>> waiting_;
  std::vector<std::unique_ptr<uint8_t[]>> free_;
  std::list<HiredThread> helpers_;
  bool ending_ = false;
};

}  // namespace tenon::compression
