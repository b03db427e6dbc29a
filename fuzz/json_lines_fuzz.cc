// The reader of JSON lines takes any bytes: no crash, no hang, batches that are whole, and the same
// rows and bad lines whether the file is read in one window or in many, in one range or in two.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "connectors/files/json/json_lines_reader.h"
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

class BytesStore : public object_store::Store {
 public:
  explicit BytesStore(const std::string& bytes) : bytes_(bytes) {}
  Result<object_store::ObjectInfo> Stat(const std::string&) override { return Refused(); }
  Status List(const std::string&, const std::function<bool(const std::string&)>&,
              const std::function<Status(const object_store::ObjectInfo&)>&) override {
    return Refused();
  }
  Result<std::unique_ptr<object_store::RangeReader>> OpenRead(const std::string&) override {
    return std::make_unique<BytesReader>(bytes_);
  }
  Result<std::unique_ptr<object_store::StagedWriter>> Stage(std::string, std::string) override {
    return Refused();
  }
  Result<bool> Publish(const object_store::StagedObject&) override { return Refused(); }
  Status Remove(const std::string&) override { return Refused(); }
  Status Discard(const object_store::StagedObject&) override { return Refused(); }
  Result<bool> PutIfAbsent(const std::string&, std::string_view) override { return Refused(); }

 private:
  static Status Refused() { return Status::Unsupported("Only bytes to read"); }
  const std::string& bytes_;
};

struct Counts : TaskHost {
  int64_t rows = 0, errors = 0, max_rows = 65536;
  bool failed = false;
  BatchLimits Limits() override { return {.max_rows = max_rows}; }
  void AddError(ErrorRecord) override { ++errors; }
  void Count(std::string_view, int64_t) override {}
  void Log(LogLevel, std::string_view) override {}
  bool SplitWanted() override { return false; }
  bool GiveAway(const Partition&, const Partition&) override { return false; }
};

void Read(const std::string& bytes, int64_t begin, int64_t end, WindowSizes sizes, Counts& counts) {
  const TaskContext context(&counts, {});
  JsonScanResources resources{.files = {.store = std::make_shared<BytesStore>(bytes),
                                        .pool = std::make_shared<BufferPool>(16 << 20)},
                              .schemas = std::make_shared<SchemaCache>()};
  FileRange range{
      .path = "x", .begin = begin, .end = end, .file_bytes = static_cast<int64_t>(bytes.size())};
  auto reader = JsonLinesReader::Open(std::move(range), JsonRows::Make(resources).value(), false,
                                      true, context, sizes);
  if (!reader.ok()) std::abort();
  for (;;) {
    const Result<std::optional<RecordBatch>> batch = (*reader)->Next();
    if (!batch.ok()) {
      counts.failed = true;
      return;
    }
    if (!batch->has_value()) return;
    if ((*batch)->array().n_children != (*batch)->schema().size()) std::abort();
    counts.rows += (*batch)->num_rows();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto end = static_cast<int64_t>(size);
  Counts whole;
  Read(bytes, 0, end, {}, whole);
  Counts small;
  small.max_rows = 3;
  Read(bytes, 0, end, {.read_bytes = 7, .window_bytes = 16}, small);
  if (whole.rows != small.rows || whole.errors != small.errors || whole.failed != small.failed)
    std::abort();
  if (whole.failed) return 0;
  const int64_t cut = size == 0 ? 0 : data[0] % (end + 1);
  Counts parts;
  Read(bytes, 0, cut, {}, parts);
  Read(bytes, cut, end, {}, parts);
  if (whole.rows != parts.rows || whole.errors != parts.errors) std::abort();
  return 0;
}
