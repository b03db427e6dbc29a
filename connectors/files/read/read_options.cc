#include "connectors/files/read/read_options.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/error_catalog.h"
#include "base/text.h"
#include "connectors/files/csv/csv_format.h"
#include "connectors/files/format/format_names.h"
#include "connectors/files/json/json_format.h"
#include "object_store/location.h"
#include "tenon/option_spec.h"

namespace tenon::files {
namespace {

struct RawSourceOptions {
  std::vector<std::string> paths;
  std::optional<std::string> path;
  std::string format = "json";
  bool recurse = false;
  std::vector<std::string> exclusions;
  // Of no effect on local files of JSON lines.
  std::optional<std::string> group_files, group_size, max_band, max_files_in_band,
      exclude_storage_classes;
  bool list_implementation = false, optimize_performance = false;
  // Of CSV.
  std::string separator = ",", quote_char = "\"", escaper, types = "strings", columns;
  bool with_header = false, skip_first = false;
  // Asked for, they would change what is read.
  bool multi_line = false, fail_fast = false;
  std::optional<std::string> json_path, with_schema, attach_file_name, attach_timestamp,
      compression_type, bounded_files, bounded_size;
};

const OptionSpec<RawSourceOptions>& SourceSpec() {
  using Raw = RawSourceOptions;
  static const auto spec =
      OptionSpec<Raw>()
          .Add("paths", &Raw::paths, {.help = "Files and folders to read, a JSON list."})
          .Add("path", &Raw::path, {.help = "One file or folder to read, in place of paths."})
          .Add("format", &Raw::format,
               {.help = "What the files hold: json, one object a line, or csv."})
          .Add("recurse", &Raw::recurse, {.help = "Also read the folders in the folders."})
          .Add("exclusions", &Raw::exclusions,
               {.help = "Globs of paths to leave out, relative to the folder, a JSON list."})
          .Add("multiLine", &Raw::multi_line,
               {.help = "A record may go over several lines; CSV only."})
          .Add("separator", &Raw::separator, {.help = "Of CSV: the character between values."})
          .Add("quoteChar", &Raw::quote_char,
               {.help = "Of CSV: the character around values; -1 for none."})
          .Add("escaper", &Raw::escaper,
               {.help = "Of CSV: the character that makes the next one plain; none by default."})
          .Add("withHeader", &Raw::with_header, {.help = "Of CSV: the first line has the names."})
          .Add("skipFirst", &Raw::skip_first, {.help = "Of CSV: leave the first row out."})
          .Add("types", &Raw::types,
               {.help = "Of CSV: strings, or infer to find types in all rows."})
          .Add("columns", &Raw::columns,
               {.help = "Of CSV: types of columns, as id:long,price:decimal(10,2)."})
          .Add("isFailFast", &Raw::fail_fast,
               {.help = "Fail at the first bad line; must be false."})
          .Add("jsonPath", &Raw::json_path, {.help = "Not supported."})
          .Add("withSchema", &Raw::with_schema, {.help = "Not supported."})
          .Add("attachFilename", &Raw::attach_file_name, {.help = "Not supported."})
          .Add("attachTimestamp", &Raw::attach_timestamp, {.help = "Not supported."})
          .Add("compressionType", &Raw::compression_type, {.help = "Not supported, but for none."})
          .Add("boundedFiles", &Raw::bounded_files, {.help = "Not supported."})
          .Add("boundedSize", &Raw::bounded_size, {.help = "Not supported."})
          .Add("groupFiles", &Raw::group_files, {.help = "Has no effect on local files."})
          .Add("groupSize", &Raw::group_size, {.help = "Has no effect on local files."})
          .Add("maxBand", &Raw::max_band, {.help = "Has no effect on local files."})
          .Add("maxFilesInBand", &Raw::max_files_in_band, {.help = "Has no effect on local files."})
          .Add("excludeStorageClasses", &Raw::exclude_storage_classes,
               {.help = "Has no effect on local files."})
          .Add("useS3ListImplementation", &Raw::list_implementation,
               {.help = "Has no effect on local files."})
          .Add("optimizePerformance", &Raw::optimize_performance,
               {.help = "Has no effect: it is always fast."});
  return spec;
}

Status NotSupported(std::string_view option) {
  return Status::Unsupported("Option is not supported here: option=" + std::string(option))
      .WithHint("Leave it out.");
}

Status CheckUnsupported(const RawSourceOptions& raw) {
  const std::pair<std::string_view, bool> asked[] = {
      {"multiLine", raw.multi_line && base::ToLower(raw.format) != "csv"},
      {"isFailFast", raw.fail_fast},
      {"jsonPath", raw.json_path.value_or("") != ""},
      {"withSchema", raw.with_schema.value_or("") != ""},
      {"attachFilename", raw.attach_file_name.value_or("") != ""},
      {"attachTimestamp", raw.attach_timestamp.value_or("") != ""},
      {"compressionType", raw.compression_type && base::ToLower(*raw.compression_type) != "none"},
      {"boundedFiles", raw.bounded_files.value_or("") != ""},
      {"boundedSize", raw.bounded_size.value_or("") != ""}};
  for (const auto& [name, given] : asked) {
    if (given) return NotSupported(name);
  }
  return Status::Ok();
}

Result<std::shared_ptr<const ReadFormat>> MakeFormat(const RawSourceOptions& raw) {
  const std::string format = base::ToLower(raw.format);
  if (format == "json") return std::shared_ptr<const ReadFormat>(MakeJsonReadFormat());
  if (format != "csv") return WrongFormat(raw.format, {"json", "csv"}, "read");
  TENON_ASSIGN_OR_RETURN(CsvReadOptions csv,
                         CheckCsvRead({.dialect = {.separator = raw.separator,
                                                   .quote_char = raw.quote_char,
                                                   .escaper = raw.escaper,
                                                   .multi_line = raw.multi_line},
                                       .with_header = raw.with_header,
                                       .skip_first = raw.skip_first,
                                       .types = raw.types,
                                       .columns = raw.columns}));
  return std::shared_ptr<const ReadFormat>(MakeCsvReadFormat(std::move(csv)));
}

}  // namespace

Result<ReadOptions> ParseReadOptions(const Options& options) {
  TENON_ASSIGN_OR_RETURN(RawSourceOptions raw, SourceSpec().Parse(options));
  if (raw.path && !raw.paths.empty()) {
    return Status::InvalidArgument(
        "Only one of these options may be given: option=path option=paths");
  }
  if (raw.path) raw.paths.push_back(*raw.path);
  if (raw.paths.empty()) {
    return Status::InvalidArgument("Option is required: option=paths")
        .WithHint("Name the files or folders to read.")
        .WithNumber(base::kErrMissingOption);
  }
  TENON_RETURN_IF_ERROR(CheckUnsupported(raw));
  ReadOptions read;
  TENON_ASSIGN_OR_RETURN(read.format, MakeFormat(raw));
  FileSelection& selection = read.selection;
  selection.recurse = raw.recurse;
  for (const std::string& path : raw.paths) {
    TENON_ASSIGN_OR_RETURN(std::string local, object_store::LocalPath(path));
    selection.paths.push_back(std::move(local));
  }
  for (const std::string& exclusion : raw.exclusions) {
    TENON_ASSIGN_OR_RETURN(PathPattern pattern, PathPattern::Parse(exclusion));
    selection.exclusions.push_back(std::move(pattern));
  }
  return read;
}

std::string ReadOptionsSchema() { return SourceSpec().JsonSchema(); }

}  // namespace tenon::files
