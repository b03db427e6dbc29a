// ParseJson takes any bytes; what it takes, DumpJson writes in a form that reads back as the same value.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using tenon::base::Json;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const tenon::Result<Json> parsed = tenon::base::ParseJson(text);
  if (!parsed.ok()) return 0;
  const std::string dumped = tenon::base::DumpJson(*parsed);
  const tenon::Result<Json> again = tenon::base::ParseJson(dumped);
  if (!again.ok() || tenon::base::DumpJson(*again) != dumped) std::abort();
  return 0;
}
