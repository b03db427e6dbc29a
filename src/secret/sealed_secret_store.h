// Secrets as sealed files of a home: readable by their owner alone, and by nobody without the home's key.
//
//   HOME/secret.key                 or $TENON_SECRET_KEY_FILE: made with the first secret
//   HOME/secrets/SPACE/<hash>.json  name, times and the id of the key in plain; the value sealed, bound to all of them
//
// A file is replaced as a whole; writers of several processes wait for each other, readers for nobody. Holds no value
// and no key between calls. Any thread.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "secret/secret_store.h"

namespace tenon::secret {

class SealedSecretStore : public SecretStore {
 public:
  // Touches nothing yet. `space` keeps the secrets of users apart from what Tenon seals for itself. A writer waits for
  // another one for `patience`.
  SealedSecretStore(const std::filesystem::path& home, std::string space,
                    std::chrono::milliseconds patience = std::chrono::seconds(10));

  // Besides what the interface says: TN1220 to TN1222 about the key, TN1223 for a file that was changed, TN1224 when
  // another process keeps the store locked. No message holds anything of a value.
  Result<Secret> Get(std::string_view id) const override;
  Status Put(std::string_view name, const Secret& value, IfThere if_there) override;
  Result<std::vector<SecretEntry>> List() const override;
  Status Delete(std::string_view name) override;

 private:
  std::filesystem::path FileOf(std::string_view name) const;
  Status UnknownSecret(std::string_view name) const;
  bool HoldsSealed() const;

  const std::filesystem::path secrets_folder_, folder_, key_file_;
  const std::string space_;
  const std::chrono::milliseconds patience_;
};

}  // namespace tenon::secret
