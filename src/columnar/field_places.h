// Where fields stand, by their names: for many look-ups among the same fields, of which there may be thousands.
//
// Made once for some fields, whose names it borrows. Const methods, any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/schema.h"

namespace tenon::columnar {

enum class NameCase { kTold, kIgnored };

class FieldPlaces {
 public:
  explicit FieldPlaces(std::span<const Field> fields, NameCase name_case = NameCase::kTold);
  explicit FieldPlaces(std::span<const std::string> names, NameCase name_case = NameCase::kTold);

  // The first field of this name.
  std::optional<int> Find(std::string_view name) const;
  // All fields of this name, ascending. Valid as long as this lives.
  std::span<const int> All(std::string_view name) const;

 private:
  // Sorts the places by name.
  void Sort();

  const NameCase name_case_;
  std::vector<std::string_view> names_;  // Of each place.
  std::vector<int> sorted_;              // Places by name, those of equal names ascending.
};

}  // namespace tenon::columnar
