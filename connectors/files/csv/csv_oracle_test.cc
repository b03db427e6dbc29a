#include "connectors/files/csv/csv_oracle_test.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <utility>

#include "columnar/validate.h"
#include "connectors/files/csv/csv_format.h"
#include "object_store/local_store.h"
#include "testing/matchers.h"
#include "testing/typed_text.h"

namespace tenon::files {
namespace {

class TextReader : public object_store::RangeReader {
 public:
  explicit TextReader(const std::string& text) : text_(text) {}
  Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) override {
    if (offset >= static_cast<int64_t>(text_.size())) return size_t{0};
    const size_t size = std::min(out.size(), text_.size() - static_cast<size_t>(offset));
    if (size > 0) std::memcpy(out.data(), text_.data() + offset, size);
    return size;
  }

 private:
  const std::string& text_;
};

// Files "0", "1" and so on.
// A local store whose files are all in memory.
class TextStore : public object_store::LocalStore {
 public:
  explicit TextStore(const std::vector<std::string>& files) : files_(files) {}
  using object_store::LocalStore::OpenRead;
  Result<std::unique_ptr<object_store::RangeReader>> OpenRead(const std::string& path) override {
    ++opens;
    return std::make_unique<TextReader>(files_[std::stoul(path)]);
  }

  std::atomic<int> opens{0};

 private:
  const std::vector<std::string>& files_;
};

class RecordingHost : public TaskHost {
 public:
  explicit RecordingHost(BatchLimits limits) : limits_(limits) {}
  BatchLimits Limits() override { return limits_; }
  void AddError(ErrorRecord record) override { errors.push_back(std::move(record)); }
  void Count(std::string_view, int64_t) override {}
  void Log(LogLevel, std::string_view) override {}
  bool SplitWanted() override { return false; }
  bool GiveAway(const Partition&, const Partition&) override { return false; }

  std::vector<ErrorRecord> errors;

 private:
  BatchLimits limits_;
};

Status ReadAll(const RangeReaders& readers, std::vector<FileRange> ranges,
               const TaskContext& context, CsvRead* out) {
  TENON_ASSIGN_OR_RETURN(const auto reader, readers.Open(std::move(ranges), context));
  for (;;) {
    TENON_ASSIGN_OR_RETURN(const std::optional<RecordBatch> batch, reader->Next());
    if (!batch) return Status::Ok();
    ++out->batches;
    if (batch->num_columns() > 0) TENON_RETURN_IF_ERROR(columnar::ValidateFull(*batch));
    if (batch->num_rows() > context.limits().max_rows) return Status::Internal("Too many rows");
    for (int64_t row = 0; row < batch->num_rows(); ++row) {
      out->rows.push_back(testing::TypedRow(*batch, row));
    }
  }
}

Status ReadThroughFormat(const std::shared_ptr<TextStore>& store,
                         const std::vector<std::string>& files, const CsvTerms& terms,
                         const TaskContext& context, CsvRead* out) {
  const auto format = MakeCsvReadFormat(terms.options, terms.sizes);
  const ReadResources resources{.store = store,
                                .pool = std::make_shared<BufferPool>(16 << 20),
                                .codec = terms.codec,
                                .helpers = std::make_shared<compression::UnpackThreads>(3)};
  std::vector<FileRange> whole, ranges;
  for (size_t i = 0; i < files.size(); ++i) {
    FileRange range{.path = std::to_string(i)};
    range.end = range.file_bytes = static_cast<int64_t>(files[i].size());
    whole.push_back(range);
    for (const int64_t border : terms.borders) {
      if (border <= range.begin || border >= range.end) continue;
      FileRange part = range;
      part.end = range.begin = border;
      ranges.push_back(part);
    }
    ranges.push_back(range);
  }
  std::string seen;
  TENON_ASSIGN_OR_RETURN(const std::optional<Schema> schema,
                         format->SchemaOf(whole, resources, context, &seen));
  const ScanRequest request{.columns = terms.columns};
  ScanOffer offer;
  TENON_RETURN_IF_ERROR(format->Offer(request, schema, &offer));
  if (terms.columns && !offer.columns) return Status::Internal("Columns were not taken");
  TENON_ASSIGN_OR_RETURN(const ScanState state, format->StateOf(request, schema, seen));
  out->schema = *state.schema;
  TENON_ASSIGN_OR_RETURN(const auto readers, format->OpenReaders(state, resources));
  if (terms.one_reader) return ReadAll(*readers, ranges, context, out);
  for (const FileRange& range : ranges) {
    TENON_RETURN_IF_ERROR(ReadAll(*readers, {range}, context, out));
  }
  return Status::Ok();
}

}  // namespace

