#include "secret_input.h"

#include <string>
#include <utility>

#include "base/error_catalog.h"
#include "base/private_file.h"

namespace tenon::cli {

Result<Secret> ReadSecretInput(const Request& request, std::string_view option, size_t max_bytes) {
  const std::string* file = request.Find(option);
  const std::string name = "--" + std::string(option);
  if (file == nullptr) {
    return Status::InvalidArgument("Option is missing: option=" + name +
                                   " command=" + request.command)
        .WithNumber(base::kErrFlagValue)
        .WithHint("Give " + name + " FILE, or " + name + " - for stdin.");
  }
  Result<std::string> text =
      base::ReadSmallFile(*file == "-" ? std::string("/dev/stdin") : *file, max_bytes);
  if (text.ok()) return Secret(*std::move(text));
  return Status::InvalidArgument(std::string(text.status().message()))
      .WithNumber(base::kErrFlagValue)
      .WithHint(text.status().hint().empty() ? "Name another file with " + name + "."
                                             : std::string(text.status().hint()))
      .WithWhere("option=" + name);
}

}  // namespace tenon::cli
