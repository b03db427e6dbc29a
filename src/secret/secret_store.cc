#include "secret/secret_store.h"

#include <algorithm>

#include "base/error_catalog.h"
#include "base/text.h"

namespace tenon::secret {
namespace {

constexpr size_t kLongestName = 512;
constexpr std::string_view kSigns = "/_+=.@-";
constexpr size_t kArnSuffix = 7;  // "-" and six characters.

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kSigns.find(c) != std::string_view::npos;
}

}  // namespace

Status CheckSecretName(std::string_view name) {
  if (!name.empty() && name.size() <= kLongestName &&
      std::all_of(name.begin(), name.end(), IsNameByte)) {
    return Status::Ok();
  }
  return Status::InvalidArgument("Name of a secret is wrong: name=" + base::ShortText(name, 100))
      .WithNumber(base::kErrSecretName)
      .WithHint("Take 1 to 512 letters, digits and the signs / _ + = . @ -");
}

std::vector<std::string> NamesOfId(std::string_view id) {
  if (!id.starts_with("arn:")) return {std::string(id)};
  // arn:aws:secretsmanager:region:account:secret:name-Ab12Cd
  size_t begin = 0;
  for (int colons = 0; colons < 6; ++colons) {
    begin = id.find(':', begin);
    if (begin == std::string_view::npos) return {std::string(id)};
    ++begin;
  }
  const std::string_view name = id.substr(begin);
  std::vector<std::string> names = {std::string(name)};
  if (name.size() > kArnSuffix && name[name.size() - kArnSuffix] == '-') {
    names.emplace_back(name.substr(0, name.size() - kArnSuffix));
  }
  return names;
}

}  // namespace tenon::secret
