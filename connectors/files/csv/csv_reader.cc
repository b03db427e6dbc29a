#include "connectors/files/csv/csv_reader.h"

#include <algorithm>
#include <new>
#include <utility>

#include "base/text.h"
#include "connectors/files/buffers/arrow_arrays.h"

namespace tenon::files {
namespace {

// Offsets are 32 bits; a record may add another 512 MiB.
constexpr int64_t kMostBatchBytes = int64_t{1} << 30;
constexpr int64_t kLeastGivenBytes = 2 << 20;

}  // namespace

CsvReader::CsvReader(std::vector<FileRange> ranges, std::shared_ptr<const CsvScan> scan,
                     const TaskContext& context)
    : context_(context),
      scan_(std::move(scan)),
      files_(*scan_->files),
      dialect_(files_.options().dialect),
      ranges_(std::move(ranges)),
      grids_(dialect_) {
  for (const int column : scan_->wanted) {
    columns_.emplace_back(scan_->all.field(column).type, dialect_, files_.sizes().kernel,
                          scan_->pool);
    row_bytes_ += columns_.back().width();
  }
}

Result<std::optional<RecordBatch>> CsvReader::Next() {
  try {
    return NextBatch();
  } catch (const std::bad_alloc&) {
    return Status::ResourceExhausted("Not enough memory to read: file=" + range_.path)
        .WithHint("Give the run more memory, or smaller batches.");
  }
}

Result<std::optional<RecordBatch>> CsvReader::NextBatch() {
  BatchLimits limits = context_.limits();
  limits.max_bytes = std::min(limits.max_bytes, kMostBatchBytes);
  for (;;) {
    if (next_record_ < grid_.records) {
      TENON_RETURN_IF_ERROR(AppendRecords(limits));
      if (rows_ >= limits.max_rows || bytes() >= limits.max_bytes) return FinishBatch();
      continue;
    }
    if (windows_ == nullptr) {
      TENON_ASSIGN_OR_RETURN(const bool more, OpenRange());
      if (!more) break;
    }
    TENON_RETURN_IF_ERROR(NextGrid());
  }
  if (rows_ == 0) return std::nullopt;
  return FinishBatch();
}

int64_t CsvReader::bytes() const {
  int64_t bytes = 0;
  for (const CsvColumn& column : columns_) bytes += column.bytes();
  return bytes;
}

Result<std::optional<RecordBatch>> CsvReader::FinishBatch() {
  const int64_t rows = std::exchange(rows_, 0);
  if (columns_.empty()) return std::optional<RecordBatch>(RecordBatch::RowCount(rows));
  ArrayParts parts{.length = rows};
  parts.buffers.push_back({});
  parts.children.reserve(columns_.size());
  for (CsvColumn& column : columns_) parts.children.push_back(column.Finish());
  ArrowArray array = MakeArrowArray(scan_->pool, std::move(parts));
  TENON_ASSIGN_OR_RETURN(RecordBatch batch, RecordBatch::Take(scan_->schema, &array));
  return std::optional<RecordBatch>(std::move(batch));
}

Result<bool> CsvReader::OpenRange() {
  while (next_range_ < ranges_.size()) {
    range_ = ranges_[next_range_++];
    bad_records_.emplace(
        "Record cannot be read",
        [this](const std::string&) -> Result<std::unique_ptr<object_store::RangeReader>> {
          TENON_ASSIGN_OR_RETURN(CsvFiles::Opened opened, files_.Open(range_));
          return std::move(opened.bytes);
        },
        range_.path, scan_->lines, context_);
    TENON_ASSIGN_OR_RETURN(CsvFiles::Begun begun, files_.Begin(range_, context_));
    if (!begun.opened) continue;
    TENON_RETURN_IF_ERROR(FindFields(std::move(begun.head)));
    range_ = std::move(begun.opened->range);
    windows_ =
        std::make_unique<CsvWindows>(std::move(begun.opened->bytes), range_.path, range_.file_bytes,
                                     begun.from, dialect_, files_.sizes());
    windows_->SetEnd(range_.end);
    return true;
  }
  return false;
}

Status CsvReader::FindFields(CsvHeadPtr head) {
  if (head_ == head || (head_ != nullptr && head_->names == head->names)) return Status::Ok();
  TENON_ASSIGN_OR_RETURN(const CsvFields::OfFile fields, scan_->fields->In(*head, range_.path));
  file_columns_ = fields.count;
  fields_.clear();
  for (const int column : scan_->wanted) {
    fields_.push_back(fields.field[static_cast<size_t>(column)]);
  }
  head_ = std::move(head);
  return Status::Ok();
}

Status CsvReader::NextGrid() {
  TENON_RETURN_IF_ERROR(context_.CheckCancelled());
  OfferRest();
  next_record_ = 0;
  grid_.records = 0;
  TENON_ASSIGN_OR_RETURN(const std::optional<CsvWindow> window, windows_->Next());
  if (!window) {
    TENON_RETURN_IF_ERROR(ReportUnclosed());
    windows_.reset();
    return Status::Ok();
  }
  refused_.clear();
  next_refused_ = 0;
  grid_ = grids_.Make(*window, file_columns_, range_.end, &refused_);
  if (grid_.records == 0) TENON_RETURN_IF_ERROR(ReportRefused(window->size));
  const int64_t behind = window->offset + static_cast<int64_t>(window->size);
  if (dialect_.multi_line) files_.AddRecordStart(range_.path, behind);
  if (behind >= range_.end) {
    // The grid borrows the window, which lives as long as nobody asks for the next one.
    last_windows_ = std::move(windows_);
  }
  return Status::Ok();
}

Status CsvReader::ReportUnclosed() {
  const std::optional<CsvWindow>& rest = windows_->unclosed();
  if (!rest || rest->offset >= range_.end) return Status::Ok();
  return Report({.begin = 0,
                 .end = rest->size,
                 .at = 0,
                 .why = "a quoted value is not closed before the file ends"},
                rest->text, rest->offset);
}

// Gives the second half of what is not read yet away when another worker is idle.
void CsvReader::OfferRest() {
  if (ranges_.size() != 1 || range_.file_bytes == INT64_MAX) return;
  const int64_t left = range_.end - windows_->read_to();
  if (left < kLeastGivenBytes || !context_.split_wanted()) return;
  FileRange mine = range_;
  FileRange rest = range_;
  mine.end = rest.begin = range_.end - left / 2;
  if (context_.GiveAway(PartitionOf({mine}, true), PartitionOf({rest}, true))) {
    range_.end = mine.end;
    windows_->SetEnd(mine.end);
  }
}

Status CsvReader::AppendRecords(const BatchLimits& limits) {
  const uint32_t left = grid_.records - next_record_;
  int64_t most = std::min<int64_t>(left, limits.max_rows - rows_);
  // A window may be larger than what the batch has room for.
  const int64_t text = int64_t{grid_.end(grid_.records - 1, grid_.columns - 1)} -
                       int64_t{grid_.begin(next_record_, 0)};
  const int64_t room = std::max<int64_t>(limits.max_bytes - bytes(), 1);
  most = std::min(most, room / (text / left + row_bytes_ + 1) + 1);
  if (!begun_) Expect(limits, text / left);
  const uint32_t from = next_record_;
  next_record_ += static_cast<uint32_t>(std::max<int64_t>(most, 1));
  TENON_RETURN_IF_ERROR(Append(grid_, from, next_record_));
  return ReportRefused(next_record_ < grid_.records ? grid_.begin(next_record_, 0) : SIZE_MAX);
}

// The first batch is as large as its limits and the range let it be.
void CsvReader::Expect(const BatchLimits& limits, int64_t record_bytes) {
  begun_ = true;
  int64_t rows = std::min(limits.max_rows, limits.max_bytes / (record_bytes + row_bytes_ + 1) + 1);
  if (range_.end != kUnknownEnd) {
    rows = std::min(rows, (range_.end - grid_.offset) / (record_bytes + 1) + 1);
  }
  for (CsvColumn& column : columns_) column.Expect(std::max<int64_t>(rows, 1));
}

Status CsvReader::Append(const CsvGrid& grid, uint32_t from, uint32_t to) {
  std::vector<std::pair<uint32_t, size_t>> wrong;  // Records, and the first column that is wrong.
  std::vector<uint32_t> bad;
  for (size_t i = 0; i < columns_.size(); ++i) {
    bad.clear();
    columns_[i].Append(grid, fields_[i], from, to, &bad);
    for (const uint32_t record : bad) wrong.emplace_back(record, i);
  }
  if (wrong.empty()) {
    rows_ += to - from;
    return Status::Ok();
  }
  for (CsvColumn& column : columns_) column.TakeBack();
  std::sort(wrong.begin(), wrong.end());
  std::vector<uint32_t> records;
  for (const auto& [record, column] : wrong) {
    if (!records.empty() && records.back() == record) continue;
    records.push_back(record);
    const size_t last = grid.columns - 1;
    const uint32_t begin = grid.begin(record, 0);
    TENON_RETURN_IF_ERROR(ReportRefused(begin));
    TENON_RETURN_IF_ERROR(Report({.begin = begin,
                                  .end = std::max(begin, grid.end(record, last)),
                                  .at = grid.begin(record, static_cast<size_t>(fields_[column])),
                                  .why = WrongValue(grid, record, column)},
                                 grid.text, grid.offset));
  }
  const CsvGrid rest = grids_.Without(grid, from, to, records);
  return rest.records == 0 ? Status::Ok() : Append(rest, 0, rest.records);
}

std::string CsvReader::WrongValue(const CsvGrid& grid, uint32_t record, size_t column) const {
  std::string value;
  CsvFieldText(dialect_, grid, record, static_cast<size_t>(fields_[column]), &value);
  const Field& field = scan_->schema->field(static_cast<int>(column));
  return "a value is not of its column's type: column=" + field.name +
         " type=" + field.type.ToString() + " value=" + base::ShortText(value, 60);
}

Status CsvReader::ReportRefused(size_t before) {
  for (; next_refused_ < refused_.size() && refused_[next_refused_].begin < before;
       ++next_refused_) {
    TENON_RETURN_IF_ERROR(Report(refused_[next_refused_], grid_.text, grid_.offset));
  }
  return Status::Ok();
}

Status CsvReader::Report(const CsvRefusal& refusal, const uint8_t* text, int64_t text_offset) {
  const int64_t begin = text_offset + static_cast<int64_t>(refusal.begin);
  const int64_t at = text_offset + static_cast<int64_t>(refusal.at);
  return bad_records_->Report(refusal.why, begin, at, text + refusal.begin,
                              refusal.end - refusal.begin);
}

}  // namespace tenon::files
