#include "connectors/files/json/json_path.h"

#include <utility>

#include "base/error_catalog.h"
#include "base/text.h"

namespace tenon::files {
namespace {

constexpr size_t kMostSteps = 32;

Status NotUnderstood(std::string_view text, size_t at) {
  return Status::InvalidArgument("JSON path is not understood: option=jsonPath value=" +
                                 base::ShortText(text, 100) + " at=" + std::to_string(at))
      .WithHint("It is made of $, .name, ['name'] and [*]: $.orders[*].lines")
      .WithNumber(base::kErrOptionBounds);
}

// The name between quotes that starts at `at`, behind its first quote; `at` is behind the last one afterwards.
bool QuotedName(std::string_view text, size_t& at, std::string* name) {
  const char quote = text[at - 1];
  for (; at < text.size(); ++at) {
    if (text[at] == quote) {
      ++at;
      return true;
    }
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    *name += text[at];
  }
  return false;
}

}  // namespace

Result<std::vector<JsonStep>> ParseJsonPath(std::string_view given) {
  const std::string_view text = base::Trim(given);
  std::vector<JsonStep> steps;
  if (text.empty() || text[0] != '$') return NotUnderstood(text, 0);
  size_t at = 1;
  while (at < text.size()) {
    const size_t begin = at;
    JsonStep step;
    if (text[at] == '.') {
      const size_t end = std::min(text.find_first_of(".[", at + 1), text.size());
      step.name = text.substr(at + 1, end - at - 1);
      at = end;
      if (step.name.empty() || step.name == "*") return NotUnderstood(text, begin);
    } else if (text.substr(at, 3) == "[*]") {
      step.elements = true;
      at += 3;
    } else if (text.substr(at, 2) == "['" || text.substr(at, 2) == "[\"") {
      at += 2;
      if (!QuotedName(text, at, &step.name) || at >= text.size() || text[at] != ']') {
        return NotUnderstood(text, begin);
      }
      ++at;
    } else {
      return NotUnderstood(text, begin);
    }
    steps.push_back(std::move(step));
    if (steps.size() > kMostSteps) return NotUnderstood(text, begin);
  }
  return steps;
}

}  // namespace tenon::files
