#include "connectors/files/json/json_format.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "connectors/files/format/open_bytes.h"
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
          .Add("withSchema", &Raw::with_schema, {.help = "Not supported."});
  return spec;
}

// How records stand in files.
struct JsonLayout {
  bool documents = false;       // Not one a line.
  std::vector<JsonStep> steps;  // From a document to its records.
};

class NoRows : public PartitionReader {
 public:
  Result<std::optional<RecordBatch>> Next() override { return std::nullopt; }
};

// Whether the file holds an array of records in place of lines.
Result<bool> BeginsWithArray(const ReadResources& files, const std::string& path) {
  TENON_ASSIGN_OR_RETURN(const OpenedRange opened, OpenBytes(files, {.path = path}));
  std::array<uint8_t, 64> start;
  TENON_ASSIGN_OR_RETURN(const size_t got, opened.bytes->ReadAt(0, start));
  std::string_view text(reinterpret_cast<const char*>(start.data()), got);
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return base::Trim(text).starts_with('[');
}

Result<std::unique_ptr<PartitionReader>> OpenJson(FileRange range,
                                                  const JsonScanResources& resources,
                                                  const JsonLayout& layout, bool may_split,
                                                  const TaskContext& context) {
  bool documents = layout.documents;
  if (!documents) {
    TENON_ASSIGN_OR_RETURN(documents, BeginsWithArray(resources.files, range.path));
  }
  if (!documents) return JsonLinesReader::Open(std::move(range), resources, may_split, context);
  // An array cannot be read from its middle: who has the file's first range reads all of it.
  if (range.begin > 0) return std::make_unique<NoRows>();
  range.end = range.file_bytes;
  return JsonDocumentsReader::Open(std::move(range), resources, layout.steps, context);
}

class JsonRangeReaders : public RangeReaders {
 public:
  JsonRangeReaders(ReadResources resources, JsonLayout layout,
                   std::optional<std::vector<std::string>> columns)
      : resources_{.files = std::move(resources),
                   .schemas = std::make_shared<SchemaCache>(),
                   .columns = std::move(columns)},
        layout_(std::move(layout)) {}

  Result<std::unique_ptr<PartitionReader>> Open(std::vector<FileRange> ranges,
                                                const TaskContext& context) const override {
    if (ranges.size() == 1)
      return OpenJson(std::move(ranges[0]), resources_, layout_, true, context);
    return ReadInSequence(std::move(ranges),
                          [resources = resources_, layout = layout_, &context](FileRange range) {
                            return OpenJson(std::move(range), resources, layout, false, context);
                          });
  }

 private:
  const JsonScanResources resources_;
  const JsonLayout layout_;
};

class JsonReadFormat : public ReadFormat {
 public:
  explicit JsonReadFormat(JsonLayout layout) : layout_(std::move(layout)) {}
  std::string_view name() const override { return "json"; }
  bool self_describing() const override { return true; }
  bool splittable(bool compressed) const override { return !compressed && !layout_.documents; }

  Status Offer(const ScanRequest&, const std::optional<Schema>&, ScanOffer* offer) const override {
    offer->columns = true;
    return Status::Ok();
  }

  Result<ScanState> StateOf(const ScanRequest& accepted,
                            const std::optional<Schema>&) const override {
    return ScanState{.bytes = Pack(kStateVersion, accepted.columns.has_value(),
                                   accepted.columns.value_or(std::vector<std::string>()))};
  }

  Result<std::unique_ptr<RangeReaders>> OpenReaders(const ScanState& state,
                                                    ReadResources resources) const override {
    bool some = false;
    std::vector<std::string> columns;
    TENON_RETURN_IF_ERROR(Unpack(state.bytes, kStateVersion, &some, &columns));
    return std::make_unique<JsonRangeReaders>(
        std::move(resources), layout_,
        some ? std::optional<std::vector<std::string>>(std::move(columns)) : std::nullopt);
  }

 private:
  static constexpr int32_t kStateVersion = 1;
  const JsonLayout layout_;
};

}  // namespace

std::vector<OptionDescription> JsonReadOptions() { return JsonSpec().known(); }

Result<std::unique_ptr<ReadFormat>> MakeJsonReadFormat(const Options& options) {
  TENON_ASSIGN_OR_RETURN(const RawJsonOptions raw, JsonSpec().Parse(options));
  if (!raw.with_schema.empty()) {
    return Status::Unsupported("Option is not supported here: option=withSchema")
        .WithHint("Leave it out: types are found in all rows.");
  }
  JsonLayout layout{.documents = raw.multi_line || !raw.json_path.empty()};
  if (!raw.json_path.empty()) {
    TENON_ASSIGN_OR_RETURN(layout.steps, ParseJsonPath(raw.json_path));
  }
  return std::make_unique<JsonReadFormat>(std::move(layout));
}

}  // namespace tenon::files
