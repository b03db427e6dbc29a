#include "connectors/files/write/s3_target.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/json.h"
#include "base/platform_file.h"
#include "base/text.h"
#include "connectors/files/write/local_publish.h"
#include "connectors/files/write/s3_object.h"
#include "object_store/local_store.h"

namespace tenon::files {
namespace {

using object_store::ObjectInfo;
using object_store::OpenUpload;
using object_store::StagedObject;

constexpr size_t kMarkDigits = 8;
constexpr size_t kKeyDigits = 12;
constexpr std::string_view kMarkers = "_tenon";

std::string_view NameOf(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// "s3://bucket/target/_tenon/0123456789ab-"
std::string MarkerPrefix(const SinkPlaces& places) {
  return PathBelow(PathBelow(places.folder, std::string(kMarkers)), places.register_key) + "-";
}

class S3Target : public Target {
 public:
  explicit S3Target(std::shared_ptr<object_store::Store> store) : store_(std::move(store)) {}

  Result<SinkPlaces> Plan(const SinkOptions& options, const WriteRequest& request) override {
    SinkPlaces places;
    places.schema = request.schema;
    places.token = request.call.token;
    places.mark = places.token.substr(0, kMarkDigits);
    // Names of jobs and sinks may hold anything but a NUL.
    const SinkCall& call = request.call;
    places.register_key =
        base::Sha256Hex(call.home + '\0' + call.job + '\0' + call.sink).substr(0, kKeyDigits);
    std::error_code error;
    const std::filesystem::path scratch = std::filesystem::temp_directory_path(error);
    if (error)
      return Status::NotFound("No folder for temporary files: error=" + error.message())
          .WithHint("Set TMPDIR to a folder that is there.");
    places.temporary = (scratch / (".tenon-" + places.register_key + "-" + places.mark)).string();
    TENON_RETURN_IF_ERROR(LookAt(options, request.mode, &places));
    return places;
  }

  Result<std::unique_ptr<object_store::StagedWriter>> Stage(const SinkPlaces& places,
                                                            const std::string& name,
                                                            int attempt) override {
    // Rows on their way to a bucket are nobody else's business on this machine.
    if (!places.file.empty() && mkdir(places.temporary.c_str(), 0700) != 0 && errno != EEXIST)
      return base::NoFolder("Folder cannot be made", places.temporary, errno);
    object_store::Store& store = places.file.empty() ? *store_ : local_;
    return store.Stage(TemporaryPath(places, name, attempt), PathBelow(places.folder, name));
  }

  // Parts are durable, and counted, when a writer has finished (s3_writer.cc).
  Status Keep(const SinkPlaces& places, const std::vector<StagedObject>& files) override {
    return places.file.empty() ? Status::Ok() : KeepLocally(files);
  }

  std::string ScratchFolder(const SinkPlaces& places) const override { return places.temporary; }

  // A completion names the parts' ETags, so the store itself refuses what was not prepared.
  Status Verify(const SinkPlaces& places, const std::vector<StagedObject>& files) override {
    return places.file.empty() ? Status::Ok() : VerifyLocally(local_, places, files);
  }

  Status Publish(const SinkPlaces& places, uint64_t seq, const std::vector<StagedObject>& files,
                 Publisher publisher) override {
    const std::string marker = MarkerPrefix(places) + std::to_string(seq);
    TENON_ASSIGN_OR_RETURN(const bool done, IsDone(marker, publisher));
    if (!done) {
      TENON_RETURN_IF_ERROR(places.file.empty()
                                ? PublishEach(files, publisher)
                                : PublishOneObject(*store_, places, files, publisher));
      TENON_RETURN_IF_ERROR(MakeMarker(places, marker));
    }
    if (!places.old.empty()) {
      TENON_RETURN_IF_ERROR(PassBetweenSteps(publisher));
      std::vector<std::string> old;
      for (const std::string& name : places.old) old.push_back(PathBelow(places.folder, name));
      TENON_RETURN_IF_ERROR(store_->RemoveAll(old));
    }
    TENON_RETURN_IF_ERROR(RemoveOlderMarkers(places, seq));
    return Sweep(places);
  }

  // What messages name is published; all else of the call carries its mark, which Sweep finds.
  Status Discard(const SinkPlaces& places, const std::vector<StagedObject>&) override {
    if (!places.file.empty()) TENON_RETURN_IF_ERROR(DiscardOneObject(*store_, places));
    return Sweep(places);
  }

 private:
  Status LookAt(const SinkOptions& options, WriteMode mode, SinkPlaces* places) {
    const std::string& path = options.path;
    const Result<ObjectInfo> target = store_->Stat(path);
    if (!target.ok() && !target.status().Is(StatusCode::kNotFound)) return target.status();
    const bool there = target.ok(), folder = there && target->folder;
    if (options.one_file == OneFile::kAsked || (options.one_file == OneFile::kByName && !folder))
      return LookAtObject(options, mode, there && !folder, places);
    places->commit_class = CommitClass::kRecoverable;
    places->folder = path;
    if (!there) return CheckBucket(path);
    if (!folder) {
      return Status::InvalidArgument("Target is a file, not a folder: path=" + path)
          .WithHint("Name a folder; the files in it are named by the sink.");
    }
    if (mode == WriteMode::kCreate) {
      return Status::AlreadyExists("Target is there already: path=" + path)
          .WithHint("Name another folder, or write with append or overwrite.");
    }
    if (mode == WriteMode::kAppend) return Status::Ok();
    const auto enter = [](const std::string& folder) { return NameOf(folder) != kMarkers; };
    return store_->List(path, enter, [&](const ObjectInfo& info) {
      places->old.push_back(NameBelow(path, info.path));
      return Status::Ok();
    });
  }

  // A folder may have the object's name: they are different things here.
  Status LookAtObject(const SinkOptions& options, WriteMode mode, bool there, SinkPlaces* places) {
    const bool replaces = mode == WriteMode::kReplace || mode == WriteMode::kTruncate;
    if (there && !replaces) {
      return Status::AlreadyExists("Target file is there already: path=" + options.path)
          .WithHint("Write with overwrite, or name another file; a folder can be added to.");
    }
    places->commit_class = CommitClass::kAtomic;
    places->folder = FolderOf(options.path);
    places->file = NameOf(options.path);
    places->joining = options.joining();
    // Whether the object and the marker beside it may be made must show before the rows are read.
    for (const std::string& path : {options.path, MarkerPrefix(*places) + "0"}) {
      TENON_ASSIGN_OR_RETURN(const StagedObject tried, store_->Begin(path));
      TENON_RETURN_IF_ERROR(store_->Discard(tried));
    }
    return Status::Ok();
  }

  Status PublishEach(const std::vector<StagedObject>& files, Publisher publisher) {
    for (const StagedObject& file : files) {
      TENON_RETURN_IF_ERROR(store_->Publish(file).status());
      TENON_RETURN_IF_ERROR(PassBetweenSteps(publisher));
    }
    return Status::Ok();
  }

  // A prefix need not be there, its bucket must.
  Status CheckBucket(const std::string& path) {
    return store_->ListUploads(path + "/", [](const OpenUpload&) { return Status::Ok(); });
  }

  // Asked in recovery alone: a first publication cannot have been done.
  Result<bool> IsDone(const std::string& marker, Publisher publisher) {
    if (publisher == Publisher::kCommit) return false;
    const Result<ObjectInfo> there = store_->Stat(marker);
    if (there.ok()) return !there->folder;
    if (there.status().Is(StatusCode::kNotFound)) return false;
    return there.status();
  }

  Status MakeMarker(const SinkPlaces& places, const std::string& marker) {
    const std::string text = base::DumpJson(base::Json{{"v", 1}, {"token", places.token}});
    TENON_ASSIGN_OR_RETURN(const bool ours, store_->PutIfAbsent(marker, text));
    if (ours) return Status::Ok();
    return Status::Conflict("Another call has taken this one's place: marker=" + marker);
  }

  Status RemoveOlderMarkers(const SinkPlaces& places, uint64_t seq) {
    const std::string folder = PathBelow(places.folder, std::string(kMarkers));
    const std::string prefix = MarkerPrefix(places);
    std::vector<std::string> older;
    TENON_RETURN_IF_ERROR(store_->List(folder, nullptr, [&](const ObjectInfo& info) {
      if (!info.path.starts_with(prefix)) return Status::Ok();
      const auto number = base::ParseInteger(std::string_view(info.path).substr(prefix.size()));
      if (number && *number >= 0 && static_cast<uint64_t>(*number) < seq)
        older.push_back(info.path);
      return Status::Ok();
    }));
    return store_->RemoveAll(older);
  }

  // Gives up the uploads of attempts that lost, which have the call's mark in their names.
  Status Sweep(const SinkPlaces& places) {
    if (!places.file.empty()) return object_store::RemoveFolder(places.temporary);
    std::vector<StagedObject> left;
    TENON_RETURN_IF_ERROR(
        store_->ListUploads(PathBelow(places.folder, ""), [&](const OpenUpload& upload) {
          if (NameOf(upload.path).find("-" + places.mark) != std::string_view::npos) {
            StagedObject object;
            object.final = upload.path;
            object.upload = upload.upload;
            left.push_back(std::move(object));
          }
          return Status::Ok();
        }));
    for (const StagedObject& object : left) TENON_RETURN_IF_ERROR(store_->Discard(object));
    return object_store::RemoveFolder(places.temporary);
  }

  const std::shared_ptr<object_store::Store> store_;
  object_store::LocalStore local_;  // Of the pieces of one object.
};

}  // namespace

std::unique_ptr<Target> MakeS3Target(std::shared_ptr<object_store::Store> store) {
  return std::make_unique<S3Target>(std::move(store));
}

}  // namespace tenon::files
