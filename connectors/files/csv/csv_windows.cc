#include "connectors/files/csv/csv_windows.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tenon::files {
namespace {

// Behind the end of a range only the rest of its last record is wanted.
constexpr size_t kTailBytes = 64 << 10;
// Looked through at once, where records are passed over.
constexpr size_t kSkippedBytes = 256 << 10;
// Fewer records make a window larger: loops over a column must not become short.
constexpr uint32_t kFewRecords = 64;
constexpr size_t kMostGrowth = 8;

}  // namespace

CsvWindows::CsvWindows(std::unique_ptr<object_store::RangeReader> file, std::string path,
                       int64_t file_bytes, int64_t from, const CsvDialect& dialect,
                       const CsvSizes& sizes)
    : file_(std::move(file)),
      path_(std::move(path)),
      file_bytes_(file_bytes),
      dialect_(dialect),
      sizes_(sizes),
      data_at_(from),
      read_at_(from),
      text_begin_(from),
      window_bytes_(sizes.window_bytes) {}

Status CsvWindows::TooLong() const {
  return Status::DataError("A record is too long: file=" + path_ +
                           " byte=" + std::to_string(data_at_ + static_cast<int64_t>(begin_)) +
                           " limit_bytes=" + std::to_string(sizes_.longest_record_bytes))
      .WithHint(dialect_.multi_line ? "Look for a quote there that is never closed."
                                    : "Check that the file holds CSV.");
}

Status CsvWindows::ReadMore() {
  size_t wanted = sizes_.read_bytes;
  if (end_ > read_at_) {
    wanted = static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(wanted), end_ - read_at_));
  } else {
    wanted = std::min(wanted, std::max(kTailBytes, ready()));
  }
  if (begin_ > 0) {
    std::memmove(data(), data() + begin_, ready());
    data_at_ += static_cast<int64_t>(begin_);
    filled_ -= begin_;
    begin_ = 0;
  }
  // One byte more for a newline that the file may lack.
  if (filled_ + wanted + 1 > capacity_) {
    const size_t capacity = std::max(filled_ + wanted + 1, filled_ > 0 ? 2 * capacity_ : 0);
    auto larger = std::make_unique_for_overwrite<uint8_t[]>(capacity + 2 * kPadding);
    std::memset(larger.get(), 0, kPadding);
    if (filled_ > 0) std::memcpy(larger.get() + kPadding, data(), filled_);
    buffer_ = std::move(larger);
    capacity_ = capacity;
  }
  TENON_ASSIGN_OR_RETURN(const size_t got, file_->ReadAt(read_at_, {data() + filled_, wanted}));
  filled_ += got;
  read_at_ += static_cast<int64_t>(got);
  if (got < wanted) {
    if (file_bytes_ != INT64_MAX && read_at_ < file_bytes_) {
      return Status::DataError("File is shorter than it was: file=" + path_ +
                               " bytes=" + std::to_string(read_at_) +
                               " expected=" + std::to_string(file_bytes_))
          .WithHint("Read it again when nobody writes into it.");
    }
    at_end_ = true;
  } else if (read_at_ == file_bytes_) {
    at_end_ = true;
  }
  return Status::Ok();
}

// `wanted` bytes, or all that the file has; a newline at its end is added when it is missing.
Status CsvWindows::Fill(size_t wanted) {
  while (!at_end_ && ready() < wanted) TENON_RETURN_IF_ERROR(ReadMore());
  TENON_RETURN_IF_ERROR(CheckByteOrderMark());
  if (at_end_ && !added_newline_ && ready() > 0 && data()[filled_ - 1] != '\n') {
    data()[filled_++] = '\n';
    added_newline_ = true;
  }
  if (buffer_ != nullptr) std::memset(data() + filled_, 0, kPadding);
  return Status::Ok();
}

Status CsvWindows::CheckByteOrderMark() {
  if (data_at_ != 0 || begin_ != 0) return Status::Ok();
  if (ready() >= 3 && std::memcmp(data(), "\xef\xbb\xbf", 3) == 0) {
    begin_ = 3;
    text_begin_ = 3;
  } else if (ready() >= 2 &&
             (std::memcmp(data(), "\xff\xfe", 2) == 0 || std::memcmp(data(), "\xfe\xff", 2) == 0)) {
    return Status::DataError("File is UTF-16: file=" + path_).WithHint("Convert it to UTF-8.");
  }
  return Status::Ok();
}

