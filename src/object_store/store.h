// A place that keeps objects under names: what reading and publishing files needs of it, and no
// more.
//
// Reading: list, look at one, read ranges. Writing is in two phases, because the run protocol is:
// Stage makes an object durable under a temporary name where no reader looks; Publish gives it its
// final name in one step that can be repeated; Discard removes what was never published. A local
// folder does that by rename, an object store by an upload that is completed late. All methods may
// be called concurrently.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "tenon/result.h"

namespace tenon::object_store {

struct ObjectInfo {
  std::string path;
  int64_t bytes = 0;
  int64_t modified_ns = 0;  // Since 1970.
  bool folder = false;
};

// Reads one object as it was when it was opened for as long as nobody writes into it.
class RangeReader {
 public:
  virtual ~RangeReader() = default;
  // Fills `out` from `offset` on; fewer bytes only at the end of the object, 0 behind it.
  virtual Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) = 0;
};

// An object that is written, durable, and not visible. A value that travels in commit messages.
struct StagedObject {
  std::string temporary;
  std::string final;
  int64_t bytes = 0;
  uint64_t checksum = 0;  // Checksum64 of the content.
};

// Writes one staged object, front to back. Destroyed without Finish it leaves at most the temporary
// object.
class StagedWriter {
 public:
  virtual ~StagedWriter() = default;
  // After an error only the destructor is legal. kResourceExhausted: the disk or a quota is full.
  virtual Status Append(std::span<const uint8_t> bytes) = 0;
  virtual int64_t bytes() const = 0;
  // Makes the content durable. Only the destructor is legal afterwards.
  virtual Result<StagedObject> Finish() = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // kNotFound when there is nothing.
  virtual Result<ObjectInfo> Stat(const std::string& path) = 0;
  // Calls `visit` for each object below the folder, sorted by name at each level, and descends into
  // the folders for which `enter` is true (none without it). Keeps the names of one folder a level
  // in memory. Ends with the first error of `visit`. Objects that vanish meanwhile are left out.
  virtual Status List(const std::string& folder,
                      const std::function<bool(const std::string& folder)>& enter,
                      const std::function<Status(const ObjectInfo&)>& visit) = 0;
  virtual Result<std::unique_ptr<RangeReader>> OpenRead(const std::string& path) = 0;

  // Makes the folder of `temporary` when it is missing. kAlreadyExists when the temporary object is
  // there.
  virtual Result<std::unique_ptr<StagedWriter>> Stage(std::string temporary, std::string final) = 0;
  // Gives the object its final name, replacing what has it. False: the temporary name is gone, so
  // it was published before. Durable after base::SyncFolder of the final name's folder.
  virtual Result<bool> Publish(const StagedObject& object) = 0;
  // Removes a temporary or an old object; nothing happens when it is gone.
  virtual Status Remove(const std::string& path) = 0;
};

// A 64-bit hash of bytes given in pieces of any length: finds torn and damaged files, not
// forgeries.
class Checksum64 {
 public:
  void Add(std::span<const uint8_t> bytes);
  uint64_t value() const;

 private:
  uint64_t hash_ = 0x9e3779b97f4a7c15u;
  uint64_t pending_ = 0;  // Bytes that do not fill a word yet, lowest first.
  uint32_t pending_bytes_ = 0;
  uint64_t total_ = 0;
};

}  // namespace tenon::object_store
