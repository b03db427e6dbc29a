// The checksum of zlib and of Parquet's pages. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>

namespace tenon::columnar {

uint32_t Crc32(std::span<const uint8_t> bytes);

// What Crc32 chooses between by what the processor can do, for tests. Crc32Folded: only where `CanFoldCrc32`.
uint32_t Crc32ByTables(std::span<const uint8_t> bytes);
uint32_t Crc32Folded(std::span<const uint8_t> bytes);
bool CanFoldCrc32();

}  // namespace tenon::columnar
