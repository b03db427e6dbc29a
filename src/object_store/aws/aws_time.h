// Points in time as AWS writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tenon::object_store {

// "2026-11-22T14:00:00.123Z" or with +00:00 for Z, in ns since 1970; nullopt for anything else.
std::optional<int64_t> ParseIsoTime(std::string_view text);
// "Sun, 22 Nov 2026 14:00:00 GMT", of HTTP headers, in ns since 1970.
std::optional<int64_t> ParseHttpTime(std::string_view text);

}  // namespace tenon::object_store
