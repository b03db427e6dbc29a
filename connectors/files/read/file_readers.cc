#include "connectors/files/read/file_readers.h"

#include <algorithm>
#include <utility>

#include "connectors/files/format/range_sequence.h"
#include "connectors/files/read/lent_context.h"
#include "tenon/payload.h"

namespace tenon::files {
namespace {

constexpr int32_t kVersion = 2;

// Reads with a context of its own, which lives as long as the reader does.
class LentReader : public PartitionReader {
 public:
  LentReader(const TaskContext& outer, bool may_split, bool fail_fast)
      : lent_(outer, may_split, fail_fast), context_(lent_.context()) {}

  const TaskContext& context() const { return context_; }
  void Hold(std::unique_ptr<PartitionReader> inner) { inner_ = std::move(inner); }

  Result<std::optional<RecordBatch>> Next() override {
    TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, inner_->Next());
    const std::optional<ErrorRecord>& error = lent_.first_error();
    if (!error) return batch;
    return Status::DataError(error->message + ": " + error->where)
        .WithHint("Correct the row, or leave isFailFast out to collect bad rows as errors.");
  }

 private:
  LentContext lent_;
  const TaskContext context_;
  std::unique_ptr<PartitionReader> inner_;
};

// Opens ranges for one factory and for the readers that open one file after another.
class Opener : public std::enable_shared_from_this<Opener> {
 public:
  Opener(std::unique_ptr<RangeReaders> readers, FileScanState state)
      : readers_(std::move(readers)), state_(std::move(state)) {}

  bool adds_columns() const { return !state_.added.empty(); }

  // REQUIRES: `context` lives as long as the reader, and gives nothing away of several ranges with added columns.
  Result<std::unique_ptr<PartitionReader>> OpenAll(std::vector<FileRange> ranges,
                                                   const TaskContext& context) const {
    if (ranges.size() > 1 && !state_.added.empty()) {
      return ReadInSequence(std::move(ranges),
                            [self = shared_from_this(), &context](FileRange range) {
                              return self->OpenOne(std::move(range), context);
                            });
    }
    if (!state_.added.empty()) return OpenOne(std::move(ranges[0]), context);
    return readers_->Open(std::move(ranges), context);
  }

 private:
  // One range, with the columns of its file.
  Result<std::unique_ptr<PartitionReader>> OpenOne(FileRange range,
                                                   const TaskContext& context) const {
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<PartitionReader> file, readers_->Open({range}, context));
    return state_.added.Read(std::move(file), range, state_.wanted);
  }

  const std::unique_ptr<RangeReaders> readers_;
  const FileScanState state_;
};

class FileReaders : public ReaderFactory {
 public:
  FileReaders(std::shared_ptr<const Opener> opener, bool fail_fast)
      : opener_(std::move(opener)), fail_fast_(fail_fast) {}

  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& context) const override {
    TENON_ASSIGN_OR_RETURN(std::vector<FileRange> ranges, RangesOf(partition));
    const bool one = ranges.size() == 1;
    if (!fail_fast_ && (one || !opener_->adds_columns())) {
      return opener_->OpenAll(std::move(ranges), context);
    }
    auto reader = std::make_unique<LentReader>(context, one, fail_fast_);
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<PartitionReader> inner,
                           opener_->OpenAll(std::move(ranges), reader->context()));
    reader->Hold(std::move(inner));
    return reader;
  }

 private:
  const std::shared_ptr<const Opener> opener_;
  const bool fail_fast_;
};

}  // namespace

ScanState FileScanState::OfFormat() const {
  ScanState state{.bytes = format_bytes};
  if (schema) state.schema = added.WithoutMine(*schema);
  return state;
}

ScanState FileScanState::Pack() const {
  PayloadWriter writer(kVersion);
  writer.Put(added.Serialise());
  writer.Put(wanted.has_value());
  writer.Put(wanted.value_or(std::vector<std::string>()));
  writer.Put(int64_t{threads});
  writer.Put(format_bytes);
  return {.bytes = std::move(writer).Finish(), .schema = schema};
}

Result<FileScanState> FileScanState::Parse(const ScanState& state) {
  PayloadReader reader(state.bytes, kVersion);
  FileScanState parsed;
  std::string added;
  bool has_wanted = false;
  std::vector<std::string> wanted;
  reader.Get(&added);
  reader.Get(&has_wanted);
  reader.Get(&wanted);
  int64_t threads = 1;
  reader.Get(&threads);
  reader.Get(&parsed.format_bytes);
  TENON_RETURN_IF_ERROR(reader.Finish());
  TENON_ASSIGN_OR_RETURN(parsed.added, AddedColumns::Parse(added));
  if (has_wanted) parsed.wanted = std::move(wanted);
  parsed.threads = static_cast<int32_t>(std::clamp<int64_t>(threads, 1, 1 << 16));
  parsed.schema = state.schema;
  return parsed;
}

Result<std::unique_ptr<ReaderFactory>> MakeFileReaders(const ReadOptions& options,
                                                       const ScanState& state,
                                                       ReadResources resources) {
  TENON_ASSIGN_OR_RETURN(FileScanState parsed, FileScanState::Parse(state));
  resources.helpers->SetMost(parsed.threads);
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<RangeReaders> readers,
                         options.format->OpenReaders(parsed.OfFormat(), std::move(resources)));
  return std::make_unique<FileReaders>(
      std::make_shared<const Opener>(std::move(readers), std::move(parsed)), options.fail_fast);
}

}  // namespace tenon::files
