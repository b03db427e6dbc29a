#include "conn.h"

#include <string>
#include <utility>
#include <vector>

#include "base/error_catalog.h"
#include "base/json.h"
#include "connectors/builtin.h"
#include "job/connection_desk.h"
#include "narrate.h"
#include "secret_input.h"
#include "text_table.h"

namespace tenon::cli {
namespace {

using base::Json;
using catalog::Connection;

constexpr size_t kLongestFile = 1 << 20;

// "PASSWORD,apiKey": names of secret properties.
std::string SealedNames(const Connection& connection) {
  std::string names;
  for (const std::string& name : connection.properties.names()) {
    if (connection.properties.IsSecret(name)) names += (names.empty() ? "" : ",") + name;
  }
  return names;
}

Result<std::string> Create(const Request& request) {
  const std::string* kind = request.Find("type");
  if (kind == nullptr) {
    return Status::InvalidArgument("Option is missing: option=--type command=conn create")
        .WithNumber(base::kErrFlagValue)
        .WithHint("Give --type CUSTOM for a connector, --type JDBC for a database.");
  }
  TENON_ASSIGN_OR_RETURN(const Secret text,
                         ReadSecretInput(request, "properties-file", kLongestFile));
  TENON_ASSIGN_OR_RETURN(Connection connection,
                         catalog::ParseConnection(request.arguments.at(0), *kind, text));
  if (const std::string* said = request.Find("description")) connection.description = *said;
  const auto if_there =
      request.Find("replace") != nullptr ? job::IfThere::kReplace : job::IfThere::kFail;
  job::ConnectionDesk desk(request.state_folder);
  TENON_ASSIGN_OR_RETURN(const Connection stored,
                         desk.Create(std::move(connection), BuiltinConnectors(), if_there));
  const std::string sealed = SealedNames(stored);
  return "Connection is stored: name=" + stored.name + " type=" + stored.kind +
         (sealed.empty() ? "" : " sealed=" + sealed) + "\n";
}

Result<std::string> List(const Request& request) {
  TENON_ASSIGN_OR_RETURN(const std::vector<Connection> all,
                         job::ConnectionDesk(request.state_folder).List());
  if (request.json) {
    Json list = Json::array();
    for (const Connection& connection : all) list.push_back(catalog::ShownConnection(connection));
    return base::DumpJson(list, 2) + "\n";
  }
  if (all.empty()) return "No connections in " + request.state_folder + "\n";
  std::vector<TableRow> rows = {{"NAME", "TYPE", "UPDATED", "DESCRIPTION"}};
  for (const Connection& connection : all) {
    rows.push_back({connection.name, connection.kind, TimeText(connection.updated_us),
                    connection.description});
  }
  return TextTable(rows);
}

Result<std::string> Show(const Request& request) {
  TENON_ASSIGN_OR_RETURN(const Connection connection,
                         job::ConnectionDesk(request.state_folder).Get(request.arguments.at(0)));
  const std::string* form = request.Find("output");
  const Json document = catalog::ShownConnection(connection);
  if (form != nullptr && *form == "json") return base::DumpJson(document, 2) + "\n";
  std::vector<TableRow> rows;
  for (const auto& [name, value] : document.items()) {
    if (name == "ConnectionProperties") {
      for (const auto& [property, text] : value.items())
        rows.push_back({property, text.get<std::string>()});
    } else {
      rows.push_back({name, value.is_string() ? value.get<std::string>() : base::DumpJson(value)});
    }
  }
  return TextTable(rows);
}

Result<std::string> Delete(const Request& request) {
  TENON_RETURN_IF_ERROR(job::ConnectionDesk(request.state_folder).Delete(request.arguments.at(0)));
  return "Connection is removed: name=" + request.arguments.at(0) + "\n";
}

Result<std::string> Text(const Request& request) {
  if (request.command == "conn create") return Create(request);
  if (request.command == "conn list") return List(request);
  if (request.command == "conn show") return Show(request);
  return Delete(request);
}

}  // namespace

int AnswerConn(const Request& request, FILE* out, FILE* err) {
  const Result<std::string> text = Text(request);
  if (!text.ok()) return Fail(text.status(), err);
  Print(out, *text);
  return 0;
}

}  // namespace tenon::cli
