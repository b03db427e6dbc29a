#include "connectors/files/json/json_rows.h"

#include <algorithm>
#include <utility>

#include "connectors/files/format/open_bytes.h"

namespace tenon::files {
namespace {

// A tree with more fields is not kept for the next batch: drifting names must not fill the memory.
constexpr int64_t kMostLearnedFields = 16384;
// Offsets are 32 bits; a record may add another 512 MiB.
constexpr int64_t kMostBatchBytes = int64_t{1} << 30;

}  // namespace

JsonRows::JsonRows(JsonScanResources resources, std::unique_ptr<JsonIndex> index)
    : resources_(std::move(resources)),
      index_(std::move(index)),
      tree_(resources_.files.pool, resources_.columns, resources_.drift),
      walk_(JsonWalk::Make(tree_, resources_.kernel)) {}

Result<std::shared_ptr<JsonRows>> JsonRows::Make(JsonScanResources resources) {
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<JsonIndex> index, JsonIndex::Make());
  return std::shared_ptr<JsonRows>(new JsonRows(std::move(resources), std::move(index)));
}

BadRecords JsonRows::BadRecordsOf(const std::string& path, const TaskContext& context) const {
  auto open =
      [this](const std::string& file) -> Result<std::unique_ptr<object_store::RangeReader>> {
    TENON_ASSIGN_OR_RETURN(OpenedRange opened, OpenBytes(files(), {.path = file}));
    return std::move(opened.bytes);
  };
  return {"Line is not a JSON record", std::move(open), path, resources_.lines, context};
}

BatchLimits JsonRows::LimitsOf(const TaskContext& context) {
  BatchLimits limits = context.limits();
  limits.max_bytes = std::min(limits.max_bytes, kMostBatchBytes);
  return limits;
}

bool JsonRows::SettleDrift(const TaskContext& context) {
  if (!tree_.drifting()) return false;
  const std::string path = tree_.SettleDrift();
  if (!path.empty()) {
    context.Log(LogLevel::kWarning, "Names of fields drift and are read as a map: path=" + path +
                                        " names=" + std::to_string(kMostFields));
  }
  return true;
}

bool JsonRows::EndsForFields() {
  if (!walk_->out_of_fields()) return false;
  walk_->ClearError();
  forget_fields_ = tree_.rows() > 0;
  if (!forget_fields_) tree_.Forget();
  return forget_fields_;
}

Result<std::optional<RecordBatch>> JsonRows::Finish() {
  if (tree_.rows() == 0) return std::nullopt;
  TENON_ASSIGN_OR_RETURN(RecordBatch batch, tree_.Finish(*resources_.schemas));
  if (forget_fields_ || tree_.field_count() > kMostLearnedFields) tree_.Forget();
  forget_fields_ = false;
  return std::optional<RecordBatch>(std::move(batch));
}

}  // namespace tenon::files
