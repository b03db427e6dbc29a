#include "connectors/files/write/one_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/platform_file.h"
#include "connectors/files/write/local_publish.h"
#include "connectors/files/write/open_file.h"
#include "connectors/files/write/parquet_join.h"
#include "object_store/local_store.h"

namespace tenon::files {
namespace {

using object_store::StagedObject;

bool IsThere(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Status Rename(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) == 0) return Status::Ok();
  return base::FileError("File cannot be published", to, errno);
}

// The pieces under one temporary name. A single piece is that file already.
Status MakeWhole(const SinkPlaces& places, const std::vector<std::string>& pieces) {
  const std::string whole = WholePath(places);
  if (pieces.size() == 1) {
    TENON_RETURN_IF_ERROR(Rename(pieces.front(), whole));
    return base::SyncFolder(places.temporary);
  }
  const std::string unfinished = whole + ".unfinished";
  TENON_RETURN_IF_ERROR(places.joining == Joining::kParquet ? JoinParquet(pieces, unfinished)
                                                            : JoinBytes(pieces, unfinished));
  TENON_RETURN_IF_ERROR(Rename(unfinished, whole));
  return base::SyncFolder(places.temporary);
}

// A file that has gone together with what was to become it was not published as far as anybody can tell.
Status CheckPublished(const SinkPlaces& places) {
  const std::string path = PathBelow(places.folder, places.file);
  if (IsThere(path)) return object_store::RemoveFolder(places.temporary);
  return Status::DataError("Target has vanished together with what was prepared: path=" + path)
      .WithHint("Restore it: the rows of this call are nowhere else.");
}

}  // namespace

std::string WholePath(const SinkPlaces& places) { return places.temporary + "/.whole"; }

Result<bool> MakeWholeFile(const SinkPlaces& places, const std::vector<StagedObject>& pieces,
                           Publisher publisher) {
  const std::string whole = WholePath(places);
  std::vector<std::string> left;
  for (const StagedObject& piece : pieces) {
    if (IsThere(piece.temporary)) left.push_back(piece.temporary);
  }
  if (!IsThere(whole)) {
    if (left.empty()) return false;
    if (left.size() != pieces.size()) {
      return Status::DataError("Prepared files are gone: folder=" + places.temporary +
                               " left=" + std::to_string(left.size()) +
                               " expected=" + std::to_string(pieces.size()));
    }
    TENON_RETURN_IF_ERROR(MakeWhole(places, left));
    TENON_RETURN_IF_ERROR(PassBetweenSteps(publisher));
  }
  // Before the rename: a piece that is left behind it would make the next recovery publish once more.
  for (const std::string& piece : left) {
    if (unlink(piece.c_str()) != 0 && errno != ENOENT)
      return base::FileError("File cannot be removed", piece, errno);
  }
  TENON_RETURN_IF_ERROR(base::SyncFolder(places.temporary));
  return true;
}

Status PublishOneFile(const SinkPlaces& places, const std::vector<StagedObject>& pieces,
                      Publisher publisher) {
  TENON_ASSIGN_OR_RETURN(const bool there, MakeWholeFile(places, pieces, publisher));
  if (!there) return CheckPublished(places);
  TENON_RETURN_IF_ERROR(PassBetweenSteps(publisher));
  TENON_RETURN_IF_ERROR(Rename(WholePath(places), PathBelow(places.folder, places.file)));
  TENON_RETURN_IF_ERROR(base::SyncFolder(places.folder));
  return object_store::RemoveFolder(places.temporary);
}

Status JoinBytes(const std::vector<std::string>& pieces, const std::string& whole) {
  TENON_ASSIGN_OR_RETURN(OpenFile to, OpenFile::Make(whole));
  for (const std::string& piece : pieces) {
    TENON_ASSIGN_OR_RETURN(const OpenFile from, OpenFile::Read(piece));
    TENON_ASSIGN_OR_RETURN(const int64_t bytes, from.Size());
    TENON_RETURN_IF_ERROR(to.AppendFrom(from, 0, bytes));
  }
  return to.Sync();
}

}  // namespace tenon::files
