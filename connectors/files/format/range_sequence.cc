#include "connectors/files/format/range_sequence.h"

#include <utility>

namespace tenon::files {
namespace {

class RangeSequence : public PartitionReader {
 public:
  RangeSequence(std::vector<FileRange> ranges, OpenRange open)
      : ranges_(std::move(ranges)), open_(std::move(open)) {}

  Result<std::optional<RecordBatch>> Next() override {
    for (;;) {
      if (reader_ == nullptr) {
        if (next_ == ranges_.size()) return std::nullopt;
        TENON_ASSIGN_OR_RETURN(reader_, open_(std::move(ranges_[next_++])));
      }
      TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, reader_->Next());
      if (batch) return batch;
      reader_.reset();
    }
  }

 private:
  std::vector<FileRange> ranges_;
  OpenRange open_;
  size_t next_ = 0;
  std::unique_ptr<PartitionReader> reader_;
};

}  // namespace

std::unique_ptr<PartitionReader> ReadInSequence(std::vector<FileRange> ranges, OpenRange open) {
  return std::make_unique<RangeSequence>(std::move(ranges), std::move(open));
}

}  // namespace tenon::files
