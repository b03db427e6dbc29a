#include "compression/bzip2_reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "compression/unpacking_reader.h"

namespace tenon::compression {
namespace {

// Pieces that are read for one that is unpacked, until there are as many as are wanted ahead.
constexpr int kReadForOne = 2;

PackedSource ReadFrom(const PackedFile& file, int64_t& at) {
  return [&file, &at](std::span<uint8_t> out) -> Result<size_t> {
    TENON_ASSIGN_OR_RETURN(const size_t got, file(at, out));
    at += static_cast<int64_t>(got);
    return got;
  };
}

}  // namespace

Bzip2Reader::Bzip2Reader(std::string name, PackedFile file, std::shared_ptr<UnpackThreads> threads)
    : name_(std::move(name)),
      file_(std::move(file)),
      cutter_(ReadFrom(file_, packed_at_)),
      threads_(std::move(threads)),
      ahead_([] { return MakeBzip2Unpacker(UnpackFrom::kStart); }, *threads_) {
  threads_->Enter();
}

Bzip2Reader::~Bzip2Reader() { threads_->Leave(); }

Result<size_t> Bzip2Reader::Read(std::span<uint8_t> out) {
  size_t done = 0;
  while (done < out.size() && !ended_) {
    if (plainly_ != nullptr) {
      TENON_ASSIGN_OR_RETURN(const size_t got, plainly_->Read(out.subspan(done)));
      return done + got;
    }
    const size_t got = block_ == nullptr || block_bad_ ? 0 : FromBlock(out.subspan(done));
    done += got;
    stream_given_ += static_cast<int64_t>(got);
    if (got > 0) continue;
    TENON_RETURN_IF_ERROR(block_bad_ ? ReadPlainly() : Advance());
  }
  return done;
}

size_t Bzip2Reader::FromBlock(std::span<uint8_t> out) {
  if (given_ < block_->made) {
    const size_t size = std::min(out.size(), block_->made - given_);
    std::memcpy(out.data(), block_->plain.get() + given_, size);
    given_ += size;
    return size;
  }
  while (!block_->may_end) {
    const auto in = std::span<const uint8_t>(block_->packed).subspan(block_->taken);
    const Result<Unpacker::Step> step = block_->unpacker->Run(in, out);
    block_bad_ = !step.ok() || (step->taken == 0 && step->made == 0);
    if (block_bad_) return 0;
    block_->taken += step->taken;
    block_->may_end = step->may_end;
    if (step->made > 0) return step->made;
  }
  // It ends where its stream was made to end, and not earlier.
  block_bad_ = block_->taken != block_->packed.size();
  return 0;
}

Status Bzip2Reader::ReadAhead() {
  for (int read = 0; read < kReadForOne && coming_.size() < ahead_.depth() && !cut_all_; ++read) {
    TENON_ASSIGN_OR_RETURN(std::shared_ptr<Bzip2Block> block, cutter_.Next());
    cut_all_ = block == nullptr || block->lost;
    if (block == nullptr) break;
    coming_.push_back(block);
    if (!block->lost && !block->empty) ahead_.Add(std::move(block));
  }
  return Status::Ok();
}

Status Bzip2Reader::Advance() {
  if (block_ != nullptr) {
    if (!block_->empty) {
      stream_checksum_ = (stream_checksum_ << 1 | stream_checksum_ >> 31) ^ block_->checksum;
      ahead_.Reuse(*block_);
    }
    if (block_->ends_stream && !StreamIsWhole()) return ReadPlainly();
  }
  TENON_RETURN_IF_ERROR(ReadAhead());
  ended_ = coming_.empty();
  if (ended_) return Status::Ok();
  block_ = std::move(coming_.front());
  coming_.pop_front();
  given_ = 0;
  if (block_->begins_stream) {
    stream_at_ = block_->stream_at;
    stream_given_ = 0;
    stream_checksum_ = 0;
  }
  if (block_->lost) return ReadPlainly();
  if (block_->empty) {
    block_->may_end = true;
    return Status::Ok();
  }
  if (!ahead_.Claim(block_)) block_->unpacker = MakeBzip2Unpacker(UnpackFrom::kStart);
  block_bad_ = block_->failed;
  return Status::Ok();
}

Status Bzip2Reader::ReadPlainly() {
  block_ = nullptr;
  packed_at_ = stream_at_;
  const UnpackFrom from = stream_at_ == 0 ? UnpackFrom::kStart : UnpackFrom::kBehindWhole;
  plainly_ = std::make_unique<UnpackingReader>(Codec::kBzip2, name_, ReadFrom(file_, packed_at_),
                                               stream_at_, MakeBzip2Unpacker(from));
  std::array<uint8_t, 64 << 10> given;
  while (stream_given_ > 0) {
    const auto size =
        static_cast<size_t>(std::min<int64_t>(stream_given_, static_cast<int64_t>(given.size())));
    TENON_ASSIGN_OR_RETURN(const size_t got, plainly_->Read(std::span(given).first(size)));
    if (got < size) return Status::Internal("Bzip2 was unpacked in two ways: file=" + name_);
    stream_given_ -= static_cast<int64_t>(got);
  }
  return Status::Ok();
}

}  // namespace tenon::compression
