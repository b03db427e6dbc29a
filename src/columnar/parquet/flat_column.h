// Reads a column that is not nested, of one row group, straight into the canonical layout: dictionaries are looked up
// and checked once, and no value passes a builder. What it does not know is left to Arrow's reader. Private to the
// module. One thread.
#pragma once

#include <arrow/array/data.h>
#include <arrow/memory_pool.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>
#include <parquet/column_page.h>
#include <parquet/column_reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "columnar/bit_runs.h"

namespace tenon::columnar {

class FlatColumn {
 public:
  // Null: Arrow's reader must read this column as `type`. Borrows `pool`. What is wrong with the file may throw
  // ParquetException, here and in Read.
  static std::unique_ptr<FlatColumn> Open(parquet::RowGroupReader& group, int leaf,
                                          std::shared_ptr<arrow::DataType> type,
                                          arrow::MemoryPool* pool);
  virtual ~FlatColumn() = default;
  FlatColumn(const FlatColumn&) = delete;
  FlatColumn& operator=(const FlatColumn&) = delete;

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
  arrow::Status NextPage(int64_t rows_missing);
  arrow::Status StartLevels(const parquet::DataPage& page, std::span<const uint8_t>* values);
  // Of a page whose levels are packed from the highest bit on, as the oldest writers did.
  arrow::Status StartOldLevels(int64_t count, std::span<const uint8_t>* values);
  // Levels of the page's next `rows` rows become validity; gives how many have a value.
  arrow::Result<int64_t> ReadLevels(int64_t at, int64_t rows);
  arrow::Status NeedValidity();

  std::unique_ptr<parquet::PageReader> pages_;
  std::shared_ptr<parquet::Page> page_;
  std::shared_ptr<arrow::DataType> type_;
  bool optional_ = false;
  int64_t page_left_ = 0;
  RunReader levels_;
  std::vector<uint8_t> old_levels_;
  int64_t rows_ = 0;  // Of this Read.
  int64_t nulls_ = 0;
  std::shared_ptr<arrow::Buffer> valid_;  // Null: all rows so far.
};

}  // namespace tenon::columnar
