#include "connectors/files/json/schema_cache.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace tenon::files {
namespace {

constexpr size_t kMaxKept = 64;

}  // namespace

SchemaPtr SchemaCache::Intern(Schema schema) {
  std::lock_guard lock(mutex_);
  const auto found = std::find_if(kept_.rbegin(), kept_.rend(),
                                  [&](const SchemaPtr& kept) { return *kept == schema; });
  if (found != kept_.rend()) {
    std::rotate(std::next(found).base(), found.base(), kept_.end());
    return kept_.back();
  }
  if (kept_.size() == kMaxKept) kept_.erase(kept_.begin());
  kept_.push_back(std::make_shared<const Schema>(std::move(schema)));
  return kept_.back();
}

}  // namespace tenon::files
