#include "connectors/files/json/json_documents_reader.h"

#include <algorithm>
#include <new>
#include <utility>

#include "connectors/files/format/open_bytes.h"

namespace tenon::files {
JsonDocumentsReader::JsonDocumentsReader(RecordWindows windows, std::string path,
                                         std::shared_ptr<JsonRows> rows, bool last,
                                         const TaskContext& context)
    : context_(context),
      path_(std::move(path)),
      rows_(std::move(rows)),
      last_(last),
      index_(rows_->index()),
      tree_(rows_->tree()),
      walk_(rows_->walk()),
      bad_records_(rows_->BadRecordsOf(path_, context)),
      windows_(std::move(windows)) {}

Result<std::unique_ptr<PartitionReader>> JsonDocumentsReader::Open(
    FileRange range, std::shared_ptr<JsonRows> rows, std::vector<JsonStep> steps, bool last,
    const TaskContext& context, WindowSizes sizes) {
  std::string path = range.path;
  TENON_ASSIGN_OR_RETURN(OpenedRange opened, OpenBytes(rows->files(), std::move(range)));
  return std::unique_ptr<PartitionReader>(new JsonDocumentsReader(
      RecordWindows(std::move(opened.bytes), std::move(opened.range), std::move(steps), sizes),
      std::move(path), std::move(rows), last, context));
}

Result<std::optional<RecordBatch>> JsonDocumentsReader::Next() {
  try {
    return NextBatch();
  } catch (const std::bad_alloc&) {
    return Status::ResourceExhausted("Not enough memory to read: file=" + path_)
        .WithHint("Give the run more memory, or smaller batches.");
  }
}

Result<std::optional<RecordBatch>> JsonDocumentsReader::NextBatch() {
  const BatchLimits limits = JsonRows::LimitsOf(context_);
  bool full = false;
  while (!done_ && !full) {
    TENON_RETURN_IF_ERROR(WalkRecords(limits, &full));
    if (full) break;
    bool more = false;
    TENON_RETURN_IF_ERROR(NextWindow(&more));
    done_ = !more;
  }
  if (!full && !last_) return std::nullopt;
  return rows_->Finish();
}

Status JsonDocumentsReader::NextWindow(bool* more) {
  TENON_RETURN_IF_ERROR(context_.CheckCancelled());
  TENON_ASSIGN_OR_RETURN(std::optional<RecordWindow> window, windows_.Next());
  *more = window.has_value();
  window_ = std::move(window).value_or(RecordWindow{});
  next_ = 0;
  // What stands between records may hold quotes that nothing closes: each record is then indexed alone.
  one_by_one_ =
      *more && (std::any_of(window_.records.begin(), window_.records.end(),
                            [](const RecordSpan& record) { return record.error != nullptr; }) ||
                index_.Find(window_.text.text, window_.text.size) != nullptr);
  if (*more && !one_by_one_) {
    walk_.SetText(window_.text.text);
    position_ = index_.positions();
  }
  return Status::Ok();
}

const char* JsonDocumentsReader::Walk(const RecordSpan& record, size_t* error_at) {
  uint8_t* const text = window_.text.text;
  *error_at = record.begin;
  size_t base = 0;
  if (one_by_one_) {
    base = record.begin;
    const char* const error = index_.Find(text + base, record.end - base + 1);
    if (error != nullptr) return error;
    walk_.SetText(text + base);
    position_ = index_.positions();
  }
  if (text[record.begin] != '{') return "a record must be an object";
  while (base + *position_ < record.begin) ++position_;
  const uint32_t* const behind = walk_.Record(position_);
  const size_t end = record.end - base;
  if (behind != nullptr && behind[-1] < end && *behind >= end) {
    position_ = behind;
    return nullptr;
  }
  tree_.TakeBackRow();
  if (behind == nullptr && walk_.error_at() < end) {
    *error_at = base + walk_.error_at();
    return walk_.error();
  }
  *error_at = record.end;
  return "its brackets do not match";
}

Status JsonDocumentsReader::WalkRecords(const BatchLimits& limits, bool* full) {
  uint8_t* const text = window_.text.text;
  while (next_ < window_.records.size()) {
    const RecordSpan& record = window_.records[next_];
    size_t error_at = record.begin;
    const char* error = record.error;
    if (error == nullptr) {
      const uint8_t behind = std::exchange(text[record.end], uint8_t{'\n'});
      error = Walk(record, &error_at);
      if (error != nullptr && !one_by_one_) {
        // It may be the text before that is wrong.
        one_by_one_ = true;
        error = Walk(record, &error_at);
      }
      text[record.end] = behind;
    }
    if (error == nullptr) {
      tree_.EndRow();
      ++next_;
      if (tree_.rows() < limits.max_rows && tree_.bytes() < limits.max_bytes) continue;
      *full = true;
      return Status::Ok();
    }
    if (rows_->SettleDrift(context_)) continue;
    if (rows_->EndsForFields()) {
      *full = true;
      return Status::Ok();
    }
    ++next_;
    const int64_t at = window_.text.offset + static_cast<int64_t>(error_at);
    TENON_RETURN_IF_ERROR(
        bad_records_.Report(error, at, at, text + record.begin, record.end - record.begin));
  }
  return Status::Ok();
}

}  // namespace tenon::files
