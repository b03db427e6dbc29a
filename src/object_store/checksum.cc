#include <bit>
#include <cstring>

#include "object_store/store.h"

namespace tenon::object_store {
namespace {

constexpr uint64_t kMultiplier = 0xff51afd7ed558ccdu;

uint64_t Mix(uint64_t hash, uint64_t word) { return std::rotl((hash ^ word) * kMultiplier, 29); }

}  // namespace

void Checksum64::Add(std::span<const uint8_t> bytes) {
  total_ += bytes.size();
  size_t at = 0;
  while (pending_bytes_ != 0 && at < bytes.size()) {
    pending_ |= static_cast<uint64_t>(bytes[at++]) << (8 * pending_bytes_);
    if (++pending_bytes_ == 8) {
      hash_ = Mix(hash_, pending_);
      pending_ = 0;
      pending_bytes_ = 0;
    }
  }
  for (; at + 8 <= bytes.size(); at += 8) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + at, 8);
    hash_ = Mix(hash_, word);
  }
  for (; at < bytes.size(); ++at) {
    pending_ |= static_cast<uint64_t>(bytes[at]) << (8 * pending_bytes_++);
  }
}

uint64_t Checksum64::value() const {
  uint64_t hash = Mix(Mix(hash_, pending_), total_);
  hash ^= hash >> 33;
  return hash * kMultiplier;
}

}  // namespace tenon::object_store
