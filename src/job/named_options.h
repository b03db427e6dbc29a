// What names in a script's options stand for: connectionName, secretId and ${placeholders} become plain values before a
// connector sees them. The only way from the stores of a home into a job.
//
//   script option  >  secret of the script, else of the connection  >  property of the connection
//
// A home is touched only for options that name something in it. Any thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/redact.h"
#include "catalog/connection_store.h"
#include "connector/connection_types.h"
#include "connector/registry.h"
#include "secret/secret_store.h"
#include "tenon/options.h"
#include "tenon/result.h"

namespace tenon::job {

struct FilledOptions {
  Options options;  // connectionName, secretId and useConnectionProperties are not among them.
  // Names of those whose values a secret gave; all are secret options.
  std::vector<std::string> from_secret;
};

class NamedOptions {
 public:
  // `redactor` is borrowed; it hears of every secret value.
  NamedOptions(const std::filesystem::path& home, base::Redactor& redactor);

  // Without connectionName, secretId and placeholders: the options as they are given. Errors, before anything is read
  // or written: TN1200, TN1203, TN1206 about the connection; TN1210, TN1215, TN1220 to TN1223 about the secret; TN1214
  // about a placeholder; TN1010 for `connection_type`.
  Result<FilledOptions> Fill(const connector::Registry& registry, std::string_view connection_type,
                             const Options& given) const;

  // The redactor hears of every secret option, and of the passwords in secret URLs.
  void Withhold(const Options& options) const;

 private:
  const catalog::ConnectionStore connections_;
  const std::unique_ptr<secret::SecretStore> secrets_, sealed_;
  base::Redactor& redactor_;
};

// Whether options name something in a home.
bool NameSomething(const Options& options);

}  // namespace tenon::job
