#include "job/placeholders.h"

#include "base/error_catalog.h"
#include "base/text.h"

namespace tenon::job {
namespace {

constexpr std::string_view kBegin = "${";
constexpr size_t kShownName = 60;

}  // namespace

Result<Secret> FillPlaceholders(const Secret& text, const PlaceholderValue& value_of) {
  std::string_view rest = text.Reveal();
  std::string filled;
  for (size_t at = rest.find(kBegin); at != rest.npos; at = rest.find(kBegin)) {
    const size_t end = rest.find('}', at);
    // What follows one that does not end may be a password: it is not shown.
    const std::string_view name = end == rest.npos
                                      ? std::string_view("(does not end)")
                                      : rest.substr(at + kBegin.size(), end - at - kBegin.size());
    const std::optional<Secret> value = end == rest.npos ? std::nullopt : value_of(name);
    if (!value) {
      return Status::InvalidArgument("Placeholder cannot be filled: placeholder=" +
                                     base::ShortText(name, kShownName))
          .WithNumber(base::kErrPlaceholder)
          .WithHint("Add a key of this name to the secret; names are told apart by case.");
    }
    filled += rest.substr(0, at);
    filled += value->Reveal();
    rest.remove_prefix(end + 1);
  }
  filled += rest;
  return Secret(std::move(filled));
}

std::string WithoutPlaceholders(std::string_view text) {
  std::string out;
  for (size_t at = text.find(kBegin); at != text.npos; at = text.find(kBegin)) {
    const size_t end = text.find('}', at);
    if (end == text.npos) break;
    out += text.substr(0, at);
    text.remove_prefix(end + 1);
  }
  return out += text;
}

}  // namespace tenon::job
