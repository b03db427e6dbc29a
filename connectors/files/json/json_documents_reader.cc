#include "connectors/files/json/json_documents_reader.h"

#include <algorithm>
#include <new>
#include <utility>

#include "connectors/files/format/open_bytes.h"

namespace tenon::files {
namespace {

// As in JsonLinesReader.
constexpr int64_t kMostLearnedFields = 16384;
constexpr int64_t kMostBatchBytes = int64_t{1} << 30;

}  // namespace

JsonDocumentsReader::JsonDocumentsReader(RecordWindows windows, std::unique_ptr<JsonIndex> index,
                                         std::string path, JsonScanResources resources,
                                         const TaskContext& context)
    : context_(context),
      path_(std::move(path)),
      resources_(std::move(resources)),
      index_(std::move(index)),
      tree_(resources_.files.pool, resources_.columns),
      walk_(tree_),
      bad_records_(resources_.files, path_, context),
      windows_(std::move(windows)) {}

Result<std::unique_ptr<PartitionReader>> JsonDocumentsReader::Open(FileRange range,
                                                                   JsonScanResources resources,
                                                                   std::vector<JsonStep> steps,
                                                                   const TaskContext& context,
                                                                   WindowSizes sizes) {
  std::string path = range.path;
  TENON_ASSIGN_OR_RETURN(OpenedRange opened, OpenBytes(resources.files, std::move(range)));
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<JsonIndex> index, JsonIndex::Make());
  return std::unique_ptr<PartitionReader>(new JsonDocumentsReader(
      RecordWindows(std::move(opened.bytes), std::move(opened.range), std::move(steps), sizes),
      std::move(index), std::move(path), std::move(resources), context));
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
  BatchLimits limits = context_.limits();
  limits.max_bytes = std::min(limits.max_bytes, kMostBatchBytes);
  bool full = false;
  while (!done_ && !full) {
    TENON_RETURN_IF_ERROR(WalkRecords(limits, &full));
    if (full) break;
    bool more = false;
    TENON_RETURN_IF_ERROR(NextWindow(&more));
    done_ = !more;
  }
  if (tree_.rows() == 0) return std::nullopt;
  TENON_ASSIGN_OR_RETURN(RecordBatch batch, tree_.Finish(*resources_.schemas));
  if (forget_fields_ || tree_.field_count() > kMostLearnedFields) tree_.Forget();
  forget_fields_ = false;
  return std::optional<RecordBatch>(std::move(batch));
}

Status JsonDocumentsReader::NextWindow(bool* more) {
  TENON_RETURN_IF_ERROR(context_.CheckCancelled());
  TENON_ASSIGN_OR_RETURN(std::optional<RecordWindow> window, windows_.Next());
  *more = window.has_value();
  window_ = std::move(window).value_or(RecordWindow{});
  next_ = 0;
  one_by_one_ = *more && index_->Find(window_.text.text, window_.text.size) != nullptr;
  if (*more && !one_by_one_) {
    walk_.SetText(window_.text.text);
    position_ = index_->positions();
  }
  return Status::Ok();
}

const char* JsonDocumentsReader::Walk(const RecordSpan& record, size_t* error_at) {
  uint8_t* const text = window_.text.text;
  *error_at = record.begin;
  size_t base = 0;
  if (one_by_one_) {
    base = record.begin;
    const char* const error = index_->Find(text + base, record.end - base + 1);
    if (error != nullptr) return error;
    walk_.SetText(text + base);
    position_ = index_->positions();
  }
  while (base + *position_ < record.begin) ++position_;
  if (text[record.begin] != '{') return "a record must be an object";
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
  for (; next_ < window_.records.size(); ++next_) {
    const RecordSpan& record = window_.records[next_];
    size_t error_at = record.begin;
    const char* error = record.error;
    if (error == nullptr) {
      const uint8_t behind = std::exchange(text[record.end], uint8_t{'\n'});
      error = Walk(record, &error_at);
      text[record.end] = behind;
    }
    if (error == nullptr) {
      tree_.EndRow();
      if (tree_.rows() < limits.max_rows && tree_.bytes() < limits.max_bytes) continue;
      ++next_;
      *full = true;
      return Status::Ok();
    }
    if (walk_.out_of_fields()) {
      walk_.ClearError();
      if (tree_.rows() > 0) {
        // The record may fit a tree of its own.
        forget_fields_ = *full = true;
        return Status::Ok();
      }
      tree_.Forget();
    }
    TENON_RETURN_IF_ERROR(bad_records_.Report(error,
                                              window_.text.offset + static_cast<int64_t>(error_at),
                                              text + record.begin, record.end - record.begin));
  }
  return Status::Ok();
}

}  // namespace tenon::files
