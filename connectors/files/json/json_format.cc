#include "connectors/files/json/json_format.h"

#include <utility>

#include "connectors/files/format/range_sequence.h"
#include "connectors/files/json/json_lines_reader.h"

namespace tenon::files {
namespace {

class JsonRangeReaders : public RangeReaders {
 public:
  explicit JsonRangeReaders(ReadResources resources)
      : resources_{.store = std::move(resources.store),
                   .pool = std::move(resources.pool),
                   .schemas = std::make_shared<SchemaCache>()} {}

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
  bool splittable(bool compressed) const override { return !compressed; }
  Result<std::unique_ptr<RangeReaders>> OpenReaders(const ScanState&,
                                                    ReadResources resources) const override {
    return std::make_unique<JsonRangeReaders>(std::move(resources));
  }
};

}  // namespace

std::unique_ptr<ReadFormat> MakeJsonReadFormat() { return std::make_unique<JsonReadFormat>(); }

}  // namespace tenon::files
