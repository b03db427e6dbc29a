// A partition reader for authors who think in rows: give one row at a time, batches and limits are done for you.
//
//   class Numbers : public tenon::RowReader {
//    public:
//     Numbers(tenon::SchemaPtr schema, const tenon::TaskContext& context, int64_t end)
//         : RowReader(std::move(schema), context), end_(end) {}
//    protected:
//     tenon::Result<bool> NextRow(tenon::BatchBuilder& row) override {
//       if (next_ == end_) return false;
//       row.Append(next_++);
//       return true;
//     }
//   …
#pragma once

#include "tenon/batch_builder.h"
#include "tenon/source.h"

namespace tenon {

class RowReader : public PartitionReader {
 public:
  Result<std::optional<RecordBatch>> Next() final;

 protected:
  // `context` is the one given to ReaderFactory::Open.
  RowReader(SchemaPtr schema, const TaskContext& context);
  // Appends exactly one row and returns true, or returns false at the end.
  virtual Result<bool> NextRow(BatchBuilder& row) = 0;
  const TaskContext& context() const { return context_; }

 private:
  TaskContext context_;
  BatchBuilder rows_;
  bool ended_ = false;
};

}  // namespace tenon
