// Scratch files of batches: Arrow IPC messages one after another, each under a schema of its own.
//
// A file is readable while it is written and ends with its process: where each batch stands is kept in memory.
// A batch read back is mapped, not copied, and its pages go when it goes, so reading a large file keeps memory flat.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "tenon/record_batch.h"
#include "tenon/result.h"

namespace tenon::columnar {

// Where a batch stands in its file. A value.
struct IpcEntry {
  int64_t offset = 0;
  int64_t bytes = 0;
  int64_t rows = 0;
  SchemaPtr schema;
};

// Appends batches to a new file. One thread at a time. The file stays when the writer goes.
class __attribute__((visibility("default"))) IpcWriter {
 public:
  // Makes the file. kAlreadyExists, kPermissionDenied, kResourceExhausted name the path.
  static Result<std::unique_ptr<IpcWriter>> Create(std::string path);
  virtual ~IpcWriter() = default;
  // The batch is in the file and can be read at once. kResourceExhausted: the disk is full.
  virtual Result<IpcEntry> Append(const RecordBatch& batch) = 0;
  virtual int64_t bytes() const = 0;
  virtual const std::string& path() const = 0;
};

// Reads batches of one file. Any number of readers at once, each used by one thread at a time.
class __attribute__((visibility("default"))) IpcReader {
 public:
  static Result<std::unique_ptr<IpcReader>> Open(const std::string& path);
  virtual ~IpcReader() = default;
  // The batch lives on when the reader and the file's name are gone. kDataError when the file was cut or changed.
  virtual Result<RecordBatch> Read(const IpcEntry& entry) = 0;
};

}  // namespace tenon::columnar
