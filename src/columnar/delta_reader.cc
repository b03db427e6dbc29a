#include "columnar/delta_reader.h"

namespace tenon::columnar {
namespace {

// What writers use is 32 to 256.
constexpr uint64_t kMostPartValues = 1 << 16;
constexpr uint64_t kMostParts = 1 << 12;

uint64_t Unfolded(uint64_t folded) { return (folded >> 1) ^ (0 - (folded & 1)); }

}  // namespace

bool DeltaReader::Start(std::span<const uint8_t> bytes) {
  *this = DeltaReader();
  rest_ = bytes;
  uint64_t block = 0, parts = 0, first = 0;
  if (!TakeVarint(&rest_, &block) || !TakeVarint(&rest_, &parts) || !TakeVarint(&rest_, &left_) ||
      !TakeVarint(&rest_, &first))
    return false;
  if (parts == 0 || parts > kMostParts || block % parts != 0) return false;
  const uint64_t part_values = block / parts;
  if (part_values == 0 || part_values % 8 != 0 || part_values > kMostPartValues) return false;
  part_values_ = part_values;
  parts_ = parts;
  if (left_ == 0) return true;
  ready_ = {Unfolded(first)};
  --left_;
  return true;
}

bool DeltaReader::NextBlock() {
  uint64_t least = 0;
  if (!TakeVarint(&rest_, &least) || rest_.size() < parts_) return false;
  least_ = Unfolded(least);
  widths_ = rest_.first(parts_);
  rest_ = rest_.subspan(parts_);
  return true;
}

bool DeltaReader::NextPart() {
  if (left_ == 0 || (widths_.empty() && !NextBlock())) return false;
  const size_t width = widths_.front();
  widths_ = widths_.subspan(1);
  const size_t count = std::min<uint64_t>(left_, part_values_);
  if (width > 64 || (count * width + 7) / 8 > rest_.size()) return false;
  ready_.resize(count);
  ready_at_ = 0;
  Unpack(rest_, 0, static_cast<int>(width), count, ready_.data());
  for (uint64_t& each : ready_) each += least_;
  rest_ = rest_.subspan(std::min(part_values_ * width / 8, rest_.size()));
  left_ -= count;
  return true;
}

}  // namespace tenon::columnar
