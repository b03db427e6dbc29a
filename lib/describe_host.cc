// What this build can do, as one document: for `tenon doctor` and completion.
#include "base/json.h"
#include "connectors/builtin.h"
#include "tenon/job.h"
#include "transform/make_transform.h"

namespace tenon {
namespace {

using base::Json;

Json OptionsOf(const std::string& schema) {
  Result<Json> parsed = base::ParseJson(schema.empty() ? "{}" : schema);
  return parsed.ok() ? *std::move(parsed) : Json::object();
}

Json Describe(const ConnectorInfo& info) {
  return {{"name", info.name},
          {"version", info.version},
          {"help", info.help},
          {"class_names", info.class_names},
          {"read", info.can.read},
          {"write", info.can.write},
          {"abilities", info.abilities},
          {"options", OptionsOf(info.options_schema)},
          {"sink_options", OptionsOf(info.sink_options_schema.empty() ? info.options_schema
                                                                      : info.sink_options_schema)}};
}

}  // namespace

std::string DescribeHost() {
  Json connectors = Json::array();
  for (const std::shared_ptr<Connector>& connector : BuiltinConnectors()) {
    connectors.push_back(Describe(connector->info()));
  }
  const Json document{{"version", TENON_VERSION},
                      {"connectors", std::move(connectors)},
                      {"transforms", transform::TransformNames()}};
  return base::DumpJson(document, 2);
}

}  // namespace tenon
