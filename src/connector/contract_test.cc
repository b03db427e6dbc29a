#include "connector/contract.h"

#include <fstream>
#include <iterator>
#include <set>

#include "testing/matchers.h"

namespace tenon::connector {
namespace {

// Every rule's name as it stands in the wrappers' sources: Broken("rule", ….
std::set<std::string> RulesOfTheCode() {
  std::set<std::string> rules;
  for (const char* file : {"contract.cc", "checked.cc", "checked_host.cc", "checked_read.cc",
                           "checked_reader.cc", "checked_write.cc", "checked_ability.cc"}) {
    std::ifstream stream(TENON_SOURCE_FOLDER "/src/connector/" + std::string(file));
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    EXPECT_FALSE(text.empty()) << file;
    constexpr std::string_view kCall = "Broken(";
    for (size_t at = text.find(kCall); at != std::string::npos; at = text.find(kCall, at + 1)) {
      const size_t quote = text.find_first_not_of(" \n", at + kCall.size());
      if (text[quote] != '"') continue;  // Not a call.
      const size_t begin = quote + 1;
      rules.insert(text.substr(begin, text.find('"', begin) - begin));
    }
  }
  return rules;
}

// Every name in backticks in the first column of the page's table.
std::set<std::string> RulesOfTheDocument() {
  std::set<std::string> rules;
  std::ifstream stream(TENON_SOURCE_FOLDER "/docs/connector-contract.md");
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with("| `")) continue;
    const std::string cell = line.substr(0, line.find('|', 1));
    for (size_t at = cell.find('`'); at != std::string::npos;) {
      const size_t end = cell.find('`', at + 1);
      rules.insert(cell.substr(at + 1, end - at - 1));
      at = cell.find('`', end + 1);
    }
  }
  return rules;
}

TEST(ContractTest, EveryRuleIsDocumentedAndEveryDocumentedRuleIsChecked) {
  EXPECT_EQ(RulesOfTheCode(), RulesOfTheDocument());
  EXPECT_GE(RulesOfTheCode().size(), 20u);
}

TEST(ContractTest, SchemaDifferenceNamesTheColumn) {
  const Schema declared(
      {{"a", DataType::Int(), false}, {"b", DataType::Struct({{"c", DataType::Long(), false}})}});
  const Schema same(
      {{"a", DataType::Int(), true}, {"b", DataType::Struct({{"c", DataType::Long(), true}})}});
  EXPECT_EQ(SchemaDifference(declared, same), "") << "nullability is a matter of the data";
  const Schema other({{"a", DataType::Int()}, {"b", DataType::Struct({{"d", DataType::Long()}})}});
  EXPECT_EQ(SchemaDifference(declared, other),
            "column=1 declared=b:struct<c:long> is=b:struct<d:long>");
  EXPECT_EQ(SchemaDifference(declared, Schema()), "declared_columns=2 columns=0");
}

}  // namespace
}  // namespace tenon::connector
