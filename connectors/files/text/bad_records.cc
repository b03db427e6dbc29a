#include "connectors/files/text/bad_records.h"

#include <algorithm>

#include "base/text.h"

namespace tenon::files {
namespace {

constexpr size_t kMostInputBytes = 4096;

// Text of a bad record, fit for a string column.
std::string ReadableText(const uint8_t* text, size_t size) {
  std::string readable(reinterpret_cast<const char*>(text), std::min(size, kMostInputBytes));
  if (readable.ends_with('\r')) readable.pop_back();
  if (base::IsUtf8(readable)) return readable;
  std::string replaced;
  for (const char c : readable) {
    if (static_cast<uint8_t>(c) < 0x80) {
      replaced += c;
    } else {
      replaced += "\xef\xbf\xbd";
    }
  }
  return replaced;
}

}  // namespace

Status BadRecords::Report(std::string_view error, int64_t line_at, int64_t at, const uint8_t* text,
                          size_t size) {
  TENON_ASSIGN_OR_RETURN(const int64_t number, lines_.At(line_at));
  context_.AddError({.message = std::string(what_) + ": " + std::string(error),
                     .input = ReadableText(text, size),
                     .where = "file=" + path_ + " line=" + std::to_string(number) +
                              " byte=" + std::to_string(at)});
  return Status::Ok();
}

}  // namespace tenon::files
