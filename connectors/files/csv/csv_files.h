// What is known about the files of one read in one process: their headers, and where records start in them.
//
// With values that go over several lines, only the text before a byte tells whether it lies in quotes, so that a reader
// of a range must know where its first record starts. Nobody guesses: the text is split from the last place that is
// known, once, by whoever comes first; others wait for it. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "connectors/files/csv/csv_dialect.h"
#include "connectors/files/csv/csv_windows.h"
#include "connectors/files/format/file_range.h"
#include "connectors/files/format/read_format.h"
#include "tenon/task_context.h"

namespace tenon::files {

struct CsvHead {
  std::vector<std::string> names;  // Of the header, made usable; without one col0, col1 and so on.
  int64_t data_begin = 0;          // Where the first record starts that is a row.
};

using CsvHeadPtr = std::shared_ptr<const CsvHead>;

class CsvFiles {
 public:
  // `common`: the head of all files; null when they differ, or nobody has looked.
  CsvFiles(ReadResources resources, const CsvReadOptions& options, const CsvSizes& sizes,
           CsvHeadPtr common = nullptr)
      : resources_(std::move(resources)),
        options_(options),
        sizes_(sizes),
        common_(std::move(common)) {}

  struct Opened {
    std::unique_ptr<object_store::RangeReader> bytes;
    FileRange range;
  };
  // The file's bytes, read front to back, and the range as it is among them.
  Result<Opened> Open(const FileRange& range) const;

  // Names of an empty file: none.
  Result<CsvHeadPtr> HeadOf(const FileRange& file);

  struct Begun {
    CsvHeadPtr head;
    int64_t from = 0;              // FirstRecordIn.
    std::optional<Opened> opened;  // None: no record starts in the range.
  };
  // Opens the range for who reads its records. A file whose beginning it is is opened once, for its header too.
  Result<Begun> Begin(const FileRange& range, const TaskContext& context);

  // The first record that is a row and starts at `file.begin` or later; at most file.end when there is none. Takes as
  // long as splitting what is before it when no reader was there yet.
  Result<int64_t> FirstRecordIn(const FileRange& file, const TaskContext& context);
  // A reader has come by here.
  void AddRecordStart(const std::string& path, int64_t offset);

  const CsvReadOptions& options() const { return options_; }
  const CsvSizes& sizes() const { return sizes_; }
  // That may look at the files' text at once.
  int64_t most_threads() const {
    return resources_.helpers == nullptr ? 1 : resources_.helpers->most();
  }

 private:
  struct File {
    std::mutex searching;  // Held by the one who splits; taken before `mutex_`.
    std::set<int64_t> starts;
    CsvHeadPtr head;  // Null: not read yet.
  };
  File& FileOf(const std::string& path);
  // Null: it is not known.
  CsvHeadPtr KnownHead(const std::string& path);
  CsvHeadPtr KeepHead(const std::string& path, CsvHead head);
  // REQUIRES: `file` is all of it.
  Result<CsvHead> ReadHead(std::unique_ptr<object_store::RangeReader> bytes,
                           const FileRange& file) const;
  Result<int64_t> NextLine(const FileRange& file) const;

  const ReadResources resources_;
  const CsvReadOptions options_;
  const CsvSizes sizes_;
  const CsvHeadPtr common_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<File>> files_;
};

// Names of columns as a header gives them: an empty one becomes col and its number; of equal ones each gets its number,
// as Spark does it.
std::vector<std::string> UsableNames(std::vector<std::string> header);

}  // namespace tenon::files
