#include "connectors/files/format/file_range.h"

#include <utility>

#include "tenon/payload.h"

namespace tenon::files {
namespace {

constexpr int32_t kPayloadVersion = 3;

}  // namespace

Partition PartitionOf(const std::vector<FileRange>& ranges, bool splittable) {
  Partition partition;
  partition.bytes = 0;
  partition.splittable = splittable;
  PayloadWriter writer(kPayloadVersion);
  writer.Put(static_cast<int64_t>(ranges.size()));
  for (const FileRange& range : ranges) {
    writer.Put(range.path);
    writer.Put(range.begin);
    writer.Put(range.end);
    writer.Put(range.file_bytes);
    writer.Put(range.modified_ns);
    writer.Put(range.etag);
    partition.bytes += range.end - range.begin;
  }
  partition.payload = std::move(writer).Finish();
  return partition;
}

Result<std::vector<FileRange>> RangesOf(const Partition& partition) {
  PayloadReader reader(partition.payload, kPayloadVersion);
  int64_t count = 0;
  reader.Get(&count);
  std::vector<FileRange> ranges;
  // A range takes 40 bytes at least, so that a wrong count ends soon.
  const int64_t most = static_cast<int64_t>(partition.payload.size()) / 40;
  const Status not_ours = Status::InvalidArgument("Partition is not one of the files connector");
  if (count < 1 || count > most) return not_ours;
  ranges.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) {
    FileRange range;
    reader.Get(&range.path);
    reader.Get(&range.begin);
    reader.Get(&range.end);
    reader.Get(&range.file_bytes);
    reader.Get(&range.modified_ns);
    reader.Get(&range.etag);
    if (range.begin < 0 || range.begin > range.end || range.end > range.file_bytes) return not_ours;
    ranges.push_back(std::move(range));
  }
  TENON_RETURN_IF_ERROR(reader.Finish());
  return ranges;
}

}  // namespace tenon::files
