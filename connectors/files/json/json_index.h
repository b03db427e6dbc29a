// Where the structure of JSON text is: the positions of brackets, colons, commas, the opening
// quotes of strings and the first bytes of other scalars, found by simdjson's first stage with the
// widest instructions of the machine. It also proves that the text is UTF-8, that every string
// ends, and that no string holds a raw control character. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "tenon/result.h"

namespace tenon::files {

class JsonIndex {
 public:
  static Result<std::unique_ptr<JsonIndex>> Make();
  ~JsonIndex();

  // Indexes text[0, size). REQUIRES: 0 < size < 2^31 and text[size - 1] == '\n'. Null when it went
  // well; else what is wrong with the text, and positions() is undefined.
  const char* Find(const uint8_t* text, size_t size);

  // count() positions in ascending order, then that of the last byte, a newline: the walk meets it
  // and fails there.
  const uint32_t* positions() const { return positions_; }
  uint32_t count() const { return count_; }

 private:
  struct Parser;
  explicit JsonIndex(std::unique_ptr<Parser> parser);

  std::unique_ptr<Parser> parser_;
  const uint32_t* positions_ = nullptr;
  uint32_t count_ = 0;
};

}  // namespace tenon::files
