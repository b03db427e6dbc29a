#include "object_store/aws/xml.h"

#include "testing/matchers.h"

namespace tenon::object_store {
namespace {

using tenon::testing::IsError;
using ::testing::HasSubstr;

TEST(XmlTest, ReadsElementsTextAndReferences) {
  ASSERT_OK_AND_ASSIGN(
      const XmlElement root,
      ParseXml("\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<!-- c --><a:List xmlns=\"x>y\" b = 'c'>"
               "<Key>a &amp; b&#x20;&#228;<![CDATA[<&]]></Key><Empty/><Key>2</Key></a:List>\n"));
  EXPECT_EQ(root.name, "List");
  ASSERT_EQ(root.children.size(), 3u);
  EXPECT_EQ(root.TextOf("Key"), "a & b \xc3\xa4<&");
  EXPECT_EQ(root.TextOf("Empty"), "");
  EXPECT_EQ(root.TextOf("None"), "");
  EXPECT_EQ(root.Find("None"), nullptr);
  EXPECT_EQ(root.children[2].text, "2");
}

TEST(XmlTest, RefusesWhatItDoesNotRead) {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "<a>";
  const std::pair<std::string, const char*> wrong[] = {
      {"", "No element begins here"},
      {"text", "No element begins here"},
      {"<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "A document type is not read"},
      {"<a>&b;</a>", "An entity is not known"},
      {"<a>&#xD800;</a>", "A character reference is wrong"},
      {"<a>&#99999999999;</a>", "A character reference is wrong"},
      {"<a><b></a></b>", "A tag ends another element"},
      {"<a b>", "An attribute has no value"},
      {"<a b=c>", "An attribute has no quotes"},
      {"<a><b>text", "The document ends too early"},
      {"<a/><b/>", "Something follows the document"},
      {deep, "Elements are nested too deep"},
  };
  for (const auto& [text, words] : wrong) {
    EXPECT_THAT(ParseXml(text), IsError(StatusCode::kDataError, HasSubstr(words)))
        << text.substr(0, 60);
  }
}

TEST(XmlTest, EveryPrefixOfADocumentIsAnErrorAndNoCrash) {
  const std::string text = "<?xml version='1.0'?><a b='1'><c>&lt;&#65;</c><!-- x --><d/></a>";
  ASSERT_TRUE(ParseXml(text).ok());
  for (size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(ParseXml(std::string_view(text).substr(0, length)).ok()) << length;
  }
}

TEST(XmlTest, EscapedTextComesBack) {
  const std::string text = "a<b>&\"c'\r\n\x01 \xc3\xa4";
  ASSERT_OK_AND_ASSIGN(const XmlElement element, ParseXml("<a>" + EscapeXml(text) + "</a>"));
  EXPECT_EQ(element.text, text);
}

}  // namespace
}  // namespace tenon::object_store
