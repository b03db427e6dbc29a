#include "column_list.h"

#include <algorithm>
#include <utility>

#include "base/error_catalog.h"
#include "base/json.h"
#include "base/text.h"
#include "tenon/options.h"
#include "tenon/schema.h"

namespace tenon::cli {
namespace {

Status Wrong(const char* option, std::string_view item, std::string hint) {
  return Status::InvalidArgument("A column cannot be read: option=--" + std::string(option) +
                                 " column=" + base::ShortText(item, 100))
      .WithNumber(base::kErrFlagValue)
      .WithHint(std::move(hint));
}

// At `separator`, which counts for nothing between backticks, (), <>.
std::vector<std::string> SplitOutside(std::string_view text, char separator) {
  std::vector<std::string> pieces(1);
  bool quoted = false;
  int depth = 0;
  for (const char c : text) {
    if (c == '`') quoted = !quoted;
    if (!quoted && (c == '(' || c == '<')) ++depth;
    if (!quoted && (c == ')' || c == '>')) --depth;
    if (c == separator && !quoted && depth == 0) {
      pieces.emplace_back();
    } else {
      pieces.back() += c;
    }
  }
  return pieces;
}

// The words of an item, blanks between them gone.
std::vector<std::string> Words(std::string_view item) {
  std::string blanks(item);
  std::replace(blanks.begin(), blanks.end(), '\t', ' ');
  std::replace(blanks.begin(), blanks.end(), '\n', ' ');
  std::vector<std::string> words = SplitOutside(blanks, ' ');
  std::erase_if(words, [](const std::string& word) { return word.empty(); });
  return words;
}

std::string WithoutBackticks(const std::string& name) {
  const bool quoted = name.size() > 2 && name.front() == '`' && name.back() == '`';
  return quoted ? name.substr(1, name.size() - 2) : name;
}

bool IsName(const std::string& name) {
  return !name.empty() && name != "*" && std::count(name.begin(), name.end(), '`') % 2 == 0;
}

void AddColumn(const std::string& path, std::vector<std::string>* columns) {
  std::string column = WithoutBackticks(SplitOutside(path, '.').front());
  if (std::find(columns->begin(), columns->end(), column) == columns->end()) {
    columns->push_back(std::move(column));
  }
}

// asc, desc, nulls first, nulls last behind the name of a key.
bool ReadOrder(const std::vector<std::string>& words, base::Json* key) {
  size_t at = 1;
  if (at < words.size() &&
      (EqualsIgnoreCase(words[at], "asc") || EqualsIgnoreCase(words[at], "desc"))) {
    (*key)["descending"] = EqualsIgnoreCase(words[at], "desc");
    ++at;
  }
  if (at + 1 < words.size() && EqualsIgnoreCase(words[at], "nulls")) {
    const bool first = EqualsIgnoreCase(words[at + 1], "first");
    if (!first && !EqualsIgnoreCase(words[at + 1], "last")) return false;
    (*key)["nulls_first"] = first;
    at += 2;
  }
  return at == words.size();
}

}  // namespace

Result<ColumnList> ParseSelect(std::string_view text) {
  ColumnList list;
  base::Json mappings = base::Json::array();
  for (const std::string& item : SplitOutside(text, ',')) {
    const std::vector<std::string> words = Words(item);
    const bool renamed = words.size() == 3 && EqualsIgnoreCase(words[1], "as");
    if ((words.size() != 1 && !renamed) || !IsName(words[0]) || !IsName(words.back())) {
      return Wrong(
          "select", base::Trim(item),
          "Write names with commas between them, \"id, customer.name as name\"; a name with "
          "blanks stands in backticks.");
    }
    const std::string last = SplitOutside(words[0], '.').back();
    const std::string target = WithoutBackticks(renamed ? words[2] : last);
    // As one name: a dot in it makes no struct.
    mappings.push_back({{"source", words[0]}, {"target", "`" + target + "`"}});
    AddColumn(words[0], &list.columns);
  }
  list.arguments = base::DumpJson({{"mappings", std::move(mappings)}});
  return list;
}

Result<ColumnList> ParseOrderBy(std::string_view text) {
  ColumnList list;
  base::Json keys = base::Json::array();
  for (const std::string& item : SplitOutside(text, ',')) {
    const std::vector<std::string> words = Words(item);
    base::Json key;
    if (words.empty() || !IsName(words[0]) || !ReadOrder(words, &key)) {
      return Wrong(
          "order-by", base::Trim(item),
          "Write names with commas between them, each with asc or desc behind it if need be.");
    }
    key["column"] = WithoutBackticks(words[0]);
    AddColumn(words[0], &list.columns);
    keys.push_back(std::move(key));
  }
  list.arguments = base::DumpJson({{"keys", std::move(keys)}});
  return list;
}

Result<std::string> ParseColumnTypes(std::string_view text) {
  std::string out;
  for (const std::string& item : SplitOutside(text, ',')) {
    std::vector<std::string> words = Words(item);
    std::string name = words.empty() ? "" : words.front(), type;
    // "id:long" is one word, "id: long" two.
    const size_t colon = name.front() == '`' ? name.find(':', name.find('`', 1)) : name.find(':');
    if (colon != std::string::npos) {
      type = name.substr(colon + 1);
      name.resize(colon);
    }
    for (size_t i = 1; i < words.size(); ++i) type += (type.empty() ? "" : " ") + words[i];
    if (!IsName(name) || type.empty()) {
      return Wrong("types", base::Trim(item),
                   "Write names and types: \"id long, price decimal(10,2)\".");
    }
    TENON_ASSIGN_OR_RETURN(const DataType parsed, DataType::Parse(type));
    out += (out.empty() ? "" : ",") + name + ":" + parsed.ToString();
  }
  return out;
}

}  // namespace tenon::cli
