#include "connectors/files/parquet/small_batches.h"

#include <optional>
#include <utility>
#include <vector>

#include "columnar/memory.h"
#include "columnar/slice.h"

namespace tenon::files {
namespace {

// A batch costs about as much as some hundred of its rows; copying this many costs less.
constexpr int64_t kSmallRows = 4096;

class Gathered : public PartitionReader {
 public:
  Gathered(std::unique_ptr<PartitionReader> reader, const TaskContext& context)
      : reader_(std::move(reader)), context_(context) {}

  Result<std::optional<RecordBatch>> Next() override {
    const BatchLimits limits = context_.limits();
    std::vector<RecordBatch> small;
    int64_t rows = 0, bytes = 0;
    while (!ended_) {
      TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, TakeNext());
      if (!batch) {
        ended_ = true;
        break;
      }
      const int64_t more = columnar::BufferBytes(*batch);
      const bool alone = batch->num_rows() >= kSmallRows;
      if (!small.empty() && (alone || rows + batch->num_rows() > limits.max_rows ||
                             bytes + more > limits.max_bytes)) {
        held_ = std::move(batch);
        break;
      }
      if (alone || batch->num_columns() == 0) return batch;
      rows += batch->num_rows();
      bytes += more;
      small.push_back(*std::move(batch));
    }
    if (small.empty()) return std::nullopt;
    TENON_ASSIGN_OR_RETURN(RecordBatch together, columnar::Concatenate(std::move(small)));
    return std::optional<RecordBatch>(std::move(together));
  }

 private:
  Result<std::optional<RecordBatch>> TakeNext() {
    if (!held_) return reader_->Next();
    std::optional<RecordBatch> batch = std::move(held_);
    held_.reset();
    return batch;
  }

  std::unique_ptr<PartitionReader> reader_;
  const TaskContext context_;
  std::optional<RecordBatch> held_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<PartitionReader> GatherSmallBatches(std::unique_ptr<PartitionReader> reader,
                                                    const TaskContext& context) {
  return std::make_unique<Gathered>(std::move(reader), context);
}

}  // namespace tenon::files
