#include "columnar/field_places.h"

#include <algorithm>
#include <numeric>

namespace tenon::columnar {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool Before(std::string_view a, std::string_view b, NameCase name_case) {
  if (name_case == NameCase::kTold) return a < b;
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char x, char y) { return Lower(x) < Lower(y); });
}

}  // namespace

FieldPlaces::FieldPlaces(std::span<const Field> fields, NameCase name_case)
    : name_case_(name_case) {
  names_.reserve(fields.size());
  for (const Field& field : fields) names_.push_back(field.name);
  Sort();
}

FieldPlaces::FieldPlaces(std::span<const std::string> names, NameCase name_case)
    : name_case_(name_case), names_(names.begin(), names.end()) {
  Sort();
}

void FieldPlaces::Sort() {
  sorted_.resize(names_.size());
  std::iota(sorted_.begin(), sorted_.end(), 0);
  std::stable_sort(sorted_.begin(), sorted_.end(), [this](int a, int b) {
    return Before(names_[static_cast<size_t>(a)], names_[static_cast<size_t>(b)], name_case_);
  });
}

std::optional<int> FieldPlaces::Find(std::string_view name) const {
  const std::span<const int> all = All(name);
  return all.empty() ? std::nullopt : std::optional<int>(all.front());
}

std::span<const int> FieldPlaces::All(std::string_view name) const {
  const auto name_of = [this](int place) { return names_[static_cast<size_t>(place)]; };
  const auto begin = std::lower_bound(sorted_.begin(), sorted_.end(), name,
                                      [&](int place, std::string_view wanted) {
                                        return Before(name_of(place), wanted, name_case_);
                                      });
  auto end = begin;
  while (end != sorted_.end() && !Before(name, name_of(*end), name_case_)) ++end;
  return {begin, end};
}

}  // namespace tenon::columnar
