#include "expression/lexer.h"

#include <array>

#include "base/error_catalog.h"
#include "base/text.h"

namespace tenon::expression {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<uint8_t>(c) >= 0x80;
}
bool IsNameByte(char c) { return IsNameStart(c) || IsDigit(c); }
bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

// Longest first.
constexpr std::array<std::string_view, 8> kSymbols = {"<=>", "<=", ">=", "<>",
                                                      "!=",  "==", "||", "->"};

std::string ToUpper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

class Lexer {
 public:
  explicit Lexer(std::string_view sql) : sql_(sql) {}

  Result<std::vector<Token>> Run() {
    while (true) {
      TENON_RETURN_IF_ERROR(SkipBlanks());
      Token token;
      token.begin = at_;
      if (at_ == sql_.size()) {
        token.end = at_;
        tokens_.push_back(std::move(token));
        return std::move(tokens_);
      }
      TENON_RETURN_IF_ERROR(Next(&token));
      token.end = at_;
      tokens_.push_back(std::move(token));
    }
  }

 private:
  char Peek(size_t ahead = 0) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }

  Status NotClosed(std::string_view what, size_t begin) const {
    return Status::InvalidArgument("Predicate has " + std::string(what) +
                                   " that is not closed: byte=" + std::to_string(begin) +
                                   " predicate=" + base::ShortText(sql_, 200))
        .WithNumber(base::kErrPredicate);
  }

  Status SkipBlanks() {
    while (at_ < sql_.size()) {
      if (IsBlank(Peek())) {
        ++at_;
      } else if (Peek() == '-' && Peek(1) == '-') {
        at_ = std::min(sql_.find('\n', at_), sql_.size());
      } else if (Peek() == '/' && Peek(1) == '*') {
        const size_t end = sql_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return NotClosed("a comment", at_);
        at_ = end + 2;
      } else {
        break;
      }
    }
    return Status::Ok();
  }

  Status Next(Token* token) {
    const char c = Peek();
    const bool raw = (c == 'r' || c == 'R') && (Peek(1) == '\'' || Peek(1) == '"');
    if (c == '\'' || c == '"' || raw) return NextText(token, raw);
    if (c == '`') return NextQuotedName(token);
    if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)) && !AfterName())) return NextNumber(token);
    if (IsNameStart(c)) {
      token->kind = TokenKind::kName;
      while (IsNameByte(Peek())) token->text += sql_[at_++];
      token->upper = ToUpper(token->text);
      return Status::Ok();
    }
    token->kind = TokenKind::kSymbol;
    for (const std::string_view symbol : kSymbols) {
      if (sql_.substr(at_).starts_with(symbol)) {
        token->text = symbol;
        at_ += symbol.size();
        return Status::Ok();
      }
    }
    token->text = std::string(1, sql_[at_++]);
    return Status::Ok();
  }

  // "a.5" is not a number behind a name.
  bool AfterName() const {
    return !tokens_.empty() && tokens_.back().kind == TokenKind::kName && tokens_.back().end == at_;
  }

  Status NextQuotedName(Token* token) {
    const size_t begin = at_++;
    token->kind = TokenKind::kName;
    token->quoted = true;
    while (true) {
      if (at_ >= sql_.size()) return NotClosed("a backtick", begin);
      if (sql_[at_] == '`') {
        if (Peek(1) != '`') break;
        ++at_;
      }
      token->text += sql_[at_++];
    }
    ++at_;
    return Status::Ok();
  }

  Status NextNumber(Token* token) {
    token->kind = TokenKind::kNumber;
    const auto digits = [&] {
      while (IsDigit(Peek())) token->text += sql_[at_++];
    };
    digits();
    if (Peek() == '.') {
      token->text += sql_[at_++];
      digits();
    }
    const bool signed_exponent = (Peek(1) == '-' || Peek(1) == '+') && IsDigit(Peek(2));
    if ((Peek() == 'e' || Peek() == 'E') && (IsDigit(Peek(1)) || signed_exponent)) {
      token->text += sql_[at_++];
      token->text += sql_[at_++];
      digits();
    }
    while (IsNameByte(Peek())) token->text += sql_[at_++];  // A suffix: L, S, Y, F, D, BD.
    return Status::Ok();
  }

  // Doubled quotes stand for one; backslashes escape as in Spark, which keeps them before % and _ for LIKE.
  Status NextText(Token* token, bool raw) {
    token->kind = TokenKind::kText;
    const size_t begin = at_;
    if (raw) ++at_;
    const char quote = sql_[at_++];
    while (true) {
      if (at_ >= sql_.size()) return NotClosed("a quote", begin);
      const char c = sql_[at_++];
      if (c == quote) {
        if (raw || Peek() != quote) return Status::Ok();
        token->text += sql_[at_++];
      } else if (c == '\\' && !raw) {
        if (at_ >= sql_.size()) return NotClosed("a quote", begin);
        Escape(sql_[at_++], &token->text);
      } else {
        token->text += c;
      }
    }
  }

  void Escape(char c, std::string* text) {
    switch (c) {
      case '0': *text += '\0'; return;
      case 'b': *text += '\b'; return;
      case 'n': *text += '\n'; return;
      case 'r': *text += '\r'; return;
      case 't': *text += '\t'; return;
      case 'Z': *text += '\x1A'; return;
      case '%':
      case '_':
        *text += '\\';
        *text += c;
        return;
      case 'u':
        if (EscapeCodePoint(text)) return;
        break;
      default: break;
    }
    *text += c;
  }

  // \uXXXX of the basic plane, surrogates left out.
  bool EscapeCodePoint(std::string* text) {
    uint32_t code = 0;
    for (size_t i = 0; i < 4; ++i) {
      const char c = Peek(i);
      const int digit = IsDigit(c)             ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return false;
      code = code * 16 + static_cast<uint32_t>(digit);
    }
    if (code >= 0xD800 && code <= 0xDFFF) return false;
    at_ += 4;
    if (code < 0x80) {
      *text += static_cast<char>(code);
    } else if (code < 0x800) {
      *text += static_cast<char>(0xC0 | (code >> 6));
      *text += static_cast<char>(0x80 | (code & 0x3F));
    } else {
      *text += static_cast<char>(0xE0 | (code >> 12));
      *text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
      *text += static_cast<char>(0x80 | (code & 0x3F));
    }
    return true;
  }

  const std::string_view sql_;
  size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> Tokenise(std::string_view sql) { return Lexer(sql).Run(); }

}  // namespace tenon::expression
