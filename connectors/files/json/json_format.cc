#include "connectors/files/json/json_format.h"

#include <utility>

#include "connectors/files/format/range_sequence.h"
#include "connectors/files/json/json_lines_reader.h"

namespace tenon::files {
namespace {

struct RawJsonOptions {
  bool multi_line = false;
  std::string json_path;
  std::string with_schema;
};

const OptionSpec<RawJsonOptions>& JsonSpec() {
  using Raw = RawJsonOptions;
  static const auto spec = OptionSpec<Raw>(UnknownOptions::kPass)
                               .Add("multiLine", &Raw::multi_line,
                                    {.help = "A record may go over several lines; must be false."})
                               .Add("jsonPath", &Raw::json_path, {.help = "Not supported."})
                               .Add("withSchema", &Raw::with_schema, {.help = "Not supported."});
  return spec;
}

class JsonRangeReaders : public RangeReaders {
 public:
  explicit JsonRangeReaders(ReadResources resources)
      : resources_{.files = std::move(resources), .schemas = std::make_shared<SchemaCache>()} {}

  Result<std::unique_ptr<PartitionReader>> Open(std::vector<FileRange> ranges,
                                                const TaskContext& context) const override {
    if (ranges.size() == 1) {
      return JsonLinesReader::Open(std::move(ranges[0]), resources_, true, context);
    }
    return ReadInSequence(std::move(ranges), [resources = resources_, &context](FileRange range) {
      return JsonLinesReader::Open(std::move(range), resources, false, context);
    });
  }

 private:
  const JsonScanResources resources_;
};

class JsonReadFormat : public ReadFormat {
 public:
  std::string_view name() const override { return "json"; }
  bool self_describing() const override { return true; }
  bool splittable(bool compressed) const override { return !compressed; }
  Result<std::unique_ptr<RangeReaders>> OpenReaders(const ScanState&,
                                                    ReadResources resources) const override {
    return std::make_unique<JsonRangeReaders>(std::move(resources));
  }
};

}  // namespace

std::vector<OptionDescription> JsonReadOptions() { return JsonSpec().known(); }

Result<std::unique_ptr<ReadFormat>> MakeJsonReadFormat(const Options& options) {
  TENON_ASSIGN_OR_RETURN(const RawJsonOptions raw, JsonSpec().Parse(options));
  const std::pair<std::string_view, bool> asked[] = {{"multiLine", raw.multi_line},
                                                     {"jsonPath", !raw.json_path.empty()},
                                                     {"withSchema", !raw.with_schema.empty()}};
  for (const auto& [name, given] : asked) {
    if (!given) continue;
    return Status::Unsupported("Option is not supported here: option=" + std::string(name))
        .WithHint("Leave it out.");
  }
  return std::make_unique<JsonReadFormat>();
}

}  // namespace tenon::files
