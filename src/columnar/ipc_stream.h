// Batches as one Arrow IPC stream, which every Arrow library reads: the schema, then batch after batch.
#pragma once

#include <memory>

#include "columnar/byte_sink.h"
#include "tenon/record_batch.h"

namespace tenon::columnar {

// One thread at a time. After an error only the destructor is legal.
class __attribute__((visibility("default"))) IpcStreamWriter {
 public:
  // The schema goes out with the first batch, at the latest by Close. `sink` is borrowed; its own errors come out
  // unchanged.
  static Result<std::unique_ptr<IpcStreamWriter>> Make(ByteSink& sink, SchemaPtr schema);
  virtual ~IpcStreamWriter() = default;
  // REQUIRES: a canonical batch of the schema.
  virtual Status Write(RecordBatch batch) = 0;
  // Writes the end of the stream; the sink stays open. Called once, last.
  virtual Status Close() = 0;
};

}  // namespace tenon::columnar
