// Unpack takes any bytes, allocates no more than their number, and what it takes packs to the same bytes.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/payload.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  int64_t number = 0;
  std::string text;
  std::vector<std::string> list;
  if (!tenon::Unpack(bytes, 1, &number, &text, &list).ok()) return 0;
  if (tenon::Pack(1, number, text, list) != bytes) std::abort();
  return 0;
}
