// The rows that readers of one partition collect into batches: what they have learned of fields, and what is left when
// a file ends. Files that follow one another share it, so that small files make whole batches. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/files/format/read_format.h"
#include "connectors/files/json/json_index.h"
#include "connectors/files/json/json_tree.h"
#include "connectors/files/json/json_walk.h"
#include "connectors/files/text/bad_records.h"
#include "tenon/task_context.h"

namespace tenon::files {

// Shared by the readers of one scan in one process.
struct JsonScanResources {
  ReadResources files;
  std::shared_ptr<SchemaCache> schemas;
  std::shared_ptr<DriftNote> drift = std::make_shared<DriftNote>();
  std::shared_ptr<LineMarks> lines = std::make_shared<LineMarks>();
  JsonColumns columns;
  JsonKernel kernel = JsonKernels().back();
};

class JsonRows {
 public:
  static Result<std::shared_ptr<JsonRows>> Make(JsonScanResources resources);

  const ReadResources& files() const { return resources_.files; }
  JsonIndex& index() { return *index_; }
  JsonTree& tree() { return tree_; }
  JsonWalk& walk() { return *walk_; }

  // Of the file at `path`.
  BadRecords BadRecordsOf(const std::string& path, const TaskContext& context) const;
  // The context's, as far as offsets of 32 bits allow.
  static BatchLimits LimitsOf(const TaskContext& context);
  // After a record that was taken back: whether it may be read again now, because its names drift. Logs what became a
  // map.
  bool SettleDrift(const TaskContext& context);
  // After one that was taken back because there are too many fields: whether the batch is to end, for it may fit a tree
  // of its own.
  bool EndsForFields();
  // The rows so far, if there are any. Throws std::bad_alloc.
  Result<std::optional<RecordBatch>> Finish();

 private:
  JsonRows(JsonScanResources resources, std::unique_ptr<JsonIndex> index);

  const JsonScanResources resources_;
  const std::unique_ptr<JsonIndex> index_;
  JsonTree tree_;
  const std::unique_ptr<JsonWalk> walk_;
  bool forget_fields_ = false;
};

}  // namespace tenon::files
