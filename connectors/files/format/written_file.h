// One file being written in one format: rows in, a staged object out. The sink (connectors/files/write) names files,
// starts new ones and publishes them; a format turns batches into bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "object_store/store.h"
#include "tenon/record_batch.h"
#include "tenon/result.h"

namespace tenon::files {

// One thread at a time. Destroyed without Close: given up.
class WrittenFile {
 public:
  WrittenFile() = default;
  WrittenFile(const WrittenFile&) = delete;
  WrittenFile& operator=(const WrittenFile&) = delete;
  virtual ~WrittenFile() = default;
  // After an error only the destructor is legal.
  virtual Status Write(RecordBatch batch) = 0;
  // About how large the file is so far.
  virtual int64_t bytes() const = 0;
  // Makes the content durable, once, last.
  virtual Result<object_store::StagedObject> Close() = 0;
};

// What one write format needs and gives. Holds its parsed options alone: const methods, any thread.
class WriteFormat {
 public:
  virtual ~WriteFormat() = default;
  // ".csv"; of a compressed text file ".csv.gz".
  virtual const char* ending() const = 0;
  // Whether a file has one schema: the sink then starts another file when the rows' schema grows.
  virtual bool one_schema() const = 0;
  // The error that rows of this schema would meet, before anything is written.
  virtual Status CheckSchema(const Schema& schema) const = 0;
  // `schema`: of all rows of the file; null when each batch brings its own (only without one_schema()).
  virtual Result<std::unique_ptr<WrittenFile>> Open(
      std::unique_ptr<object_store::StagedWriter> file, SchemaPtr schema) const = 0;
};

}  // namespace tenon::files
