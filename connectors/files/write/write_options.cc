#include "connectors/files/write/write_options.h"

#include <vector>

#include "base/text.h"
#include "columnar/parquet_writer.h"
#include "connectors/files/csv/csv_format.h"
#include "connectors/files/format/format_names.h"
#include "connectors/files/json/json_format.h"
#include "connectors/files/parquet/parquet_format.h"
#include "object_store/location.h"
#include "tenon/option_spec.h"

namespace tenon::files {
namespace {

struct RawSinkOptions {
  std::string path;
  std::string format = "parquet";
  std::string compression;
  int64_t block_size = 128 << 20;
  int64_t page_size = 1 << 20;
  bool glue_writer = false;
  int64_t max_file_bytes = 0;
  std::vector<std::string> partition_keys;
  std::string separator = ",", quote_char = "\"";
  bool write_header = true, strict_quoting = false;
};

const OptionSpec<RawSinkOptions>& SinkSpec() {
  using Raw = RawSinkOptions;
  static const auto spec =
      OptionSpec<Raw>()
          .Add("path", &Raw::path,
               {.help = "The folder to write files into; made when missing.", .required = true})
          .Add("format", &Raw::format,
               {.help = "parquet, glueparquet, json (one object a line) or csv."})
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
          .Add("separator", &Raw::separator, {.help = "Of CSV: the character between values."})
          .Add("quoteChar", &Raw::quote_char,
               {.help = "Of CSV: the character around values that need it; -1 for none."})
          .Add("writeHeader", &Raw::write_header, {.help = "Of CSV: the first line has the names."})
          .Add("strictCheckForQuoting", &Raw::strict_quoting,
               {.help = "Has no effect: quotes stand only where they must."})
          .Add("partitionKeys", &Raw::partition_keys, {.help = "Not supported."});
  return spec;
}

}  // namespace

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
  } else if (format == "csv") {
    sink.format = SinkFormat::kCsv;
    TENON_ASSIGN_OR_RETURN(sink.csv,
                           CheckCsvWrite(raw.separator, raw.quote_char, raw.write_header));
  } else {
    return WrongFormat(raw.format, {"parquet", "glueparquet", "json", "csv"}, "written");
  }
  if (!raw.partition_keys.empty()) {
    return Status::Unsupported("Option is not supported here: option=partitionKeys")
        .WithHint("Leave it out.");
  }
  TENON_ASSIGN_OR_RETURN(sink.folder, object_store::LocalPath(raw.path));
  sink.compression = base::ToLower(raw.compression);
  const bool text = sink.format == SinkFormat::kJson || sink.format == SinkFormat::kCsv;
  if (text && !sink.compression.empty() && sink.compression != "none") {
    return Status::Unsupported("Text is written without compression: compression=" +
                               raw.compression);
  }
  if (sink.compression.empty()) sink.compression = "snappy";
  sink.row_group_bytes = raw.block_size;
  sink.max_file_bytes = raw.max_file_bytes;
  return sink;
}

Result<std::unique_ptr<WriteFormat>> MakeWriteFormat(const SinkOptions& options, bool typed) {
  if (options.format == SinkFormat::kJson) return MakeJsonWriteFormat(!typed);
  if (options.format == SinkFormat::kCsv) return MakeCsvWriteFormat(options.csv);
  columnar::ParquetOptions parquet;
  TENON_ASSIGN_OR_RETURN(parquet.compression,
                         columnar::ParseParquetCompression(options.compression));
  parquet.row_group_bytes = options.row_group_bytes;
  return MakeParquetWriteFormat(parquet);
}

std::string SinkOptionsSchema() { return SinkSpec().JsonSchema(); }

}  // namespace tenon::files
