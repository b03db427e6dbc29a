// How far a packed file was good, and the words of what ends it. Private to this room. One thread.
//
// The byte of an error does not depend on the sizes in which bytes came and went, nor on who unpacked them: damage is
// placed at the last mark of kMarkBytes, or at the last end of a member, frame or stream, if that is later.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "compression/codec.h"
#include "tenon/status.h"

namespace tenon::compression {

class PackedPlace {
 public:
  static constexpr int64_t kMarkBytes = 64 << 10;

  PackedPlace(Codec codec, std::string name, int64_t from)
      : codec_(codec), name_(std::move(name)), at_(from), last_end_(from) {}

  int64_t at() const { return at_; }
  const std::string& name() const { return name_; }
  // How many of `size` bytes that follow lie before the next mark: what an unpacker gets at once.
  size_t UpToMark(size_t size) const {
    return std::min(size, static_cast<size_t>(kMarkBytes - at_ % kMarkBytes));
  }
  void Took(size_t size, bool may_end) {
    at_ += static_cast<int64_t>(size);
    if (may_end) last_end_ = at_;
  }
  // Of `size` bytes taken at once, those before `last_end` ended with something whole.
  void TookWithEnd(size_t size, size_t last_end) {
    if (last_end > 0) last_end_ = at_ + static_cast<int64_t>(last_end);
    at_ += static_cast<int64_t>(size);
  }

  Status CutOff() const { return Broken("is cut off", at_); }
  // What an unpacker found; errors that are not about the packed bytes are handed on.
  Status Damaged(const Status& found) const {
    if (!found.Is(StatusCode::kDataError)) return found;
    return Broken(std::string(found.message()), std::max(last_end_, at_ - at_ % kMarkBytes));
  }

 private:
  Status Broken(const std::string& what, int64_t byte) const {
    return Status::DataError("Compressed file " + what + ": file=" + name_ +
                             " byte=" + std::to_string(byte) +
                             " compression=" + std::string(CodecName(codec_)))
        .WithHint(
            "Make the file anew; or, when it is packed in another way or not at all, set compressionType.");
  }

  const Codec codec_;
  const std::string name_;
  int64_t at_;
  int64_t last_end_;
};

}  // namespace tenon::compression
