#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenon/option_spec.h"

namespace tenon {
namespace {

// Names that differ in case or in `_`, `-` and `.` only are the same to a person.
std::string Plain(std::string_view name) {
  std::string plain;
  for (char letter : name) {
    if (letter == '_' || letter == '-' || letter == '.' || letter == ' ') continue;
    plain += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return plain;
}

// Letters to insert, drop, replace or swap with their neighbour.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

}  // namespace

std::string NearestName(std::string_view given, const std::vector<std::string>& known) {
  constexpr size_t kLongest = 128;  // Nobody mistypes more, and the cost is a product.
  if (given.size() > kLongest) return {};
  const std::string wanted = Plain(given);
  // A third of the letters may be wrong; one may be in any name of two or more.
  const size_t allowed = std::max<size_t>(wanted.size() >= 2 ? 1 : 0, wanted.size() / 3);
  const std::string* nearest = nullptr;
  size_t least = allowed + 1;
  for (const std::string& name : known) {
    if (name.size() > kLongest) continue;
    const size_t distance = EditDistance(wanted, Plain(name));
    if (distance < least) {
      least = distance;
      nearest = &name;
    }
  }
  return nearest != nullptr ? *nearest : std::string();
}

}  // namespace tenon
