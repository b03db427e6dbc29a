#include "job/resolve.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error_catalog.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/redact.h"
#include "base/text.h"
#include "connector/connection_types.h"
#include "job/secret_options.h"
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

bool Declares(const std::string& options_schema, std::string_view option) {
  return DeclaredAs(options_schema, option) != Declared::kNo;
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

// Who declares an option as plain gets the value of a secret for it as plain text; the job keeps it to itself.
void HandOverPlain(const std::string& schema, const std::vector<std::string>& from_secret,
                   ResolvedStore* store) {
  for (const std::string& name : from_secret) {
    const bool plain = DeclaredAs(schema, name) == Declared::kPlain && !base::IsSecretKey(name);
    const Result<Secret> value = store->options.GetSecret(name);
    if (!plain || !value.ok()) continue;
    store->options.Set(name, std::string(value->Reveal()));
    store->withheld.push_back(name);
  }
}

// What a script asks for; of ReadSpec and WriteSpec what they share.
struct Asked {
  const std::string& type;
  const Options& options;
  const std::string& format;
  const Options& format_options;
  connector::Direction direction;
};

Result<ResolvedStore> Resolve(const connector::Registry& registry, const NamedOptions& names,
                              const Asked& asked) {
  TENON_ASSIGN_OR_RETURN(FilledOptions filled, names.Fill(registry, asked.type, asked.options));
  TENON_ASSIGN_OR_RETURN(
      connector::ResolvedConnector found,
      connector::ResolveConnector(registry, asked.type, filled.options, asked.direction));
  ResolvedStore store;
  store.info = found.connector->info();
  store.connector = std::move(found.connector);
  store.options = std::move(filled.options);
  const bool writes = asked.direction == connector::Direction::kWrite;
  const std::string& schema = writes && !store.info.sink_options_schema.empty()
                                  ? store.info.sink_options_schema
                                  : store.info.options_schema;
  if (store.options.Has("className") && !Declares(schema, "className")) {
    store.options.Remove("className");
  }
  MarkSecrets(schema, &store.options);
  HandOverPlain(schema, filled.from_secret, &store);
  if (NameSomething(asked.options)) {
    store.named = asked.options;
    store.connection_type = asked.type;
    MarkSecrets(schema, &store.named);
  }
  const std::string& wanted_format = asked.format.empty() ? found.type.format : asked.format;
  if (!wanted_format.empty()) {
    Options named;
    named.Set("format", base::ToLower(wanted_format));
    TENON_RETURN_IF_ERROR(AddOptions(named, &store.options));
  }
  Options format_options = asked.format_options;
  MarkSecrets(schema, &format_options);
  TENON_RETURN_IF_ERROR(AddOptions(format_options, &store.options));
  names.Withhold(store.options);
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

bool IsWithheld(const ResolvedStore& store, std::string_view option) {
  return std::any_of(store.withheld.begin(), store.withheld.end(),
                     [&](const std::string& name) { return EqualsIgnoreCase(name, option); });
}

// Where the store is, by the first option that says so; else all plain options together.
std::string PlaceOf(const ResolvedStore& store) {
  const Options& options = store.options;
  std::string place;
  for (const char* name : kPlaceOptions) {
    if (!options.Has(name)) continue;
    const Result<Secret> value = options.GetSecret(name);
    if (!value.ok()) continue;
    // The hash of a secret place tells two apart and shows neither.
    const std::string text = options.IsSecret(name) || IsWithheld(store, name)
                                 ? base::Sha256Hex(value->Reveal())
                                 : std::string(value->Reveal());
    place += (place.empty() ? "" : " ") + base::ToLower(name) + "=" + text;
  }
  if (!place.empty()) return place;
  Options shown = options;
  for (const std::string& name : store.withheld) shown.SetSecret(name, Secret());
  return shown.ToString();
}

}  // namespace

Result<ResolvedStore> ResolveRead(const connector::Registry& registry, const NamedOptions& names,
                                  const ReadSpec& spec) {
  return Resolve(registry, names,
                 {spec.connection_type, spec.options, spec.format, spec.format_options,
                  connector::Direction::kRead});
}

Result<ResolvedSink> ResolveWrite(const connector::Registry& registry, const NamedOptions& names,
                                  const WriteSpec& spec) {
  ResolvedSink sink;
  TENON_ASSIGN_OR_RETURN(sink.store, Resolve(registry, names,
                                             {spec.connection_type, spec.options, spec.format,
                                              spec.format_options, connector::Direction::kWrite}));
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
  sink.target = info.name + " " + PlaceOf(sink.store);
  return sink;
}

std::string LabelOf(const std::string& connection_type, const Options& options) {
  // Of a database many tables are read and written: its file or URL tells nobody which.
  for (const char* name : {"dbtable", "tablename", "table"}) {
    if (const Result<std::string> table = options.Get(name); table.ok()) return *table;
  }
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
