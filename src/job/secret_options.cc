#include "job/secret_options.h"

#include "base/json.h"
#include "base/redact.h"
#include "job/placeholders.h"

namespace tenon::job {
namespace {

using base::Json;

bool IsUrl(std::string_view value) {
  return value.starts_with("jdbc:") || value.find("://") != value.npos;
}

}  // namespace

Declared DeclaredAs(const std::string& options_schema, std::string_view option) {
  const Result<Json> schema = base::ParseJson(options_schema);
  if (!schema.ok() || !schema->is_object()) return Declared::kNo;
  const auto properties = schema->find("properties");
  if (properties == schema->end() || !properties->is_object()) return Declared::kNo;
  for (const auto& [name, rule] : properties->items()) {
    if (!EqualsIgnoreCase(name, option)) continue;
    const auto hidden = rule.is_object() ? rule.find("writeOnly") : rule.end();
    const bool secret = rule.is_object() && hidden != rule.end() && *hidden == Json(true);
    return secret ? Declared::kSecret : Declared::kPlain;
  }
  return Declared::kNo;
}

bool IsSecretOption(const std::string& options_schema, std::string_view name,
                    std::string_view value) {
  return base::IsSecretKey(name) || DeclaredAs(options_schema, name) == Declared::kSecret ||
         (IsUrl(value) && !base::SecretsIn(WithoutPlaceholders(value)).empty());
}

void MarkSecrets(const std::string& options_schema, Options* options) {
  for (const std::string& name : options->names()) {
    Result<Secret> value = options->GetSecret(name);
    if (!value.ok() || options->IsSecret(name)) continue;
    if (IsSecretOption(options_schema, name, value->Reveal()))
      options->SetSecret(name, *std::move(value));
  }
}

}  // namespace tenon::job
