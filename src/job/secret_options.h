// Which options are secret, by what the connector declares, by their names, and by passwords in URLs. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "tenon/options.h"

namespace tenon::job {

enum class Declared { kNo, kPlain, kSecret };

// What a connector's JSON Schema says of an option; names ignore case.
Declared DeclaredAs(const std::string& options_schema, std::string_view option);

// True for an option that a connector declares as secret, whose name says so, or whose value is a URL with a password.
bool IsSecretOption(const std::string& options_schema, std::string_view name,
                    std::string_view value);

// Makes such options secret.
void MarkSecrets(const std::string& options_schema, Options* options);

}  // namespace tenon::job
