// Reads a column that is not nested, of one row group, straight into the canonical layout: dictionaries are looked up
// and checked once, and no value passes a builder. What it does not know is left to Arrow's reader. Private to the
// module. One thread.
#pragma once

#include <arrow/array/data.h>
#include <arrow/memory_pool.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>
#include <parquet/metadata.h>
#include <parquet/types.h>

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "columnar/bit_runs.h"
#include "columnar/page_header.h"
#include "columnar/parquet/chunk_pages.h"

namespace tenon::columnar {

class FlatColumn {
 public:
  // Null: Arrow's reader must read this column as `type`. Borrows `pool`.
  static std::unique_ptr<FlatColumn> Make(const parquet::RowGroupMetaData& group, int leaf,
                                          std::shared_ptr<arrow::DataType> type,
                                          arrow::MemoryPool* pool);
  virtual ~FlatColumn() = default;
  FlatColumn(const FlatColumn&) = delete;
  FlatColumn& operator=(const FlatColumn&) = delete;

  // Where the values are, before the first Read, which passes over `rows` rows.
  void Start(std::unique_ptr<ChunkPages> pages, int64_t rows) {
    pages_ = std::move(pages);
    to_skip_ = rows;
  }
  // The next `rows` rows. IOError: there are fewer, or the pages are wrong.
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Read(int64_t rows);
  // Whether all that the last Read gave is known to be well-formed text, and decimals within their digits.
  bool checked() const { return checked_; }

 protected:
  explicit FlatColumn(arrow::MemoryPool* pool) : pool_(pool) {}

  // Room for `rows` rows.
  virtual arrow::Status Begin(int64_t rows) = 0;
  virtual arrow::Status TakeDictionary(std::span<const uint8_t> values, int64_t count) = 0;
  virtual arrow::Status StartPage(parquet::Encoding::type encoding,
                                  std::span<const uint8_t> values) = 0;
  // Puts the next `count` values of the page behind each other from row `at` on.
  virtual arrow::Status Append(int64_t at, int64_t count) = 0;
  // Of `rows` rows from `at` on only those whose bit is set have a value; these stand in the first ones.
  virtual void Spread(int64_t at, int64_t rows, const uint8_t* valid, int64_t values) = 0;
  // The values of all rows.
  virtual std::vector<std::shared_ptr<arrow::Buffer>> Finish(int64_t rows) = 0;

  arrow::MemoryPool* const pool_;
  bool checked_ = true;

 private:
  // Of values of a fixed size, of texts; null: it is none.
  static std::unique_ptr<FlatColumn> MakeFixed(parquet::Type::type stored,
                                               const arrow::DataType& type,
                                               arrow::MemoryPool* pool);
  static std::unique_ptr<FlatColumn> MakeText(parquet::Type::type stored,
                                              const arrow::DataType& type, arrow::MemoryPool* pool);
  arrow::Result<std::shared_ptr<arrow::ArrayData>> ReadRows(int64_t rows);
  // Takes a dictionary, or starts or passes over a data page.
  arrow::Status NextPage(int64_t rows_missing);
  arrow::Status StartLevels(const PageHeader& page, std::span<const uint8_t>* values);
  // Of a page whose levels are packed from the highest bit on, as the oldest writers did.
  arrow::Status StartOldLevels(int64_t count, std::span<const uint8_t>* values);
  // Levels of the page's next `rows` rows become validity; gives how many have a value.
  arrow::Result<int64_t> ReadLevels(int64_t at, int64_t rows);
  arrow::Status NeedValidity();

  std::unique_ptr<ChunkPages> pages_;
  std::shared_ptr<arrow::DataType> type_;
  bool optional_ = false;
  int64_t page_left_ = 0;
  int64_t to_skip_ = 0;  // Rows behind those that are read already.
  RunReader levels_;
  std::vector<uint8_t> old_levels_;
  int64_t rows_ = 0;  // Of this Read.
  int64_t nulls_ = 0;
  std::shared_ptr<arrow::Buffer> valid_;  // Null: all rows so far.
};

}  // namespace tenon::columnar
