#include "connectors/files/read/file_partitions.h"

#include <algorithm>
#include <utility>

namespace tenon::files {
namespace {

// Larger pieces make progress and splitting coarse.
constexpr int64_t kMostRangeBytes = 128 << 20;
// What opening a file costs, in bytes that could be read meanwhile.
constexpr int64_t kOpenBytes = 16 << 10;
constexpr int64_t kLeastGroupBytes = 256 << 10;
// Enough partitions for each worker to take another one when it is done.
constexpr int64_t kGroupsPerWorker = 4;
constexpr size_t kMostGrouped = 2048;

}  // namespace

FilePartitions::FilePartitions(const PartitionRules& rules, int64_t total_bytes)
    : group_(rules.group) {
  const int64_t wanted = std::max(rules.wanted_partitions, 1);
  range_bytes_ = std::clamp(total_bytes / wanted + 1, rules.least_range_bytes, kMostRangeBytes);
  group_bytes_ = rules.group_bytes > 0 ? rules.group_bytes
                                       : std::clamp(total_bytes / (wanted * kGroupsPerWorker) + 1,
                                                    kLeastGroupBytes, kMostRangeBytes);
}

std::vector<FileRange> FilePartitions::RangesOf(const ListedFile& file, bool splittable) const {
  std::vector<FileRange> ranges;
  if (file.bytes == 0) return ranges;
  // Equal pieces, so that no small rest is left.
  const int64_t pieces = splittable ? (file.bytes + range_bytes_ - 1) / range_bytes_ : 1;
  for (int64_t piece = 0; piece < pieces; ++piece) {
    ranges.push_back(
        {.path = file.path,
         .begin = file.bytes / pieces * piece + file.bytes % pieces * piece / pieces,
         .end = file.bytes / pieces * (piece + 1) + file.bytes % pieces * (piece + 1) / pieces,
         .file_bytes = file.bytes,
         .modified_ns = file.modified_ns,
         .etag = file.etag});
  }
  return ranges;
}

void FilePartitions::Add(FileRange range, bool splittable, std::vector<Partition>* out) {
  const int64_t cost = range.end - range.begin + kOpenBytes;
  const bool joins = group_ && open_cost_ + cost <= group_bytes_ && open_.size() < kMostGrouped;
  if (!joins) Flush(out);
  open_.push_back(std::move(range));
  open_splittable_ = splittable;
  open_cost_ += cost;
}

void FilePartitions::Flush(std::vector<Partition>* out) {
  if (!open_.empty()) out->push_back(PartitionOf(open_, open_splittable_ && open_.size() == 1));
  open_.clear();
  open_cost_ = 0;
}

}  // namespace tenon::files
