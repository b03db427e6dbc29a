#include "connectors/files/file_options.h"

#include <optional>
#include <utility>

#include "base/error_catalog.h"
#include "base/text.h"

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
  // Asked for, they would change what is read.
  bool multi_line = false, fail_fast = false;
  std::optional<std::string> json_path, with_schema, attach_file_name, attach_timestamp,
      compression_type, bounded_files, bounded_size;
};

struct RawSinkOptions {
  std::string path;
  std::string format = "parquet";
  std::string compression;
  int64_t block_size = 128 << 20;
  int64_t page_size = 1 << 20;
  bool glue_writer = false;
  int64_t max_file_bytes = 0;
  std::vector<std::string> partition_keys;
};

const OptionSpec<RawSourceOptions>& SourceSpec() {
  using Raw = RawSourceOptions;
  static const auto spec =
      OptionSpec<Raw>()
          .Add("paths", &Raw::paths, {.help = "Files and folders to read, a JSON list."})
          .Add("path", &Raw::path, {.help = "One file or folder to read, in place of paths."})
          .Add("format", &Raw::format, {.help = "What the files hold: json, one object a line."})
          .Add("recurse", &Raw::recurse, {.help = "Also read the folders in the folders."})
          .Add("exclusions", &Raw::exclusions,
               {.help = "Globs of paths to leave out, relative to the folder, a JSON list."})
          .Add("multiLine", &Raw::multi_line,
               {.help = "A record may go over several lines; must be false."})
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

const OptionSpec<RawSinkOptions>& SinkSpec() {
  using Raw = RawSinkOptions;
  static const auto spec =
      OptionSpec<Raw>()
          .Add("path", &Raw::path,
               {.help = "The folder to write files into; made when missing.", .required = true})
          .Add("format", &Raw::format,
               {.help = "parquet, glueparquet or json (one object a line)."})
          .Add(
              "compression", &Raw::compression,
              {.help = "Of Parquet: snappy (default), zstd, gzip or none. JSON is not compressed."})
          .Add("blockSize", &Raw::block_size,
               {.help = "About how many bytes a Parquet row group has.", .minimum = 1 << 10})
          .Add("pageSize", &Raw::page_size,
               {.help = "Taken from Glue's scripts; the writer chooses its pages itself.",
                .minimum = 1})
          .Add("useGlueParquetWriter", &Raw::glue_writer,
               {.help = "Write parquet as glueparquet does."})
          .Add(
              "maxFileBytes", &Raw::max_file_bytes,
              {.help = "A partition goes on in another file when about this is reached; 0 = never.",
               .minimum = 0})
          .Add("partitionKeys", &Raw::partition_keys, {.help = "Not supported."});
  return spec;
}

Status NotSupported(std::string_view option) {
  return Status::Unsupported("Option is not supported here: option=" + std::string(option))
      .WithHint("Leave it out.");
}

Status CheckUnsupported(const RawSourceOptions& raw) {
  const std::pair<std::string_view, bool> asked[] = {
      {"multiLine", raw.multi_line},
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

}  // namespace

Result<FileSelection> ParseSourceOptions(const Options& options) {
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
  if (base::ToLower(raw.format) != "json") return WrongFormat(raw.format, {"json"}, "read");
  TENON_RETURN_IF_ERROR(CheckUnsupported(raw));
  FileSelection selection;
  selection.recurse = raw.recurse;
  for (const std::string& path : raw.paths) {
    TENON_ASSIGN_OR_RETURN(std::string local, LocalPath(path));
    selection.paths.push_back(std::move(local));
  }
  for (const std::string& exclusion : raw.exclusions) {
    TENON_ASSIGN_OR_RETURN(PathPattern pattern, PathPattern::Parse(exclusion));
    selection.exclusions.push_back(std::move(pattern));
  }
  return selection;
}

Result<SinkOptions> ParseSinkOptions(const Options& options) {
  TENON_ASSIGN_OR_RETURN(RawSinkOptions raw, SinkSpec().Parse(options));
  SinkOptions sink;
  const std::string format = base::ToLower(raw.format);
  if (format == "parquet") {
    sink.format = raw.glue_writer ? SinkFormat::kGlueParquet : SinkFormat::kParquet;
  } else if (format == "glueparquet") {
    sink.format = SinkFormat::kGlueParquet;
  } else if (format == "json") {
    sink.format = SinkFormat::kJson;
  } else {
    return WrongFormat(raw.format, {"parquet", "glueparquet", "json"}, "written");
  }
  if (!raw.partition_keys.empty()) return NotSupported("partitionKeys");
  TENON_ASSIGN_OR_RETURN(sink.folder, LocalPath(raw.path));
  sink.compression = base::ToLower(raw.compression);
  if (sink.format == SinkFormat::kJson && !sink.compression.empty() && sink.compression != "none") {
    return Status::Unsupported("JSON lines are written without compression: compression=" +
                               raw.compression);
  }
  if (sink.compression.empty()) sink.compression = "snappy";
  sink.row_group_bytes = raw.block_size;
  sink.max_file_bytes = raw.max_file_bytes;
  return sink;
}

std::string SourceOptionsSchema() { return SourceSpec().JsonSchema(); }
std::string SinkOptionsSchema() { return SinkSpec().JsonSchema(); }

}  // namespace tenon::files
