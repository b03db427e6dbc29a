#include <cstdint>

#include "connectors/files/json/json_walk.h"

namespace tenon::files {
namespace {

constexpr uint32_t kReplacement = 0xfffd;
constexpr uint32_t kNoCode = 0xffffffff;

// The code of four hex digits; kNoCode if they are none.
uint32_t FourHexDigits(const uint8_t* from) {
  uint32_t code = 0;
  for (int i = 0; i < 4; ++i) {
    const uint8_t c = from[i];
    uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = c - '0';
    } else if (c >= 'a' && c <= 'f') {
      digit = c - 'a' + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = c - 'A' + 10;
    } else {
      return kNoCode;
    }
    code = code << 4 | digit;
  }
  return code;
}

bool IsHigh(uint32_t code) { return code >= 0xd800 && code < 0xdc00; }
bool IsLow(uint32_t code) { return code >= 0xdc00 && code < 0xe000; }

uint8_t* PutUtf8(uint32_t code, uint8_t* to) {
  if (code < 0x80) {
    *to++ = static_cast<uint8_t>(code);
  } else if (code < 0x800) {
    *to++ = static_cast<uint8_t>(0xc0 | code >> 6);
    *to++ = static_cast<uint8_t>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    *to++ = static_cast<uint8_t>(0xe0 | code >> 12);
    *to++ = static_cast<uint8_t>(0x80 | (code >> 6 & 0x3f));
    *to++ = static_cast<uint8_t>(0x80 | (code & 0x3f));
  } else {
    *to++ = static_cast<uint8_t>(0xf0 | code >> 18);
    *to++ = static_cast<uint8_t>(0x80 | (code >> 12 & 0x3f));
    *to++ = static_cast<uint8_t>(0x80 | (code >> 6 & 0x3f));
    *to++ = static_cast<uint8_t>(0x80 | (code & 0x3f));
  }
  return to;
}

// The character that one-letter escapes stand for; 0 if there is no such escape.
uint8_t SimpleEscape(uint8_t letter) {
  switch (letter) {
    case '"':
    case '\\':
    case '/': return letter;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
  }
}

}  // namespace

uint8_t* Unescape(const uint8_t* from, uint8_t* to) {
  for (;;) {
    const uint8_t c = *from++;
    if (c == '"') return to;
    if (c != '\\') {
      *to++ = c;
      continue;
    }
    const uint8_t letter = *from++;
    if (letter != 'u') {
      const uint8_t meant = SimpleEscape(letter);
      if (meant == 0) return nullptr;
      *to++ = meant;
      continue;
    }
    uint32_t code = FourHexDigits(from);
    if (code == kNoCode) return nullptr;
    from += 4;
    if (IsHigh(code)) {
      const uint32_t second = from[0] == '\\' && from[1] == 'u' ? FourHexDigits(from + 2) : kNoCode;
      if (second != kNoCode && IsLow(second)) {
        code = 0x10000 + ((code - 0xd800) << 10) + (second - 0xdc00);
        from += 6;
      } else {
        code = kReplacement;
      }
    } else if (IsLow(code)) {
      code = kReplacement;
    }
    to = PutUtf8(code, to);
  }
}

}  // namespace tenon::files
