// From the words of a script (connection type, options, format) to a connector and the options it is
// opened with. Of the world only the home is read, and only when the options name something in it:
// what is misspelt is told before anything is touched.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "connector/registry.h"
#include "job/named_options.h"
#include "tenon/connector.h"
#include "tenon/job.h"

namespace tenon::job {

struct ResolvedStore {
  std::shared_ptr<Connector> connector;
  ConnectorInfo info;
  Options options;  // Final: format and format options are among them, className is not.
  // Names of plain options whose values a secret gave: the connector may show them, nobody else.
  std::vector<std::string> withheld;
  // The script's own, when they name a connection or a secret, with the type they were given for:
  // what a later process fetches the secret values by.
  Options named;
  std::string connection_type;
};

// Errors: TN1010 unknown connection type, TN1011 unknown connector, TN1003 className is missing,
// TN1013/TN1014 the connector does not go in this direction, each with the nearest known name;
// kInvalidArgument for a format option that the options say otherwise; errors of NamedOptions. Every
// secret value goes to the redactor that `names` has.
Result<ResolvedStore> ResolveRead(const connector::Registry& registry, const NamedOptions& names,
                                  const ReadSpec& spec);

struct ResolvedSink {
  ResolvedStore store;
  WriteMode mode = WriteMode::kAppend;
  std::vector<std::string> keys;  // Of an upsert.
  std::string target;             // What is written to, in one spelling; no secret.
};

// As ResolveRead. Takes "mode" (append, create, overwrite, truncate, upsert) and "keys" out of the
// options unless the connector declares an option of that name itself.
Result<ResolvedSink> ResolveWrite(const connector::Registry& registry, const NamedOptions& names,
                                  const WriteSpec& spec);

// "s3 persons", "file a.json": a short name for what the options point at.
std::string LabelOf(const std::string& connection_type, const Options& options);

}  // namespace tenon::job
