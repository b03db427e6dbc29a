#include <arrow/buffer.h>
#include <arrow/io/file.h>
#include <arrow/ipc/dictionary.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <arrow/util/io_util.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error_catalog.h"
#include "columnar/arrow/bridge.h"
#include "columnar/arrow/functions.h"

namespace tenon::columnar {
namespace {

// Each batch starts where a mapping may start.
int64_t PageBytes() {
  static const int64_t bytes = ::sysconf(_SC_PAGESIZE);
  return bytes;
}

Status FromErrno(int error, const std::string& doing, const std::string& path) {
  const std::string text = doing + ": path=" + path + " reason=" + std::strerror(error);
  switch (error) {
    case EEXIST: return Status::AlreadyExists(text);
    case ENOENT: return Status::NotFound(text);
    case EACCES:
    case EPERM:
    case EROFS: return Status::PermissionDenied(text);
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return Status::ResourceExhausted(text)
          .WithNumber(base::kErrDiskFull)
          .WithHint("Make room on the disk.");
    case EMFILE:
    case ENFILE:
      return Status::ResourceExhausted(text).WithHint("Raise the limit of open files (ulimit -n).");
    default: return Status::Internal(text);
  }
}

// What went wrong in Arrow's file code: by its errno where there is one.
Status FileError(const arrow::Status& status, const std::string& doing, const std::string& path) {
  const int error = arrow::internal::ErrnoFromStatus(status);
  if (error != 0) return FromErrno(error, doing, path);
  return FromArrowStatus(status, doing + ": path=" + path, StatusCode::kDataError);
}

class Writer : public IpcWriter {
 public:
  Writer(std::string path, std::shared_ptr<arrow::io::FileOutputStream> file)
      : path_(std::move(path)),
        file_(std::move(file)),
        options_(arrow::ipc::IpcWriteOptions::Defaults()) {
    options_.use_threads = false;
    options_.alignment = 64;
  }

  Result<IpcEntry> Append(const RecordBatch& batch) override {
    TENON_ASSIGN_OR_RETURN(std::shared_ptr<arrow::RecordBatch> rows, bridge_.Borrowed(batch));
    IpcEntry entry{.offset = bytes_, .rows = batch.num_rows(), .schema = batch.schema_ptr()};
    int32_t metadata_bytes = 0;
    int64_t body_bytes = 0;
    arrow::Status status =
        arrow::ipc::WriteRecordBatch(*rows, 0, file_.get(), &metadata_bytes, &body_bytes, options_);
    if (status.ok()) {
      entry.bytes = metadata_bytes + body_bytes;
      status = PadToPage(entry.bytes);
    }
    if (!status.ok()) return FileError(status, "Spill file could not be written", path_);
    bytes_ += PaddedBytes(entry.bytes);
    return entry;
  }

  int64_t bytes() const override { return bytes_; }
  const std::string& path() const override { return path_; }

 private:
  static int64_t PaddedBytes(int64_t bytes) {
    return (bytes + PageBytes() - 1) / PageBytes() * PageBytes();
  }

  arrow::Status PadToPage(int64_t bytes) {
    const std::string zeroes(static_cast<size_t>(PaddedBytes(bytes) - bytes), '\0');
    ARROW_RETURN_NOT_OK(file_->Write(zeroes.data(), static_cast<int64_t>(zeroes.size())));
    return file_->Flush();
  }

  std::string path_;
  std::shared_ptr<arrow::io::FileOutputStream> file_;
  arrow::ipc::IpcWriteOptions options_;
  SchemaBridge bridge_;
  int64_t bytes_ = 0;
};

class Reader : public IpcReader {
 public:
  explicit Reader(std::string path) : path_(std::move(path)) {}

  Result<RecordBatch> Read(const IpcEntry& entry) override {
    TENON_RETURN_IF_ERROR(CheckSize(entry));
    TENON_ASSIGN_OR_RETURN(std::shared_ptr<arrow::Schema> schema,
                           bridge_.ArrowSchemaOf(entry.schema));
    auto map = arrow::io::MemoryMappedFile::Open(path_, arrow::io::FileMode::READ, entry.offset,
                                                 entry.bytes);
    if (!map.ok()) return FileError(map.status(), "Spill file could not be read", path_);
    const arrow::ipc::DictionaryMemo no_dictionaries;
    auto options = arrow::ipc::IpcReadOptions::Defaults();
    options.use_threads = false;
    auto batch = arrow::ipc::ReadRecordBatch(schema, &no_dictionaries, options,
                                             static_cast<arrow::io::InputStream*>(map->get()));
    if (!batch.ok())
      return FileError(batch.status(), "Spill file does not hold what was written", path_);
    if ((*batch)->num_rows() != entry.rows) {
      return Status::DataError("Spill file does not hold what was written: path=" + path_ +
                               " rows=" + std::to_string((*batch)->num_rows()) +
                               " wanted=" + std::to_string(entry.rows));
    }
    return SchemaBridge::FromArrow(**batch, entry.schema);
  }

 private:
  // Reading a mapping beyond the end of its file would end the process.
  Status CheckSize(const IpcEntry& entry) const {
    struct stat info {};
    if (::stat(path_.c_str(), &info) != 0) return FromErrno(errno, "Spill file is gone", path_);
    if (info.st_size >= entry.offset + entry.bytes) return Status::Ok();
    return Status::DataError("Spill file was cut: path=" + path_ +
                             " bytes=" + std::to_string(info.st_size) +
                             " wanted=" + std::to_string(entry.offset + entry.bytes));
  }

  std::string path_;
  SchemaBridge bridge_;
};

}  // namespace

Result<std::unique_ptr<IpcWriter>> arrow_module::CreateIpcFile(std::string path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return FromErrno(errno, "Spill file could not be made", path);
  auto file = arrow::io::FileOutputStream::Open(fd);
  if (!file.ok()) {
    ::close(fd);
    return FileError(file.status(), "Spill file could not be made", path);
  }
  return std::unique_ptr<IpcWriter>(std::make_unique<Writer>(std::move(path), *std::move(file)));
}

Result<std::unique_ptr<IpcReader>> arrow_module::OpenIpcFile(const std::string& path) {
  if (::access(path.c_str(), R_OK) != 0)
    return FromErrno(errno, "Spill file could not be read", path);
  return std::unique_ptr<IpcReader>(std::make_unique<Reader>(path));
}

}  // namespace tenon::columnar
