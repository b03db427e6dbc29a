#include "job/resolve.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error_catalog.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "connector/connection_types.h"
#include "tenon/option_spec.h"

namespace tenon::job {
namespace {

using base::Json;

// Options that say where a store is, in the order in which they are looked for.
constexpr std::array kPlaceOptions = {"path",  "paths", "url",   "dbtable", "tablename",
                                      "table", "query", "store", "topic",   "name"};

struct ModeName {
  std::string_view name;
  WriteMode mode;
};
constexpr std::array kModes = {
    ModeName{"append", WriteMode::kAppend},     ModeName{"create", WriteMode::kCreate},
    ModeName{"overwrite", WriteMode::kReplace}, ModeName{"replace", WriteMode::kReplace},
    ModeName{"truncate", WriteMode::kTruncate}, ModeName{"upsert", WriteMode::kUpsert}};

// Whether a connector's JSON Schema names the option.
bool Declares(const std::string& options_schema, std::string_view option) {
  const Result<Json> schema = base::ParseJson(options_schema);
  if (!schema.ok() || !schema->is_object()) return false;
  const auto properties = schema->find("properties");
  if (properties == schema->end() || !properties->is_object()) return false;
  for (const auto& entry : properties->items()) {
    if (EqualsIgnoreCase(entry.key(), option)) return true;
  }
  return false;
}

Status AddOptions(const Options& more, Options* options) {
  for (const std::string& name : more.names()) {
    if (more.IsSecret(name)) {
      TENON_ASSIGN_OR_RETURN(Secret value, more.GetSecret(name));
      options->SetSecret(name, std::move(value));
      continue;
    }
    TENON_ASSIGN_OR_RETURN(std::string value, more.Get(name));
    if (options->Has(name) && !options->IsSecret(name)) {
      TENON_ASSIGN_OR_RETURN(const std::string before, options->Get(name));
      if (before != value) {
        return Status::InvalidArgument("Option is given twice with different values: option=" +
                                       name)
            .WithHint("Give it among the connection options or among the format options.");
      }
    }
    options->Set(name, std::move(value));
  }
  return Status::Ok();
}

Result<ResolvedStore> Resolve(const connector::Registry& registry, const std::string& type,
                              const Options& options, const std::string& format,
                              const Options& format_options, connector::Direction direction) {
  TENON_ASSIGN_OR_RETURN(connector::ResolvedConnector found,
                         connector::ResolveConnector(registry, type, options, direction));
  ResolvedStore store;
  store.info = found.connector->info();
  store.connector = std::move(found.connector);
  store.options = options;
  const bool writes = direction == connector::Direction::kWrite;
  const std::string& schema = writes && !store.info.sink_options_schema.empty()
                                  ? store.info.sink_options_schema
                                  : store.info.options_schema;
  if (store.options.Has("className") && !Declares(schema, "className")) {
    store.options.Remove("className");
  }
  const std::string& wanted_format = format.empty() ? found.type.format : format;
  if (!wanted_format.empty()) {
    Options named;
    named.Set("format", base::ToLower(wanted_format));
    TENON_RETURN_IF_ERROR(AddOptions(named, &store.options));
  }
  TENON_RETURN_IF_ERROR(AddOptions(format_options, &store.options));
  return store;
}

Result<WriteMode> ParseMode(const std::string& text) {
  std::vector<std::string> names;
  for (const ModeName& mode : kModes) {
    if (EqualsIgnoreCase(text, mode.name)) return mode.mode;
    names.emplace_back(mode.name);
  }
  const std::string nearest = NearestName(text, names);
  return Status::InvalidArgument("Write mode is not known: mode=" + text)
      .WithNumber(base::kErrOptionBounds)
      .WithHint(nearest.empty() ? "Modes are " + base::Join(names, ", ") + "."
                                : "Did you mean " + nearest + "?");
}

std::vector<std::string> ParseKeys(const std::string& text) {
  std::vector<std::string> keys;
  if (const Result<Json> list = base::ParseJson(text); list.ok() && list->is_array()) {
    for (const Json& key : *list) {
      if (key.is_string()) keys.push_back(key.get<std::string>());
    }
    return keys;
  }
  for (std::string_view key : base::Split(text, ',')) {
    if (!base::Trim(key).empty()) keys.emplace_back(base::Trim(key));
  }
  return keys;
}

// Where the store is, by the first option that says so; else all plain options together.
std::string PlaceOf(const Options& options) {
  std::string place;
  for (const char* name : kPlaceOptions) {
    if (!options.Has(name)) continue;
    const Result<Secret> value = options.GetSecret(name);
    if (!value.ok()) continue;
    // The hash of a secret place tells two apart and shows neither.
    const std::string text =
        options.IsSecret(name) ? base::Sha256Hex(value->Reveal()) : std::string(value->Reveal());
    place += (place.empty() ? "" : " ") + base::ToLower(name) + "=" + text;
  }
  return place.empty() ? options.ToString() : place;
}

}  // namespace

Result<ResolvedStore> ResolveRead(const connector::Registry& registry, const ReadSpec& spec) {
  return Resolve(registry, spec.connection_type, spec.options, spec.format, spec.format_options,
                 connector::Direction::kRead);
}

Result<ResolvedSink> ResolveWrite(const connector::Registry& registry, const WriteSpec& spec) {
  ResolvedSink sink;
  TENON_ASSIGN_OR_RETURN(sink.store,
                         Resolve(registry, spec.connection_type, spec.options, spec.format,
                                 spec.format_options, connector::Direction::kWrite));
  const ConnectorInfo& info = sink.store.info;
  const std::string& schema =
      info.sink_options_schema.empty() ? info.options_schema : info.sink_options_schema;
  Options& options = sink.store.options;
  if (options.Has("mode")) {
    TENON_ASSIGN_OR_RETURN(const std::string mode, options.Get("mode"));
    const Result<WriteMode> parsed = ParseMode(mode);
    // A connector with an option of this name may have words of its own for it.
    if (!Declares(schema, "mode")) {
      TENON_RETURN_IF_ERROR(parsed.status());
      options.Remove("mode");
    }
    if (parsed.ok()) sink.mode = *parsed;
  }
  if (options.Has("keys") && !Declares(schema, "keys")) {
    TENON_ASSIGN_OR_RETURN(const std::string keys, options.Get("keys"));
    sink.keys = ParseKeys(keys);
    options.Remove("keys");
  }
  if (sink.mode == WriteMode::kUpsert && sink.keys.empty()) {
    return Status::InvalidArgument("An upsert needs the columns that tell rows apart: option=keys")
        .WithNumber(base::kErrMissingOption)
        .WithHint("Add keys, as in \"id,region\".");
  }
  sink.target = info.name + " " + PlaceOf(options);
  return sink;
}

std::string LabelOf(const std::string& connection_type, const Options& options) {
  for (const char* name : kPlaceOptions) {
    const Result<std::string> value = options.Get(name);
    if (!value.ok()) continue;
    std::string place = *value;
    if (const Result<Json> list = base::ParseJson(place);
        list.ok() && list->is_array() && !list->empty() && list->front().is_string()) {
      place = list->front().get<std::string>() + (list->size() > 1 ? " …" : "");
    }
    while (place.size() > 1 && place.back() == '/') place.pop_back();
    const size_t slash = place.rfind('/');
    return slash == std::string::npos ? place : place.substr(slash + 1);
  }
  return connection_type;
}

}  // namespace tenon::job
