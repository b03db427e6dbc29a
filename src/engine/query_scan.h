// Spools read through a query: DuckDB sorts or joins their rows, within the memory that is left for wide steps and on
// disk beyond.
//
// One partition, which each attempt computes anew. Made by FrameRun, used by one pipeline.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "job/plan_node.h"
#include "sql/database.h"
#include "tenon/source.h"

namespace tenon::engine {

class QueryScan final : public Scan {
 public:
  // REQUIRES: the query was made for the schemas of `inputs`. `database` is borrowed. A join whose inputs are much
  // larger than `memory_bytes` is made in parts, one after the other.
  QueryScan(std::vector<std::shared_ptr<const job::SpooledRows>> inputs, sql::Query query,
            sql::Database& database, int64_t memory_bytes);
  ~QueryScan() override;

  Result<std::vector<Partition>> NextPartitions(const TaskContext& context) override;
  const ReaderFactory* local_readers() const override { return readers_.get(); }

 private:
  std::unique_ptr<ReaderFactory> readers_;
  bool given_ = false;
};

// The query of a join, for frames of these schemas.
Result<sql::Query> JoinQueryOf(const job::DerivedRead& join, const Schema& left,
                               const Schema& right);

}  // namespace tenon::engine
