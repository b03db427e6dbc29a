#include "connectors/files/json/json_format.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/text.h"
#include "columnar/schema_text.h"
#include "connectors/files/format/head_kept.h"
#include "connectors/files/format/open_bytes.h"
#include "connectors/files/format/pick_columns.h"
#include "connectors/files/format/range_sequence.h"
#include "connectors/files/json/json_documents_reader.h"
#include "connectors/files/json/json_lines_reader.h"
#include "tenon/payload.h"

namespace tenon::files {
namespace {

struct RawJsonOptions {
  bool multi_line = false;
  std::string json_path;
  std::string with_schema;
};

const OptionSpec<RawJsonOptions>& JsonSpec() {
  using Raw = RawJsonOptions;
  static const auto spec =
      OptionSpec<Raw>(UnknownOptions::kPass)
          .Add("multiLine", &Raw::multi_line,
               {.help = "Records may go over several lines; files are read in one piece."})
          .Add("jsonPath", &Raw::json_path,
               {.help = "Where records stand in documents: $.orders[*]"})
          .Add("withSchema", &Raw::with_schema,
               {.help = "Of JSON: the schema of records, as the JSON of a schema of Glue's."});
  return spec;
}

// How records stand in files.
struct JsonLayout {
  bool documents = false;       // Not one a line.
  std::vector<JsonStep> steps;  // From a document to its records.
};

bool IsWholly(const DataType& type) {
  if (type.id() == TypeId::kNull || type.id() == TypeId::kChoice) return false;
  const std::span<const Field> below = type.fields();
  return std::all_of(below.begin(), below.end(),
                     [](const Field& field) { return IsWholly(field.type); });
}

Status CheckDeclared(const DataType& type, const std::string& path) {
  if (type.id() == TypeId::kDecimal && type.precision() > 38) {
    return Status::InvalidArgument("Decimal is too wide for JSON: option=withSchema path=" + path +
                                   " type=" + type.ToString())
        .WithHint("Decimals have at most 38 digits here; declare it as a string.");
  }
  const std::span<const Field> fields = type.fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    const std::string below = path + "." + fields[i].name;
    for (size_t j = 0; j < i; ++j) {
      if (fields[i].name == fields[j].name) {
        return Status::InvalidArgument("Field is declared twice: option=withSchema path=" + below);
      }
    }
    TENON_RETURN_IF_ERROR(CheckDeclared(fields[i].type, below));
  }
  return Status::Ok();
}

// The schema in `text`; nothing when it is empty.
Result<std::optional<Schema>> DeclaredSchema(const std::string& text) {
  if (text.empty()) return std::nullopt;
  Result<Schema> schema = columnar::SchemaFromJson(text);
  if (!schema.ok()) {
    return Status::InvalidArgument("Schema is not understood: option=withSchema reason=" +
                                   std::string(schema.status().message()))
        .WithHint(
            "Give what json.dumps(schema.jsonValue()) of a schema of awsglue.gluetypes gives.");
  }
  TENON_RETURN_IF_ERROR(CheckDeclared(DataType::Struct(schema->fields()), "$"));
  return std::optional<Schema>(*std::move(schema));
}

// What is left of files before.
class RestOfRows : public PartitionReader {
 public:
  explicit RestOfRows(std::shared_ptr<JsonRows> rows) : rows_(std::move(rows)) {}
  Result<std::optional<RecordBatch>> Next() override {
    if (rows_ == nullptr) return std::nullopt;
    return rows_->Finish();
  }

 private:
  const std::shared_ptr<JsonRows> rows_;  // Null: there are others to come.
};

// Looked at before a file is read.
constexpr int64_t kHeadBytes = 4 << 10;

// Whether a file holds an array of records in place of lines, which so begins.
bool BeginsWithArray(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return base::Trim(text).starts_with('[');
}

// `alone`: there is no other range in the partition. `last`: none behind it.
Result<std::unique_ptr<PartitionReader>> OpenJson(FileRange range, std::shared_ptr<JsonRows> rows,
                                                  const JsonLayout& layout, bool alone, bool last,
                                                  const TaskContext& context) {
  bool documents = layout.documents;
  if (!documents) {
    // Who reads the file's first range goes on with what is opened here.
    const bool first = range.begin == 0;
    const int64_t file_bytes = range.file_bytes;
    FileRange rest;
    if (!first) {
      rest = range;
      range.begin = 0;
      range.end = std::min(file_bytes, kHeadBytes);
    }
    TENON_ASSIGN_OR_RETURN(OpenedRange opened, OpenBytes(rows->files(), std::move(range)));
    TENON_ASSIGN_OR_RETURN(
        std::unique_ptr<HeadKept> file,
        HeadKept::Read(std::move(opened.bytes), opened.range.file_bytes, kHeadBytes));
    documents = BeginsWithArray(file->head());
    if (!documents && first) {
      opened.bytes = std::move(file);
      return JsonLinesReader::Open(std::move(opened), std::move(rows), alone, last, context);
    }
    range = first ? std::move(opened.range) : std::move(rest);
    range.file_bytes = file_bytes;
  }
  if (!documents) {
    return JsonLinesReader::Open(std::move(range), std::move(rows), alone, last, context);
  }
  // An array cannot be read from its middle: who has the file's first range reads all of it.
  if (range.begin == 0) {
    range.end = range.file_bytes;
    return JsonDocumentsReader::Open(std::move(range), std::move(rows), layout.steps, last,
                                     context);
  }
  if (!last) rows = nullptr;
  return std::make_unique<RestOfRows>(std::move(rows));
}

class JsonRangeReaders : public RangeReaders {
 public:
  JsonRangeReaders(ReadResources resources, JsonLayout layout, JsonColumns columns)
      : resources_{.files = std::move(resources),
                   .schemas = std::make_shared<SchemaCache>(),
                   .columns = std::move(columns)},
        layout_(std::move(layout)) {}

