// A place that keeps objects under names: what reading and publishing files needs of it, and no
// more.
//
// Reading: list, look at one, read ranges. Writing is in two phases, because the run protocol is:
// Stage makes an object durable where no reader looks; Publish gives it its final name in one step
// that can be repeated, by another process too; Discard removes what was never published. A local
// folder does that by rename, S3 by an upload whose parts are there and that is completed late. All
// methods may be called concurrently. Which store a path belongs to: location.h; a store of every
// path: route/open_store.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.h"

namespace tenon::object_store {

struct ObjectInfo {
  std::string path;
  int64_t bytes = 0;
  int64_t modified_ns = 0;  // Since 1970.
  bool folder = false;
  // What an object store knows beside that; empty of local files.
  std::string etag;           // Changes whenever the content does. With its quotes.
  std::string storage_class;  // "STANDARD", "GLACIER"
  std::string version;
};

// kDataError: what is there `now` is not what was `known`.
Status CheckUnchanged(const ObjectInfo& known, const ObjectInfo& now);

// Reads one object. ReadAt may be called from several threads. A local file is read as it is; an
// object of a store as it was when it was opened: kDataError once it has been replaced.
class RangeReader {
 public:
  virtual ~RangeReader() = default;
  // Fills `out` from `offset` on; fewer bytes only at the end of the object, 0 behind it.
  virtual Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) = 0;
  // A hint: the caller is going to read [begin, end) front to back and nothing behind it. A reader
  // of a far object then fetches ahead, up to `end` and within its own bound of memory.
  virtual void Expect(int64_t begin, int64_t end) { static_cast<void>(begin + end); }
};

// An object that is written, durable, and not visible. A value that travels in commit messages.
struct StagedObject {
  std::string temporary;  // As Stage was given it; a local file's name.
  std::string final;
  int64_t bytes = 0;
  uint64_t checksum = 0;  // Checksum64 of the content.
  // Of an object store: the upload that is not completed, its parts in order, and the random text
  // that the object will carry, by which anybody can tell whose it is.
  std::string upload;
  std::vector<std::string> part_etags;
  std::string token;
};

// An upload that somebody began and did not complete.
struct OpenUpload {
  std::string path;
  std::string upload;
  int64_t started_ns = 0;  // Since 1970.
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

// Of a call for many: the index of one that failed, and why.
using ItemFailed = std::function<void(size_t index, Status failure)>;

class Store {
 public:
  virtual ~Store() = default;

  // kNotFound when there is nothing.
  virtual Result<ObjectInfo> Stat(const std::string& path) = 0;
  // Calls `visit` for each object below the folder, sorted by name at each level (an object store
  // sorts a folder by its name with the slash), and descends into the folders for which `enter` is
  // true (none without it). Keeps the names of one folder a level, or 1,000 names, in memory. Ends
  // with the first error of `visit`. Objects that vanish meanwhile are left out.
  virtual Status List(const std::string& folder,
                      const std::function<bool(const std::string& folder)>& enter,
                      const std::function<Status(const ObjectInfo&)>& visit) = 0;
  // The same, but an object for whose path `wants` is false is not looked at, which a local file costs more than its
  // name.
  virtual Status ListWanted(const std::string& folder,
                            const std::function<bool(const std::string& folder)>& enter,
                            const std::function<bool(const std::string& path)>& wants,
                            const std::function<Status(const ObjectInfo&)>& visit) {
    return List(folder, enter, [&](const ObjectInfo& object) {
      return wants(object.path) ? visit(object) : Status::Ok();
    });
  }
  virtual Result<std::unique_ptr<RangeReader>> OpenRead(const std::string& path) = 0;
  // The object that a Stat or List described: spares an object store a request. kDataError: it has been changed since,
  // which an object store may say only when it is read. An etag or else a time that are not known are not compared.
  virtual Result<std::unique_ptr<RangeReader>> OpenRead(const ObjectInfo& object) {
    return OpenRead(object.path);
  }

  // Local: makes the folder of `temporary` when it is missing; kAlreadyExists when the temporary
  // object is there. An object store does not use the temporary name.
  virtual Result<std::unique_ptr<StagedWriter>> Stage(std::string temporary, std::string final) = 0;
  // The same in two steps, for an object that another process may have to go on with: what Begin
  // returns names its upload, and Resume writes its content, from the start each time. A writer of
  // Resume that is destroyed without Finish leaves the upload as it is; kNotFound from Append or
  // Finish: the upload is gone, published or given up. Only of object stores: kUnsupported.
  virtual Result<StagedObject> Begin(std::string final);
  virtual Result<std::unique_ptr<StagedWriter>> Resume(StagedObject begun);
  // Gives the object its final name, replacing what has it. False: it was published before (local:
  // the temporary name is gone; else the upload is gone and the object carries the token; a store
  // that remembers completed uploads answers true once more). Local files are durable after
  // base::SyncFolder of the final name's folder. An error may leave it published: call again. Of an
  // upload whose parts are not known it only tells whether it was published: false, or kNotFound.
  virtual Result<bool> Publish(const StagedObject& object) = 0;
  // Gives up what was never published; nothing happens when it is gone.
  virtual Status Discard(const StagedObject& object) = 0;
  // Removes a temporary or an old object; nothing happens when it is gone.
  virtual Status Remove(const std::string& path) = 0;
  // The same for many, which an object store does 1,000 at a time. One that cannot be removed is told and does not end
  // it; an error: the rest was not tried.
  virtual Status RemoveEach(std::span<const std::string> paths, const ItemFailed& failed);
  // RemoveEach, with the first failure as the error.
  Status RemoveAll(std::span<const std::string> paths);
  // Moves objects, as List described them, to another storage class, several at once; failures as RemoveEach. One that
  // was replaced since fails. Only of object stores: kUnsupported.
  virtual Status SetStorageClass(std::span<const ObjectInfo> objects,
                                 const std::string& storage_class, const ItemFailed& failed);
  // Makes a small object unless one has the name: exactly one of those who try at the same time
  // makes it. False: another content is there. True also when the same bytes are there, for that
  // may have been this call. Durable.
  virtual Result<bool> PutIfAbsent(const std::string& path, std::string_view bytes) = 0;
  // Calls `visit` for each open upload whose path begins with `prefix`. None in a local folder.
  virtual Status ListUploads(const std::string& prefix,
                             const std::function<Status(const OpenUpload&)>& visit);
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
