// The checksum of Snappy's frames. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>

namespace tenon::compression {

uint32_t Crc32c(std::span<const uint8_t> bytes);

}  // namespace tenon::compression
