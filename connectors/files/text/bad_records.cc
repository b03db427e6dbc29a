#include "connectors/files/text/bad_records.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace tenon::files {
namespace {

constexpr size_t kMostInputBytes = 4096;
constexpr size_t kCountingBytes = 256 << 10;

// Text of a bad record, fit for a string column.
std::string ReadableText(const uint8_t* text, size_t size) {
  std::string readable(reinterpret_cast<const char*>(text), std::min(size, kMostInputBytes));
  if (readable.ends_with('\r')) readable.pop_back();
  if (base::IsUtf8(readable)) return readable;
  std::string replaced;
  for (const char c : readable) {
    if (static_cast<uint8_t>(c) < 0x80) {
      replaced += c;
    } else {
      replaced += "\xef\xbf\xbd";
    }
  }
  return replaced;
}

}  // namespace

Status BadRecords::Report(std::string_view error, int64_t line_at, int64_t at, const uint8_t* text,
                          size_t size) {
  TENON_ASSIGN_OR_RETURN(const int64_t number, LineNumberAt(line_at));
  context_.AddError({.message = std::string(what_) + ": " + std::string(error),
                     .input = ReadableText(text, size),
                     .where = "file=" + path_ + " line=" + std::to_string(number) +
                              " byte=" + std::to_string(at)});
  return Status::Ok();
}

// Counted only when there is an error, on from the last one.
Result<int64_t> BadRecords::LineNumberAt(int64_t offset) {
  if (counting_file_ == nullptr || offset < counted_bytes_) {
    TENON_ASSIGN_OR_RETURN(counting_file_, open_(path_));
    counting_block_.resize(kCountingBytes);
    counted_bytes_ = counted_lines_ = 0;
  }
  while (counted_bytes_ < offset) {
    const auto most = static_cast<size_t>(
        std::min<int64_t>(offset - counted_bytes_, static_cast<int64_t>(counting_block_.size())));
    TENON_ASSIGN_OR_RETURN(const size_t got,
                           counting_file_->ReadAt(counted_bytes_, {counting_block_.data(), most}));
    if (got == 0) break;
    const uint8_t* const block = counting_block_.data();
    counted_lines_ += std::count(block, block + got, '\n');
    counted_bytes_ += static_cast<int64_t>(got);
  }
  return counted_lines_ + 1;
}

}  // namespace tenon::files
