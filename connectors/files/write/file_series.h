// The files that one writer makes in one folder: the next begins when the one before is large enough, or when the
// rows' schema has grown. Used by the writers of this room.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "connectors/files/format/written_file.h"
#include "connectors/files/write/sink_records.h"
#include "connectors/files/write/target.h"
#include "tenon/sink.h"

namespace tenon::files {

// What all writers of a call share.
struct WriterTerms {
  std::unique_ptr<WriteFormat> format;
  // Of one file: what comes behind the first piece, and has no header of its own. Else null.
  std::unique_ptr<WriteFormat> following;
  int64_t max_file_bytes = 0;
  SinkPlaces places;
  std::unique_ptr<Target> target;
  std::vector<std::string> partition_keys;
  int most_open_files = 1;  // By partition keys.
};

// Adds what a user can do about a full disk.
Status OfDisk(Status status);

// One thread.
class FileSeries {
 public:
  // `folder`: below the target, without a slash at its end; empty for the target itself. `schema`: of all rows, or
  // null when each batch brings its own.
  FileSeries(std::shared_ptr<const WriterTerms> terms, WriterId id, std::string folder,
             SchemaPtr schema);

  Status Write(RecordBatch batch);
  // A file without rows, for readers that learn the schema from it.
  Status WriteNothing();
  // Ends the file that is open. Another Write begins the next.
  Status Close();

  bool open() const { return file_ != nullptr; }
  // Those that are closed.
  const std::vector<object_store::StagedObject>& files() const { return files_; }

 private:
  Status FitSchema(const SchemaPtr& batch);
  Status OpenNext();

  const std::shared_ptr<const WriterTerms> terms_;
  const WriteFormat& format_;
  const WriterId id_;
  const std::string folder_;
  const bool schema_is_known_;
  SchemaPtr schema_;
  SchemaPtr last_batch_;
  std::unique_ptr<WrittenFile> file_;
  std::vector<object_store::StagedObject> files_;
};

}  // namespace tenon::files
