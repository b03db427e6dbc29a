#include "connectors/files/read/file_source.h"

#include <algorithm>
#include <utility>

#include "object_store/local_store.h"

namespace tenon::files {
namespace {

constexpr size_t kPartitionsAtOnce = 1024;
// Smaller pieces are not worth a partition; larger ones make progress and splitting coarse.
constexpr int64_t kLeastRangeBytes = 16 << 20;
constexpr int64_t kMostRangeBytes = 128 << 20;
constexpr size_t kPooledBytes = 96 << 20;

class FileScan : public Scan {
 public:
  FileScan(std::vector<ListedFile> files, int wanted_partitions, ScanState state)
      : files_(std::move(files)), state_(std::move(state)) {
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
                            .file_bytes = file.bytes,
                            .modified_ns = file.modified_ns};
      if (range.begin < range.end) partitions.push_back(PartitionOf({range}, true));
      if (++piece_ >= pieces) {
        piece_ = 0;
        ++file_;
      }
    }
    return partitions;
  }

  std::string pin() const override { return pin_; }
  ScanState state() const override { return state_; }

 private:
  std::vector<ListedFile> files_;
  const ScanState state_;
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
  explicit FileSource(ReadOptions options) : options_(std::move(options)) {}

  Result<std::optional<Schema>> schema(const TaskContext& context) override {
    if (!schema_known_) {
      auto store = std::make_shared<object_store::LocalStore>();
      TENON_ASSIGN_OR_RETURN(const std::vector<ListedFile> files,
                             ListFiles(*store, options_.selection));
      TENON_RETURN_IF_ERROR(RefuseCompressed(files));
      std::vector<FileRange> whole;
      for (const ListedFile& file : files) {
        whole.push_back({.path = file.path,
                         .end = file.bytes,
                         .file_bytes = file.bytes,
                         .modified_ns = file.modified_ns});
      }
      TENON_ASSIGN_OR_RETURN(
          schema_, options_.format->SchemaOf(
                       whole, {.store = store, .pool = std::make_shared<BufferPool>(kPooledBytes)},
                       context));
      schema_known_ = true;
    }
    return schema_;
  }

  Result<ScanOffer> Offer(const ScanRequest& request, const TaskContext& context) override {
    ScanOffer offer;
    TENON_ASSIGN_OR_RETURN(const std::optional<Schema> schema, this->schema(context));
    TENON_RETURN_IF_ERROR(options_.format->Offer(request, schema, &offer));
    offer.detail = "files format=" + std::string(options_.format->name());
    for (const std::string& path : options_.selection.paths) offer.detail += " path=" + path;
    return offer;
  }

  Result<std::unique_ptr<Scan>> Plan(const ScanRequest& accepted,
                                     const TaskContext& context) override {
    object_store::LocalStore store;
    TENON_ASSIGN_OR_RETURN(const std::optional<Schema> schema, this->schema(context));
    TENON_ASSIGN_OR_RETURN(ScanState state, options_.format->StateOf(accepted, schema));
    if (!accepted.pin.empty()) {
      TENON_ASSIGN_OR_RETURN(std::vector<ListedFile> pinned, ReadPin(store, accepted.pin));
      return std::make_unique<FileScan>(std::move(pinned), accepted.wanted_partitions,
                                        std::move(state));
    }
    TENON_ASSIGN_OR_RETURN(std::vector<ListedFile> files, ListFiles(store, options_.selection));
    TENON_RETURN_IF_ERROR(RefuseCompressed(files));
    return std::make_unique<FileScan>(std::move(files), accepted.wanted_partitions,
                                      std::move(state));
  }

 private:
  ReadOptions options_;
  bool schema_known_ = false;
  std::optional<Schema> schema_;
};

class FileReaders : public ReaderFactory {
 public:
  FileReaders(std::shared_ptr<object_store::Store> store, std::unique_ptr<RangeReaders> readers)
      : store_(std::move(store)), readers_(std::move(readers)) {}

  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& context) const override {
    TENON_ASSIGN_OR_RETURN(std::vector<FileRange> ranges, RangesOf(partition));
    for (const FileRange& range : ranges) TENON_RETURN_IF_ERROR(CheckUnchanged(range));
    return readers_->Open(std::move(ranges), context);
  }

 private:
  Status CheckUnchanged(const FileRange& range) const {
    TENON_ASSIGN_OR_RETURN(const object_store::ObjectInfo info, store_->Stat(range.path));
    if (info.bytes == range.file_bytes && info.modified_ns == range.modified_ns) {
      return Status::Ok();
    }
    return Status::DataError("File has changed since the read began: path=" + range.path +
                             " bytes=" + std::to_string(range.file_bytes) +
                             " now=" + std::to_string(info.bytes))
        .WithHint("Run again when nobody writes into it.");
  }

  const std::shared_ptr<object_store::Store> store_;
  const std::unique_ptr<RangeReaders> readers_;
};

}  // namespace

Result<std::unique_ptr<Source>> OpenFileSource(ReadOptions options) {
  object_store::LocalStore store;
  TENON_RETURN_IF_ERROR(CheckPathsExist(store, options.selection.paths));
  return std::make_unique<FileSource>(std::move(options));
}

Result<std::unique_ptr<ReaderFactory>> OpenFileReaders(const ReadOptions& options,
                                                       const ScanState& state) {
  auto store = std::make_shared<object_store::LocalStore>();
  TENON_ASSIGN_OR_RETURN(
      std::unique_ptr<RangeReaders> readers,
      options.format->OpenReaders(
          state, {.store = store, .pool = std::make_shared<BufferPool>(kPooledBytes)}));
  return std::make_unique<FileReaders>(std::move(store), std::move(readers));
}

}  // namespace tenon::files
