// The table function tenon_input(n) by which a query reads the n-th batch stream given to it.
//
// A stream is pulled by one DuckDB thread at a time and its batches are handed out in slices without copying; the
// threads work on different batches. Only the columns a query asks for are converted.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "sql/batch_stream.h"
#include "sql/duckdb_api.h"

namespace tenon::sql {

// One stream given to one run of a query. Shared by DuckDB's threads.
class Input {
 public:
  explicit Input(std::unique_ptr<BatchStream> stream) : stream_(std::move(stream)) {}

  const SchemaPtr& schema() const { return stream_->schema(); }
  std::optional<int64_t> rows() const { return stream_->rows(); }
  // Any thread; null = the end. The first error is kept and ends the stream for all.
  Result<std::shared_ptr<const RecordBatch>> Next();
  // The error that ended it, or ok.
  Status status() const;

 private:
  mutable std::mutex mutex_;
  std::unique_ptr<BatchStream> stream_;
  Status status_;
  bool ended_ = false;
};

// Which inputs exist in one database. Any thread.
class InputTable {
 public:
  // Names the input until Remove; the number stands in the query's text.
  int64_t Add(std::shared_ptr<Input> input);
  void Remove(int64_t number);
  std::shared_ptr<Input> Find(int64_t number) const;

 private:
  mutable std::mutex mutex_;
  int64_t next_ = 1;
  std::map<int64_t, std::shared_ptr<Input>> inputs_;
};

// Makes tenon_input known to the database behind `connection`. `inputs` and `api` outlive the database.
Status RegisterInputFunction(const DuckDbApi& api, duckdb_connection connection,
                             InputTable& inputs);

}  // namespace tenon::sql
