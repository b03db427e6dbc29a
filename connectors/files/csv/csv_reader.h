// Reads byte ranges of CSV files as one stream of batches of one schema.
//
// A range owns the records that start in it, so ranges that cover a file give each record once, wherever their borders
// are. A record that is none, or whose value is none of its column's type, is reported with file, line and byte, and
// the next one is read. Columns of a file are found by their names in its header, without one by position. One thread
// at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/files/buffers/buffer_pool.h"
#include "connectors/files/csv/csv_column.h"
#include "connectors/files/csv/csv_fields.h"
#include "connectors/files/csv/csv_files.h"
#include "connectors/files/csv/csv_grid.h"
#include "connectors/files/csv/csv_windows.h"
#include "connectors/files/text/bad_records.h"
#include "tenon/source.h"

namespace tenon::files {

// Shared by the readers of one scan in one process.
struct CsvScan {
  std::shared_ptr<CsvFiles> files;
  std::shared_ptr<BufferPool> pool;
  Schema all;                               // Of the files.
  std::unique_ptr<const CsvFields> fields;  // Of `all`.
  std::vector<int> wanted;                  // The columns to read, by their place in `all`.
  SchemaPtr schema;                         // Of them.
  std::shared_ptr<LineMarks> lines = std::make_shared<LineMarks>();
};

class CsvReader : public PartitionReader {
 public:
  // `ranges` are read one after the other; a single one may be given away in part.
  CsvReader(std::vector<FileRange> ranges, std::shared_ptr<const CsvScan> scan,
            const TaskContext& context);

  Result<std::optional<RecordBatch>> Next() override;

 private:
  Result<std::optional<RecordBatch>> NextBatch();
  // Opens the next range that holds records; false: there is none.
  Result<bool> OpenRange();
  // Where the wanted columns stand in a file of this head.
  Status FindFields(CsvHeadPtr head);
  Status NextGrid();
  Status ReportUnclosed();
  void OfferRest();
  // Appends records of the grid until it or the batch ends.
  Status AppendRecords(const BatchLimits& limits);
  void Expect(const BatchLimits& limits, int64_t record_bytes);
  Status Append(const CsvGrid& grid, uint32_t from, uint32_t to);
  // The message for a record that has a value which is none of its column's type.
  std::string WrongValue(const CsvGrid& grid, uint32_t record, size_t column) const;
  // Reports what was refused before this place in the grid's text.
  Status ReportRefused(size_t before);
  Status Report(const CsvRefusal& refusal, const uint8_t* text, int64_t text_offset);
  int64_t bytes() const;
  Result<std::optional<RecordBatch>> FinishBatch();

  const TaskContext context_;
  const std::shared_ptr<const CsvScan> scan_;
  CsvFiles& files_;
  const CsvDialect dialect_;
  std::vector<FileRange> ranges_;
  size_t next_range_ = 0;
  FileRange range_;
  std::unique_ptr<CsvWindows> windows_;       // None: the range is read.
  std::unique_ptr<CsvWindows> last_windows_;  // Holds the text of grid_ behind the end of a range.
  CsvGridMaker grids_;
  CsvGrid grid_;
  uint32_t next_record_ = 0;         // In grid_.
  std::vector<CsvRefusal> refused_;  // Of the grid's window,
  size_t next_refused_ = 0;          // reported up to here.
  CsvHeadPtr head_;                  // Of the file, or of one that has the same.
  size_t file_columns_ = 0;          // As many as the file's header has.
  std::vector<int> fields_;          // Of each wanted column: its field in this file, or -1.
  std::vector<CsvColumn> columns_;
  int64_t row_bytes_ = 0;  // Of all columns, without their text.
  int64_t rows_ = 0;
  bool begun_ = false;                     // Some records were appended.
  std::optional<BadRecords> bad_records_;  // Of the range.
};

}  // namespace tenon::files
