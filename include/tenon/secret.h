// A value that must not be shown: a password, a key, a URL with a password in it.
//
// Secrecy belongs to the value and not to its name. A Secret has no operator<<, no comparison with text and no
// implicit way to a string: the only way in is Reveal(), which a reviewer can search for. Its memory is wiped
// when it dies. A value; one thread at a time.
#pragma once

#include <string>
#include <string_view>

namespace tenon {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.Wipe(); }
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { Wipe(); }

  // The value itself, valid while this Secret is unchanged. Pass it straight to the call that needs it.
  std::string_view Reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  void Wipe() noexcept;
  std::string value_;
};

}  // namespace tenon
