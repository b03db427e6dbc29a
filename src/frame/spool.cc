#include "frame/spool.h"

#include <atomic>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "base/error_catalog.h"
#include "base/failpoint.h"
#include "base/process_folder.h"
#include "columnar/ipc_file.h"
#include "columnar/memory.h"
#include "columnar/share.h"
#include "columnar/slice.h"
#include "frame/schema_merge.h"

namespace tenon::frame {
namespace {

// One batch: in memory, or in a file.
struct Entry {
  columnar::SharedBatch memory;
  columnar::IpcEntry disk;
  int file = -1;  // -1: in memory.
};

int64_t RowsOf(const Entry& entry) {
  return entry.file < 0 ? entry.memory.num_rows() : entry.disk.rows;
}

// The files of a spool. Thread-safe: each writer is used by who has taken it.
class SpillFiles {
 public:
  SpillFiles(std::string parent, int64_t max_bytes)
      : parent_(std::move(parent)), max_bytes_(max_bytes) {}
  Result<Entry> Write(const RecordBatch& batch, int64_t about_bytes) {
    TENON_RETURN_IF_ERROR(Reserve(about_bytes));
    TENON_ASSIGN_OR_RETURN(File file, Take());
    const int64_t before = file.writer->bytes();
    TENON_ASSIGN_OR_RETURN(columnar::IpcEntry entry, file.writer->Append(batch));
    bytes_ += file.writer->bytes() - before - about_bytes;
    const int number = file.number;
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(file));
    return Entry{{}, std::move(entry), number};
  }

  void Close() {
    const std::lock_guard lock(mutex_);
    free_.clear();
  }
  // After Close.
  std::string PathOf(int file) const {
    return folder_.path() + "/" + std::to_string(file) + ".arrow";
  }
  int64_t bytes() const { return bytes_; }

 private:
  struct File {
    int number;
    std::unique_ptr<columnar::IpcWriter> writer;
  };

  Status Reserve(int64_t bytes) {
    const int64_t after = bytes_ += bytes;
    if (max_bytes_ == 0 || after <= max_bytes_) return Status::Ok();
    return Status::ResourceExhausted(
               "Spool would take more disk than it may: bytes=" + std::to_string(after) +
               " limit=" + std::to_string(max_bytes_) + " folder=" + parent_)
        .WithNumber(base::kErrDiskFull)
        .WithHint("Raise the limit, or the memory of the job.");
  }

  // A file that nobody writes to, or a new one.
  Result<File> Take() {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      File file = std::move(free_.back());
      free_.pop_back();
      return file;
    }
    if (folder_.path().empty()) {
      TENON_ASSIGN_OR_RETURN(folder_, base::ProcessFolder::Make(parent_, "spool"));
    }
    TENON_ASSIGN_OR_RETURN(auto writer, columnar::IpcWriter::Create(PathOf(files_)));
    TENON_FAILPOINT("K08");
    return File{files_++, std::move(writer)};
  }

  const std::string parent_;
  const int64_t max_bytes_;
  std::atomic<int64_t> bytes_ = 0;
  std::mutex mutex_;
  base::ProcessFolder folder_;  // Made once, before the first file.
  int files_ = 0;
  std::vector<File> free_;
};

class Reader : public SpoolReader {
 public:
  Reader(const std::vector<Entry>& entries, const SpillFiles& files, int64_t first)
      : entries_(entries), files_(files), skip_(first) {
    while (next_ < entries_.size() && skip_ >= RowsOf(entries_[next_])) {
      skip_ -= RowsOf(entries_[next_++]);
    }
  }

  Result<std::optional<RecordBatch>> Next() override {
    if (next_ == entries_.size()) return std::nullopt;
    TENON_ASSIGN_OR_RETURN(RecordBatch batch, Read(entries_[next_++]));
    if (const int64_t skip = std::exchange(skip_, 0); skip > 0) {
      const int64_t rows = batch.num_rows() - skip;
      TENON_ASSIGN_OR_RETURN(batch, columnar::Slice(std::move(batch), skip, rows));
    }
    return std::optional<RecordBatch>(std::move(batch));
  }

 private:
  Result<RecordBatch> Read(const Entry& entry) {
    if (entry.file < 0) return entry.memory.Share();
    std::unique_ptr<columnar::IpcReader>& reader = readers_[entry.file];
    if (reader == nullptr) {
      TENON_ASSIGN_OR_RETURN(reader, columnar::IpcReader::Open(files_.PathOf(entry.file)));
    }
    return reader->Read(entry.disk);
  }

  const std::vector<Entry>& entries_;
  const SpillFiles& files_;
  std::map<int, std::unique_ptr<columnar::IpcReader>> readers_;
  size_t next_ = 0;
  int64_t skip_;  // Of the rows of the next entry.
};

