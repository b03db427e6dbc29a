// A part of a file: the unit that readers of every format take, and how it travels in a partition.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "tenon/partition.h"
#include "tenon/result.h"

namespace tenon::files {

// The end of bytes that nobody has counted: those of a packed file, while it is read.
inline constexpr int64_t kUnknownEnd = std::numeric_limits<int64_t>::max();

// Bytes [begin, end) of a file as it was when the read was planned. What a range owns is the format's rule: a text
// format gives the lines that start in it, Parquet the row groups whose middle lies in it; ranges that cover a file
// give each row once, wherever their borders are.
struct FileRange {
  std::string path;
  int64_t begin = 0;
  int64_t end = 0;
  int64_t file_bytes = 0;
  int64_t modified_ns = 0;  // Since 1970; 0 beside no etag: not known.
  std::string etag;         // Of an object store.

  bool whole() const { return begin == 0 && end == file_bytes; }
  bool operator==(const FileRange&) const = default;
};

// One partition that reads the ranges one after the other. REQUIRES: at least one; `splittable` with one only.
Partition PartitionOf(const std::vector<FileRange>& ranges, bool splittable);
// kInvalidArgument: the payload is not of this connector.
Result<std::vector<FileRange>> RangesOf(const Partition& partition);

}  // namespace tenon::files
