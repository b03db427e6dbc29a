#include "object_store/aws/profile_credentials.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "base/error_catalog.h"
#include "base/text.h"
#include "object_store/aws/metadata_credentials.h"
#include "object_store/aws/sso.h"
#include "object_store/aws/sts.h"

namespace tenon::object_store {
namespace {

constexpr size_t kMostProcessBytes = 64 << 10;

struct PipeCloser {
  void operator()(std::FILE* pipe) const { pclose(pipe); }
};

// What the command of credential_process prints.
Result<AwsCredentials> RunProcess(const std::string& command, const std::string& profile) {
  const std::string source = "credential_process of profile " + profile;
  std::unique_ptr<std::FILE, PipeCloser> pipe(popen(command.c_str(), "re"));
  if (!pipe) return NoCredentials("Program for credentials cannot be started: source=" + source);
  std::string output;
  char block[4096];
  while (const size_t got = std::fread(block, 1, sizeof(block), pipe.get())) {
    output.append(block, got);
    if (output.size() > kMostProcessBytes) break;
  }
  const Secret text(std::move(output));
  const int exit = pclose(pipe.release());
  if (exit != 0) {
    return NoCredentials("Program for credentials failed: source=" + source +
                         " status=" + std::to_string(exit));
  }
  return CredentialsOfJson(text.Reveal(), "SecretAccessKey", "SessionToken", source);
}

Result<std::optional<AwsCredentials>> FromKeys(const AwsProfile& profile) {
  AwsCredentials credentials;
  credentials.access_key = profile.Text("aws_access_key_id");
  if (credentials.access_key.empty()) return std::nullopt;
  credentials.secret_key = profile.SecretOf("aws_secret_access_key");
  credentials.session_token = profile.SecretOf("aws_session_token");
  credentials.source = "profile=" + profile.name();
  if (!credentials.secret_key.empty()) return credentials;
  return NoCredentials("Profile has a key id without its secret: profile=" + profile.name());
}

Status WrongSetting(const AwsProfile& profile, const std::string& setting,
                    const std::string& what) {
  return NoCredentials(what + ": profile=" + profile.name() + " setting=" + setting);
}

// Follows a profile to the profiles that it names.
class ProfileReader {
 public:
  explicit ProfileReader(const CredentialContext& context) : context_(context) {}

  Result<std::optional<AwsCredentials>> Read(const AwsProfile& profile) {
    visited_.push_back(profile.name());
    if (!profile.Text("role_arn").empty()) {
      TENON_ASSIGN_OR_RETURN(AwsCredentials role, TakeRole(profile));
      return role;
    }
    if (!profile.Text("sso_session").empty() || !profile.Text("sso_start_url").empty()) {
      TENON_ASSIGN_OR_RETURN(AwsCredentials signed_in, FromSingleSignOn(context_, profile));
      return signed_in;
    }
    TENON_ASSIGN_OR_RETURN(std::optional<AwsCredentials> keys, FromKeys(profile));
    if (keys) return keys;
    const std::string command = profile.Text("credential_process");
    if (command.empty()) return std::nullopt;
    TENON_ASSIGN_OR_RETURN(AwsCredentials printed, RunProcess(command, profile.name()));
    return printed;
  }

 private:
  Result<AwsCredentials> TakeRole(const AwsProfile& profile) {
    RoleRequest request{.role = profile.Text("role_arn"),
                        .session_name = profile.Text("role_session_name"),
                        .external_id = profile.Text("external_id")};
    const std::string duration = profile.Text("duration_seconds");
    if (!duration.empty()) {
      const std::optional<int64_t> seconds = base::ParseInteger(duration);
      if (!seconds || *seconds < 900 || *seconds > 43200)
        return WrongSetting(profile, "duration_seconds", "Duration is no number from 900 to 43200");
      request.duration_s = *seconds;
    }
    const std::string token_file = profile.Text("web_identity_token_file");
    if (!token_file.empty()) return AssumeRoleWithWebIdentity(context_, request, token_file);
    if (!profile.Text("mfa_serial").empty()) {
      return WrongSetting(profile, "mfa_serial",
                          "Role asks for a code of a device, which a job has not")
          .WithHint(
              "Make a profile with credential_process = aws configure export-credentials "
              "--profile " +
              profile.name() + ".");
    }
    TENON_ASSIGN_OR_RETURN(const AwsCredentials caller, CallerOf(profile));
    return AssumeRole(context_, request, caller);
  }

  // Whose credentials ask for the role.
  Result<AwsCredentials> CallerOf(const AwsProfile& profile) {
    const std::string source = profile.Text("source_profile");
    if (source.empty()) return CallerOfPlace(profile);
    if (source == profile.name()) return Needed(FromKeys(profile), profile, "source_profile");
    if (std::find(visited_.begin(), visited_.end(), source) != visited_.end())
      return WrongSetting(profile, "source_profile", "Profiles name each other in a circle");
    TENON_ASSIGN_OR_RETURN(const AwsProfile next, AwsProfile::Load(context_.environment, source));
    return Needed(Read(next), profile, "source_profile");
  }

  Result<AwsCredentials> CallerOfPlace(const AwsProfile& profile) {
    const std::string place = profile.Text("credential_source");
    const char* const setting = "credential_source";
    if (place == "Environment")
      return Needed(FromEnvironment(context_.environment), profile, setting);
    if (place == "EcsContainer") return Needed(FromContainer(context_), profile, setting);
    if (place == "Ec2InstanceMetadata") return Needed(FromInstance(context_), profile, setting);
    if (place.empty()) {
      return WrongSetting(profile, "role_arn", "Profile names a role and not who takes it")
          .WithHint("Add source_profile or credential_source.");
    }
    return WrongSetting(profile, setting, "Source of credentials is not known")
        .WithHint("Known are Environment, EcsContainer and Ec2InstanceMetadata.");
  }

  static Result<AwsCredentials> Needed(Result<std::optional<AwsCredentials>> found,
                                       const AwsProfile& profile, const char* setting) {
    if (!found.ok()) return std::move(found).status();
    if (*found) return **std::move(found);
    return WrongSetting(profile, setting, "What the profile names has no credentials");
  }

  const CredentialContext& context_;
  std::vector<std::string> visited_;
};

}  // namespace

Result<std::optional<AwsCredentials>> FromProfile(const CredentialContext& context,
                                                  const AwsProfile& profile) {
  return ProfileReader(context).Read(profile);
}

}  // namespace tenon::object_store
