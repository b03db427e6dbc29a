#include "connectors/files/format/format_names.h"

#include <string_view>

#include "base/error_catalog.h"
#include "base/text.h"
#include "tenon/option_spec.h"

namespace tenon::files {

Status WrongFormat(const std::string& format, const std::vector<std::string>& mine,
                   const char* verb) {
  static const std::vector<std::string> kOfGlue = {"csv",  "json", "parquet", "glueparquet", "orc",
                                                   "avro", "xml",  "grokLog", "ion"};
  const std::string known = base::Join(mine, " ");
  for (const std::string& each : kOfGlue) {
    if (EqualsIgnoreCase(each, format)) {
      return Status::Unsupported("Format cannot be " + std::string(verb) + ": format=" + format +
                                 " known=" + known)
          .WithNumber(verb == std::string_view("read") ? base::kErrCannotRead
                                                       : base::kErrCannotWrite);
    }
  }
  const std::string nearest = NearestName(format, mine);
  return Status::InvalidArgument("Format is not known: format=" + format + " known=" + known)
      .WithHint(nearest.empty() ? "" : "Did you mean " + nearest + "?")
      .WithNumber(base::kErrUnknownFormat);
}

}  // namespace tenon::files
