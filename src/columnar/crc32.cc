#include "columnar/crc32.h"

#include <array>
#include <cstddef>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tenon::columnar {
namespace {

constexpr uint32_t kPolynomial = 0xedb88320;

// Table k: what a byte does that is followed by k others.
using Tables = std::array<std::array<uint32_t, 256>, 8>;

constexpr Tables MakeTables() {
  Tables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ ((rest & 1) != 0 ? kPolynomial : 0);
    tables[0][byte] = rest;
  }
  for (size_t k = 1; k < 8; ++k) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint32_t before = tables[k - 1][byte];
      tables[k][byte] = before >> 8 ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

constexpr Tables kTables = MakeTables();

// The rest behind `bytes`, which begin with `rest`.
uint32_t RestOf(uint32_t rest, std::span<const uint8_t> bytes) {
  const uint8_t* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    uint32_t low = 0, high = 0;
    std::memcpy(&low, at, sizeof(low));
    std::memcpy(&high, at + sizeof(low), sizeof(high));
    low ^= rest;
    rest = kTables[7][low & 0xff] ^ kTables[6][low >> 8 & 0xff] ^ kTables[5][low >> 16 & 0xff] ^
           kTables[4][low >> 24] ^ kTables[3][high & 0xff] ^ kTables[2][high >> 8 & 0xff] ^
           kTables[1][high >> 16 & 0xff] ^ kTables[0][high >> 24];
  }
  for (; left > 0; ++at, --left) rest = rest >> 8 ^ kTables[0][(rest ^ *at) & 0xff];
  return rest;
}

}  // namespace

uint32_t Crc32ByTables(std::span<const uint8_t> bytes) { return ~RestOf(0xffffffff, bytes); }

#if defined(__x86_64__)

bool CanFoldCrc32() {
  static const bool can = __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
  return can;
}

namespace {

constexpr size_t kLane = 16;
constexpr size_t kLanes = 4;

__m128i Load(const uint8_t* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }

// Moves a lane forward by the distance that `keys` stands for.
__attribute__((target("pclmul,sse4.1"))) __m128i Fold(__m128i lane, __m128i keys, __m128i next) {
  const __m128i low = _mm_clmulepi64_si128(lane, keys, 0x00);
  const __m128i high = _mm_clmulepi64_si128(lane, keys, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

}  // namespace

// Four lanes are folded over the bytes (Gopal and others, "Fast CRC Computation for Generic Polynomials", 2009): the
// keys are x^(distance+32) and x^(distance-32) modulo the polynomial, bits turned round. What is left in one lane has
// the same rest as all bytes before it.
__attribute__((target("pclmul,sse4.1"))) uint32_t Crc32Folded(std::span<const uint8_t> bytes) {
  if (bytes.size() < kLane * kLanes) return Crc32ByTables(bytes);
  const __m128i by_four = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
  const __m128i by_one = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
  const uint8_t* at = bytes.data();
  size_t left = bytes.size() - kLane * kLanes;
  __m128i first = _mm_xor_si128(Load(at), _mm_cvtsi32_si128(-1));
  __m128i second = Load(at + kLane), third = Load(at + 2 * kLane), fourth = Load(at + 3 * kLane);
  for (at += kLane * kLanes; left >= kLane * kLanes; at += kLane * kLanes, left -= kLane * kLanes) {
    first = Fold(first, by_four, Load(at));
    second = Fold(second, by_four, Load(at + kLane));
    third = Fold(third, by_four, Load(at + 2 * kLane));
    fourth = Fold(fourth, by_four, Load(at + 3 * kLane));
  }
  __m128i lane = Fold(first, by_one, second);
  lane = Fold(lane, by_one, third);
  lane = Fold(lane, by_one, fourth);
  for (; left >= kLane; at += kLane, left -= kLane) lane = Fold(lane, by_one, Load(at));
  std::array<uint8_t, kLane> last{};
  std::memcpy(last.data(), &lane, kLane);
  return ~RestOf(RestOf(0, last), {at, left});
}

#else

bool CanFoldCrc32() { return false; }
uint32_t Crc32Folded(std::span<const uint8_t> bytes) { return Crc32ByTables(bytes); }

#endif

uint32_t Crc32(std::span<const uint8_t> bytes) {
  return CanFoldCrc32() ? Crc32Folded(bytes) : Crc32ByTables(bytes);
}

}  // namespace tenon::columnar
