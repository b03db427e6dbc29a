// SHA-256, and random numbers that nobody can guess or meet twice.
#pragma once

#include <string>
#include <string_view>

#include "tenon/result.h"

namespace tenon::base {

// 64 lower-case hex digits.
std::string Sha256Hex(std::string_view bytes);

// `bits` random bits from the system as lower-case hex digits. REQUIRES: bits is a positive
// multiple of 8, at most 2048. kInternal: the system gives none.
Result<std::string> RandomHex(int bits);

}  // namespace tenon::base
