#include "door/json_text.h"

#include <cstdint>
#include <utility>

namespace tenon::internal {
namespace {

// The length of the well-formed UTF-8 sequence at the start of `text`, or 0.
size_t Utf8SequenceLength(std::string_view text) {
  auto byte = [&](size_t index) { return static_cast<uint8_t>(text[index]); };
  auto continues = [&](size_t index, uint8_t low = 0x80, uint8_t high = 0xBF) {
    return index < text.size() && byte(index) >= low && byte(index) <= high;
  };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const uint8_t low = first == 0xE0 ? 0xA0 : 0x80;
    const uint8_t high = first == 0xED ? 0x9F : 0xBF;
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const uint8_t low = first == 0xF0 ? 0x90 : 0x80;
    const uint8_t high = first == 0xF4 ? 0x8F : 0xBF;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

// Reads a JSON list of scalars, front to back.
class ListParser {
 public:
  explicit ListParser(std::string_view json) : json_(json) {}

  Result<std::vector<std::string>> Parse() {
    std::vector<std::string> values;
    SkipBlanks();
    if (!Accept('[')) return Wrong("a list was expected");
    SkipBlanks();
    if (!Accept(']')) {
      do {
        SkipBlanks();
        TENON_ASSIGN_OR_RETURN(std::string value, ParseElement());
        values.push_back(std::move(value));
        SkipBlanks();
      } while (Accept(','));
      if (!Accept(']')) return Wrong("a comma or ] was expected");
    }
    SkipBlanks();
    if (at_ != json_.size()) return Wrong("the list had ended");
    return values;
  }

 private:
  Status Wrong(std::string_view what) const {
    return Status::InvalidArgument("Text is not a JSON list of texts: " + std::string(what) +
                                   " byte=" + std::to_string(at_));
  }

  void SkipBlanks() {
    while (at_ < json_.size() &&
           std::string_view(" \t\r\n").find(json_[at_]) != std::string_view::npos)
      ++at_;
  }

  bool Accept(char wanted) {
    if (at_ >= json_.size() || json_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  Result<std::string> ParseElement() {
    if (Accept('"')) return ParseString();
    const size_t end = json_.find_first_of(",] \t\r\n", at_);
    const std::string_view token =
        json_.substr(at_, end == std::string_view::npos ? end : end - at_);
    constexpr std::string_view kScalar =
        "abcdefghijklmnopqrstuvwxyz0123456789+-.E";  // true, false and numbers.
    if (token.empty() || token == "null" ||
        token.find_first_not_of(kScalar) != std::string_view::npos) {
      return Wrong("a text was expected");
    }
    at_ += token.size();
    return std::string(token);
  }

  Result<uint32_t> ParseHex4() {
    uint32_t code = 0;
    for (int digit = 0; digit < 4; ++digit, ++at_) {
      if (at_ >= json_.size()) return Wrong("an escape is cut");
      const char letter = json_[at_];
      uint32_t value;
      if (letter >= '0' && letter <= '9') {
        value = static_cast<uint32_t>(letter - '0');
      } else if (letter >= 'a' && letter <= 'f') {
        value = static_cast<uint32_t>(letter - 'a' + 10);
      } else if (letter >= 'A' && letter <= 'F') {
        value = static_cast<uint32_t>(letter - 'A' + 10);
      } else {
        return Wrong("an escape has a digit that is not hexadecimal");
      }
      code = code << 4 | value;
    }
    return code;
  }

  Status ParseUnicodeEscape(std::string* out) {
    TENON_ASSIGN_OR_RETURN(uint32_t code, ParseHex4());
    if (code >= 0xD800 && code <= 0xDBFF) {
      if (json_.substr(at_, 2) != "\\u") return Wrong("a surrogate stands alone");
      at_ += 2;
      TENON_ASSIGN_OR_RETURN(uint32_t low, ParseHex4());
      if (low < 0xDC00 || low > 0xDFFF) return Wrong("a surrogate stands alone");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code <= 0xDFFF) {
      return Wrong("a surrogate stands alone");
    }
    AppendUtf8(code, out);
    return Status::Ok();
  }

  Result<std::string> ParseString() {
    std::string text;
    while (at_ < json_.size()) {
      const char letter = json_[at_++];
      if (letter == '"') return text;
      if (letter != '\\') {
        text += letter;
        continue;
      }
      if (at_ >= json_.size()) break;
      const char escape = json_[at_++];
      constexpr std::string_view kEscapes = "\"\\/bfnrt";
      constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
      if (escape == 'u') {
        TENON_RETURN_IF_ERROR(ParseUnicodeEscape(&text));
      } else if (const size_t known = kEscapes.find(escape); known != std::string_view::npos) {
        text += kMeanings[known];
      } else {
        return Wrong("an escape is not known");
      }
    }
    return Wrong("a text has no closing quote");
  }

  std::string_view json_;
  size_t at_ = 0;
};

}  // namespace

void AppendUtf8(uint32_t code, std::string* out) {
  auto put = [out](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

std::string JsonQuote(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  while (!text.empty()) {
    const char letter = text[0];
    const size_t length = Utf8SequenceLength(text);
    if (letter == '"' || letter == '\\') {
      out += '\\';
      out += letter;
    } else if (letter == '\n') {
      out += "\\n";
    } else if (static_cast<uint8_t>(letter) < 0x20) {
      out += "\\u00";
      out += kHex[static_cast<uint8_t>(letter) >> 4];
      out += kHex[letter & 0xF];
    } else if (length == 0) {
      out += "\xEF\xBF\xBD";
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out + '"';
}

Result<std::vector<std::string>> ParseJsonTextList(std::string_view json) {
  return ListParser(json).Parse();
}

}  // namespace tenon::internal
