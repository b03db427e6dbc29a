// Reads JSON that is not one record a line (record_windows.h), batch by batch. A file is read whole, front to back.
//
// Bad records are reported with file, line and byte, and the next one survives. One thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/files/json/json_rows.h"
#include "connectors/files/json/record_windows.h"
#include "connectors/files/text/bad_records.h"
#include "tenon/source.h"

namespace tenon::files {

class JsonDocumentsReader : public PartitionReader {
 public:
  // `steps` lead from a document to its records; none: documents are records. `last` as of
  // JsonLinesReader. REQUIRES: a range of a whole file.
  static Result<std::unique_ptr<PartitionReader>> Open(FileRange range,
                                                       std::shared_ptr<JsonRows> rows,
                                                       std::vector<JsonStep> steps, bool last,
                                                       const TaskContext& context,
                                                       WindowSizes sizes = {});

  Result<std::optional<RecordBatch>> Next() override;

 private:
  JsonDocumentsReader(RecordWindows windows, std::string path, std::shared_ptr<JsonRows> rows,
                      bool last, const TaskContext& context);

  Result<std::optional<RecordBatch>> NextBatch();
  Status NextWindow(bool* more);
  Status WalkRecords(const BatchLimits& limits, bool* full);
  // What is wrong with the record; null when it was appended to the tree. `error_at` in the window.
  const char* Walk(const RecordSpan& record, size_t* error_at);

  const TaskContext context_;
  const std::string path_;
  const std::shared_ptr<JsonRows> rows_;
  const bool last_;
  JsonIndex& index_;
  JsonTree& tree_;
  JsonWalk& walk_;
  BadRecords bad_records_;
  RecordWindows windows_;
  RecordWindow window_;
  size_t next_ = 0;                     // Of the window's records.
  bool one_by_one_ = false;             // The window as a whole could not be indexed.
  const uint32_t* position_ = nullptr;  // In the window's index.
  bool done_ = false;
};

}  // namespace tenon::files
