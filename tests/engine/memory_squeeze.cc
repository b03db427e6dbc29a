// Runs one scan whose middle row is of 200 MiB into a sink that is slow at times, and prints what it saw. A program of
// its own, so that its peak memory is the scan's alone: memory_squeeze_test.cc judges it.
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <iostream>
#include <mutex>
#include <string>

#include "columnar/memory.h"
#include "engine/local/pipeline.h"
#include "tenon/batch_builder.h"

namespace tenon {
namespace {

constexpr int64_t kMiB = 1 << 20;
constexpr int64_t kBudget = 256 * kMiB;
constexpr int64_t kGiantBytes = 200 * kMiB;
constexpr int64_t kRowBytes = 64 << 10;
constexpr int kRows = 8000;  // 500 MiB: more than may be in memory.
constexpr int kGiantRow = 2000;

// From /proc/self/status: "VmHWM:" is the peak.
int64_t StatusKiB(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != name) continue;
    int64_t kib = 0;
    status >> kib;
    return kib;
  }
  return -1;
}

// What reader and writer tell each other: how far the reader is ahead.
struct Lead {
  std::mutex mutex;
  std::condition_variable read_one;
  int read = 0, written = 0, most = 0;
  // Batches that the reader made when it was told to make small ones.
  int squeezed = 0;
  int64_t largest_squeezed = 0;
};

// Obeys the limits it is given for each batch; a row that is larger travels alone.
class Reader final : public PartitionReader {
 public:
  Reader(Lead& lead, TaskContext context) : lead_(lead), context_(std::move(context)) {}

  Result<std::optional<RecordBatch>> Next() override {
    if (row_ == kRows) return std::optional<RecordBatch>();
    static const auto schema =
        std::make_shared<const Schema>(std::vector<Field>{{"text", DataType::String()}});
    const BatchLimits limits = context_.limits();
    BatchBuilder rows(schema, limits);
    if (row_ == kGiantRow) {
      rows.Append(std::string(static_cast<size_t>(kGiantBytes), 'g'));
      ++row_;
    } else {
      const std::string text(static_cast<size_t>(kRowBytes), 'r');
      const int end = row_ < kGiantRow ? kGiantRow : kRows;
      while (row_ < end && !rows.full()) {
        rows.Append(text);
        ++row_;
      }
    }
    TENON_ASSIGN_OR_RETURN(RecordBatch batch, rows.Finish());
    const std::lock_guard lock(lead_.mutex);
    lead_.most = std::max(lead_.most, ++lead_.read - lead_.written);
    if (limits.max_bytes <= kMiB) {
      ++lead_.squeezed;
      lead_.largest_squeezed = std::max(lead_.largest_squeezed, columnar::BufferBytes(batch));
    }
    lead_.read_one.notify_all();
    return std::optional<RecordBatch>(std::move(batch));
  }

 private:
  Lead& lead_;
  const TaskContext context_;
  int row_ = 0;
};

class Readers final : public ReaderFactory {
 public:
  explicit Readers(Lead& lead) : lead_(lead) {}
  Result<std::unique_ptr<PartitionReader>> Open(const Partition&,
                                                const TaskContext& context) const override {
    return std::unique_ptr<PartitionReader>(std::make_unique<Reader>(lead_, context));
  }

 private:
  Lead& lead_;
};

class OnePartition final : public Scan {
 public:
  Result<std::vector<Partition>> NextPartitions(const TaskContext&) override {
    std::vector<Partition> page(given_ ? 0 : 1);
    given_ = true;
    return page;
  }

 private:
  bool given_ = false;
};

struct Seen {
  int64_t rows = 0, giants = 0, rows_beside_giant = 0, largest = 0;
  int batches = 0;
};

// Holds a batch now and then for so long that the reader could read everything, if it were let.
class Writer final : public PartitionWriter {
 public:
  Writer(Lead& lead, Seen& seen) : lead_(lead), seen_(seen) {}

  Status Write(RecordBatch batch) override {
    const int64_t bytes = columnar::BufferBytes(batch);
    seen_.rows += batch.num_rows();
    if (bytes >= kGiantBytes) {
      ++seen_.giants;
      seen_.rows_beside_giant += batch.num_rows() - 1;
    } else {
      seen_.largest = std::max(seen_.largest, bytes);
    }
    const bool hold = ++seen_.batches % 50 == 0 || bytes >= kGiantBytes;
    // Slow at first, so that reading ahead pays; then at times so slow that the reader could read everything.
    const std::chrono::milliseconds patience(hold ? 500 : seen_.batches < 10 ? 20 : 0);
    std::unique_lock lock(lead_.mutex);
    const int now = lead_.read;
    lead_.read_one.wait_for(lock, patience, [&] { return lead_.read > now + 10; });
    ++lead_.written;
    return Status::Ok();
  }
  Result<std::string> Commit() override { return std::string(); }

 private:
  Lead& lead_;
  Seen& seen_;
};

class Writers final : public WriterFactory {
 public:
  Writers(Lead& lead, Seen& seen) : lead_(lead), seen_(seen) {}
  Result<std::unique_ptr<PartitionWriter>> Open(WriterId, const TaskContext&) const override {
    return std::unique_ptr<PartitionWriter>(std::make_unique<Writer>(lead_, seen_));
  }

 private:
  Lead& lead_;
  Seen& seen_;
};

class NoErrors final : public engine::ErrorIntake {
 public:
  void Take(int, std::vector<ErrorRecord>, int64_t) override {}
  Status Check(int, int64_t, const ErrorRecord*) const override { return Status::Ok(); }
};

Status RunScan(Lead& lead, Seen& seen) {
  TENON_ASSIGN_OR_RETURN(const engine::MemoryPlan plan, engine::PlanMemory(kBudget, 0, 2));
  engine::MemoryGauge gauge(plan);
  engine::WorkerPool pool;
  OnePartition scan;
  const Readers readers(lead);
  const Writers writers(lead, seen);
  NoErrors errors;
  const engine::Pipeline pipeline{
      .from = {.node = "read", .connector = "test", .scan = &scan, .readers = &readers},
      .to = {.node = "write", .connector = "test", .writers = &writers},
      .errors = &errors};
  const engine::Workshop workshop{.pool = pool, .gauge = gauge, .threads = 2};
  return engine::RunPipeline(pipeline, workshop).status();
}

}  // namespace
}  // namespace tenon

int main() {
  tenon::Lead lead;
  tenon::Seen seen;
  const tenon::Status status = tenon::RunScan(lead, seen);
  if (!status.ok()) {
    std::cerr << status.ToString() << "\n";
    return 1;
  }
  std::cout << "rows " << seen.rows << "\ngiants " << seen.giants << "\nbeside_giant "
            << seen.rows_beside_giant << "\nlargest " << seen.largest << "\nsqueezed "
            << lead.squeezed << "\nlargest_squeezed " << lead.largest_squeezed << "\nlead "
            << lead.most << "\npeak_kib " << tenon::StatusKiB("VmHWM:") << "\n";
  return 0;
}
