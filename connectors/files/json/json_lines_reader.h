// Reads a byte range of a file of JSON lines: one object a line, any shape, batch by batch.
//
// A bad line is reported with file, line and byte, and the next one survives. Batches end at the
// context's limits, counted with the rows that lack a value. One thread at a time.
#pragma once

#include <memory>
#include <optional>

#include "connectors/files/format/open_bytes.h"
#include "connectors/files/format/read_format.h"
#include "connectors/files/json/json_rows.h"
#include "connectors/files/text/bad_records.h"
#include "connectors/files/text/line_windows.h"
#include "tenon/source.h"

namespace tenon::files {

class JsonLinesReader : public PartitionReader {
 public:
  // `may_split`: gives a part of the range away when another worker is idle. `last`: gives the rows that are left when
  // the range ends; else they stay in `rows` for the next reader.
  static Result<std::unique_ptr<PartitionReader>> Open(FileRange range,
                                                       std::shared_ptr<JsonRows> rows,
                                                       bool may_split, bool last,
                                                       const TaskContext& context,
                                                       WindowSizes sizes = {});
  static std::unique_ptr<PartitionReader> Open(OpenedRange opened, std::shared_ptr<JsonRows> rows,
                                               bool may_split, bool last,
                                               const TaskContext& context, WindowSizes sizes = {});

  Result<std::optional<RecordBatch>> Next() override;

 private:
  JsonLinesReader(std::unique_ptr<object_store::RangeReader> file, FileRange range,
                  std::shared_ptr<JsonRows> rows, bool may_split, bool last,
                  const TaskContext& context, WindowSizes sizes);

  Result<std::optional<RecordBatch>> NextBatch();
  Status NextSlice(bool* more);
  Status NextWindow(bool* more);
  void ForeseeRows();
  void OfferRest();
  // Walks records until the slice ends or the batch is full.
  Status WalkSlice(const BatchLimits& limits, bool* full);
  Status RefuseRecord(const char* error, size_t error_at, size_t line_end);

  const TaskContext context_;
  const std::shared_ptr<JsonRows> rows_;
  const bool may_split_;
  const bool last_;
  JsonIndex& index_;
  JsonTree& tree_;
  JsonWalk& walk_;
  LineWindows windows_;
  BadRecords bad_records_;
  TextWindow window_;
  int64_t batch_at_ = 0;    // In the file: about where the batch began.
  size_t slice_begin_ = 0;  // In window_: what is indexed now, and where the next slice begins.
  size_t slice_end_ = 0;
  bool line_by_line_ = false;           // The window as a whole could not be indexed.
  const uint32_t* position_ = nullptr;  // In the slice's index.
  const uint32_t* positions_end_ = nullptr;
  bool done_ = false;
};

}  // namespace tenon::files
