#include "suggest.h"

#include <algorithm>

namespace tenon::cli {
namespace {
constexpr size_t kLongest = 40;
}

int EditDistance(std::string_view a, std::string_view b) {
  if (a.size() > kLongest || b.size() > kLongest) return 1000;
  int rows[3][kLongest + 1] = {};
  int* before = rows[0];
  int* above = rows[1];
  int* here = rows[2];
  for (size_t j = 0; j <= b.size(); ++j) above[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    here[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      int change = a[i - 1] == b[j - 1] ? 0 : 1;
      here[j] = std::min({above[j] + 1, here[j - 1] + 1, above[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        here[j] = std::min(here[j], before[j - 2] + 1);
    }
    int* oldest = before;
    before = above;
    above = here;
    here = oldest;
  }
  return above[b.size()];
}

void Suggestion::Offer(std::string_view known) {
  int distance = EditDistance(wrong_, known);
  int limit = std::max(1, static_cast<int>(std::max(wrong_.size(), known.size())) / 3);
  if (distance <= limit && distance < distance_) {
    best_ = known;
    distance_ = distance;
  }
}

}  // namespace tenon::cli
