// DataType::Parse takes any text; what it takes, ToString writes in a form that parses to an equal type.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tenon/schema.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const tenon::Result<tenon::DataType> parsed = tenon::DataType::Parse(text);
  if (!parsed.ok()) return 0;
  const tenon::Result<tenon::DataType> again = tenon::DataType::Parse(parsed->ToString());
  if (!again.ok() || *again != *parsed) std::abort();
  return 0;
}
