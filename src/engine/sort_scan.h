// A spool read in order: DuckDB sorts its rows, within the memory that is left for wide steps and on disk beyond.
//
// One partition, which each attempt sorts anew. Made by FrameRun, used by one pipeline.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "job/plan_node.h"
#include "sql/database.h"
#include "tenon/source.h"

namespace tenon::engine {

class SortScan final : public Scan {
 public:
  // `limit`: only so many of the first rows are wanted. TN2001: a key that is no column of the rows; kUnsupported: one
  // whose values cannot be compared. `database` is borrowed.
  static Result<std::unique_ptr<SortScan>> Make(std::shared_ptr<const job::SpooledRows> rows,
                                                const std::vector<SortKey>& keys,
                                                std::optional<int64_t> limit,
                                                sql::Database& database);
  ~SortScan() override;

  Result<std::vector<Partition>> NextPartitions(const TaskContext& context) override;
  const ReaderFactory* local_readers() const override { return readers_.get(); }

 private:
  explicit SortScan(std::unique_ptr<ReaderFactory> readers) : readers_(std::move(readers)) {}

  std::unique_ptr<ReaderFactory> readers_;
  bool given_ = false;
};

}  // namespace tenon::engine
