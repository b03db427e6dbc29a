// An in-memory DuckDB that runs generated queries over batch streams, inside a memory limit.
//
//   TENON_ASSIGN_OR_RETURN(std::unique_ptr<Database> database, Database::Open({.memory_bytes = …, .spill_folder = …}));
//   TENON_ASSIGN_OR_RETURN(Query query, Query::Distinct(*frame.schema()));
//   TENON_ASSIGN_OR_RETURN(std::unique_ptr<BatchStream> rows, database->Run(query, std::move(inputs), context));
//
// Opening costs 12 to 19 ms and 35 to 45 MB: do it on first need, once a job. Run may be called from several threads;
// each run has a connection of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sql/batch_stream.h"
#include "sql/query.h"
#include "tenon/task_context.h"

namespace tenon::sql {

struct DatabaseSettings {
  std::vector<std::string> library_paths;  // Empty: DuckDbPaths().
  int64_t memory_bytes = 0;                // REQUIRES: > 0. More spills into the folder.
  int threads = 1;
  // Made when missing. A folder of this database's own is made in it, and goes with it; after a crash
  // base::SweepProcessFolders finds it. Empty: nothing spills.
  std::string spill_folder;
  // The process ends after the database: what the system takes back faster is left to it.
  bool process_ends = false;
};

class Database {
 public:
  // kNotFound (TN4004): the library is not there. kInvalidArgument: a setting DuckDB refuses.
  static Result<std::unique_ptr<Database>> Open(DatabaseSettings settings);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // Starts the query; rows are computed as the stream is read. The stream must not outlive the database, and its
  // context neither. Errors of an input come out unchanged; kResourceExhausted (TN4001) when the memory limit and the
  // spill folder do not suffice; kCancelled soon after the context's stop token is used.
  Result<std::unique_ptr<BatchStream>> Run(const Query& query,
                                           std::vector<std::unique_ptr<BatchStream>> inputs,
                                           const TaskContext& context);
  // "2.0.0"
  std::string version() const;

 private:
  struct State;
  explicit Database(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tenon::sql
