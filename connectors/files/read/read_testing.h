// What the tests of reading share: a read through the connector, as the engine does it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "connectors/files/read/file_source.h"
#include "connectors/files/read/read_options.h"
#include "tenon/source.h"
#include "testing/matchers.h"
#include "testing/typed_text.h"

namespace tenon::files {

struct Read {
  std::vector<std::string> rows;  // As testing::TypedRow.
  std::vector<std::string> schemas;
  std::vector<Partition> partitions;
  std::string pin;
  std::string detail;
};

inline Options Reading(const std::string& path) {
  return Options().Set("paths", "[\"" + path + "\"]");
}

// Asks for an offer, takes what is offered, reads all partitions in order.
inline Result<Read> ReadAll(const Options& options, ScanRequest request = {},
                            TaskHost* host = nullptr) {
  const TaskContext context(host, {});
  TENON_ASSIGN_OR_RETURN(ReadOptions read_options, ParseReadOptions(options));
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Source> source, OpenFileSource(read_options));
  TENON_ASSIGN_OR_RETURN(const ScanOffer offer, source->Offer(request, context));
  std::vector<Predicate> taken;
  for (size_t i = 0; i < request.where.size(); ++i) {
    if (i < offer.where.size() && offer.where[i] != PushDown::kNone) {
      taken.push_back(request.where[i]);
    }
  }
  request.where = std::move(taken);
  if (!offer.columns) request.columns.reset();
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Scan> scan, source->Plan(request, context));
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<ReaderFactory> readers,
                         OpenFileReaders(read_options, scan->state()));
  Read read;
  read.pin = scan->pin();
  read.detail = offer.detail;
  for (;;) {
    TENON_ASSIGN_OR_RETURN(const std::vector<Partition> some, scan->NextPartitions(context));
    if (some.empty()) break;
    read.partitions.insert(read.partitions.end(), some.begin(), some.end());
  }
  for (const Partition& partition : read.partitions) {
    TENON_ASSIGN_OR_RETURN(const std::unique_ptr<PartitionReader> reader,
                           readers->Open(partition, context));
    for (;;) {
      TENON_ASSIGN_OR_RETURN(const std::optional<RecordBatch> batch, reader->Next());
      if (!batch) break;
      read.schemas.push_back(batch->schema().ToString());
      for (int64_t row = 0; row < batch->num_rows(); ++row) {
        read.rows.push_back(testing::TypedRow(*batch, row));
      }
    }
  }
  return read;
}

}  // namespace tenon::files
