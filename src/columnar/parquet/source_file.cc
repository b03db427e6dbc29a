#include "columnar/parquet/source_file.h"

#include <arrow/memory_pool.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <utility>

namespace tenon::columnar {
namespace {

constexpr size_t kFetchThreads = 4;

}  // namespace

std::vector<ByteRange> Coalesce(std::vector<ByteRange> ranges, int64_t most_gap,
                                int64_t most_bytes) {
  std::sort(ranges.begin(), ranges.end(),
            [](const ByteRange& a, const ByteRange& b) { return a.offset < b.offset; });
  std::vector<ByteRange> out;
  for (const ByteRange& range : ranges) {
    if (!out.empty()) {
      ByteRange& last = out.back();
      const int64_t gap = range.offset - (last.offset + last.bytes);
      const int64_t together = range.offset + range.bytes - last.offset;
      if (gap >= 0 && gap <= most_gap && together <= most_bytes) {
        last.bytes = together;
        continue;
      }
    }
    out.push_back(range);
  }
  return out;
}

SourceFile::SourceFile(ByteSource& source, arrow::MemoryPool* pool) : source_(source), pool_(pool) {
  set_mode(arrow::io::FileMode::READ);
}

const SourceFile::Fetched* SourceFile::Find(int64_t position, int64_t bytes) const {
  const auto above = std::upper_bound(fetched_.begin(), fetched_.end(), position,
                                      [](int64_t at, const Fetched& f) { return at < f.offset; });
  if (above == fetched_.begin()) return nullptr;
  const Fetched& found = *(above - 1);
  return position - found.offset + bytes <= found.bytes->size() ? &found : nullptr;
}

arrow::Result<int64_t> SourceFile::ReadSource(int64_t position, int64_t bytes, void* out) {
  if (position < 0 || bytes < 0) {
    return arrow::Status::IOError("A place outside of the file: offset=", position,
                                  " bytes=", bytes);
  }
  Result<size_t> read =
      source_.ReadAt(position, {static_cast<uint8_t*>(out), static_cast<size_t>(bytes)});
  if (read.ok()) return static_cast<int64_t>(*read);
  const std::lock_guard lock(mutex_);
  if (error_.ok()) error_ = std::move(read).status();
  return arrow::Status::IOError(std::string(error_.message()));
}

arrow::Result<int64_t> SourceFile::ReadAt(int64_t position, int64_t bytes, void* out) {
  if (const Fetched* fetched = Find(position, bytes)) {
    std::copy_n(fetched->bytes->data() + (position - fetched->offset), bytes,
                static_cast<uint8_t*>(out));
    return bytes;
  }
  return ReadSource(position, bytes, out);
}

arrow::Result<std::shared_ptr<arrow::Buffer>> SourceFile::ReadAt(int64_t position, int64_t bytes) {
  if (const Fetched* fetched = Find(position, bytes))
    return arrow::SliceBuffer(fetched->bytes, position - fetched->offset, bytes);
  // A damaged footer may ask for anything.
  const int64_t there =
      std::clamp<int64_t>(source_.size() - position, 0, std::max<int64_t>(bytes, 0));
  ARROW_ASSIGN_OR_RAISE(std::unique_ptr<arrow::ResizableBuffer> buffer,
                        arrow::AllocateResizableBuffer(there, pool_));
  ARROW_ASSIGN_OR_RAISE(const int64_t read, ReadSource(position, there, buffer->mutable_data()));
  ARROW_RETURN_NOT_OK(buffer->Resize(read));
  return std::shared_ptr<arrow::Buffer>(std::move(buffer));
}

arrow::Result<int64_t> SourceFile::Read(int64_t bytes, void* out) {
  ARROW_ASSIGN_OR_RAISE(const int64_t read, ReadAt(position_, bytes, out));
  position_ += read;
  return read;
}

arrow::Result<std::shared_ptr<arrow::Buffer>> SourceFile::Read(int64_t bytes) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer, ReadAt(position_, bytes));
  position_ += buffer->size();
  return buffer;
}

arrow::Status SourceFile::Fetch(const std::vector<ByteRange>& ranges, int64_t most_bytes) {
  Forget();
  std::vector<ByteRange> wanted;
  for (const ByteRange& range : ranges) {
    most_bytes -= range.bytes;
    if (most_bytes < 0) break;
    wanted.push_back(range);
  }
  std::vector<arrow::Result<std::shared_ptr<arrow::Buffer>>> read(
      wanted.size(), arrow::Status::Cancelled("Not read"));
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t i; (i = next++) < wanted.size();)
      read[i] = ReadAt(wanted[i].offset, wanted[i].bytes);
  };
  {
    std::vector<std::jthread> others;
    for (size_t i = 1; i < std::min(kFetchThreads, wanted.size()); ++i) others.emplace_back(work);
    work();
  }
  std::vector<Fetched> fetched;
  for (size_t i = 0; i < wanted.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> bytes, std::move(read[i]));
    fetched.push_back({wanted[i].offset, std::move(bytes)});
  }
  fetched_ = std::move(fetched);
  return arrow::Status::OK();
}

Status SourceFile::Explain(const arrow::Status& status, std::string_view place) const {
  if (status.ok()) return Status::Ok();
  {
    const std::lock_guard lock(mutex_);
    if (!error_.ok()) return error_;
  }
  std::string facts = ": " + source_.name();
  if (!place.empty()) facts += " " + std::string(place);
  facts += " reason=" + status.message();
  if (status.IsOutOfMemory() || status.IsCapacityError()) {
    return Status::ResourceExhausted("Parquet file asks for too much memory" + facts)
        .WithHint("It is damaged, or was written with very large pages.");
  }
  if (status.IsNotImplemented())
    return Status::Unsupported("Parquet file has something that cannot be read" + facts);
  return Status::DataError("Parquet file is damaged" + facts)
      .WithHint("Write it again, or leave it out by exclusions.");
}

}  // namespace tenon::columnar
