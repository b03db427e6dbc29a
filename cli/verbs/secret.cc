#include "secret.h"

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "job/connection_desk.h"
#include "narrate.h"
#include "secret_input.h"
#include "tenon/secret.h"
#include "text_table.h"

namespace tenon::cli {
namespace {

using base::Json;

// A line end that an editor put there is none of the value.
Secret WithoutLineEnd(const Secret& text) {
  std::string_view value = text.Reveal();
  if (value.ends_with('\n')) value.remove_suffix(1);
  if (value.ends_with('\r') && value.size() + 1 < text.Reveal().size()) value.remove_suffix(1);
  return Secret(std::string(value));
}

Result<std::string> Create(const Request& request, secret::SecretStore& secrets) {
  // Longer than a value may be, so that the store says so.
  TENON_ASSIGN_OR_RETURN(const Secret text,
                         ReadSecretInput(request, "file", 4 * secret::kMaxValueBytes));
  const auto if_there =
      request.Find("replace") != nullptr ? job::IfThere::kReplace : job::IfThere::kFail;
  const std::string& name = request.arguments.at(0);
  TENON_RETURN_IF_ERROR(secrets.Put(name, WithoutLineEnd(text), if_there));
  return "Secret is stored: name=" + name + "\n";
}

Result<std::string> List(const Request& request, const secret::SecretStore& secrets) {
  TENON_ASSIGN_OR_RETURN(const std::vector<secret::SecretEntry> entries, secrets.List());
  if (request.json) {
    Json list = Json::array();
    for (const secret::SecretEntry& entry : entries) {
      list.push_back({{"name", entry.name},
                      {"created_at", TimeText(entry.created_us)},
                      {"changed_at", TimeText(entry.changed_us)}});
    }
    return base::DumpJson(list, 2) + "\n";
  }
  if (entries.empty()) return "No secrets in " + request.state_folder + "\n";
  std::vector<TableRow> rows = {{"NAME", "CREATED", "CHANGED"}};
  for (const secret::SecretEntry& entry : entries)
    rows.push_back({entry.name, TimeText(entry.created_us), TimeText(entry.changed_us)});
  return TextTable(rows);
}

Result<std::string> Text(const Request& request) {
  const std::unique_ptr<secret::SecretStore> secrets = job::OpenSecrets(request.state_folder);
  if (request.command == "secret create") return Create(request, *secrets);
  if (request.command == "secret list") return List(request, *secrets);
  TENON_RETURN_IF_ERROR(secrets->Delete(request.arguments.at(0)));
  return "Secret is removed: name=" + request.arguments.at(0) + "\n";
}

}  // namespace

int AnswerSecret(const Request& request, FILE* out, FILE* err) {
  const Result<std::string> text = Text(request);
  if (!text.ok()) return Fail(text.status(), err);
  Print(out, *text);
  return 0;
}

}  // namespace tenon::cli
