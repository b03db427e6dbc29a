#include "connectors/files/csv/csv_files.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "connectors/files/csv/csv_grid.h"
#include "connectors/files/format/head_kept.h"
#include "connectors/files/format/open_bytes.h"

namespace tenon::files {
namespace {

constexpr int64_t kHeadBytes = 16 << 10;
constexpr size_t kLineBytes = 4 << 10;
// Read at once where records are passed over: what the second cache holds.
constexpr size_t kSkippedBytes = 256 << 10;
// Between starts that are kept: a file of 100 GB has 50,000 of them.
constexpr int64_t kKeptEvery = 2 << 20;

// Who else reads the file goes on with it.
class LentReader : public object_store::RangeReader {
 public:
  explicit LentReader(object_store::RangeReader& file) : file_(file) {}
  Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) override {
    return file_.ReadAt(offset, out);
  }

 private:
  object_store::RangeReader& file_;
};

// Goes through the records of a file's beginning, one after the other.
class HeadScan {
 public:
  HeadScan(CsvWindows windows, const CsvDialect& dialect)
      : windows_(std::move(windows)), dialect_(dialect) {}

  // Why the last record is none; null when it is one.
  const char* broken() const { return broken_; }

  // The next record that is not an empty line: its fields, and where the one behind it starts. False: there is none.
  Result<bool> Next(std::vector<std::string>* fields, int64_t* behind) {
    fields->clear();
    for (;;) {
      if (at_ == window_.ends_count) {
        TENON_ASSIGN_OR_RETURN(std::optional<CsvWindow> next, windows_.Next());
        broken_ =
            windows_.unclosed() ? "a quoted value is not closed before the file ends" : nullptr;
        if (!next) return false;
        window_ = *std::move(next);
        at_ = begin_ = record_ = 0;
      }
      uint32_t last = at_;
      while (window_.text[window_.ends[last]] != '\n') ++last;
      const uint32_t newline = window_.ends[last];
      const bool carriage = newline > begin_ && window_.text[newline - 1] == '\r';
      std::vector<uint32_t> ends = {begin_ - 1};
      ends.insert(ends.end(), window_.ends + at_, window_.ends + last);
      ends.push_back(newline - carriage);
      const bool empty = ends.size() == 2 && ends[1] == begin_;
      at_ = last + 1;
      begin_ = newline + 1;
      broken_ = nullptr;
      for (const CsvBadRecord& bad : window_.bad) {
        if (bad.record == record_) broken_ = bad.why;
      }
      ++record_;
      *behind = window_.offset + newline + 1;
      if (empty) continue;
      const CsvGrid grid{.text = window_.text,
                         .ends = ends.data() + 1,
                         .stride = ends.size(),
                         .records = 1,
                         .columns = ends.size() - 1};
      for (size_t column = 0; column < grid.columns; ++column) {
        fields->emplace_back();
        CsvFieldText(dialect_, grid, 0, column, &fields->back());
      }
      return true;
    }
  }

  int64_t text_begin() const { return windows_.text_begin(); }

 private:
  CsvWindows windows_;
  const CsvDialect dialect_;
  CsvWindow window_;
  uint32_t at_ = 0;
  uint32_t begin_ = 0;
  uint32_t record_ = 0;
  const char* broken_ = nullptr;
};

}  // namespace

std::vector<std::string> UsableNames(std::vector<std::string> header) {
  std::unordered_map<std::string, int> counts;
  for (const std::string& name : header) ++counts[name];
  std::unordered_set<std::string> taken;
  for (size_t i = 0; i < header.size(); ++i) {
    std::string& name = header[i];
    if (name.empty()) {
      name = "col" + std::to_string(i);
    } else if (counts[name] > 1) {
      name += std::to_string(i);
    }
    while (!taken.insert(name).second) name += "_";
  }
  return header;
}

