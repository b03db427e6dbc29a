// Small operations on text that the standard library lacks. ASCII only where letters matter: no
// locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.h"

namespace tenon::base {

// "a,,b" at ',' gives "a", "", "b"; an empty text gives one empty piece. The pieces view `text`.
std::vector<std::string_view> Split(std::string_view text, char separator);
std::string Join(const std::vector<std::string>& pieces, std::string_view separator);
// Without blanks, tabs and line ends at both ends; a view of `text`.
std::string_view Trim(std::string_view text);
std::string ToLower(std::string_view text);

// For messages: one line, control characters and bytes that are not UTF-8 escaped as \xNN, cut with
// "…" after `max_bytes` at a character's border.
std::string ShortText(std::string_view text, size_t max_bytes);

// True when `text` is well-formed UTF-8 (no surrogates, nothing above U+10FFFF, no longer form than
// needed).
bool IsUtf8(std::string_view text);

// The whole text as a decimal number, an optional sign first; nullopt for anything else, also when
// out of range.
std::optional<int64_t> ParseInteger(std::string_view text);

// "512", "64k", "1.5 GiB", "2gb" as bytes; units are powers of 1024. kInvalidArgument says what is
// wrong.
Result<int64_t> ParseBytes(std::string_view text);
// "512 B", "1.5 GiB"
std::string FormatBytes(int64_t bytes);

}  // namespace tenon::base
