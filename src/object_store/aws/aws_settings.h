// Where AWS's own tools look for settings: environment variables, ~/.aws/config and ~/.aws/credentials.
//
// Values; const use from any thread. A file's values may be secret, so none of them is ever part of an error.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "tenon/result.h"
#include "tenon/secret.h"

namespace tenon::object_store {

// The value of an environment variable; nullopt when it is absent or empty.
using Environment = std::function<std::optional<std::string>(const char* name)>;
// Of this process.
Environment ProcessEnvironment();

// One profile: what both files say of it, the credentials file first. Names in lower case; the members of a nested
// setting ("s3 =" and lines that begin with a blank) are named "s3.addressing_style".
class AwsProfile {
 public:
  // The profile AWS_PROFILE (or AWS_DEFAULT_PROFILE), else "default". `name` given overrides it. An absent profile is
  // empty, unless it was named: then kNotFound. kDataError: a line of a file that cannot be understood.
  static Result<AwsProfile> Load(const Environment& environment, const std::string& name = "");

  // The section [sso-session `name`] of the config file. kNotFound (TN5010): it is not there.
  static Result<AwsProfile> LoadSsoSession(const Environment& environment, const std::string& name);

  const std::string& name() const { return name_; }
  // Empty when it has none.
  std::string Text(std::string_view setting) const;
  Secret SecretOf(std::string_view setting) const;

 private:
  std::string name_;
  std::map<std::string, Secret, std::less<>> settings_;
};

}  // namespace tenon::object_store
