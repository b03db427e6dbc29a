#include "job/named_options.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "base/error_catalog.h"
#include "base/json.h"
#include "base/text.h"
#include "job/connection_desk.h"
#include "job/connection_options.h"
#include "job/placeholders.h"

namespace tenon::job {
namespace {

using base::Json;
using connector::Interface;

constexpr const char* kConnectionName = "connectionName";
constexpr const char* kSecretId = "secretId";
constexpr const char* kUseConnectionProperties = "useConnectionProperties";

using Keys = std::map<std::string, Secret, std::less<>>;

// The plain text of an option; "" when it is absent. A secret one is an error.
Result<std::string> TextOf(const Options& options, const char* name) {
  return options.GetOr(name, "");
}

bool HoldsPlaceholder(const Options& options) {
  const Result<Secret> url = options.GetSecret("url");
  return url.ok() && url->Reveal().find("${") != std::string_view::npos;
}

Status WithoutKeys(const std::string& id, const std::string& fact) {
  return Status::InvalidArgument("Secret has no keys: secretId=" + base::ShortText(id, 100) + fact)
      .WithNumber(base::kErrSecretWithoutKeys)
      .WithHint(
          "Create it again as a JSON object of keys and texts: tenon secret create NAME --file "
          "FILE --replace.");
}

// Keys and values of SecretString. Nothing of its text goes into an error but names of keys.
Result<Keys> KeysOf(const std::string& id, const Secret& text) {
  const Result<Json> document = base::ParseJson(text.Reveal());
  if (!document.ok() || !document->is_object()) return WithoutKeys(id, "");
  Keys keys;
  for (const auto& [name, value] : document->items()) {
    if (!value.is_string() && !value.is_number() && !value.is_boolean())
      return WithoutKeys(id, " key=" + base::ShortText(name, 100) + " is=" + value.type_name());
    keys[name] = Secret(value.is_string() ? value.get<std::string>() : value.dump());
  }
  return keys;
}

void Put(const Options& from, const std::string& name, Options* to) {
  Result<Secret> value = from.GetSecret(name);
  if (!value.ok()) return;
  if (from.IsSecret(name)) {
    to->SetSecret(name, *std::move(value));
  } else {
    to->Set(name, std::string(value->Reveal()));
  }
}

// What one call knows, from which its options are made.
struct Sources {
  const Options& given;
  Options of_connection;  // Mapped to options.
  Keys keys;              // Of the secret.
};

// The script's option, else the connection's.
const Options* OwnerOf(const Sources& sources, std::string_view option) {
  if (sources.given.Has(option)) return &sources.given;
  return sources.of_connection.Has(option) ? &sources.of_connection : nullptr;
}

// The url with its placeholders filled; the names that were used go to `used`. None: there is no url.
Result<std::optional<Secret>> FilledUrl(const Sources& sources, std::vector<std::string>* used) {
  const Options* owner = OwnerOf(sources, "url");
  if (owner == nullptr) return std::optional<Secret>();
  TENON_ASSIGN_OR_RETURN(const Secret url, owner->GetSecret("url"));
  if (url.Reveal().find("${") == std::string_view::npos) return std::optional<Secret>();
  const auto value_of = [&](std::string_view name) -> std::optional<Secret> {
    if (const auto key = sources.keys.find(name); key != sources.keys.end()) {
      used->emplace_back(name);
      return key->second;
    }
    const bool credential = name == "user" || name == "password";
    const Options* of = credential ? OwnerOf(sources, name) : nullptr;
    if (of == nullptr) return std::nullopt;
    used->emplace_back(name);
    return of->GetSecret(name).value();
  };
  TENON_ASSIGN_OR_RETURN(Secret filled, FillPlaceholders(url, value_of));
  return std::optional<Secret>(std::move(filled));
}

// Where a key of the secret goes when the connector does not get all of them; empty: nowhere.
std::string CredentialOf(std::string_view key) {
  if (EqualsIgnoreCase(key, "user") || EqualsIgnoreCase(key, "username")) return "user";
  return EqualsIgnoreCase(key, "password") ? "password" : "";
}

// Keys of the secret that no placeholder used, as options.
void AddKeys(const Sources& sources, bool all_keys, const std::vector<std::string>& used,
             FilledOptions* filled) {
  const Result<Secret> url = filled->options.GetSecret("url");
  const std::string in_url = url.ok() ? base::ToLower(url->Reveal()) : "";
  // What the URL holds already is not said twice, perhaps with another value.
  for (const std::string& key : used) {
    const std::string option = CredentialOf(key);
    if (!option.empty() && !sources.given.Has(option)) filled->options.Remove(option);
  }
  for (const auto& [key, value] : sources.keys) {
    if (std::find(used.begin(), used.end(), key) != used.end()) continue;
    const std::string option = all_keys ? key : CredentialOf(key);
    if (option.empty() || sources.given.Has(option)) continue;
    if (!all_keys && in_url.find(option + "=") != std::string::npos) continue;
    filled->options.SetSecret(option, value);
    filled->from_secret.push_back(option);
  }
}

}  // namespace

NamedOptions::NamedOptions(const std::filesystem::path& home, base::Redactor& redactor)
    : connections_(home),
      secrets_(OpenSecrets(home)),
      sealed_(OpenSealedProperties(home)),
      redactor_(redactor) {}

bool NameSomething(const Options& options) {
  return options.Has(kConnectionName) || options.Has(kSecretId) || HoldsPlaceholder(options) ||
         options.Has(kUseConnectionProperties);
}

void NamedOptions::Withhold(const Options& options) const {
  redactor_.AddSecrets(options);
  for (const std::string& name : options.names()) {
    const Result<Secret> value = options.GetSecret(name);
    if (!value.ok() || !options.IsSecret(name)) continue;
    for (const std::string& part : base::SecretsIn(value->Reveal())) redactor_.AddSecret(part);
  }
}

Result<FilledOptions> NamedOptions::Fill(const connector::Registry& registry,
                                         std::string_view connection_type,
                                         const Options& given) const {
  if (!NameSomething(given)) return FilledOptions{given, {}};
  TENON_ASSIGN_OR_RETURN(const connector::ConnectionType type,
                         connector::ParseConnectionType(connection_type, registry));
  Sources sources{given, {}, {}};
  TENON_ASSIGN_OR_RETURN(const std::string connection_name, TextOf(given, kConnectionName));
  if (!connection_name.empty()) {
    TENON_ASSIGN_OR_RETURN(catalog::Connection connection, connections_.Get(connection_name));
    TENON_RETURN_IF_ERROR(UnsealProperties(*sealed_, &connection));
    Withhold(connection.properties);
    TENON_ASSIGN_OR_RETURN(sources.of_connection, OptionsOf(connection, type, connection_type));
  } else if (given.Has(kUseConnectionProperties) || given.Has(kConnectionName)) {
    return Status::InvalidArgument("Option is required: option=connectionName")
        .WithNumber(base::kErrMissingOption)
        .WithHint("It names the connection whose properties are used: `tenon conn list`.");
  }
  TENON_ASSIGN_OR_RETURN(std::string secret_id, TextOf(given, kSecretId));
  std::string where = "option=secretId";
  if (secret_id.empty()) {
    TENON_ASSIGN_OR_RETURN(secret_id, TextOf(sources.of_connection, kSecretId));
    where = "connection=" + connection_name + " property=SECRET_ID";
  }
  if (!secret_id.empty()) {
    const Result<Secret> text = secrets_->Get(secret_id);
    if (!text.ok()) return Status(text.status()).WithWhere(where);
    redactor_.AddSecret(text->Reveal());
    Result<Keys> keys = KeysOf(secret_id, *text);
    if (!keys.ok()) return std::move(keys).status().WithWhere(where);
    sources.keys = *std::move(keys);
    for (const auto& [name, value] : sources.keys) redactor_.AddSecret(value.Reveal());
  }

  FilledOptions filled;
  for (const std::string& name : sources.of_connection.names())
    Put(sources.of_connection, name, &filled.options);
  for (const std::string& name : given.names()) Put(given, name, &filled.options);
  std::vector<std::string> used;
  Result<std::optional<Secret>> url = FilledUrl(sources, &used);
  if (!url.ok()) {
    const std::string id = secret_id.empty() ? "none" : base::ShortText(secret_id, 100);
    const std::string of = given.Has("url") ? "option=url" : "connection=" + connection_name;
    return std::move(url).status().WithWhere(of + " secretId=" + id);
  }
  if (*url) {
    redactor_.AddSecret((*url)->Reveal());
    filled.options.SetSecret("url", **std::move(url));
  }
  // Spark connectors get every key of the secret, as in AWS; others the credentials.
  const bool all_keys = type.interface && *type.interface != Interface::kJdbc;
  AddKeys(sources, all_keys, used, &filled);
  for (const char* name : {kConnectionName, kSecretId, kUseConnectionProperties})
    filled.options.Remove(name);
  return filled;
}

}  // namespace tenon::job