class SpoolInFiles : public Spool {
 public:
  explicit SpoolInFiles(SpoolOptions options)
      : options_(std::move(options)),
        memory_(options_.shared_memory ? options_.shared_memory
                                       : std::make_shared<SpoolMemory>(options_.memory_bytes)),
        files_(options_.folder, options_.max_disk_bytes),
        partitions_(static_cast<size_t>(options_.partitions)) {}
  ~SpoolInFiles() override {
    partitions_.clear();
    memory_->Give(taken_bytes_);
  }

  Result<int> AddPartition() override {
    const std::lock_guard lock(mutex_);
    if (finished_) return Status::Internal("Spool was finished before a partition was added");
    partitions_.emplace_back();
    return static_cast<int>(partitions_.size()) - 1;
  }

  Status Append(int partition, RecordBatch batch) override {
    const int64_t bytes = columnar::BufferBytes(batch);
    Entry entry;
    if (memory_->Take(bytes)) {
      taken_bytes_ += bytes;
      entry.memory = columnar::SharedBatch(std::move(batch));
    } else {
      TENON_ASSIGN_OR_RETURN(entry, files_.Write(batch, bytes));
    }
    const std::lock_guard lock(mutex_);
    if (finished_) return Status::Internal("Spool was finished before its last append");
    if (!Has(partition)) return NoPartition(partition);
    partitions_[static_cast<size_t>(partition)].push_back(std::move(entry));
    return Status::Ok();
  }

  Status Finish() override {
    const std::lock_guard lock(mutex_);
    if (finished_) return Status::Internal("Spool was finished twice");
    finished_ = true;
    files_.Close();
    SchemaMerger merger;
    for (const std::vector<Entry>& entries : partitions_) {
      int64_t rows = 0;
      for (const Entry& entry : entries) {
        rows += RowsOf(entry);
        merger.Add(entry.file < 0 ? entry.memory.schema_ptr() : entry.disk.schema);
      }
      rows_.push_back(rows);
      all_rows_ += rows;
    }
    schema_ = merger.merged();
    return Status::Ok();
  }

  Result<std::unique_ptr<SpoolReader>> Open(int partition, int64_t first) const override {
    const std::lock_guard lock(mutex_);
    if (!Has(partition)) return NoPartition(partition);
    if (!finished_) return Status::Internal("Spool is read before it was finished");
    return std::unique_ptr<SpoolReader>(
        std::make_unique<Reader>(partitions_[static_cast<size_t>(partition)], files_, first));
  }

  int partitions() const override {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(partitions_.size());
  }
  SchemaPtr merged_schema() const override { return schema_; }
  int64_t rows() const override { return all_rows_; }
  int64_t rows(int partition) const override { return rows_[static_cast<size_t>(partition)]; }
  int64_t bytes_on_disk() const override { return files_.bytes(); }

 private:
  bool Has(int partition) const {
    return partition >= 0 && partition < static_cast<int>(partitions_.size());
  }
  Status NoPartition(int partition) const {
    return Status::Internal("Spool has no such partition: partition=" + std::to_string(partition) +
                            " partitions=" + std::to_string(partitions_.size()));
  }

  const SpoolOptions options_;
  const std::shared_ptr<SpoolMemory> memory_;
  SpillFiles files_;
  std::atomic<int64_t> taken_bytes_ = 0;  // Of memory_; given back at the end.
  mutable std::mutex mutex_;
  std::vector<std::vector<Entry>> partitions_;  // Guarded by mutex_ until Finish, then immutable.
  bool finished_ = false;
  SchemaPtr schema_ = std::make_shared<const Schema>();
  std::vector<int64_t> rows_;
  int64_t all_rows_ = 0;
};

}  // namespace

bool SpoolMemory::Take(int64_t bytes) {
  if (left_.fetch_sub(bytes, std::memory_order_relaxed) >= bytes) return true;
  Give(bytes);
  return false;
}

Result<std::unique_ptr<Spool>> Spool::Make(SpoolOptions options) {
  if (options.folder.empty()) return Status::InvalidArgument("Spool needs a folder: folder=");
  if (options.partitions < 0 || options.memory_bytes < 0 || options.max_disk_bytes < 0) {
    return Status::InvalidArgument(
        "Spool options are out of bounds: partitions=" + std::to_string(options.partitions) +
        " memory_bytes=" + std::to_string(options.memory_bytes) +
        " max_disk_bytes=" + std::to_string(options.max_disk_bytes));
  }
  return std::unique_ptr<Spool>(std::make_unique<SpoolInFiles>(std::move(options)));
}

}  // namespace tenon::frame
