#include "connectors/files/csv/csv_infer.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include "columnar/field_places.h"
#include "connectors/files/csv/csv_fields.h"
#include "connectors/files/csv/csv_grid.h"
#include "connectors/files/csv/csv_types.h"

namespace tenon::files {
namespace {

// A part of a file has so many windows, 16 MiB: fewer are not worth their own.
constexpr int64_t kPartWindows = 128;
constexpr int64_t kMostThreads = 16;

// A window with one very long record is not copied.
constexpr size_t kMostCopiedBytes = 4 << 20;

// A window that one thread looks at.
struct HeldWindow {
  CsvWindow window;
  std::unique_lock<std::mutex> lock;  // Of its queue, when the window is still the queue's own.
  std::vector<uint8_t> text;
  std::vector<uint32_t> ends;

  // Makes the window outlive the next one of its queue.
  void Copy() {
    constexpr size_t kPadding = 64;
    text.resize(std::max(text.size(), window.size + 2 * kPadding));
    std::copy_n(window.text - kPadding, window.size + 2 * kPadding, text.data());
    window.text = text.data() + kPadding;
    ends.resize(std::max<size_t>(ends.size(), window.ends_count + 1));
    std::copy_n(window.ends - 1, window.ends_count + 1, ends.data());
    window.ends = ends.data() + 1;
  }
};

// A part of a file whose windows are found one after the other and looked at by whichever threads ask: a window's
// beginning is known only when the one before it is split. Thread-safe.
class WindowQueue {
 public:
  WindowQueue(FileRange part, CsvFiles& known, const CsvFields& fields)
      : part_(std::move(part)), known_(known), fields_(fields) {}

  // Around a thread's calls of Next.
  void Join() { ++threads_; }
  void Leave() { --threads_; }

  // The next window, valid until `held` is given again or dies; false: there is none. While nobody else asks, it is
  // not copied, and who comes waits for the one after it.
  Result<bool> Next(const TaskContext& context, HeldWindow* held) {
    held->lock = std::unique_lock<std::mutex>();
    std::unique_lock lock(mutex_);
    // An error ends the queue.
    bool at_end = std::exchange(at_end_, true);
    if (!std::exchange(begun_, true)) {
      TENON_ASSIGN_OR_RETURN(at_end, Begin(context));
    }
    std::optional<CsvWindow> window;
    if (!at_end) {
      TENON_ASSIGN_OR_RETURN(window, windows_->Next());
    }
    if (!window) {
      windows_.reset();
      return false;
    }
    held->window = *std::move(window);
    const int64_t behind = held->window.offset + static_cast<int64_t>(held->window.size);
    if (known_.options().dialect.multi_line) known_.AddRecordStart(part_.path, behind);
    at_end_ = behind >= end_;
    if (threads_ == 1 || held->window.size > kMostCopiedBytes) {
      held->lock = std::move(lock);
    } else {
      held->Copy();
    }
    return true;
  }
  // Known once Next has given a window.
  int64_t end() const { return end_; }
  const CsvFields::OfFile& fields() const { return of_file_; }

 private:
  // True: no record begins in the part.
  Result<bool> Begin(const TaskContext& context) {
    TENON_ASSIGN_OR_RETURN(const CsvHeadPtr head, known_.HeadOf(part_));
    TENON_ASSIGN_OR_RETURN(of_file_, fields_.In(*head, part_.path));
    TENON_ASSIGN_OR_RETURN(const int64_t from, known_.FirstRecordIn(part_, context));
    if (from >= part_.end) return true;
    TENON_ASSIGN_OR_RETURN(CsvFiles::Opened opened, known_.Open(part_));
    windows_ =
        std::make_unique<CsvWindows>(std::move(opened.bytes), part_.path, opened.range.file_bytes,
                                     from, known_.options().dialect, known_.sizes());
    end_ = opened.range.end;
    windows_->SetEnd(end_);
    return false;
  }

  const FileRange part_;
  CsvFiles& known_;
  const CsvFields& fields_;
  std::atomic<int> threads_{0};
  std::mutex mutex_;
  bool begun_ = false;
  bool at_end_ = false;
  std::unique_ptr<CsvWindows> windows_;
  CsvFields::OfFile of_file_;
  int64_t end_ = 0;
};

class TypeSearch {
 public:
  TypeSearch(const Schema& strings, const std::vector<FileRange>& files, CsvFiles& known,
             const TaskContext& context)
      : known_(known),
        context_(context),
        options_(known.options()),
        fields_(strings, options_.with_header),
        part_bytes_(kPartWindows * static_cast<int64_t>(known.sizes().window_bytes)),
        types_(static_cast<size_t>(strings.size())) {
    const columnar::FieldPlaces declared(options_.declared.fields());
    for (int i = 0; i < strings.size(); ++i) {
      if (!declared.Find(strings.field(i).name)) open_columns_.push_back(i);
    }
    int64_t bytes = 0;  // As far as it is known.
    for (const FileRange& file : files) bytes += HasSize(file) ? file.file_bytes : part_bytes_;
    const int64_t windows = bytes / static_cast<int64_t>(known_.sizes().window_bytes);
    threads_ = std::clamp<int64_t>(windows, 1, std::min(known_.most_threads(), kMostThreads));
    const auto count = std::max<int64_t>(1, static_cast<int64_t>(files.size()));
    for (const FileRange& file : files) AddParts(file, (threads_ + count - 1) / count);
  }

