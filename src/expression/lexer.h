// Cuts a predicate's text into words, as Spark SQL does. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.h"

namespace tenon::expression {

enum class TokenKind {
  kName,    // text: as written; `quoted` when it stood in backticks.
  kNumber,  // text: digits, point, exponent and suffix as written.
  kText,    // text: the value, quotes and escapes resolved.
  kSymbol,  // text: "<=>", "(", "+"…
  kEnd,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;
  std::string upper;  // Of an unquoted name: in upper case, for keywords.
  bool quoted = false;
  size_t begin = 0, end = 0;  // Bytes of the source.

  bool IsWord(std::string_view word) const {
    return kind == TokenKind::kName && !quoted && upper == word;
  }
  bool IsSymbol(std::string_view symbol) const {
    return kind == TokenKind::kSymbol && text == symbol;
  }
};

// Ends with a kEnd token. kInvalidArgument TN1030: a quote is not closed, a comment is not closed.
Result<std::vector<Token>> Tokenise(std::string_view sql);

}  // namespace tenon::expression
