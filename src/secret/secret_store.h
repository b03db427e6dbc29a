// Named secrets. A secret's value is what AWS Secrets Manager calls SecretString: a JSON object of keys and values, or
// plain text.
//
// Implementations are safe for several threads and processes at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.h"
#include "tenon/secret.h"

namespace tenon::secret {

struct SecretEntry {
  std::string name;
  int64_t created_us = 0;
  int64_t changed_us = 0;
};

enum class IfThere { kFail, kReplace };

class SecretStore {
 public:
  virtual ~SecretStore() = default;
  // By name, or by ARN as Secrets Manager writes it. kNotFound TN1210, with the nearest name.
  virtual Result<Secret> Get(std::string_view id) const = 0;
  // kAlreadyExists TN1211; kInvalidArgument: TN1212 for the name, TN1213 for the value.
  virtual Status Put(std::string_view name, const Secret& value, IfThere if_there) = 0;
  // By name.
  virtual Result<std::vector<SecretEntry>> List() const = 0;
  // kNotFound TN1210.
  virtual Status Delete(std::string_view name) = 0;
};

// Of SecretString, as in Secrets Manager.
inline constexpr size_t kMaxValueBytes = 65'536;

// As Secrets Manager: 1 to 512 letters, digits and /_+=.@-. Else kInvalidArgument TN1212.
Status CheckSecretName(std::string_view name);

// The names that an id may mean, likeliest first: itself; of an ARN its last part, with and without "-" and the six
// characters that Secrets Manager adds.
std::vector<std::string> NamesOfId(std::string_view id);

}  // namespace tenon::secret
