#include "connectors/files/json/drift_note.h"

#include <algorithm>
#include <utility>

namespace tenon::files {
namespace {

// Columns, and maps, that readers tell each other of.
constexpr size_t kMostColumns = 1000;
constexpr size_t kMostMaps = 1000;

}  // namespace

std::shared_ptr<const DriftNote::Known> DriftNote::known() const {
  std::lock_guard lock(mutex_);
  return known_;
}

bool DriftNote::AddMap(JsonSteps steps) {
  std::lock_guard lock(mutex_);
  if (known_->maps.count(steps) > 0) return false;
  if (known_->maps.size() >= kMostMaps) return true;
  auto more = std::make_shared<Known>(*known_);
  more->maps.insert(std::move(steps));
  known_ = std::move(more);
  return true;
}

bool DriftNote::AddColumns(const std::vector<std::string>& columns) {
  std::lock_guard lock(mutex_);
  auto more = std::make_shared<Known>(*known_);
  std::set<std::string> names(more->columns.begin(), more->columns.end());
  for (const std::string& column : columns) {
    if (names.size() < kMostColumns && names.insert(column).second) more->columns.push_back(column);
  }
  more->rest = true;
  return !std::exchange(known_, std::move(more))->rest;
}

}  // namespace tenon::files
