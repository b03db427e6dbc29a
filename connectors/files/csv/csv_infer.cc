#include "connectors/files/csv/csv_infer.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

#include "connectors/files/csv/csv_fields.h"
#include "connectors/files/csv/csv_grid.h"
#include "connectors/files/csv/csv_types.h"

namespace tenon::files {
namespace {

// A part of a file that one thread looks at; smaller ones are not worth a thread.
constexpr int64_t kPartBytes = 16 << 20;
constexpr size_t kMostThreads = 16;

class TypeSearch {
 public:
  TypeSearch(const Schema& strings, const std::vector<FileRange>& files, CsvFiles& known,
             const TaskContext& context)
      : known_(known),
        context_(context),
        options_(known.options()),
        fields_(strings, options_.with_header),
        types_(static_cast<size_t>(strings.size())) {
    for (int i = 0; i < strings.size(); ++i) {
      if (!options_.declared.IndexOf(strings.field(i).name)) open_columns_.push_back(i);
    }
    for (const FileRange& file : files) {
      const int64_t parts =
          file.file_bytes == INT64_MAX ? 1 : std::max<int64_t>(1, file.file_bytes / kPartBytes);
      for (int64_t i = 0; i < parts; ++i) {
        FileRange part = file;
        if (parts > 1) {
          part.begin = file.file_bytes * i / parts;
          part.end = file.file_bytes * (i + 1) / parts;
        }
        parts_.push_back(std::move(part));
      }
    }
  }

  Result<Schema> Search(const Schema& strings) {
    const size_t threads = std::clamp<size_t>(
        std::min<size_t>(std::thread::hardware_concurrency(), parts_.size()), 1, kMostThreads);
    std::vector<std::thread> others;
    for (size_t i = 1; i < threads; ++i) others.emplace_back([this] { Work(); });
    Work();
    for (std::thread& other : others) other.join();
    TENON_RETURN_IF_ERROR(status_);
    std::vector<Field> fields = strings.fields();
    for (const int column : open_columns_) {
      fields[static_cast<size_t>(column)].type = types_[static_cast<size_t>(column)].type();
    }
    return Schema(std::move(fields));
  }

 private:
  void Work() {
    std::vector<CsvColumnType> types(types_.size());
    Status status;
    try {
      for (size_t i; status.ok() && (i = next_++) < parts_.size();) status = Look(parts_[i], types);
    } catch (const std::bad_alloc&) {
      status = Status::ResourceExhausted("Not enough memory to find the types of columns")
                   .WithHint("Give the run more memory, or read with types=strings.");
    }
    const std::lock_guard lock(mutex_);
    for (size_t i = 0; i < types.size(); ++i) types_[i].Merge(types[i]);
    if (!status.ok() && status_.ok()) {
      status_ = std::move(status);
      next_ = parts_.size();
    }
  }

  Status Look(const FileRange& part, std::vector<CsvColumnType>& types) {
    TENON_ASSIGN_OR_RETURN(const CsvHead head, known_.HeadOf(part));
    TENON_ASSIGN_OR_RETURN(const CsvFields::OfFile fields, fields_.In(head, part.path));
    TENON_ASSIGN_OR_RETURN(const int64_t from, known_.FirstRecordIn(part, context_));
    if (from >= part.end) return Status::Ok();
    TENON_ASSIGN_OR_RETURN(CsvFiles::Opened opened, known_.Open(part));
    CsvWindows windows(std::move(opened.bytes), part.path, opened.range.file_bytes, from,
                       options_.dialect, known_.sizes());
    const int64_t end = opened.range.end;
    windows.SetEnd(end);
    CsvGridMaker grids(options_.dialect);
    std::vector<CsvRefusal> refused;
    for (;;) {
      TENON_RETURN_IF_ERROR(context_.CheckCancelled());
      TENON_ASSIGN_OR_RETURN(const std::optional<CsvWindow> window, windows.Next());
      if (!window) return Status::Ok();
      refused.clear();
      const CsvGrid grid = grids.Make(*window, fields.count, end, &refused);
      for (const int column : open_columns_) {
        const int field = fields.field[static_cast<size_t>(column)];
        if (field < 0) continue;
        types[static_cast<size_t>(column)].Add(options_.dialect, grid, static_cast<size_t>(field));
      }
      const int64_t behind = window->offset + static_cast<int64_t>(window->size);
      if (options_.dialect.multi_line) known_.AddRecordStart(part.path, behind);
      if (behind >= end) return Status::Ok();
    }
  }

  CsvFiles& known_;
  const TaskContext& context_;
  const CsvReadOptions& options_;
  const CsvFields fields_;
  std::vector<int> open_columns_;  // Those that are not declared.
  std::vector<FileRange> parts_;
  std::atomic<size_t> next_{0};
  std::mutex mutex_;  // Guards what follows.
  std::vector<CsvColumnType> types_;
  Status status_;
};

}  // namespace

Result<Schema> InferCsvTypes(const Schema& strings, const std::vector<FileRange>& files,
                             CsvFiles& known, const TaskContext& context) {
  return TypeSearch(strings, files, known, context).Search(strings);
}

}  // namespace tenon::files
