// Cuts a byte range of a text file into windows of whole lines. A range owns the lines that start
// in it, so ranges that cover a file give each line once, wherever their borders are. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/files/format/file_range.h"
#include "object_store/store.h"

namespace tenon::files {

struct TextWindow {
  uint8_t* text = nullptr;  // Writable, with 64 bytes of room before and after.
  size_t size = 0;          // text[size - 1] is '\n', which may have been added at the file's end.
  int64_t offset = 0;       // Of text in the file.
};

struct WindowSizes {
  // At once from the store; little, for it is read again soon and stays in a cache.
  size_t read_bytes = 256 << 10;
  size_t window_bytes = 128 << 10;  // About; one longer line makes a longer window.
  size_t longest_line_bytes = 512 << 20;

  // What a buffer that grows for a long line need not go beyond.
  size_t LargestBuffer() const { return longest_line_bytes + 2 * read_bytes; }
};

class LineWindows {
 public:
  // REQUIRES: 0 <= begin <= end <= file_bytes. With kUnknownEnd for both, `begin` is 0, and the lines end where the
  // file does.
  LineWindows(std::unique_ptr<object_store::RangeReader> file, FileRange range,
              WindowSizes sizes = {});

  // The next lines; nullopt when the range is done. Valid until the next call. kDataError: the file
  // is shorter than it was, holds a line that is too long, or UTF-16.
  Result<std::optional<TextWindow>> Next();

  const FileRange& range() const { return range_; }
  // The smallest end that SetEnd takes: everything read so far lies before it.
  int64_t earliest_end() const { return read_at_; }
  // Gives the lines that start at `end` or later away.
  void SetEnd(int64_t end) { range_.end = end; }

 private:
  static constexpr size_t kPadding = 64;

  uint8_t* data() { return buffer_.data() + kPadding; }
  Status ReadMore();
  Status ReadTail();
  Status Append(size_t most, size_t* got);
  Status SkipForeignLine();
  Status CheckByteOrderMark(const TextWindow& window) const;
  size_t ReadyBytes();

  std::unique_ptr<object_store::RangeReader> file_;
  FileRange range_;
  const WindowSizes sizes_;
  std::vector<uint8_t> buffer_;  // Empty before the first read.
  size_t begin_ = 0;             // Of what was not handed out yet, in data().
  size_t filled_ = 0;
  size_t searched_ = 0;   // No newline in [begin_, searched_).
  int64_t data_at_ = 0;   // Of data()[0] in the file.
  int64_t read_at_ = 0;   // What to read next.
  bool foreign_ = false;  // The first bytes belong to a line of the range before.
  bool whole_ = false;    // All lines of the range are in the buffer.
  uint8_t last_byte_ = '\n';
};

}  // namespace tenon::files
