#include "connectors/files/write/local_target.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/platform_file.h"
#include "connectors/files/write/local_publish.h"
#include "object_store/local_store.h"

namespace tenon::files {
namespace {

using object_store::ObjectInfo;
using object_store::StagedObject;

constexpr size_t kMarkDigits = 8;

// Fit for a name, whatever the run's id holds.
std::string NamePart(std::string_view text) {
  std::string name;
  for (const char c : text.substr(0, 40)) {
    const bool plain =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    name += plain ? c : '_';
  }
  return name;
}

// The nearest folder above that is there must take new names.
Status CheckWritable(const std::string& folder) {
  std::error_code ignored;
  std::string nearest = folder;
  while (nearest.size() > 1 && !std::filesystem::exists(nearest, ignored))
    nearest = FolderOf(nearest);
  if (!std::filesystem::is_directory(nearest, ignored)) {
    return Status::InvalidArgument("A file is in the way of the target folder: path=" + folder +
                                   " file=" + nearest)
        .WithHint("Name another folder, or move the file away.");
  }
  // With the rights that the writing will have, not those of whoever started the program.
  if (faccessat(AT_FDCWD, nearest.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return Status::Ok();
  return base::FileError("Folder cannot be written", nearest, errno);
}

class LocalTarget : public Target {
 public:
  explicit LocalTarget(std::shared_ptr<object_store::Store> store) : store_(std::move(store)) {}

  Result<SinkPlaces> Plan(const SinkOptions& options, const WriteRequest& request) override {
    SinkPlaces places;
    places.schema = request.schema;
    places.mark = NamePart(std::string_view(request.call.token).substr(0, kMarkDigits));
    const std::string temporary = ".tenon-" + NamePart(request.call.run) + "-" + places.mark;
    const Result<ObjectInfo> target = store_->Stat(options.path);
    if (!target.ok() && !target.status().Is(StatusCode::kNotFound)) return target.status();
    const bool there = target.ok(), folder = there && target->folder;
    const bool one_file =
        options.one_file == OneFile::kAsked || (options.one_file == OneFile::kByName && !folder);
    Status planned = one_file ? PlanFile(options, request, there, folder, &places)
                              : PlanFolder(options, request, there, folder, &places);
    TENON_RETURN_IF_ERROR(planned);
    // Into a folder that is there the temporary one goes inside: the right to write beside it may be missing.
    const bool inside = one_file || folder;
    places.temporary = PathBelow(inside ? places.folder : FolderOf(places.folder), temporary);
    TENON_RETURN_IF_ERROR(CheckWritable(FolderOf(places.temporary)));
    return places;
  }

  Result<std::unique_ptr<object_store::StagedWriter>> Stage(const SinkPlaces& places,
                                                            const std::string& name,
                                                            int attempt) override {
    return store_->Stage(TemporaryPath(places, name, attempt), PathBelow(places.folder, name));
  }

  Status Keep(const SinkPlaces&, const std::vector<StagedObject>& files) override {
    return KeepLocally(files);
  }

  std::string ScratchFolder(const SinkPlaces& places) const override { return places.temporary; }

  Status Verify(const SinkPlaces& places, const std::vector<StagedObject>& files) override {
    return VerifyLocally(*store_, places, files);
  }

  // The temporary names are the register, so the number is not needed.
  Status Publish(const SinkPlaces& places, uint64_t, const std::vector<StagedObject>& files,
                 Publisher publisher) override {
    return PublishLocally(*store_, places, files, publisher);
  }

  Status Discard(const SinkPlaces& places, const std::vector<StagedObject>&) override {
    // Published files have left this folder; what is in it belongs to nobody.
    return object_store::RemoveFolder(places.temporary);
  }

 private:
  static Status PlanFile(const SinkOptions& options, const WriteRequest& request, bool there,
                         bool folder, SinkPlaces* places) {
    if (folder) {
      return Status::InvalidArgument("Target is a folder, not a file: path=" + options.path)
          .WithHint("Name a file, or leave singleFile out.");
    }
    const bool replaces =
        request.mode == WriteMode::kReplace || request.mode == WriteMode::kTruncate;
    if (there && !replaces) {
      return Status::AlreadyExists("Target file is there already: path=" + options.path)
          .WithHint("Write with overwrite, or name another file; a folder can be added to.");
    }
    places->commit_class = CommitClass::kAtomic;
    places->folder = FolderOf(options.path);
    places->file = options.path.substr(options.path.rfind('/') + 1);
    places->joining = options.joining();
    return Status::Ok();
  }

  Status PlanFolder(const SinkOptions& options, const WriteRequest& request, bool there,
                    bool folder, SinkPlaces* places) const {
    places->folder = options.path;
    places->commit_class = there ? CommitClass::kRecoverable : CommitClass::kAtomic;
    if (!there) return Status::Ok();
    if (!folder) {
      return Status::InvalidArgument("Target is a file, not a folder: path=" + options.path)
          .WithHint("Name a folder; the files in it are named by the sink.");
    }
    if (request.mode == WriteMode::kCreate) {
      return Status::AlreadyExists("Target is there already: path=" + options.path)
          .WithHint("Name another folder, or write with append or overwrite.");
    }
    if (request.mode == WriteMode::kAppend) return Status::Ok();
    TENON_ASSIGN_OR_RETURN(places->old, ListOld(options.path));
    return Status::Ok();
  }

  // All that is in the target, relative to it, but the temporary folders of calls.
  Result<std::vector<std::string>> ListOld(const std::string& folder) const {
    std::vector<std::string> old;
    const auto enter = [](const std::string& each) {
      return !std::string_view(each).substr(each.rfind('/') + 1).starts_with(".tenon-");
    };
    TENON_RETURN_IF_ERROR(store_->List(folder, enter, [&](const ObjectInfo& info) {
      old.push_back(NameBelow(folder, info.path));
      return Status::Ok();
    }));
    return old;
  }

  const std::shared_ptr<object_store::Store> store_;
};

}  // namespace

std::unique_ptr<Target> MakeLocalTarget(std::shared_ptr<object_store::Store> store) {
  return std::make_unique<LocalTarget>(std::move(store));
}

}  // namespace tenon::files
