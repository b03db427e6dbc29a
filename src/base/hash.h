// SHA-256, and random numbers that nobody can guess or meet twice.
//
// Of OpenSSL only the block functions are linked in: to load the library and set it up takes longer than a small job.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "tenon/result.h"

namespace tenon::base {

// 64 lower-case hex digits.
std::string Sha256Hex(std::string_view bytes);

// The keyed digest of RFC 2104 over SHA-256.
std::array<uint8_t, 32> HmacSha256(std::string_view key, std::string_view text);

// `bits` random bits from the system as lower-case hex digits. REQUIRES: bits is a positive
// multiple of 8, at most 2048. kInternal: the system gives none.
Result<std::string> RandomHex(int bits);

}  // namespace tenon::base
