// Finds the pages of one column chunk and unpacks those that are wanted: the headers of the others are read, no more.
// Private to the module. One thread.
#pragma once

#include <arrow/buffer.h>
#include <arrow/memory_pool.h>
#include <arrow/result.h>
#include <arrow/status.h>
#include <arrow/util/compression.h>
#include <parquet/metadata.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "columnar/page_header.h"
#include "columnar/parquet/page_filter.h"
#include "columnar/parquet/source_file.h"

namespace tenon::columnar {

// The bytes of a chunk. IOError: it lies outside of the file.
arrow::Result<ByteRange> RangeOf(const parquet::ColumnChunkMetaData& chunk, SourceFile& file);

class ChunkPages {
 public:
  // Borrows all but `chunk`. `read_bytes`: of the file at a time. `choice`, which may be null: pages that are passed
  // over as if they were not there. IOError: the footer is wrong about the chunk. Throws ParquetException: its pages
  // are packed in a way that is not known.
  static arrow::Result<std::unique_ptr<ChunkPages>> Open(SourceFile& file,
                                                         const parquet::ColumnChunkMetaData& chunk,
                                                         int64_t read_bytes,
                                                         const PageChoice* choice,
                                                         arrow::MemoryPool* pool);

  // The next page's header; false at the end of the chunk. IOError: it is damaged.
  arrow::Result<bool> Next(PageHeader* header);
  // What the page that Next gave holds, unpacked, valid until the next call here. IOError: it is damaged, or its
  // checksum is another. A page that is not asked for is passed over.
  arrow::Result<std::span<const uint8_t>> Load();

 private:
  ChunkPages(SourceFile& file, int64_t read_bytes, const PageChoice* choice,
             arrow::MemoryPool* pool)
      : file_(file), choice_(choice), pool_(pool), read_bytes_(read_bytes) {}
  // At least `least` bytes of the file from position_ on, or all that there are up to the end of the chunk.
  arrow::Status Look(int64_t least, std::span<const uint8_t>* bytes);
  arrow::Status ReadHeader();
  // Whether the data page at hand is one of those that `choice` leaves out. IOError: it has not the rows promised.
  arrow::Result<bool> IsLeftOut();
  arrow::Result<std::span<const uint8_t>> Unpack(std::span<const uint8_t> stored);

  SourceFile& file_;
  const PageChoice* const choice_;
  arrow::MemoryPool* const pool_;
  const int64_t read_bytes_;
  int64_t position_ = 0;    // Of the next header, or of the page's bytes between Next and Load.
  int64_t end_ = 0;         // Of the chunk.
  int64_t page_bytes_ = 0;  // Still to be passed over.
  size_t next_choice_ = 0;
  PageHeader header_;
  std::unique_ptr<arrow::util::Codec> codec_;  // Null: pages are not packed.
  std::shared_ptr<arrow::Buffer> window_;
  int64_t window_at_ = 0;
  bool passed_over_ = false;  // The last page: the next one may be so too.
  std::unique_ptr<arrow::ResizableBuffer> unpacked_;
};

}  // namespace tenon::columnar