  Result<Schema> Search(const Schema& strings) {
    std::vector<std::jthread> others;
    try {
      for (int64_t i = 1; i < threads_; ++i) others.emplace_back([this] { Work(); });
    } catch (const std::system_error&) {
      // Those that are there do all of it.
    }
    Work();
    others.clear();
    TENON_RETURN_IF_ERROR(status_);
    std::vector<Field> fields = strings.fields();
    for (const int column : open_columns_) {
      fields[static_cast<size_t>(column)].type = types_[static_cast<size_t>(column)].type();
    }
    return Schema(std::move(fields));
  }

 private:
  static bool HasSize(const FileRange& file) { return file.file_bytes != INT64_MAX; }

  void AddParts(const FileRange& file, int64_t threads) {
    int64_t parts = HasSize(file) ? std::max<int64_t>(1, file.file_bytes / part_bytes_) : 1;
    // Where values go over lines, a part's begin is looked for from the last one on that is known: not too often.
    if (options_.dialect.multi_line) parts = std::min(parts, threads);
    for (int64_t i = 0; i < parts; ++i) {
      FileRange part = file;
      if (parts > 1) {
        part.begin = file.file_bytes * i / parts;
        part.end = file.file_bytes * (i + 1) / parts;
      }
      queues_.push_back(std::make_unique<WindowQueue>(std::move(part), known_, fields_));
    }
  }

  // First files that nobody has begun, then a hand with those that others still look at.
  void Work() {
    std::vector<CsvColumnType> types(types_.size());
    Status status;
    try {
      for (size_t i; status.ok() && (i = next_++) < queues_.size();) {
        status = Look(*queues_[i], types);
      }
      for (size_t i = 0; threads_ > 1 && status.ok() && i < queues_.size(); ++i) {
        status = Look(*queues_[i], types);
      }
    } catch (const std::bad_alloc&) {
      status = Status::ResourceExhausted("Not enough memory to find the types of columns")
                   .WithHint("Give the run more memory, or read with types=strings.");
    }
    const std::lock_guard lock(mutex_);
    for (size_t i = 0; i < types.size(); ++i) types_[i].Merge(types[i]);
    if (!status.ok() && status_.ok()) {
      status_ = std::move(status);
      stopped_ = true;
    }
  }

  Status Look(WindowQueue& queue, std::vector<CsvColumnType>& types) {
    queue.Join();
    Status status = LookAt(queue, types);
    queue.Leave();
    return status;
  }

  Status LookAt(WindowQueue& queue, std::vector<CsvColumnType>& types) {
    HeldWindow held;
    CsvGridMaker grids(options_.dialect);
    const csv::LaneKernels* const lanes = csv::LanesOf(known_.sizes().kernel, options_.dialect);
    std::vector<CsvRefusal> refused;
    while (!stopped_) {
      TENON_RETURN_IF_ERROR(context_.CheckCancelled());
      TENON_ASSIGN_OR_RETURN(const bool more, queue.Next(context_, &held));
      if (!more) return Status::Ok();
      refused.clear();
      const CsvFields::OfFile& fields = queue.fields();
      const CsvGrid grid = grids.Make(held.window, fields.count, queue.end(), &refused);
      for (const int column : open_columns_) {
        const int field = fields.field[static_cast<size_t>(column)];
        if (field < 0) continue;
        types[static_cast<size_t>(column)].Add(options_.dialect, lanes, grid,
                                               static_cast<size_t>(field));
      }
    }
    return Status::Ok();
  }

  CsvFiles& known_;
  const TaskContext& context_;
  const CsvReadOptions& options_;
  const CsvFields fields_;
  std::vector<int> open_columns_;  // Those that are not declared.
  std::vector<std::unique_ptr<WindowQueue>> queues_;
  const int64_t part_bytes_;
  int64_t threads_ = 1;
  std::atomic<size_t> next_{0};
  std::atomic<bool> stopped_{false};
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
