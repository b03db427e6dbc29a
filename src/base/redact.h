// Takes secrets out of text before it is shown: known values wherever they stand, and what follows
// a key that by its name holds a secret.
//
//   redactor.AddSecret(password.Reveal());
//   redactor.Redact("login failed for jdbc:postgresql://ada:hunter2@db/x?password=hunter2")
//     == "login failed for jdbc:postgresql://ada:***@db/x?password=***"
//
// Thread-safe. Outlives everything that logs through it.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/options.h"
#include "tenon/status.h"

namespace tenon::base {

class Redactor {
 public:
  static constexpr std::string_view kMask = "***";
  // Values shorter than this are replaced only behind a key: replacing every "a" would destroy the
  // text and tell the secret at the same time.
  static constexpr size_t kMinValueBytes = 4;

  // Also replaces the value's percent-encoded and JSON-escaped forms, and its base64 wherever it begins.
  void AddSecret(std::string_view value);
  // Every secret option's value.
  void AddSecrets(const Options& options);

  std::string Redact(std::string_view text) const;
  // Message, hint and place.
  Status Redact(Status status) const;
  // True when a known value stands in `text`, in any of its forms.
  bool HoldsSecret(std::string_view text) const;

 private:
  struct Values;
  std::shared_ptr<const Values> values() const;

  mutable std::mutex mutex_;
  std::shared_ptr<const Values>
      values_;  // Null: none. Replaced as a whole, so that reading copies a pointer.
};

// The values that Redactor::Redact would take out of `text` without knowing any: what follows a secret key, and
// passwords in URLs.
std::vector<std::string> SecretsIn(std::string_view text);

// True for names such as password, pwd, secretKey, aws_session_token, apiKey, Authorization.
bool IsSecretKey(std::string_view name);

}  // namespace tenon::base