CsvFiles::File& CsvFiles::FileOf(const std::string& path) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<File>& file = files_[path];
  if (file == nullptr) file = std::make_unique<File>();
  return *file;
}

Result<CsvFiles::Opened> CsvFiles::Open(const FileRange& range) const {
  Opened opened;
  TENON_ASSIGN_OR_RETURN(OpenedRange plain, OpenBytes(resources_, range));
  opened.bytes = std::move(plain.bytes);
  opened.range = std::move(plain.range);
  return opened;
}

Result<CsvHead> CsvFiles::ReadHead(std::unique_ptr<object_store::RangeReader> bytes,
                                   const FileRange& file) const {
  CsvSizes sizes = sizes_;
  sizes.read_bytes = sizes.window_bytes = std::min<size_t>(kHeadBytes, sizes.read_bytes);
  HeadScan scan(
      CsvWindows(std::move(bytes), file.path, file.file_bytes, 0, options_.dialect, sizes),
      options_.dialect);
  CsvHead head;
  std::vector<std::string> fields;
  int64_t behind = 0;
  if (options_.with_header) {
    TENON_ASSIGN_OR_RETURN(const bool found, scan.Next(&fields, &behind));
    if (scan.broken() != nullptr) {
      return Status::DataError("Header cannot be read: file=" + file.path +
                               " reason=" + scan.broken())
          .WithHint("Check quoteChar, multiLine and the first line of the file.");
    }
    if (!found) {
      head.data_begin = file.file_bytes;
      return head;
    }
    for (const std::string& name : fields) {
      if (!base::IsUtf8(name)) {
        return Status::DataError("Header is not UTF-8: file=" + file.path +
                                 " column=" + base::ShortText(name, 60))
            .WithHint("Convert the file to UTF-8.");
      }
    }
    head.names = UsableNames(std::move(fields));
    head.data_begin = behind;
  }
  if (options_.skip_first || !options_.with_header) {
    TENON_ASSIGN_OR_RETURN(const bool found, scan.Next(&fields, &behind));
    if (found && options_.skip_first) {
      head.data_begin = behind;
      if (!options_.with_header) {
        // The columns are counted in the first row.
        const size_t skipped = fields.size();
        int64_t ignored = 0;
        TENON_ASSIGN_OR_RETURN(const bool more, scan.Next(&fields, &ignored));
        if (!more) fields.resize(skipped);
      }
    }
    if (!options_.with_header) {
      // A range that begins inside of a byte order mark begins with the first record.
      if (!options_.skip_first) head.data_begin = scan.text_begin();
      for (size_t i = 0; i < fields.size(); ++i) head.names.push_back("col" + std::to_string(i));
    }
  }
  return head;
}

CsvHeadPtr CsvFiles::KnownHead(const std::string& path) {
  if (common_ != nullptr) return common_;
  const std::lock_guard lock(mutex_);
  const auto file = files_.find(path);
  return file == files_.end() ? nullptr : file->second->head;
}

CsvHeadPtr CsvFiles::KeepHead(const std::string& path, CsvHead head) {
  File& known = FileOf(path);
  const std::lock_guard lock(mutex_);
  known.head = std::make_shared<const CsvHead>(std::move(head));
  return known.head;
}

Result<CsvHeadPtr> CsvFiles::HeadOf(const FileRange& file) {
  if (CsvHeadPtr known = KnownHead(file.path)) return known;
  TENON_ASSIGN_OR_RETURN(Opened opened, Open(file));
  TENON_ASSIGN_OR_RETURN(CsvHead head, ReadHead(std::move(opened.bytes), opened.range));
  return KeepHead(file.path, std::move(head));
}

