// The end of a pipeline that takes rows apart into tables, each in a spool of its own.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "job/plan_node.h"
#include "tenon/sink.h"

namespace tenon::engine {

struct SpooledTable {
  std::string name;
  std::shared_ptr<job::SpooledRows> rows;
};

// Each attempt writes spool partitions of its own, so that the rows of a lost one are never read. Open is thread-safe.
class TableWriters final : public WriterFactory {
 public:
  // `schema`: of a typed frame, whose tables are there without a row too.
  TableWriters(std::string root, frame::SpoolOptions options, std::optional<Schema> schema)
      : root_(std::move(root)), options_(std::move(options)), schema_(std::move(schema)) {}

  Result<std::unique_ptr<PartitionWriter>> Open(WriterId id,
                                                const TaskContext& context) const override;

  // The tables, the root first, then in the order in which the rows brought them. `messages` are those of the pipeline.
  // REQUIRES: all writers are gone. Called once.
  Result<std::vector<SpooledTable>> Finish(const std::vector<std::string>& messages);

 private:
  class Writer;
  struct Place {
    frame::Spool* spool;
    int lane;
  };

  // A new spool partition of a table.
  Result<Place> AddLane(const std::string& table) const;

  const std::string root_;
  const frame::SpoolOptions options_;
  const std::optional<Schema> schema_;
  mutable std::mutex mutex_;
  mutable std::vector<std::pair<std::string, std::unique_ptr<frame::Spool>>> spools_;
};

}  // namespace tenon::engine
