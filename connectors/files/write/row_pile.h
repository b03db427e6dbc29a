// Rows of many folders that wait until it is their folder's turn to be written: in memory as far as a bound goes, then
// in a scratch file that goes with the pile.
//
// Rows come in batches that are sorted by folder; what is kept of each folder is where its rows stand. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "columnar/ipc_file.h"
#include "columnar/share.h"
#include "tenon/record_batch.h"
#include "tenon/result.h"

namespace tenon::files {

class RowPile {
 public:
  // The scratch file is made when it is needed first. A process that is killed leaves it.
  RowPile(std::string scratch_path, int64_t memory_bytes)
      : scratch_path_(std::move(scratch_path)), memory_bytes_(memory_bytes) {}
  RowPile(const RowPile&) = delete;
  RowPile& operator=(const RowPile&) = delete;
  ~RowPile();

  struct Part {
    int folder = 0;
    int64_t begin = 0, rows = 0;  // In the batch.
  };
  // kResourceExhausted: the disk is full.
  Status Add(RecordBatch batch, const std::vector<Part>& parts);

  bool Has(int folder) const { return runs_.count(folder) > 0; }
  // Folders that have rows, in the order of their numbers.
  std::vector<int> folders() const;
  // Gives the rows of a folder in the order in which they came, a run at a time.
  Status Visit(int folder, const std::function<Status(RecordBatch)>& visit);

 private:
  struct Batch {
    std::optional<columnar::SharedBatch> held;
    columnar::IpcEntry entry;  // Where it stands when it is not held.
  };
  struct Run {
    size_t batch = 0;
    int64_t begin = 0, rows = 0;
  };

  Status MakeScratch();

  const std::string scratch_path_;
  const int64_t memory_bytes_;
  int64_t held_bytes_ = 0;
  std::vector<Batch> batches_;
  std::map<int, std::vector<Run>> runs_;
  std::unique_ptr<columnar::IpcWriter> writer_;
  std::unique_ptr<columnar::IpcReader> reader_;
};

}  // namespace tenon::files
