// The reader of CSV takes any bytes under any dialect: no crash, no hang, batches that are whole, the same rows and bad
// records whether the file is read in one window or in many, in one range or in two, by the fastest kernel or the plain
// one; and types that were found fit every value.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "columnar/checksum.h"
#include "columnar/validate.h"
#include "connectors/files/csv/csv_format.h"
#include "object_store/local_store.h"
#include "tenon/task_context.h"

namespace {

using namespace tenon;
using namespace tenon::files;

class BytesReader : public object_store::RangeReader {
 public:
  explicit BytesReader(const std::string& bytes) : bytes_(bytes) {}
  Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) override {
    const auto at = static_cast<size_t>(offset);
    if (at >= bytes_.size()) return size_t{0};
    const size_t size = std::min(out.size(), bytes_.size() - at);
    if (size > 0) std::memcpy(out.data(), bytes_.data() + at, size);
    return size;
  }

 private:
  const std::string& bytes_;
};

// A local store whose files are all in memory.
class BytesStore : public object_store::LocalStore {
 public:
  explicit BytesStore(const std::string& bytes) : bytes_(bytes) {}
  using object_store::LocalStore::OpenRead;
  Result<std::unique_ptr<object_store::RangeReader>> OpenRead(const std::string&) override {
    return std::make_unique<BytesReader>(bytes_);
  }

 private:
  const std::string& bytes_;
};

struct Counts : TaskHost {
  int64_t errors = 0, max_rows = 65536;
  columnar::RowChecksum rows;
  bool failed = false;
  BatchLimits Limits() override { return {.max_rows = max_rows}; }
  void AddError(ErrorRecord) override { ++errors; }
  void Count(std::string_view, int64_t) override {}
  void Log(LogLevel, std::string_view) override {}
  bool SplitWanted() override { return false; }
  bool GiveAway(const Partition&, const Partition&) override { return false; }
};

Counts Read(const std::string& bytes, const CsvReadOptions& options, CsvSizes sizes,
            std::optional<int64_t> cut = {}) {
  Counts counts;
  if (cut) counts.max_rows = 3;
  const TaskContext context(&counts, {});
  const ReadResources resources{.store = std::make_shared<BytesStore>(bytes),
                                .pool = std::make_shared<BufferPool>(16 << 20)};
  FileRange file{.path = "x"};
  file.end = file.file_bytes = static_cast<int64_t>(bytes.size());
  std::vector<FileRange> ranges = {file};
  if (cut) {
    ranges.push_back(file);
    ranges[0].end = ranges[1].begin = *cut;
  }
  const auto format = MakeCsvReadFormat(options, sizes);
  std::string seen;
  const Result<std::optional<Schema>> schema = format->SchemaOf({file}, resources, context, &seen);
  counts.failed = true;
  if (!schema.ok()) return counts;
  const Result<ScanState> state = format->StateOf({}, *schema, seen);
  if (!state.ok()) std::abort();
  const auto readers = format->OpenReaders(*state, resources);
  if (!readers.ok()) std::abort();
  for (const FileRange& range : ranges) {
    const auto reader = (*readers)->Open({range}, context);
    if (!reader.ok()) std::abort();
    for (;;) {
      const Result<std::optional<RecordBatch>> batch = (*reader)->Next();
      if (!batch.ok()) return counts;
      if (!batch->has_value()) break;
      if (!columnar::ValidateFull(**batch).ok()) std::abort();
      counts.rows.Add(**batch);
    }
  }
  counts.failed = false;
  return counts;
}

bool Same(const Counts& a, const Counts& b) {
  return a.failed == b.failed && (a.failed || (a.errors == b.errors && a.rows == b.rows));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const uint8_t choice = data[0];
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  CsvReadOptions options;
  options.dialect.multi_line = (choice & 1) != 0;
  if ((choice & 2) != 0) options.dialect.escaper = '\\';
  if ((choice & 4) != 0) options.dialect.quote.reset();
  options.with_header = (choice & 8) != 0;
  options.skip_first = (choice & 16) != 0;
  options.types = (choice & 32) != 0 ? CsvTypes::kInfer : CsvTypes::kStrings;
  const Counts whole = Read(bytes, options, {});
  const int64_t cut = (choice * 7) % (static_cast<int64_t>(bytes.size()) + 1);
  if (!Same(whole, Read(bytes, options, {.read_bytes = 7, .window_bytes = 16}, cut))) std::abort();
  if (!Same(whole, Read(bytes, options, {.kernel = CsvKernel::kScalar}, bytes.size() / 2))) {
    std::abort();
  }
  return 0;
}
