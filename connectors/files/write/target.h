// Where a sink call puts its files: the border between the sink, which is the same for all stores, and what differs
// between them, which is temporary names, durability, and how all files of a call become visible.
//
// Life: one for each sink, factory of writers or recovery; it holds no state of a call, so that any process can go on
// from the places and messages alone. All methods may be called concurrently.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/files/write/sink_records.h"
#include "connectors/files/write/write_options.h"
#include "object_store/store.h"
#include "tenon/sink.h"

namespace tenon::files {

// Who publishes: tells failpoints apart.
enum class Publisher { kCommit, kRecovery };

class Target {
 public:
  virtual ~Target() = default;

  // Looks at the target and says where the call will put its files; makes nothing. Errors: a file is in the way of a
  // folder, the target is there already, it cannot be written.
  virtual Result<SinkPlaces> Plan(const SinkOptions& options, const WriteRequest& request) = 0;

  // Starts a file that nobody sees. `name` is relative to the target's folder ("k=1/part-00000-01234567.json");
  // attempts of one partition may write the same name at the same time.
  virtual Result<std::unique_ptr<object_store::StagedWriter>> Stage(const SinkPlaces& places,
                                                                    const std::string& name,
                                                                    int attempt) = 0;
  // The finished files of one writer survive a power cut once this has returned.
  virtual Status Keep(const SinkPlaces& places,
                      const std::vector<object_store::StagedObject>& files) = 0;
  // A folder of this machine in which a writer may set rows aside; swept with the call's leavings.
  virtual std::string ScratchFolder(const SinkPlaces& places) const = 0;

  // kDataError: a file that is still hidden is not what was prepared.
  virtual Status Verify(const SinkPlaces& places,
                        const std::vector<object_store::StagedObject>& files) = 0;
  // Makes exactly these files visible under their names, durably, then removes what the call replaces and its
  // leavings. Idempotent; goes on from wherever an earlier one was cut. `seq`: of the call in its register.
  virtual Status Publish(const SinkPlaces& places, uint64_t seq,
                         const std::vector<object_store::StagedObject>& files,
                         Publisher publisher) = 0;
  // Removes what the call left and no commit names. `files`: those that are known, perhaps not all. Idempotent.
  virtual Status Discard(const SinkPlaces& places,
                         const std::vector<object_store::StagedObject>& files) = 0;
};

// The target that a path belongs to. `stop` ends every wait for a far store with kCancelled.
Result<std::unique_ptr<Target>> OpenTarget(const std::string& path, std::stop_token stop);

}  // namespace tenon::files
