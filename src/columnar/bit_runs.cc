#include "columnar/bit_runs.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace tenon::columnar {
namespace {

static_assert(std::endian::native == std::endian::little, "Words are read as they lie");

constexpr size_t kGroup = 8;        // Numbers that end on a byte.
constexpr int kMostWordWidth = 56;  // Beyond it a number and the bits before it do not fit a word.
constexpr size_t kWord = sizeof(uint64_t);

uint64_t LoadWord(const uint8_t* bytes) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, kWord);
  return word;
}

// Reads up to a word beyond the group's Width bytes.
template <int Width, typename Out>
void UnpackGroups(const uint8_t* bytes, size_t groups, Out* out) {
  constexpr uint64_t kMask = (uint64_t{1} << Width) - 1;
  for (; groups > 0; --groups, bytes += Width, out += kGroup) {
#pragma GCC unroll 8
    for (size_t i = 0; i < kGroup; ++i)
      out[i] = static_cast<Out>(LoadWord(bytes + i * Width / 8) >> (i * Width % 8) & kMask);
  }
}

template <typename Out>
using GroupUnpacker = void (*)(const uint8_t*, size_t, Out*);

template <typename Out, int... Widths>
constexpr std::array<GroupUnpacker<Out>, sizeof...(Widths)> UnpackersOf(
    std::integer_sequence<int, Widths...>) {
  return {&UnpackGroups<Widths, Out>...};
}

// Any width, any place, any end.
uint64_t UnpackOne(std::span<const uint8_t> bytes, uint64_t at, int width) {
  if (width == 0) return 0;
  const size_t byte = at / 8;
  std::array<uint8_t, 2 * kWord> near{};
  if (byte < bytes.size())
    std::copy_n(bytes.data() + byte, std::min(bytes.size() - byte, near.size()), near.data());
  const int shift = static_cast<int>(at % 8);
  uint64_t word = LoadWord(near.data()) >> shift;
  if (shift > 0) word |= LoadWord(near.data() + kWord) << (64 - shift);
  return width == 64 ? word : word & ((uint64_t{1} << width) - 1);
}

template <typename Out>
void UnpackTo(std::span<const uint8_t> bytes, uint64_t at, int width, size_t count, Out* out) {
  static constexpr auto kUnpackers =
      UnpackersOf<Out>(std::make_integer_sequence<int, std::min<int>(sizeof(Out) * 8, 56) + 1>());
  const auto bits = static_cast<uint64_t>(width);
  while (count > 0) {
    const size_t byte = at / 8;
    const size_t there = byte < bytes.size() ? bytes.size() - byte : 0;
    size_t groups = 0;
    if (at % 8 == 0 && width <= kMostWordWidth && there >= bits + kWord)
      groups = std::min(count / kGroup, width == 0 ? count : (there - kWord) / bits);
    if (groups == 0) {
      *out++ = static_cast<Out>(UnpackOne(bytes, at, width));
      at += bits;
      --count;
      continue;
    }
    kUnpackers[static_cast<size_t>(width)](bytes.data() + byte, groups, out);
    out += groups * kGroup;
    at += groups * kGroup * bits;
    count -= groups * kGroup;
  }
}

}  // namespace

void Unpack(std::span<const uint8_t> bytes, uint64_t at, int width, size_t count, uint32_t* out) {
  UnpackTo(bytes, at, width, count, out);
}

void Unpack(std::span<const uint8_t> bytes, uint64_t at, int width, size_t count, uint64_t* out) {
  UnpackTo(bytes, at, width, count, out);
}

bool TakeVarint(std::span<const uint8_t>* bytes, uint64_t* out) {
  *out = 0;
  for (size_t i = 0; i < std::min<size_t>(bytes->size(), 10); ++i) {
    const uint8_t byte = (*bytes)[i];
    *out |= static_cast<uint64_t>(byte & 127) << (7 * i);
    if (byte > 127) continue;
    *bytes = bytes->subspan(i + 1);
    return true;
  }
  return false;
}

bool RunReader::NextRun() {
  uint64_t head = 0;
  if (!TakeVarint(&rest_, &head) || head > 0xffffffffu) return false;
  const auto width = static_cast<size_t>(width_);
  run_ = Run{.count = head >> 1, .repeated = (head & 1) == 0, .packed = {}};
  if (run_.repeated) {
    const size_t bytes = (width + 7) / 8;
    if (bytes > rest_.size()) return false;
    std::memcpy(&run_.value, rest_.data(), bytes);
    rest_ = rest_.subspan(bytes);
    return true;
  }
  if (width == 0) {
    run_.count *= kGroup;
    run_.repeated = true;
    return true;
  }
  // The last run may lack the bytes that fill its last group up.
  const size_t bytes = std::min(run_.count * width, rest_.size());
  run_.packed = rest_;
  run_.count = std::min(run_.count * kGroup, bytes * 8 / width);
  rest_ = rest_.subspan(bytes);
  return true;
}

bool RunReader::Next(size_t most, Run* piece) {
  while (run_.count == 0)
    if (!NextRun()) return false;
  *piece = run_;
  piece->count = std::min(run_.count, most);
  run_.count -= piece->count;
  run_.at += piece->count * static_cast<size_t>(width_);
  return true;
}

}  // namespace tenon::columnar
