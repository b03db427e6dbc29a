#include "object_store/aws/xml.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "door/json_text.h"

namespace tenon::object_store {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<XmlElement> Document() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    TENON_RETURN_IF_ERROR(SkipAround());
    if (text_.substr(at_, 2) == "<!") return Wrong("A document type is not read");
    if (!Take("<")) return Wrong("No element begins here");
    XmlElement root;
    TENON_RETURN_IF_ERROR(Element(&root, 1));
    TENON_RETURN_IF_ERROR(SkipAround());
    if (at_ != text_.size()) return Wrong("Something follows the document");
    return root;
  }

 private:
  Status Wrong(const char* what) const {
    return Status::DataError(std::string("XML is malformed: reason=") + what +
                             " byte=" + std::to_string(at_));
  }

  bool Take(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }

  void SkipBlanks() {
    const size_t next = text_.find_first_not_of(kBlanks, at_);
    at_ = next == std::string_view::npos ? text_.size() : next;
  }

  Status SkipTo(std::string_view end) {
    const size_t found = text_.find(end, at_);
    if (found == std::string_view::npos) return Wrong("The document ends too early");
    at_ = found + end.size();
    return Status::Ok();
  }

  // Blanks, instructions and comments around the document's element.
  Status SkipAround() {
    for (;;) {
      SkipBlanks();
      if (Take("<?")) {
        TENON_RETURN_IF_ERROR(SkipTo("?>"));
      } else if (Take("<!--")) {
        TENON_RETURN_IF_ERROR(SkipTo("-->"));
      } else {
        return Status::Ok();
      }
    }
  }

  Result<std::string> Name() {
    const size_t end = text_.find_first_of(" \t\r\n/>=<", at_);
    if (end == std::string_view::npos || end == at_) return Wrong("A name is missing");
    std::string_view name = text_.substr(at_, end - at_);
    at_ = end;
    const size_t prefix = name.find(':');
    if (prefix != std::string_view::npos) name.remove_prefix(prefix + 1);
    return std::string(name);
  }

  Status SkipAttributes() {
    for (;;) {
      SkipBlanks();
      if (at_ >= text_.size()) return Wrong("The document ends too early");
      if (text_[at_] == '>' || text_[at_] == '/') return Status::Ok();
      TENON_RETURN_IF_ERROR(Name().status());
      SkipBlanks();
      if (!Take("=")) return Wrong("An attribute has no value");
      SkipBlanks();
      const char quote = at_ < text_.size() ? text_[at_] : ' ';
      if (quote != '"' && quote != '\'') return Wrong("An attribute has no quotes");
      ++at_;
      TENON_RETURN_IF_ERROR(SkipTo(std::string_view(&quote, 1)));
    }
  }

  // Behind the "<" of its tag.
  Status Element(XmlElement* element, int depth) {
    if (depth > kMostXmlDepth) return Wrong("Elements are nested too deep");
    TENON_ASSIGN_OR_RETURN(element->name, Name());
    TENON_RETURN_IF_ERROR(SkipAttributes());
    if (Take("/>")) return Status::Ok();
    if (!Take(">")) return Wrong("A tag does not end");
    for (;;) {
      TENON_RETURN_IF_ERROR(Text(&element->text));
      if (Take("</")) {
        TENON_ASSIGN_OR_RETURN(const std::string name, Name());
        SkipBlanks();
        if (name != element->name || !Take(">")) return Wrong("A tag ends another element");
        return Status::Ok();
      }
      if (Take("<!--")) {
        TENON_RETURN_IF_ERROR(SkipTo("-->"));
      } else if (Take("<![CDATA[")) {
        const size_t begin = at_;
        TENON_RETURN_IF_ERROR(SkipTo("]]>"));
        element->text.append(text_.substr(begin, at_ - 3 - begin));
      } else if (Take("<")) {
        element->children.emplace_back();
        TENON_RETURN_IF_ERROR(Element(&element->children.back(), depth + 1));
      } else {
        return Wrong("The document ends too early");
      }
    }
  }

  Status Text(std::string* text) {
    while (at_ < text_.size() && text_[at_] != '<') {
      const size_t end = std::min(text_.find_first_of("<&", at_), text_.size());
      text->append(text_.substr(at_, end - at_));
      at_ = end;
      if (Take("&")) TENON_RETURN_IF_ERROR(Reference(text));
    }
    return Status::Ok();
  }

  Status Reference(std::string* text) {
    static constexpr std::pair<std::string_view, char> kEntities[] = {
        {"amp;", '&'}, {"lt;", '<'}, {"gt;", '>'}, {"quot;", '"'}, {"apos;", '\''}};
    for (const auto& entity : kEntities) {
      if (!Take(entity.first)) continue;
      text->push_back(entity.second);
      return Status::Ok();
    }
    if (!Take("#")) return Wrong("An entity is not known");
    const int base = Take("x") ? 16 : 10;
    uint32_t code = 0;
    const char* const begin = text_.data() + at_;
    const auto parsed = std::from_chars(begin, text_.data() + text_.size(), code, base);
    at_ += static_cast<size_t>(parsed.ptr - begin);
    if (parsed.ec != std::errc() || !Take(";") || code == 0 || code > 0x10FFFF ||
        (code >= 0xD800 && code <= 0xDFFF)) {
      return Wrong("A character reference is wrong");
    }
    internal::AppendUtf8(code, text);
    return Status::Ok();
  }

  const std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

const XmlElement* XmlElement::Find(std::string_view child) const {
  for (const XmlElement& each : children) {
    if (each.name == child) return &each;
  }
  return nullptr;
}

std::string_view XmlElement::TextOf(std::string_view child) const {
  const XmlElement* const found = Find(child);
  return found == nullptr ? std::string_view() : std::string_view(found->text);
}

Result<XmlElement> ParseXml(std::string_view document) { return Parser(document).Document(); }

std::string EscapeXml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          escaped.append("&#").append(std::to_string(static_cast<int>(c))).append(";");
        } else {
          escaped += c;
        }
    }
  }
  return escaped;
}

}  // namespace tenon::object_store