Result<CsvFiles::Begun> CsvFiles::Begin(const FileRange& range, const TaskContext& context) {
  Begun begun;
  if (range.begin > 0) {
    TENON_ASSIGN_OR_RETURN(begun.head, HeadOf(range));
    TENON_ASSIGN_OR_RETURN(begun.from, FirstRecordIn(range, context));
    if (begun.from >= range.end) return begun;
    TENON_ASSIGN_OR_RETURN(begun.opened, Open(range));
    return begun;
  }
  TENON_ASSIGN_OR_RETURN(Opened opened, Open(range));
  begun.head = KnownHead(range.path);
  if (begun.head == nullptr) {
    TENON_ASSIGN_OR_RETURN(
        std::unique_ptr<HeadKept> kept,
        HeadKept::Read(std::move(opened.bytes), opened.range.file_bytes, kHeadBytes));
    TENON_ASSIGN_OR_RETURN(CsvHead head,
                           ReadHead(std::make_unique<LentReader>(*kept), opened.range));
    begun.head = KeepHead(range.path, std::move(head));
    opened.bytes = std::move(kept);
  }
  // Of a packed file only the opened range tells of places among plain bytes.
  begun.from = begun.head->data_begin;
  if (begun.from < opened.range.end) begun.opened = std::move(opened);
  return begun;
}

void CsvFiles::AddRecordStart(const std::string& path, int64_t offset) {
  if (offset < kKeptEvery) return;
  File& known = FileOf(path);
  const std::lock_guard lock(mutex_);
  const auto next = known.starts.upper_bound(offset);
  if (next != known.starts.begin() && offset - *std::prev(next) < kKeptEvery) return;
  known.starts.insert(offset);
}

// The line that starts at range.begin or later.
Result<int64_t> CsvFiles::NextLine(const FileRange& file) const {
  TENON_ASSIGN_OR_RETURN(const Opened opened, Open(file));
  std::vector<uint8_t> block(kLineBytes);
  for (int64_t at = file.begin - 1; at < file.end;) {
    TENON_ASSIGN_OR_RETURN(const size_t got, opened.bytes->ReadAt(at, block));
    const void* const found = got == 0 ? nullptr : std::memchr(block.data(), '\n', got);
    if (found != nullptr) return at + (static_cast<const uint8_t*>(found) - block.data()) + 1;
    if (got < block.size()) break;
    at += static_cast<int64_t>(got);
    block.resize(std::min(2 * block.size(), sizes_.read_bytes));
  }
  return file.end;
}

Result<int64_t> CsvFiles::FirstRecordIn(const FileRange& file, const TaskContext& context) {
  TENON_ASSIGN_OR_RETURN(const CsvHeadPtr head, HeadOf(file));
  if (file.begin <= head->data_begin) return head->data_begin;
  if (!options_.dialect.multi_line) return NextLine(file);
  File& known = FileOf(file.path);
  const std::lock_guard searching(known.searching);
  int64_t from = head->data_begin;
  {
    const std::lock_guard lock(mutex_);
    const auto next = known.starts.upper_bound(file.begin);
    if (next != known.starts.begin()) from = *std::prev(next);
  }
  if (from == file.begin) return from;
  TENON_ASSIGN_OR_RETURN(Opened opened, Open(file));
  CsvSizes sizes = sizes_;
  sizes.read_bytes = std::min(kSkippedBytes, sizes.read_bytes);
  CsvWindows windows(std::move(opened.bytes), file.path, file.file_bytes, from, options_.dialect,
                     sizes);
  windows.SetEnd(file.begin);
  for (;;) {
    TENON_RETURN_IF_ERROR(context.CheckCancelled());
    TENON_ASSIGN_OR_RETURN(const std::optional<CsvWindow> window, windows.Skip(file.begin));
    if (!window) return file.end;
    const int64_t behind = window->offset + static_cast<int64_t>(window->size);
    AddRecordStart(file.path, behind);
    if (behind < file.begin) continue;
    for (uint32_t i = 0; i < window->ends_count; ++i) {
      if (window->text[window->ends[i]] != '\n') continue;
      const int64_t start = window->offset + window->ends[i] + 1;
      if (start >= file.begin) return start;
    }
  }
}

}  // namespace tenon::files
