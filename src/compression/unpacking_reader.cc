#include "compression/unpacking_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tenon::compression {
namespace {

constexpr size_t kMostComingBytes = 16 << 20;
// Pieces that are read for one that is unpacked, until there are as many as are wanted ahead: reading them all at once
// would let the first rows wait.
constexpr int kReadForOne = 2;

std::unique_ptr<Unpacker> BehindMember(Codec codec) {
  switch (codec) {
    case Codec::kGzip: return MakeGzipUnpacker(UnpackFrom::kBehindWhole);
    case Codec::kZstd: return MakeZstdUnpacker(UnpackFrom::kBehindWhole);
    case Codec::kLz4: return MakeLz4FrameUnpacker();
    default: return nullptr;
  }
}

}  // namespace

UnpackingReader::UnpackingReader(Codec codec, std::string name, PackedSource read, int64_t from,
                                 std::unique_ptr<Unpacker> unpacker)
    : place_(codec, std::move(name), from),
      cutter_(codec, false, std::move(read)),
      unpacker_(std::move(unpacker)) {}

UnpackingReader::UnpackingReader(Codec codec, std::string name, PackedSource read,
                                 std::unique_ptr<Unpacker> unpacker,
                                 std::shared_ptr<UnpackThreads> threads)
    : place_(codec, std::move(name), 0),
      cutter_(codec, true, std::move(read)),
      unpacker_(std::move(unpacker)),
      threads_(std::move(threads)),
      ahead_(std::make_unique<UnpackAhead>([codec] { return BehindMember(codec); }, *threads_)) {
  threads_->Enter();
}

UnpackingReader::~UnpackingReader() {
  if (threads_ != nullptr) threads_->Leave();
}

Result<size_t> UnpackingReader::Read(std::span<uint8_t> out) {
  size_t done = 0;
  while (done < out.size()) {
    if (given_ < ready_) {
      const size_t size = std::min(out.size() - done, ready_ - given_);
      std::memcpy(out.data() + done, piece_->plain.get() + given_, size);
      given_ += size;
      done += size;
      continue;
    }
    if (piece_taken() && !ended_) {
      TENON_RETURN_IF_ERROR(ReadAhead());
      // Whether the next piece could be taken over shows when all of those before it is made.
      const bool made_all = may_end_ || coming_.empty() || !coming_.front()->fresh;
      if (!made_all) {
        TENON_ASSIGN_OR_RETURN(const bool moved, Step(out.subspan(done), &done));
        if (moved) continue;
      }
      Advance();
      continue;
    }
    TENON_ASSIGN_OR_RETURN(const bool moved, Step(out.subspan(done), &done));
    if (moved) continue;
    if (!may_end_) return place_.CutOff();
    break;
  }
  return done;
}

Result<bool> UnpackingReader::Step(std::span<uint8_t> out, size_t* made) {
  std::span<const uint8_t> in;
  if (!piece_taken()) {
    in = std::span<const uint8_t>(piece_->packed).subspan(taken_);
    in = in.first(place_.UpToMark(in.size()));
  }
  Result<Unpacker::Step> step = unpacker_->Run(in, out);
  if (!step.ok()) return place_.Damaged(step.status());
  if (step->taken == 0 && step->made == 0) return false;
  taken_ += step->taken;
  *made += step->made;
  may_end_ = step->may_end;
  place_.Took(step->taken, step->may_end);
  return true;
}

Status UnpackingReader::ReadAhead() {
  const size_t wanted = ahead_ != nullptr && cutter_.finds_places() ? ahead_->depth() : 1;
  for (int read = 0; read < kReadForOne && coming_.size() < wanted; ++read) {
    if (!coming_.empty() && coming_bytes_ >= kMostComingBytes) break;
    TENON_ASSIGN_OR_RETURN(std::shared_ptr<MemberPiece> piece, cutter_.Next());
    if (piece == nullptr) break;
    coming_bytes_ += piece->packed.size();
    coming_.push_back(piece);
    if (piece->fresh) ahead_->Add(std::move(piece));
  }
  return Status::Ok();
}

void UnpackingReader::Advance() {
  if (ready_ > 0) ahead_->Reuse(*piece_);
  taken_ = given_ = ready_ = 0;
  ended_ = coming_.empty();
  if (ended_) {
    piece_ = nullptr;
    return;
  }
  piece_ = std::move(coming_.front());
  coming_.pop_front();
  coming_bytes_ -= piece_->packed.size();
  if (!piece_->fresh) return;
  if (!may_end_) {
    ahead_->Drop(piece_);
  } else if (ahead_->Claim(piece_) && !piece_->failed) {
    TakeOver(*piece_);
  }
}

void UnpackingReader::TakeOver(MemberPiece& piece) {
  unpacker_ = std::move(piece.unpacker);
  taken_ = piece.taken;
  ready_ = piece.made;
  may_end_ = piece.may_end;
  place_.TookWithEnd(piece.taken, piece.last_end);
}

}  // namespace tenon::compression
