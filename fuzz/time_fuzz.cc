// Dates, timestamps, numbers and sizes are read from any text; a date that is read is written back as itself.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "base/time.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tenon::base;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const std::optional<int64_t> days = ParseDate(text)) {
    if (ParseDate(FormatDate(*days)) != days) std::abort();
  }
  if (const std::optional<ParsedTimestamp> instant = ParseTimestamp(text)) {
    const std::optional<ParsedTimestamp> again = ParseTimestamp(FormatTimestamp(instant->micros));
    if (!again || again->micros != instant->micros) std::abort();
  }
  if (const std::optional<int64_t> micros = ParseTimeOfDay(text)) FormatTimeOfDay(*micros);
  ParseInteger(text);
  static_cast<void>(ParseBytes(text).ok());
  ShortText(text, 40);
  if (!IsUtf8(ShortText(text, 40))) std::abort();
  return 0;
}
