#include "connectors/files/read/read_options.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error_catalog.h"
#include "base/text.h"
#include "connectors/files/csv/csv_format.h"
#include "connectors/files/format/format_names.h"
#include "connectors/files/json/json_format.h"
#include "connectors/files/parquet/parquet_format.h"
#include "object_store/location.h"
#include "tenon/option_spec.h"

namespace tenon::files {
namespace {

struct RawReadOptions {
  std::vector<std::string> paths;
  std::optional<std::string> path;
  std::string format = "json";
  bool recurse = false;
  std::vector<std::string> exclusions;
  std::vector<std::string> exclude_storage_classes;
  std::optional<std::string> compression_type;
  std::optional<bool> hive_partitioning;
  std::string attach_file_name, attach_timestamp;
  std::optional<std::string> group_files;
  std::optional<int64_t> group_size, bounded_files, bounded_size;
  bool fail_fast = false;
  // Of bookmarks and of AWS's own listing; they change nothing here.
  std::optional<int64_t> max_band, max_files_in_band;
  bool list_implementation = false, optimize_performance = false;
};

const OptionSpec<RawReadOptions>& ReadSpec() {
  using Raw = RawReadOptions;
  static const auto spec =
      OptionSpec<Raw>(UnknownOptions::kPass)
          .Add("paths", &Raw::paths, {.help = "Files, folders and globs to read, a JSON list."})
          .Add("path", &Raw::path, {.help = "One file, folder or glob to read, in place of paths."})
          .Add("format", &Raw::format, {.help = "What the files hold."})
          .Add("recurse", &Raw::recurse, {.help = "Also read the folders in the folders."})
          .Add("exclusions", &Raw::exclusions,
               {.help = "Globs of paths to leave out, relative to the folder, a JSON list."})
          .Add("excludeStorageClasses", &Raw::exclude_storage_classes,
               {.help = "Storage classes whose objects are left out, a JSON list."})
          .Add("compressionType", &Raw::compression_type,
               {.help = "gzip, bzip2, zstd, snappy, lz4 or none; else each file's ending says it."})
          .Add("hivePartitioning", &Raw::hive_partitioning,
               {.help = "Folders named key=value become columns; of Parquet they always do."})
          .Add("attachFilename", &Raw::attach_file_name,
               {.help = "Name of a column to add: the path of the row's file."})
          .Add("attachTimestamp", &Raw::attach_timestamp,
               {.help = "Name of a column to add: when the row's file was last modified."})
          .Add("groupFiles", &Raw::group_files,
               {.help = "Whether small files share a partition.",
                .choices = {"inPartition", "none"}})
          .Add("groupSize", &Raw::group_size,
               {.help = "About how many bytes of small files share a partition.", .minimum = 1})
          .Add("boundedFiles", &Raw::bounded_files,
               {.help = "Read at most so many files.", .minimum = 1})
          .Add("boundedSize", &Raw::bounded_size,
               {.help = "Read files until they have so many bytes.", .minimum = 1})
          .Add("isFailFast", &Raw::fail_fast, {.help = "Fail at the first bad row."})
          .Add("maxBand", &Raw::max_band,
               {.help = "Has no effect: listings are consistent.", .minimum = 0})
          .Add("maxFilesInBand", &Raw::max_files_in_band,
               {.help = "Has no effect: listings are consistent.", .minimum = 0})
          .Add("useS3ListImplementation", &Raw::list_implementation,
               {.help = "Has no effect: listings are never kept whole on the way."})
          .Add("optimizePerformance", &Raw::optimize_performance,
               {.help = "Has no effect: it is always fast."});
  return spec;
}

// What a format brings to the options. Its maker sees all options and takes those that it has described.
struct FormatEntry {
  const char* name;
  std::vector<OptionDescription> (*options)();
  Result<std::unique_ptr<ReadFormat>> (*make)(const Options& options);
  bool hive_columns;  // Unless the option says otherwise.
};

struct RawCsvOptions {
  std::string separator = ",", quote_char = "\"", escaper, types = "strings", columns;
  bool multi_line = false, with_header = false, skip_first = false;
};

const OptionSpec<RawCsvOptions>& CsvSpec() {
  using Raw = RawCsvOptions;
  static const auto spec =
      OptionSpec<Raw>(UnknownOptions::kPass)
          .Add("separator", &Raw::separator, {.help = "Of CSV: the character between values."})
          .Add("quoteChar", &Raw::quote_char,
               {.help = "Of CSV: the character around values; -1 for none."})
          .Add("escaper", &Raw::escaper,
               {.help = "Of CSV: the character that makes the next one plain; none by default."})
          .Add("multiLine", &Raw::multi_line, {.help = "Records may go over several lines."})
          .Add("withHeader", &Raw::with_header, {.help = "Of CSV: the first line has the names."})
          .Add("skipFirst", &Raw::skip_first, {.help = "Of CSV: leave the first row out."})
          .Add("types", &Raw::types,
               {.help = "Of CSV: strings, or infer to find types in all rows."})
          .Add("columns", &Raw::columns,
               {.help = "Of CSV: types of columns, as id:long,price:decimal(10,2)."});
  return spec;
}

std::vector<OptionDescription> CsvOptions() { return CsvSpec().known(); }

Result<std::unique_ptr<ReadFormat>> MakeCsv(const Options& options) {
  TENON_ASSIGN_OR_RETURN(const RawCsvOptions raw, CsvSpec().Parse(options));
  TENON_ASSIGN_OR_RETURN(CsvReadOptions csv,
                         CheckCsvRead({.dialect = {.separator = raw.separator,
                                                   .quote_char = raw.quote_char,
                                                   .escaper = raw.escaper,
                                                   .multi_line = raw.multi_line},
                                       .with_header = raw.with_header,
                                       .skip_first = raw.skip_first,
                                       .types = raw.types,
                                       .columns = raw.columns}));
  return MakeCsvReadFormat(std::move(csv));
}

std::vector<OptionDescription> NoOptions() { return {}; }
Result<std::unique_ptr<ReadFormat>> MakeParquet(const Options&) { return MakeParquetReadFormat(); }

constexpr FormatEntry kFormats[] = {
    {"json", JsonReadOptions, MakeJsonReadFormat, false},
    {"csv", CsvOptions, MakeCsv, false},
    {"parquet", NoOptions, MakeParquet, true},
};

Result<const FormatEntry*> FindFormat(const std::string& name) {
  std::vector<std::string> names;
  for (const FormatEntry& format : kFormats) {
    if (EqualsIgnoreCase(format.name, name)) return &format;
    names.emplace_back(format.name);
  }
  return WrongFormat(name, names, "read");
}

Status CheckNames(const Options& options, const FormatEntry& format) {
  std::vector<OptionDescription> known = ReadSpec().known();
  for (OptionDescription& each : format.options()) known.push_back(std::move(each));
  return internal::CheckOptionNames(options, known, UnknownOptions::kRefuse);
}

Status NotBoth(const char* one, const char* other) {
  return Status::InvalidArgument(std::string("Only one of these options may be given: option=") +
                                 one + " option=" + other);
}

Result<FileSelection> SelectionOf(RawReadOptions& raw) {
  if (raw.path && !raw.paths.empty()) return NotBoth("path", "paths");
  if (raw.bounded_files && raw.bounded_size) return NotBoth("boundedFiles", "boundedSize");
  if (raw.path) raw.paths.push_back(*raw.path);
  if (raw.paths.empty()) {
    return Status::InvalidArgument("Option is required: option=paths")
        .WithHint("Name the files or folders to read.")
        .WithNumber(base::kErrMissingOption);
  }
  FileSelection selection;
  selection.recurse = raw.recurse;
  selection.most_files = raw.bounded_files.value_or(0);
  selection.most_bytes = raw.bounded_size.value_or(0);
  selection.left_out_classes = std::move(raw.exclude_storage_classes);
  for (const std::string& path : raw.paths) {
    TENON_ASSIGN_OR_RETURN(std::string normal, object_store::NormalPath(path));
    selection.paths.push_back(std::move(normal));
  }
  for (const std::string& exclusion : raw.exclusions) {
    TENON_ASSIGN_OR_RETURN(PathPattern pattern, PathPattern::Parse(exclusion));
    selection.exclusions.push_back(std::move(pattern));
  }
  return selection;
}

}  // namespace

Result<ReadOptions> ParseReadOptions(const Options& options) {
  TENON_ASSIGN_OR_RETURN(const std::string format_name, options.GetOr("format", "json"));
  TENON_ASSIGN_OR_RETURN(const FormatEntry* const format, FindFormat(format_name));
  TENON_RETURN_IF_ERROR(CheckNames(options, *format));
  TENON_ASSIGN_OR_RETURN(RawReadOptions raw, ReadSpec().Parse(options));
  ReadOptions read;
  TENON_ASSIGN_OR_RETURN(read.selection, SelectionOf(raw));
  TENON_ASSIGN_OR_RETURN(read.format, format->make(options));
  if (raw.compression_type) {
    TENON_ASSIGN_OR_RETURN(read.codec,
                           compression::ParseCodec("compressionType", *raw.compression_type));
  }
  read.hive_columns = raw.hive_partitioning.value_or(format->hive_columns);
  read.selection.hive = read.hive_columns;
  read.file_name_column = std::move(raw.attach_file_name);
  read.timestamp_column = std::move(raw.attach_timestamp);
  if (!read.file_name_column.empty() &&
      EqualsIgnoreCase(read.file_name_column, read.timestamp_column)) {
    return Status::InvalidArgument(
        "Two options name the same column: option=attachFilename "
        "option=attachTimestamp column=" +
        read.file_name_column);
  }
  read.group = !raw.group_files || !EqualsIgnoreCase(*raw.group_files, "none");
  read.group_bytes = raw.group_size.value_or(0);
  read.fail_fast = raw.fail_fast;
  return read;
}

std::string ReadOptionsSchema() {
  std::vector<OptionDescription> known = ReadSpec().known();
  for (const FormatEntry& format : kFormats) {
    for (OptionDescription& option : format.options()) {
      const bool named = std::any_of(known.begin(), known.end(), [&](const auto& each) {
        return EqualsIgnoreCase(each.name, option.name);
      });
      if (!named) known.push_back(std::move(option));
    }
  }
  return internal::OptionsJsonSchema(known, UnknownOptions::kRefuse);
}

}  // namespace tenon::files