CsvWindow CsvWindows::Split(size_t size) {
  CsvWindow window;
  window.text = data() + begin_;
  window.offset = data_at_ + static_cast<int64_t>(begin_);
  const size_t room = CsvEndsRoom(dialect_, window.text, size);
  if (room > ends_room_) {
    ends_ = std::make_unique_for_overwrite<uint32_t[]>(room + 1);
    ends_[0] = UINT32_MAX;  // The end of what is before the first field, modulo 2^32.
    ends_room_ = room;
  }
  uint32_t* const ends = ends_.get() + 1;
  const bool whole = added_newline_ && begin_ + size == filled_;
  CsvSplit split;
  split.clean = false;
  // An escaper before the newline that was added escapes nothing.
  if (!(whole && size > 1 && dialect_.escaper == window.text[size - 2])) {
    split = SplitCsv(dialect_, sizes_.kernel, window.text, size, ends);
  }
  if (split.clean) {
    window.has_high = split.has_high;
    window.has_carriage = split.has_carriage;
    window.records = split.newlines;
  } else {
    CsvExactSplit exact = SplitExactly(dialect_, window.text, size, whole, ends);
    split.ends = exact.ends;
    window.bad = std::move(exact.bad);
    window.has_high = window.has_carriage = true;  // Not known.
    for (uint32_t i = 0; i < exact.ends; ++i) window.records += window.text[ends[i]] == '\n';
  }
  window.ends = ends;
  window.ends_count = split.ends;
  while (window.ends_count > 0 && window.text[ends[window.ends_count - 1]] != '\n') {
    --window.ends_count;
  }
  window.size = window.ends_count == 0 ? 0 : ends[window.ends_count - 1] + size_t{1};
  std::erase_if(window.bad, [&](const CsvBadRecord& bad) { return bad.record >= window.records; });
  return window;
}

bool CsvWindows::EndsInQuotes(size_t size) {
  return SplitExactly(dialect_, data() + begin_, size, false, ends_.get() + 1).in_quotes;
}

Result<std::optional<CsvWindow>> CsvWindows::Skip(int64_t until) {
  TENON_RETURN_IF_ERROR(Fill(window_bytes_));
  const size_t size = std::min(ready(), kSkippedBytes);
  const int64_t offset = data_at_ + static_cast<int64_t>(begin_);
  if (size == 0 || offset + static_cast<int64_t>(size) >= until) return Next();
  const CsvSkim skim = SkimCsv(dialect_, sizes_.kernel, data() + begin_, size);
  if (!skim.clean || skim.records_size == 0) return Next();
  CsvWindow window;
  window.text = data() + begin_;
  window.offset = offset;
  window.size = skim.records_size;
  begin_ += skim.records_size;
  return window;
}

Result<std::optional<CsvWindow>> CsvWindows::Next() {
  for (size_t wanted = window_bytes_;;) {
    TENON_RETURN_IF_ERROR(Fill(wanted));
    if (ready() == 0) return std::nullopt;
    const size_t size = std::min(ready(), wanted);
    CsvWindow window = Split(size);
    if (window.records > 0) {
      begin_ += window.size;
      if (window.records < kFewRecords && window_bytes_ < kMostGrowth * sizes_.window_bytes) {
        window_bytes_ *= 2;
      }
      return window;
    }
    if (at_end_ && size == ready()) {
      if (!added_newline_ && !EndsInQuotes(size)) {
        // The file's last newline is escaped: it belongs to the last value.
        data()[filled_++] = '\n';
        added_newline_ = true;
        continue;
      }
      window.size = size;
      unclosed_ = std::move(window);
      begin_ = filled_;
      return std::nullopt;
    }
    if (static_cast<int64_t>(wanted) > sizes_.longest_record_bytes) return TooLong();
    wanted *= 2;
  }
}

}  // namespace tenon::files
