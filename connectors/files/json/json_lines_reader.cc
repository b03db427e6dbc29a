#include "connectors/files/json/json_lines_reader.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

#include "connectors/files/format/open_bytes.h"

namespace tenon::files {
namespace {

size_t NewlineAt(const uint8_t* text, size_t from, size_t size) {
  const void* const found = std::memchr(text + from, '\n', size - from);
  return found == nullptr ? size : static_cast<size_t>(static_cast<const uint8_t*>(found) - text);
}

}  // namespace

JsonLinesReader::JsonLinesReader(std::unique_ptr<object_store::RangeReader> file, FileRange range,
                                 std::shared_ptr<JsonRows> rows, bool may_split, bool last,
                                 const TaskContext& context, WindowSizes sizes)
    : context_(context),
      rows_(std::move(rows)),
      may_split_(may_split),
      last_(last),
      index_(rows_->index()),
      tree_(rows_->tree()),
      walk_(rows_->walk()),
      windows_(std::move(file), std::move(range), sizes),
      bad_records_(rows_->BadRecordsOf(windows_.range().path, context)) {}

Result<std::unique_ptr<PartitionReader>> JsonLinesReader::Open(FileRange range,
                                                               std::shared_ptr<JsonRows> rows,
                                                               bool may_split, bool last,
                                                               const TaskContext& context,
                                                               WindowSizes sizes) {
  TENON_ASSIGN_OR_RETURN(OpenedRange opened, OpenBytes(rows->files(), std::move(range)));
  return Open(std::move(opened), std::move(rows), may_split, last, context, sizes);
}

std::unique_ptr<PartitionReader> JsonLinesReader::Open(OpenedRange opened,
                                                       std::shared_ptr<JsonRows> rows,
                                                       bool may_split, bool last,
                                                       const TaskContext& context,
                                                       WindowSizes sizes) {
  if (opened.range.end == kUnknownEnd) may_split = false;
  return std::unique_ptr<PartitionReader>(
      new JsonLinesReader(std::move(opened.bytes), std::move(opened.range), std::move(rows),
                          may_split, last, context, sizes));
}

Result<std::optional<RecordBatch>> JsonLinesReader::Next() {
  try {
    return NextBatch();
  } catch (const std::bad_alloc&) {
    return Status::ResourceExhausted("Not enough memory to read: file=" + windows_.range().path)
        .WithHint("Give the run more memory, or smaller batches.");
  }
}

Result<std::optional<RecordBatch>> JsonLinesReader::NextBatch() {
  const BatchLimits limits = JsonRows::LimitsOf(context_);
  while (!done_) {
    bool full = false;
    if (position_ != positions_end_) TENON_RETURN_IF_ERROR(WalkSlice(limits, &full));
    if (full) {
      batch_at_ = window_.offset;
      return rows_->Finish();
    }
    if (position_ != positions_end_) continue;
    bool more = false;
    TENON_RETURN_IF_ERROR(NextSlice(&more));
    if (!more) done_ = true;
  }
  if (!last_) return std::nullopt;
  return rows_->Finish();
}

// Indexes the next piece of text: a window, or a line of one that holds something bad.
Status JsonLinesReader::NextSlice(bool* more) {
  for (;;) {
    if (slice_end_ == window_.size) {
      TENON_RETURN_IF_ERROR(NextWindow(more));
      if (!*more) return Status::Ok();
    }
    slice_begin_ = slice_end_;
    slice_end_ =
        line_by_line_ ? NewlineAt(window_.text, slice_begin_, window_.size) + 1 : window_.size;
    const uint8_t* const text = window_.text + slice_begin_;
    const size_t size = slice_end_ - slice_begin_;
    const char* const error = index_.Find(text, size);
    if (error == nullptr) {
      walk_.SetText(text);
      position_ = index_.positions();
      positions_end_ = position_ + index_.count();
      *more = true;
      return Status::Ok();
    }
    if (!line_by_line_) {
      line_by_line_ = true;
      slice_end_ = slice_begin_;
    } else {
      const int64_t at = window_.offset + static_cast<int64_t>(slice_begin_);
      TENON_RETURN_IF_ERROR(bad_records_.Report(error, at, at, text, size - 1));
    }
  }
}

Status JsonLinesReader::NextWindow(bool* more) {
  TENON_RETURN_IF_ERROR(context_.CheckCancelled());
  OfferRest();
  TENON_ASSIGN_OR_RETURN(std::optional<TextWindow> window, windows_.Next());
  *more = window.has_value();
  window_ = window.value_or(TextWindow{});
  slice_begin_ = slice_end_ = 0;
  line_by_line_ = false;
  if (*more) ForeseeRows();
  return Status::Ok();
}

// As many rows as the rest of the range has when it is like what was read, as far as the limits allow.
void JsonLinesReader::ForeseeRows() {
  const int64_t rows = tree_.rows();
  if (rows == 0) batch_at_ = window_.offset;
  const int64_t read = window_.offset - batch_at_;
  if (read <= 0) return;
  const BatchLimits limits = JsonRows::LimitsOf(context_);
  const double times = std::min(static_cast<double>(windows_.range().end - batch_at_) / read,
                                static_cast<double>(limits.max_bytes) / tree_.bytes());
  tree_.ExpectRows(static_cast<int64_t>(
      std::min(static_cast<double>(limits.max_rows), times * static_cast<double>(rows))));
}

// Gives the second half of what is not read yet away when another worker is idle.
void JsonLinesReader::OfferRest() {
  constexpr int64_t kLeastBytes = 2 << 20;
  if (!may_split_) return;
  const FileRange& range = windows_.range();
  const int64_t left = range.end - windows_.earliest_end();
  if (left < kLeastBytes || !context_.split_wanted()) return;
  FileRange mine = range;
  FileRange rest = range;
  mine.end = rest.begin = range.end - left / 2;
  if (context_.GiveAway(PartitionOf({mine}, true), PartitionOf({rest}, true))) {
    windows_.SetEnd(mine.end);
  }
}

Status JsonLinesReader::WalkSlice(const BatchLimits& limits, bool* full) {
  const uint8_t* const text = window_.text + slice_begin_;
  const size_t size = slice_end_ - slice_begin_;
  while (position_ != positions_end_) {
    const size_t line_end = NewlineAt(text, *position_, size);
    const bool object = text[*position_] == '{';
    const uint32_t* const behind = object ? walk_.Record(position_) : nullptr;
    // Another record may follow in the line.
    if (behind != nullptr && behind[-1] < line_end &&
        (*behind >= line_end || text[*behind] == '{')) {
      tree_.EndRow();
      position_ = behind;
      if (tree_.rows() >= limits.max_rows || tree_.bytes() >= limits.max_bytes) {
        *full = true;
        return Status::Ok();
      }
      continue;
    }
    tree_.TakeBackRow();
    if (rows_->SettleDrift(context_)) continue;
    const char* error = "the record goes on behind its line";
    size_t error_at = line_end;
    if (!object) {
      error = "a record must be an object";
      error_at = *position_;
    } else if (behind != nullptr && behind[-1] < line_end) {
      error = "there is more behind the record";
      error_at = *behind;
    } else if (behind == nullptr && walk_.error_at() < line_end) {
      error = walk_.error();
      error_at = walk_.error_at();
    }
    if (rows_->EndsForFields()) {
      *full = true;
      return Status::Ok();
    }
    TENON_RETURN_IF_ERROR(RefuseRecord(error, error_at, line_end));
  }
  return Status::Ok();
}

// Reports the line of *position_ and goes on behind it.
Status JsonLinesReader::RefuseRecord(const char* error, size_t error_at, size_t line_end) {
  const uint8_t* const text = window_.text + slice_begin_;
  size_t line_begin = *position_;
  while (line_begin > 0 && text[line_begin - 1] != '\n') --line_begin;
  const int64_t at = window_.offset + static_cast<int64_t>(slice_begin_ + error_at);
  TENON_RETURN_IF_ERROR(
      bad_records_.Report(error, at, at, text + line_begin, line_end - line_begin));
  while (position_ != positions_end_ && *position_ < line_end) ++position_;
  return Status::Ok();
}

}  // namespace tenon::files
