// The nearest known word to a misspelt one. Pure functions.
#pragma once

#include <string_view>

namespace tenon::cli {

// Insertions, deletions, changes and swaps of neighbours that turn `a` into `b`; words above 40
// letters count as far apart.
int EditDistance(std::string_view a, std::string_view b);

// Gathers candidates and keeps the nearest that is near enough to be meant.
class Suggestion {
 public:
  explicit Suggestion(std::string_view wrong) : wrong_(wrong) {}
  void Offer(std::string_view known);
  // Empty when nothing is near.
  std::string_view best() const { return best_; }

 private:
  std::string_view wrong_;
  std::string_view best_;
  int distance_ = 1000;
};

}  // namespace tenon::cli
