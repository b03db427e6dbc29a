#include "connectors/files/file_source.h"

#include <algorithm>
#include <utility>

#include "connectors/files/json_lines_reader.h"
#include "object_store/local_store.h"
#include "tenon/payload.h"

namespace tenon::files {
namespace {

constexpr int32_t kPayloadVersion = 1;
constexpr size_t kPartitionsAtOnce = 1024;
// Smaller pieces are not worth a partition; larger ones make progress and splitting coarse.
constexpr int64_t kLeastRangeBytes = 16 << 20;
constexpr int64_t kMostRangeBytes = 128 << 20;
constexpr size_t kPooledBytes = 96 << 20;

Partition PartitionOf(const FileRange& range, int64_t modified_ns) {
  Partition partition;
  partition.payload =
      Pack(kPayloadVersion, range.path, range.begin, range.end, range.file_bytes, modified_ns);
  partition.bytes = range.end - range.begin;
  partition.splittable = true;
  return partition;
}

class FileScan : public Scan {
 public:
  FileScan(std::vector<ListedFile> files, int wanted_partitions) : files_(std::move(files)) {
    int64_t total = 0;
    for (const ListedFile& file : files_) total += file.bytes;
    range_bytes_ =
        std::clamp(total / std::max(wanted_partitions, 1) + 1, kLeastRangeBytes, kMostRangeBytes);
    pin_ = PinOf(files_);
  }

  Result<std::vector<Partition>> NextPartitions(const TaskContext&) override {
    std::vector<Partition> partitions;
    while (file_ < files_.size() && partitions.size() < kPartitionsAtOnce) {
      const ListedFile& file = files_[file_];
      // Equal pieces, so that no small rest is left.
      const int64_t pieces = std::max<int64_t>(1, (file.bytes + range_bytes_ - 1) / range_bytes_);
      const FileRange range{.path = file.path,
                            .begin = file.bytes * piece_ / pieces,
                            .end = file.bytes * (piece_ + 1) / pieces,
                            .file_bytes = file.bytes};
      if (range.begin < range.end) partitions.push_back(PartitionOf(range, file.modified_ns));
      if (++piece_ >= pieces) {
        piece_ = 0;
        ++file_;
      }
    }
    return partitions;
  }

  std::string pin() const override { return pin_; }

 private:
  std::vector<ListedFile> files_;
  std::string pin_;
  int64_t range_bytes_ = 0;
  size_t file_ = 0;
  int64_t piece_ = 0;
};

Status RefuseCompressed(const std::vector<ListedFile>& files) {
  for (const ListedFile& file : files) {
    for (const std::string_view ending :
         {".gz", ".bz2", ".zst", ".snappy", ".lz4", ".xz", ".zip"}) {
      if (file.path.ends_with(ending)) {
        return Status::Unsupported("Compressed files cannot be read: path=" + file.path)
            .WithHint("Unpack it, or leave it out by exclusions.");
      }
    }
  }
  return Status::Ok();
}

class FileSource : public Source {
 public:
  explicit FileSource(FileSelection selection) : selection_(std::move(selection)) {}

  Result<std::optional<Schema>> schema(const TaskContext&) override { return std::nullopt; }

  Result<ScanOffer> Offer(const ScanRequest&, const TaskContext&) override {
    ScanOffer offer;
    offer.detail = "files format=json";
    for (const std::string& path : selection_.paths) offer.detail += " path=" + path;
    return offer;
  }

  Result<std::unique_ptr<Scan>> Plan(const ScanRequest& accepted, const TaskContext&) override {
    object_store::LocalStore store;
    if (!accepted.pin.empty()) {
      TENON_ASSIGN_OR_RETURN(std::vector<ListedFile> pinned, ReadPin(store, accepted.pin));
      return std::make_unique<FileScan>(std::move(pinned), accepted.wanted_partitions);
    }
    TENON_ASSIGN_OR_RETURN(std::vector<ListedFile> files, ListFiles(store, selection_));
    TENON_RETURN_IF_ERROR(RefuseCompressed(files));
    return std::make_unique<FileScan>(std::move(files), accepted.wanted_partitions);
  }

 private:
  FileSelection selection_;
};

class FileReaders : public ReaderFactory {
 public:
  FileReaders()
      : resources_{.store = std::make_shared<object_store::LocalStore>(),
                   .pool = std::make_shared<BufferPool>(kPooledBytes),
                   .schemas = std::make_shared<SchemaCache>()} {}

  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& context) const override {
    FileRange range;
    int64_t modified_ns = 0;
    TENON_RETURN_IF_ERROR(Unpack(partition.payload, kPayloadVersion, &range.path, &range.begin,
                                 &range.end, &range.file_bytes, &modified_ns));
    if (range.begin < 0 || range.begin > range.end || range.end > range.file_bytes) {
      return Status::InvalidArgument("Partition is not one of the files connector");
    }
    TENON_ASSIGN_OR_RETURN(object_store::ObjectInfo info, resources_.store->Stat(range.path));
    if (info.bytes != range.file_bytes || info.modified_ns != modified_ns) {
      return Status::DataError("File has changed since the read began: path=" + range.path +
                               " bytes=" + std::to_string(range.file_bytes) +
                               " now=" + std::to_string(info.bytes))
          .WithHint("Run again when nobody writes into it.");
    }
    return JsonLinesReader::Open(std::move(range), modified_ns, resources_, PartitionOf, context);
  }

 private:
  JsonScanResources resources_;
};

}  // namespace

Result<std::unique_ptr<Source>> OpenFileSource(FileSelection selection) {
  object_store::LocalStore store;
  TENON_RETURN_IF_ERROR(CheckPathsExist(store, selection.paths));
  return std::make_unique<FileSource>(std::move(selection));
}

std::unique_ptr<ReaderFactory> MakeFileReaders() { return std::make_unique<FileReaders>(); }

}  // namespace tenon::files
