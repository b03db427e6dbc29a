// What one file format brings to a read: the schema of files, what it can push down, how a file may be cut, readers.
//
// The source (connectors/files/read) lists files, groups them into partitions, prunes folders and adds columns of a
// file's name; a format sees byte ranges of files alone. A format is made with its options parsed and holds nothing
// else: const methods, any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compression/codec.h"
#include "compression/unpack_threads.h"
#include "connectors/files/buffers/buffer_pool.h"
#include "connectors/files/format/file_range.h"
#include "object_store/store.h"
#include "tenon/source.h"

namespace tenon::files {

// Shared by all that one scan opens in one process.
struct ReadResources {
  std::shared_ptr<object_store::Store> store;
  std::shared_ptr<BufferPool> pool;
  // How the files are packed; none: as each one's ending says. Formats that read text open files by OpenBytes
  // (open_bytes.h), which sees to it.
  std::optional<compression::Codec> codec;
  // Who may unpack, or look for types, beside the readers; none: readers alone.
  std::shared_ptr<compression::UnpackThreads> helpers;
};

// Opens ranges of one scan in one process. Open is called concurrently.
class RangeReaders {
 public:
  virtual ~RangeReaders() = default;
  // Reads the ranges one after the other, as one stream of batches: small files must not make small batches.
  virtual Result<std::unique_ptr<PartitionReader>> Open(std::vector<FileRange> ranges,
                                                        const TaskContext& context) const = 0;
};

class ReadFormat {
 public:
  virtual ~ReadFormat() = default;
  // "csv"
  virtual std::string_view name() const = 0;
  // Whether a file may be read from its middle. `compressed`: the file's bytes are packed.
  virtual bool splittable(bool compressed) const = 0;
  // Smaller pieces of a file are not worth a partition of their own.
  virtual int64_t least_range_bytes() const { return 16 << 20; }
  // Whether batches bring their own schema whatever the files hold: SchemaOf is not called then.
  virtual bool self_describing() const { return false; }
  // The schema that all batches of these files have; none: self-describing. May read all of the files, of which there
  // may be none. Called at most once for a source. `seen`: what else it has found of them that StateOf makes use of, in
  // the format's own words.
  virtual Result<std::optional<Schema>> SchemaOf(const std::vector<FileRange>& files,
                                                 const ReadResources& resources,
                                                 const TaskContext& context,
                                                 std::string* seen) const;
  // Adds to the offer what this format can do of the request: columns, conjuncts. `schema` as SchemaOf gave it.
  virtual Status Offer(const ScanRequest& request, const std::optional<Schema>& schema,
                       ScanOffer* offer) const;
  // What readers in any process need beside the options: the accepted columns and conjuncts. No secret. `seen`: as
  // SchemaOf gave it; empty when others than its files may be read.
  virtual Result<ScanState> StateOf(const ScanRequest& accepted,
                                    const std::optional<Schema>& schema,
                                    const std::string& seen) const;
  // Ranges that hold no row of the accepted request may be left out here (statistics of Parquet). Default: keeps all.
  virtual Result<std::vector<FileRange>> Prune(std::vector<FileRange> ranges,
                                               const ScanState& state,
                                               const ReadResources& resources,
                                               const TaskContext& context) const;
  virtual Result<std::unique_ptr<RangeReaders>> OpenReaders(const ScanState& state,
                                                            ReadResources resources) const = 0;
};

}  // namespace tenon::files