CsvRead ReadCsvFiles(const std::vector<std::string>& files, const CsvTerms& terms) {
  CsvRead read;
  RecordingHost host(terms.limits);
  const auto store = std::make_shared<TextStore>(files);
  read.status = ReadThroughFormat(store, files, terms, TaskContext(&host, {}), &read);
  read.opens = store->opens;
  read.errors = std::move(host.errors);
  return read;
}

// One character after the other, into fields at once: nothing in common with the kernels.
std::vector<OracleRecord> OracleRecords(const CsvDialect& dialect, std::string_view text) {
  std::vector<OracleRecord> records;
  size_t at = 0;
  const auto is = [&](std::optional<uint8_t> wanted) {
    return wanted && at < text.size() && static_cast<uint8_t>(text[at]) == *wanted;
  };
  // Whether a line ends here, and what it takes.
  const auto line_end = [&]() -> size_t {
    if (at >= text.size()) return 0;
    if (text[at] == '\n') return 1;
    if (text[at] == '\r' && (at + 1 == text.size() || text[at + 1] == '\n')) return 2;
    return 0;
  };
  while (at < text.size()) {
    OracleRecord record;
    record.begin = at;
    bool more = true;
    while (more) {
      std::string value;
      bool null = true;
      bool quoted = is(dialect.quote);
      if (quoted) {
        null = false;
        ++at;
      }
      bool open = quoted;
      for (;;) {
        if (at >= text.size()) {
          if (open) record.bad = "not closed";
          more = false;
          break;
        }
        const size_t ending = line_end();
        if (ending > 0 && !(open && dialect.multi_line)) {
          if (open && text[at] == '\r' && at + 1 < text.size()) ++at;
          if (open) record.bad = "not closed";
          at += open ? 1 : std::min(ending, text.size() - at);
          more = false;
          break;
        }
        if (!open && is(dialect.separator)) {
          ++at;
          break;
        }
        const bool last = at + 1 >= text.size();
        const bool before_line = !last && text[at + 1] == '\n' && !dialect.multi_line;
        if (is(dialect.escaper) && !(quoted && !open) && !last && !before_line) {
          const char next = text[at + 1];
          // A carriage return before the line end belongs to it.
          const bool carriage =
              next == '\r' && !open && (at + 2 == text.size() || text[at + 2] == '\n');
          if (!carriage) {
            value += next == 'n'   ? '\n'
                     : next == 'r' ? '\r'
                     : next == 't' ? '\t'
                     : next == '0' ? '\0'
                                   : next;
            null = false;
            at += 2;
            continue;
          }
        }
        if (open && is(dialect.quote)) {
          ++at;
          if (is(dialect.quote)) {
            value += text[at++];
          } else {
            open = false;
            const bool ends = at >= text.size() || is(dialect.separator) || line_end() > 0;
            if (!ends) {
              record.bad = "behind";
              quoted = false;
              value += text[at++];
            }
          }
          continue;
        }
        value += text[at++];
        null = false;
      }
      record.fields.push_back(null ? std::nullopt : std::optional(value));
    }
    records.push_back(std::move(record));
  }
  return records;
}

std::string StringRow(const std::vector<std::string>& names, const CsvRow& row) {
  std::map<std::string, std::string> cells;
  for (size_t i = 0; i < names.size() && i < row.size(); ++i) {
    if (row[i]) cells[names[i]] = testing::TypedString(*row[i]);
  }
  std::string text;
  for (const auto& [name, cell] : cells) {
    text += (text.empty() ? "" : ",") + testing::TypedString(name).substr(7) + ":" + cell;
  }
  return "{" + text + "}";
}

uint64_t TestSeed() {
  const char* const given = std::getenv("TENON_TEST_SEED");
  return given == nullptr ? std::random_device{}() : std::strtoull(given, nullptr, 10);
}

}  // namespace tenon::files