  Result<std::unique_ptr<PartitionReader>> Open(std::vector<FileRange> ranges,
                                                const TaskContext& context) const override {
    TENON_ASSIGN_OR_RETURN(std::shared_ptr<JsonRows> rows, JsonRows::Make(resources_));
    if (ranges.size() == 1)
      return OpenJson(std::move(ranges[0]), std::move(rows), layout_, true, true, context);
    const size_t count = ranges.size();
    return ReadInSequence(std::move(ranges), [rows = std::move(rows), layout = layout_, &context,
                                              count, opened = size_t{0}](FileRange range) mutable {
      const bool last = ++opened == count;
      return OpenJson(std::move(range), rows, layout, false, last, context);
    });
  }

 private:
  const JsonScanResources resources_;
  const JsonLayout layout_;
};

class JsonReadFormat : public ReadFormat {
 public:
  JsonReadFormat(JsonLayout layout, std::optional<Schema> declared)
      : layout_(std::move(layout)),
        declared_(std::move(declared)),
        typed_(declared_ && IsWholly(DataType::Struct(declared_->fields()))) {}
  std::string_view name() const override { return "json"; }
  bool self_describing() const override { return !typed_; }
  bool splittable(bool compressed) const override { return !compressed && !layout_.documents; }

  Result<std::optional<Schema>> SchemaOf(const std::vector<FileRange>&, const ReadResources&,
                                         const TaskContext&, std::string*) const override {
    return declared_;
  }

  Status Offer(const ScanRequest& request, const std::optional<Schema>& schema,
               ScanOffer* offer) const override {
    offer->schema = schema;
    offer->columns = true;
    if (!declared_) {
      offer->detail = "rare_fields=map names_beyond=" + std::to_string(kMostFields);
      // The map has no name in the files.
      if (request.columns) {
        const std::vector<std::string>& names = *request.columns;
        offer->columns = std::none_of(names.begin(), names.end(), [](const std::string& name) {
          return EqualsIgnoreCase(name, kRestName);
        });
      }
    }
    if (!schema || !request.columns) return Status::Ok();
    const std::optional<std::vector<int>> wanted = FindColumns(*request.columns, *schema);
    offer->columns = wanted.has_value();
    if (wanted) offer->schema = PickColumns(*schema, *wanted);
    return Status::Ok();
  }

  Result<ScanState> StateOf(const ScanRequest& accepted, const std::optional<Schema>& schema,
                            const std::string&) const override {
    ScanState state{.bytes = Pack(kStateVersion, accepted.columns.has_value(),
                                  accepted.columns.value_or(std::vector<std::string>())),
                    .schema = schema};
    if (!schema || !accepted.columns) return state;
    const std::optional<std::vector<int>> wanted = FindColumns(*accepted.columns, *schema);
    if (!wanted) return Status::Internal("A JSON read was given columns that it has not");
    state.schema = PickColumns(*schema, *wanted);
    return state;
  }

  Result<std::unique_ptr<RangeReaders>> OpenReaders(const ScanState& state,
                                                    ReadResources resources) const override {
    bool some = false;
    std::vector<std::string> names;
    TENON_RETURN_IF_ERROR(Unpack(state.bytes, kStateVersion, &some, &names));
    JsonColumns columns;
    if (declared_) {
      columns.declared = some ? Named(names) : *declared_;
    } else if (some) {
      columns.names = std::move(names);
    }
    return std::make_unique<JsonRangeReaders>(std::move(resources), layout_, std::move(columns));
  }

 private:
  static constexpr int32_t kStateVersion = 1;

  // The declared fields of these names; of a schema that is known before the read, just as they are written.
  Schema Named(const std::vector<std::string>& names) const {
    std::vector<Field> fields;
    for (const std::string& name : names) {
      for (const Field& field : declared_->fields()) {
        const bool same = typed_ ? field.name == name : EqualsIgnoreCase(field.name, name);
        if (same) fields.push_back(field);
      }
    }
    return Schema(std::move(fields));
  }

  const JsonLayout layout_;
  const std::optional<Schema> declared_;
  const bool typed_;  // Every type is declared, so the schema is known before a file is read.
};

}  // namespace

std::vector<OptionDescription> JsonReadOptions() { return JsonSpec().known(); }

Result<std::unique_ptr<ReadFormat>> MakeJsonReadFormat(const Options& options) {
  TENON_ASSIGN_OR_RETURN(const RawJsonOptions raw, JsonSpec().Parse(options));
  TENON_ASSIGN_OR_RETURN(std::optional<Schema> declared, DeclaredSchema(raw.with_schema));
  JsonLayout layout{.documents = raw.multi_line || !raw.json_path.empty()};
  if (!raw.json_path.empty()) {
    TENON_ASSIGN_OR_RETURN(layout.steps, ParseJsonPath(raw.json_path));
  }
  return std::make_unique<JsonReadFormat>(std::move(layout), std::move(declared));
}

}  // namespace tenon::files
