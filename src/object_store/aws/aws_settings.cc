#include "object_store/aws/aws_settings.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/error_catalog.h"
#include "base/text.h"

namespace tenon::object_store {
namespace {

using Settings = std::map<std::string, Secret, std::less<>>;

Status WrongLine(const std::string& file, int line, const char* what) {
  return Status::DataError(std::string(what) + ": file=" + file + " line=" + std::to_string(line));
}

// What a section is, by the word before its name.
constexpr std::string_view kProfile = "profile", kSsoSession = "sso-session", kBare = "";

// "[profile x]" and "[sso-session x]" of the config file, "[x]" of the credentials file and of the default profile.
std::string SectionName(std::string_view header, std::string_view kind) {
  std::string_view name = base::Trim(header.substr(1, header.find(']') - 1));
  if (kind == kBare || (kind == kProfile && name == "default")) return std::string(name);
  if (!name.starts_with(kind)) return "";
  name.remove_prefix(kind.size());
  if (!name.starts_with(' ') && !name.starts_with('\t')) return "";
  return std::string(base::Trim(name));
}

// Adds the settings of one section; whether the file has it.
Result<bool> AddSection(const std::string& file, std::string_view kind, const std::string& section,
                        Settings* settings) {
  std::ifstream input(file, std::ios::binary);
  if (!input) return false;
  const Secret text(std::string(std::istreambuf_iterator<char>(input), {}));
  bool found = false, inside = false;
  std::string outer;
  int number = 0;
  for (const std::string_view raw : base::Split(text.Reveal(), '\n')) {
    ++number;
    const std::string_view line = base::Trim(raw);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      if (line.find(']') == std::string_view::npos)
        return WrongLine(file, number, "Section does not end");
      inside = SectionName(line, kind) == section;
      found = found || inside;
      outer.clear();
      continue;
    }
    if (!inside) continue;
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos)
      return WrongLine(file, number, "Setting has no equals sign");
    std::string name = base::ToLower(base::Trim(line.substr(0, equals)));
    const std::string_view value = base::Trim(line.substr(equals + 1));
    const bool nested = raw.front() == ' ' || raw.front() == '\t';
    if (nested && !outer.empty()) {
      name = outer + "." + name;
    } else {
      outer = value.empty() ? name : "";
    }
    settings->emplace(std::move(name), Secret(std::string(value)));
  }
  return found;
}

std::string ConfigFile(const Environment& environment) {
  return environment("AWS_CONFIG_FILE").value_or(environment("HOME").value_or("") + "/.aws/config");
}

}  // namespace

Environment ProcessEnvironment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string(value);
  };
}

Result<AwsProfile> AwsProfile::Load(const Environment& environment, const std::string& name) {
  AwsProfile profile;
  profile.name_ = name;
  for (const char* const variable : {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}) {
    if (profile.name_.empty()) profile.name_ = environment(variable).value_or("");
  }
  const bool named = !profile.name_.empty();
  if (!named) profile.name_ = "default";
  const std::string folder = environment("HOME").value_or("") + "/.aws/";
  const std::string credentials =
      environment("AWS_SHARED_CREDENTIALS_FILE").value_or(folder + "credentials");
  const std::string config = ConfigFile(environment);
  TENON_ASSIGN_OR_RETURN(const bool in_credentials,
                         AddSection(credentials, kBare, profile.name_, &profile.settings_));
  TENON_ASSIGN_OR_RETURN(const bool in_config,
                         AddSection(config, kProfile, profile.name_, &profile.settings_));
  if (named && !in_credentials && !in_config) {
    return Status::NotFound("AWS profile is not there: profile=" + profile.name_ +
                            " files=" + credentials + "," + config)
        .WithNumber(base::kErrNoCredentials)
        .WithHint("Name a profile of these files, or unset AWS_PROFILE.");
  }
  return profile;
}

Result<AwsProfile> AwsProfile::LoadSsoSession(const Environment& environment,
                                              const std::string& name) {
  AwsProfile session;
  session.name_ = name;
  const std::string config = ConfigFile(environment);
  TENON_ASSIGN_OR_RETURN(const bool found,
                         AddSection(config, kSsoSession, name, &session.settings_));
  if (found) return session;
  return Status::NotFound("Session of single sign-on is not there: sso_session=" + name +
                          " file=" + config)
      .WithNumber(base::kErrNoCredentials)
      .WithHint("Run aws configure sso-session.");
}

std::string AwsProfile::Text(std::string_view setting) const {
  const auto found = settings_.find(setting);
  return found == settings_.end() ? "" : std::string(found->second.Reveal());
}

Secret AwsProfile::SecretOf(std::string_view setting) const {
  const auto found = settings_.find(setting);
  return found == settings_.end() ? Secret() : found->second;
}

}  // namespace tenon::object_store
