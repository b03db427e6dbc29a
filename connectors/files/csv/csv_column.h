// One column of a batch being built from CSV fields, a window at a time. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "connectors/files/buffers/buffer_pool.h"
#include "connectors/files/csv/csv_dialect.h"
#include "connectors/files/csv/csv_grid.h"
#include "connectors/files/csv/csv_lanes.h"
#include "tenon/arrow_abi.h"
#include "tenon/schema.h"

namespace tenon::files {

class CsvColumn {
 public:
  // REQUIRES: a type that CSV columns may have (ParseDeclaredColumns).
  CsvColumn(DataType type, const CsvDialect& dialect, CsvKernel kernel,
            std::shared_ptr<BufferPool> pool);

  // How many rows the first batch may have; later ones are expected to be like the one before.
  void Expect(int64_t rows) { expected_rows_ = static_cast<size_t>(rows); }

  // Appends this field of records [from, to); nulls when `field` is negative. Records whose value is none of this type
  // are added to `bad` and must be taken back. Throws std::bad_alloc.
  void Append(const CsvGrid& grid, int field, uint32_t from, uint32_t to,
              std::vector<uint32_t>* bad);

  // Forgets what the last Append appended.
  void TakeBack();

  const DataType& type() const { return type_; }
  // Bytes of a value; of a string those of its offset.
  int64_t width() const { return width_; }
  int64_t bytes() const { return rows_ * width_ + static_cast<int64_t>(text_bytes_); }
  // The column in its canonical layout, whose release the caller must call; the next one begins.
  ArrowArray Finish();

 private:
  template <typename T>
  T* RoomFor(uint32_t rows);
  // Appends the values of a run. Record `first` of the grid is its first one.
  template <typename T, typename InLanes, typename Read>
  void AppendValues(const csv::LaneRun& run, uint32_t first, std::vector<uint32_t>* bad,
                    const InLanes& in_lanes, const Read& read);
  template <typename T, typename Read>
  void ReadSingly(const csv::LaneRun& run, uint32_t first, std::vector<uint32_t>* bad,
                  const Read& read);
  template <typename T, typename Read>
  [[gnu::noinline]] bool ReadAgain(const uint8_t* text, size_t size, T* out, const Read& read);
  template <typename T>
  void AppendWhole(const csv::LaneRun& run, uint32_t first, std::vector<uint32_t>* bad);
  void AppendDecimals(const csv::LaneRun& run, uint32_t first, std::vector<uint32_t>* bad);
  void MakeTextRoom(size_t bytes);
  void AppendTexts(const csv::LaneRun& run);
  void ReadTextsSingly(const csv::LaneRun& run);
  template <typename InLanes>
  uint32_t TakeInLanes(const csv::LaneRun& run, const InLanes& in_lanes);
  void AppendNulls(uint32_t rows);

  const DataType type_;
  const CsvDialect dialect_;
  const csv::LaneKernels* const lanes_;  // May be null.
  const std::shared_ptr<BufferPool> pool_;
  const int64_t width_;
  int64_t rows_ = 0;
  Buffer values_;  // Of strings: one offset more.
  Buffer text_;
  size_t text_bytes_ = 0;
  std::vector<uint32_t> nulls_;  // Rows, ascending.
  std::vector<uint32_t> lane_nulls_;
  struct {
    int64_t rows = 0;
    size_t text_bytes = 0;
    size_t nulls = 0;
  } before_;                  // The last Append.
  size_t expected_rows_ = 0;  // About as many as the last batch had.
  size_t expected_text_bytes_ = 0;
  std::vector<uint8_t> unescaped_;
};

}  // namespace tenon::files
