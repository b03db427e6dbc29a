// Reads JSON that is not one record a line (record_windows.h), batch by batch. A file is read whole, front to back.
//
// Bad records are reported with file, line and byte, and the next one survives. One thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/files/json/bad_records.h"
#include "connectors/files/json/json_index.h"
#include "connectors/files/json/json_lines_reader.h"
#include "connectors/files/json/json_tree.h"
#include "connectors/files/json/json_walk.h"
#include "connectors/files/json/record_windows.h"
#include "tenon/source.h"

namespace tenon::files {

class JsonDocumentsReader : public PartitionReader {
 public:
  // `steps` lead from a document to its records; none: documents are records. REQUIRES: a range of a whole file.
  static Result<std::unique_ptr<PartitionReader>> Open(FileRange range, JsonScanResources resources,
                                                       std::vector<JsonStep> steps,
                                                       const TaskContext& context,
                                                       WindowSizes sizes = {});

  Result<std::optional<RecordBatch>> Next() override;

 private:
  JsonDocumentsReader(RecordWindows windows, std::unique_ptr<JsonIndex> index, std::string path,
                      JsonScanResources resources, const TaskContext& context);

  Result<std::optional<RecordBatch>> NextBatch();
  Status NextWindow(bool* more);
  Status WalkRecords(const BatchLimits& limits, bool* full);
  // What is wrong with the record; null when it was appended to the tree. `error_at` in the window.
  const char* Walk(const RecordSpan& record, size_t* error_at);

  const TaskContext context_;
  const std::string path_;
  JsonScanResources resources_;
  std::unique_ptr<JsonIndex> index_;
  JsonTree tree_;
  JsonWalk walk_;
  BadRecords bad_records_;
  RecordWindows windows_;
  RecordWindow window_;
  size_t next_ = 0;                     // Of the window's records.
  bool one_by_one_ = false;             // The window as a whole could not be indexed.
  const uint32_t* position_ = nullptr;  // In the window's index.
  bool forget_fields_ = false;
  bool done_ = false;
};

}  // namespace tenon::files
