// Cuts large files into ranges and puts small ones together, in order, as partitions.
#pragma once

#include <cstdint>
#include <vector>

#include "connectors/files/format/file_range.h"
#include "connectors/files/read/file_list.h"
#include "tenon/partition.h"

namespace tenon::files {

struct PartitionRules {
  int wanted_partitions = 1;
  bool group = true;
  int64_t group_bytes = 0;  // 0: it is computed.
  // Smaller pieces of a file are not worth a partition.
  int64_t least_range_bytes = 16 << 20;
};

// One thread.
class FilePartitions {
 public:
  // `total_bytes` of all files.
  FilePartitions(const PartitionRules& rules, int64_t total_bytes);

  // The ranges of one file in order; none of an empty one. `splittable`: it may be cut.
  std::vector<FileRange> RangesOf(const ListedFile& file, bool splittable) const;

  // Adds the range to the partition at hand; puts partitions that are full behind `out`. `splittable`: its reader may
  // give a part away, if it is alone in its partition.
  void Add(FileRange range, bool splittable, std::vector<Partition>* out);
  // Puts the partition at hand behind `out`, if it has ranges.
  void Flush(std::vector<Partition>* out);

 private:
  const bool group_;
  int64_t range_bytes_ = 0;
  int64_t group_bytes_ = 0;
  std::vector<FileRange> open_;
  bool open_splittable_ = false;
  int64_t open_cost_ = 0;
};

}  // namespace tenon::files
