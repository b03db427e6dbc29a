// Reads the XML documents that S3 answers with: elements and text, nothing else.
//
// Strict and small on purpose: document types, entities beyond the five of XML and numbers, and elements nested deeper
// than kMostXmlDepth are errors; attributes, comments and instructions are skipped. Prefixes of names are cut off. A
// value; const use from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.h"

namespace tenon::object_store {

inline constexpr int kMostXmlDepth = 16;

struct XmlElement {
  std::string name;
  std::string text;  // Of this element itself, with references resolved.
  std::vector<XmlElement> children;

  // The first child of that name; null when there is none.
  const XmlElement* Find(std::string_view child) const;
  // Its text; empty when there is none.
  std::string_view TextOf(std::string_view child) const;
};

// The document's element. kDataError: not such a document, with the byte.
Result<XmlElement> ParseXml(std::string_view document);

// Text as it may stand in an element.
std::string EscapeXml(std::string_view text);

}  // namespace tenon::object_store
