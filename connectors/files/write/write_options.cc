#include "connectors/files/write/write_options.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error_catalog.h"
#include "base/text.h"
#include "columnar/parquet_writer.h"
#include "connectors/files/csv/csv_format.h"
#include "connectors/files/format/format_names.h"
#include "connectors/files/json/json_format.h"
#include "connectors/files/parquet/parquet_format.h"
#include "connectors/files/write/packed_format.h"
#include "object_store/location.h"
#include "tenon/option_spec.h"

namespace tenon::files {
namespace {

using compression::Codec;

constexpr int64_t kLeastHeldBytes = 8 << 20;

struct RawSinkOptions {
  std::string path;
  std::string format;
  std::string compression;
  int64_t block_size = 128 << 20;
  int64_t page_size = 1 << 20;
  std::vector<std::string> bloom_filter_columns;
  bool glue_writer = false;
  int64_t max_file_bytes = 0;
  std::vector<std::string> partition_keys;
  std::optional<bool> single_file;
  std::string separator = ",", quote_char = "\"";
  bool write_header = true;
};

const OptionSpec<RawSinkOptions>& SinkSpec() {
  using Raw = RawSinkOptions;
  static const auto spec =
      OptionSpec<Raw>()
          .Add("path", &Raw::path,
               {.help = "The folder to write files into, made when missing; or one file, when it "
                        "ends like one (out.csv, out.json.gz, out.parquet).",
                .required = true})
          .Add("format", &Raw::format,
               {.help =
                    "parquet, glueparquet, csv or json (one object a line). Without it the ending "
                    "of the path, else parquet."})
          .Add("compression", &Raw::compression,
               {.help =
                    "Of Parquet: snappy (default), zstd, gzip, lz4 or none. Of text: gzip, bzip2, "
                    "zstd, snappy, lz4 or none; without it the path's ending."})
          .Add("blockSize", &Raw::block_size,
               {.help = "About how many bytes a Parquet row group has.", .minimum = 1 << 10})
          .Add("pageSize", &Raw::page_size,
               {.help = "About how many bytes a page of Parquet has before compression.",
                .minimum = 64})
          .Add("bloomFilterColumns", &Raw::bloom_filter_columns,
               {.help = "Columns that get bloom filters in Parquet; a.b is a field of a struct."})
          .Add("useGlueParquetWriter", &Raw::glue_writer,
               {.help = "Write parquet as glueparquet does."})
          .Add(
              "maxFileBytes", &Raw::max_file_bytes,
              {.help = "A partition goes on in another file when about this is reached; 0 = never.",
               .minimum = 0})
          .Add("partitionKeys", &Raw::partition_keys,
               {.help = "Columns that become folders, key=value, and leave the rows."})
          .Add(
              "singleFile", &Raw::single_file,
              {.help = "true: the path is one file, whatever it ends with. false: it is a folder."})
          .Add("separator", &Raw::separator, {.help = "What stands between the fields of CSV."})
          .Add("quoteChar", &Raw::quote_char,
               {.help = "What fields of CSV are quoted with where they must be; -1: never."})
          .Add("writeHeader", &Raw::write_header,
               {.help = "Whether a file of CSV begins with the names of its columns."});
  return spec;
}

// What the name of a target that is one file says.
struct NamedFormat {
  SinkFormat format = SinkFormat::kParquet;
  Codec codec = Codec::kNone;
};

std::optional<SinkFormat> FormatOfEnding(std::string_view path) {
  static constexpr std::pair<std::string_view, SinkFormat> kEndings[] = {
      {".json", SinkFormat::kJson},       {".jsonl", SinkFormat::kJson},
      {".ndjson", SinkFormat::kJson},     {".csv", SinkFormat::kCsv},
      {".parquet", SinkFormat::kParquet},
  };
  const std::string name = base::ToLower(path.substr(path.rfind('/') + 1));
  for (const auto& [ending, format] : kEndings) {
    if (name.size() > ending.size() && name.ends_with(ending)) return format;
  }
  return std::nullopt;
}

// kUnsupported: text in a packing that others have ("out.csv.xz").
Result<std::optional<NamedFormat>> FormatOfName(std::string_view path) {
  if (const std::optional<SinkFormat> format = FormatOfEnding(path))
    return NamedFormat{.format = *format};
  const std::optional<SinkFormat> inside = FormatOfEnding(path.substr(0, path.rfind('.')));
  if (!inside || inside == SinkFormat::kParquet) return std::nullopt;
  const Result<Codec> codec = compression::CodecOfPath(path);
  if (!codec.ok()) {
    return Status::Unsupported("Compression is not written: path=" + std::string(path))
        .WithHint("Choose one of gzip, bzip2, zstd, snappy, lz4.");
  }
  if (*codec == Codec::kNone) return std::nullopt;
  return NamedFormat{.format = *inside, .codec = *codec};
}

Result<SinkFormat> FormatOf(const RawSinkOptions& raw, const std::optional<NamedFormat>& named) {
  const std::string format = base::ToLower(raw.format);
  if (format.empty() && named && named->format != SinkFormat::kParquet) return named->format;
  if (format.empty() || format == "parquet")
    return raw.glue_writer ? SinkFormat::kGlueParquet : SinkFormat::kParquet;
  if (format == "glueparquet") return SinkFormat::kGlueParquet;
  if (format == "json") return SinkFormat::kJson;
  if (format == "csv") return SinkFormat::kCsv;
  return WrongFormat(raw.format, {"parquet", "glueparquet", "json", "csv"}, "written");
}

bool SameKind(SinkFormat a, SinkFormat b) {
  const auto kind = [](SinkFormat format) {
    return format == SinkFormat::kGlueParquet ? SinkFormat::kParquet : format;
  };
  return kind(a) == kind(b);
}

Result<OneFile> OneFileOf(const RawSinkOptions& raw, SinkFormat format,
                          const std::optional<NamedFormat>& named) {
  if (raw.single_file.value_or(false)) {
    if (raw.partition_keys.empty()) return OneFile::kAsked;
    return Status::InvalidArgument(
               "One file cannot have folders: option=singleFile option=partitionKeys")
        .WithHint("Leave one of the two out.");
  }
  const bool by_name = !raw.single_file && named && SameKind(named->format, format) &&
                       !raw.path.ends_with('/') && raw.partition_keys.empty();
  return by_name ? OneFile::kByName : OneFile::kNo;
}

// A reader unpacks a file by its name, so the name must say what the file is.
Status CheckCodec(const RawSinkOptions& raw, Codec codec, const std::optional<NamedFormat>& named) {
  if (!named || named->codec == codec) return Status::Ok();
  return Status::InvalidArgument("Compression is not what the file's name says: path=" + raw.path +
                                 " compression=" + std::string(compression::CodecName(codec)))
      .WithHint("Let the file's name end as the compression does, or write into a folder.");
}

}  // namespace

Result<SinkOptions> ParseSinkOptions(const Options& options) {
  TENON_ASSIGN_OR_RETURN(RawSinkOptions raw, SinkSpec().Parse(options));
  SinkOptions sink;
  TENON_ASSIGN_OR_RETURN(const std::optional<NamedFormat> named, FormatOfName(raw.path));
  TENON_ASSIGN_OR_RETURN(sink.format, FormatOf(raw, named));
  TENON_ASSIGN_OR_RETURN(sink.one_file, OneFileOf(raw, sink.format, named));
  if (sink.format == SinkFormat::kCsv) {
    TENON_ASSIGN_OR_RETURN(sink.csv,
                           CheckCsvWrite(raw.separator, raw.quote_char, raw.write_header));
  }
  TENON_ASSIGN_OR_RETURN(sink.path, object_store::NormalPath(raw.path));
  if (sink.is_parquet()) {
    sink.compression = raw.compression.empty() ? "snappy" : base::ToLower(raw.compression);
  } else if (!raw.compression.empty()) {
    TENON_ASSIGN_OR_RETURN(sink.codec, compression::ParseCodec("compression", raw.compression));
  } else if (named && sink.one_file != OneFile::kNo) {
    sink.codec = named->codec;
  }
  if (sink.one_file != OneFile::kNo) TENON_RETURN_IF_ERROR(CheckCodec(raw, sink.codec, named));
  sink.row_group_bytes = raw.block_size;
  sink.page_bytes = raw.page_size;
  sink.bloom_filter_columns = std::move(raw.bloom_filter_columns);
  sink.max_file_bytes = raw.max_file_bytes;
  sink.partition_keys = std::move(raw.partition_keys);
  return sink;
}

Result<std::unique_ptr<WriteFormat>> MakeWriteFormat(const SinkOptions& options, bool typed,
                                                     HeaderLine header) {
  if (options.format == SinkFormat::kJson)
    return Packed(MakeJsonWriteFormat(!typed), options.codec);
  if (options.format == SinkFormat::kCsv) {
    CsvWriteOptions csv = options.csv;
    if (header == HeaderLine::kNone) csv.write_header = false;
    return Packed(MakeCsvWriteFormat(csv), options.codec);
  }
  columnar::ParquetOptions parquet;
  TENON_ASSIGN_OR_RETURN(parquet.compression,
                         columnar::ParseParquetCompression(options.compression));
  parquet.row_group_bytes = options.row_group_bytes;
  parquet.page_bytes = options.page_bytes;
  parquet.bloom_filter_columns = options.bloom_filter_columns;
  parquet.most_held_bytes =
      std::clamp(options.most_held_bytes, kLeastHeldBytes, parquet.most_held_bytes);
  // All that are open together hold about as much as one file would.
  if (!options.partition_keys.empty()) {
    parquet.row_group_bytes /= options.most_open_files();
    parquet.most_held_bytes /= options.most_open_files();
  }
  return MakeParquetWriteFormat(std::move(parquet));
}

std::string SinkOptionsSchema() { return SinkSpec().JsonSchema(); }

}  // namespace tenon::files
