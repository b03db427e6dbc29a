#include "tenon/secret.h"

#include <string.h>

#include <utility>

namespace tenon {

Secret& Secret::operator=(const Secret& other) {
  if (this == &other) return *this;
  Wipe();
  value_ = other.value_;
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  Wipe();
  value_ = std::move(other.value_);
  other.Wipe();
  return *this;
}

// A moved-from short string keeps its bytes behind its length, so the whole capacity is wiped.
void Secret::Wipe() noexcept {
  value_.resize(value_.capacity());
  explicit_bzero(value_.data(), value_.size());
  value_.clear();
}

}  // namespace tenon
