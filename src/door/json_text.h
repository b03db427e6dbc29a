// The little JSON that the door itself needs: quoting text for a JSON Schema, and reading a list of
// texts from an option. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.h"

namespace tenon::internal {

// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, so the result is
// always JSON.
std::string JsonQuote(std::string_view text);

// The elements of a JSON list of texts; numbers and truth values are taken as they are written.
// kInvalidArgument says at which byte it stops being such a list.
Result<std::vector<std::string>> ParseJsonTextList(std::string_view json);

// Appends the UTF-8 form of a code point. REQUIRES: below 0x110000 and no surrogate.
void AppendUtf8(uint32_t code, std::string* out);

}  // namespace tenon::internal
