// What a connector written in the words of Spark, Athena or JDBC says of itself. The adapter makes its ConnectorInfo
// from it: what it can do follows from what its author has written. A value; any thread.
#pragma once

#include <string>
#include <vector>

#include "tenon/connector.h"
#include "tenon/option_spec.h"

namespace tenon {

struct Registration {
  std::string name;                           // "minimal": how a job names it.
  std::vector<std::string> class_names = {};  // Values of Glue's option className that mean it.
  std::string version = {};                   // Its own.
  std::string help = {};                      // One sentence.
  // Its options: Spec().known(). They are checked before its code runs: names, and that none required is missing.
  std::vector<OptionDescription> options = {};
  UnknownOptions unknown = UnknownOptions::kRefuse;
};

namespace internal {
// `registration` with the options that the adapter itself takes before the author's.
ConnectorInfo InfoOf(Registration registration, const std::vector<OptionDescription>& own = {});
Status CheckOptions(const Options& options, const Registration& registration,
                    const std::vector<OptionDescription>& own = {});
// `schema` with these columns in this order. kInvalidArgument names a column that is not there and the nearest one.
Result<Schema> SelectColumns(const Schema& schema, const std::vector<std::string>& columns);
// Whether a column is named twice.
bool HasRepeats(std::vector<std::string> columns);
}  // namespace internal

}  // namespace tenon
