#include "connectors/files/text/line_windows.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tenon::files {

LineWindows::LineWindows(std::unique_ptr<object_store::RangeReader> file, FileRange range,
                         WindowSizes sizes)
    : file_(std::move(file)), range_(std::move(range)), sizes_(sizes) {
  foreign_ = range_.begin > 0;
  // The byte before the range tells whether its first byte starts a line.
  read_at_ = foreign_ ? range_.begin - 1 : 0;
  data_at_ = read_at_;
  file_->Expect(read_at_, range_.end);
}

Status LineWindows::Append(size_t most, size_t* got) {
  if (begin_ > 0) {
    std::memmove(data(), data() + begin_, filled_ - begin_);
    filled_ -= begin_;
    searched_ -= std::min(searched_, begin_);
    data_at_ += static_cast<int64_t>(begin_);
    begin_ = 0;
  }
  if (filled_ > sizes_.longest_line_bytes) {
    return Status::DataError("A line is too long: file=" + range_.path +
                             " byte=" + std::to_string(data_at_) +
                             " limit_bytes=" + std::to_string(sizes_.longest_line_bytes))
        .WithHint("A record must fit one line; check that the file holds JSON lines.");
  }
  // One byte more for a newline that the file may lack.
  const size_t wanted = kPadding + filled_ + most + 1 + kPadding;
  if (buffer_.size() < wanted)
    buffer_.resize(std::max(
        wanted, filled_ > most ? std::min(2 * buffer_.size(), sizes_.LargestBuffer()) : size_t{0}));
  TENON_ASSIGN_OR_RETURN(*got, file_->ReadAt(read_at_, {data() + filled_, most}));
  filled_ += *got;
  read_at_ += static_cast<int64_t>(*got);
  if (*got > 0) last_byte_ = data()[filled_ - 1];
  return Status::Ok();
}

Status LineWindows::ReadMore() {
  if (read_at_ >= range_.end) return ReadTail();
  const auto most = static_cast<size_t>(
      std::min<int64_t>(static_cast<int64_t>(sizes_.read_bytes), range_.end - read_at_));
  size_t got = 0;
  TENON_RETURN_IF_ERROR(Append(most, &got));
  if (got < most && range_.end == kUnknownEnd) {
    range_.end = range_.file_bytes = read_at_;
  } else if (got < most) {
    return Status::DataError("File is shorter than it was: file=" + range_.path +
                             " bytes=" + std::to_string(read_at_) +
                             " expected=" + std::to_string(range_.file_bytes))
        .WithHint("Read it again when nobody writes into it.");
  }
  return foreign_ ? SkipForeignLine() : Status::Ok();
}

// The last line may end behind the range.
Status LineWindows::ReadTail() {
  if (foreign_ || last_byte_ == '\n') {
    whole_ = true;
    return Status::Ok();
  }
  size_t got = 0;
  const size_t before = filled_ - begin_;
  const auto most =
      static_cast<size_t>(std::clamp<int64_t>(range_.file_bytes - read_at_, 0, 64 << 10));
  TENON_RETURN_IF_ERROR(Append(most, &got));
  const void* const newline = got == 0 ? nullptr : std::memchr(data() + before, '\n', got);
  if (newline != nullptr) {
    filled_ = static_cast<size_t>(static_cast<const uint8_t*>(newline) - data()) + 1;
    whole_ = true;
  } else if (got == 0) {
    data()[filled_++] = '\n';
    whole_ = true;
  }
  return Status::Ok();
}

Status LineWindows::SkipForeignLine() {
  const void* const newline = std::memchr(data() + begin_, '\n', filled_ - begin_);
  if (newline == nullptr) {
    begin_ = filled_;
  } else {
    begin_ = static_cast<size_t>(static_cast<const uint8_t*>(newline) - data()) + 1;
    foreign_ = false;
  }
  return Status::Ok();
}

// Of the file's first window, which holds its first line whole, however short the range is.
Status LineWindows::CheckByteOrderMark(const TextWindow& window) const {
  if (window.size >= 3 && std::memcmp(window.text, "\xef\xbb\xbf", 3) == 0) {
    std::memset(window.text, ' ', 3);
  } else if (window.size >= 2 && (std::memcmp(window.text, "\xff\xfe", 2) == 0 ||
                                  std::memcmp(window.text, "\xfe\xff", 2) == 0)) {
    return Status::DataError("File is UTF-16: file=" + range_.path)
        .WithHint("Convert it to UTF-8.");
  }
  return Status::Ok();
}

// How many bytes of whole lines are ready, about a window; 0: more must be read.
size_t LineWindows::ReadyBytes() {
  const size_t ready = filled_ - begin_;
  if (ready == 0 || (!whole_ && ready < sizes_.window_bytes)) return 0;
  const uint8_t* const from = data() + begin_;
  const void* newline = memrchr(from, '\n', std::min(ready, sizes_.window_bytes));
  if (newline == nullptr) {
    // A line longer than a window; what was searched before is not searched again.
    const size_t at = std::max(begin_ + std::min(ready, sizes_.window_bytes), searched_);
    newline = std::memchr(data() + at, '\n', filled_ - at);
    searched_ = newline == nullptr
                    ? filled_
                    : static_cast<size_t>(static_cast<const uint8_t*>(newline) - data());
  }
  return newline == nullptr ? 0
                            : static_cast<size_t>(static_cast<const uint8_t*>(newline) - from) + 1;
}

Result<std::optional<TextWindow>> LineWindows::Next() {
  if (range_.begin >= range_.end) return std::nullopt;
  for (;;) {
    const size_t size = ReadyBytes();
    if (size > 0) {
      const TextWindow window{
          .text = data() + begin_, .size = size, .offset = data_at_ + static_cast<int64_t>(begin_)};
      begin_ += size;
      if (window.offset == 0) TENON_RETURN_IF_ERROR(CheckByteOrderMark(window));
      return window;
    }
    if (whole_) return std::nullopt;
    TENON_RETURN_IF_ERROR(ReadMore());
  }
}

}  // namespace tenon::files
