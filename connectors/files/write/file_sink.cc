#include "connectors/files/write/file_sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error_catalog.h"
#include "base/platform_file.h"
#include "connectors/files/write/file_publish.h"
#include "connectors/files/write/sink_records.h"
#include "object_store/local_store.h"

namespace tenon::files {
namespace {

constexpr size_t kMarkDigits = 8;

class FileSink : public Sink {
 public:
  FileSink(std::unique_ptr<WriteFormat> format, SinkPlaces places)
      : format_(std::move(format)), places_(std::move(places)) {}

  CommitClass commit_class() const override { return places_.commit_class; }
  std::string state() const override { return places_.ToJson(); }

  Status CheckSchema(const Schema& schema) const override { return format_->CheckSchema(schema); }

  Status Commit(uint64_t, std::string_view, std::span<const std::string> messages,
                const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(const std::vector<object_store::StagedObject> files,
                           FilesOf(places_, messages));
    object_store::LocalStore store;
    return PublishFiles(store, places_, files, Publisher::kCommit);
  }

 private:
  const std::unique_ptr<WriteFormat> format_;
  SinkPlaces places_;
};

class FileRecovery : public Recovery {
 public:
  Result<Outcome> Settle(const SinkCall&, uint64_t, std::string_view,
                         std::span<const std::string> messages, std::string_view places_json,
                         const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(const SinkPlaces places, SinkPlaces::FromJson(places_json));
    TENON_ASSIGN_OR_RETURN(const std::vector<object_store::StagedObject> files,
                           FilesOf(places, messages));
    object_store::LocalStore store;
    TENON_RETURN_IF_ERROR(VerifyPrepared(store, places, files));
    TENON_RETURN_IF_ERROR(PublishFiles(store, places, files, Publisher::kRecovery));
    return Outcome::kPublished;
  }

  Status Discard(const SinkCall&, std::string_view places_json, std::span<const std::string>,
                 const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(const SinkPlaces places, SinkPlaces::FromJson(places_json));
    // Published files have left this folder; what is in it belongs to nobody.
    return object_store::RemoveFolder(places.temporary);
  }
};

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

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
                                   " file=" + nearest);
  }
  // With the rights that the writing will have, not those of whoever started the program.
  if (faccessat(AT_FDCWD, nearest.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return Status::Ok();
  return base::FileError("Folder cannot be written", nearest, errno);
}

// All that is in the target, relative to it, but the temporary folders of calls.
Result<std::vector<std::string>> ListOld(const std::string& folder) {
  object_store::LocalStore store;
  std::vector<std::string> old;
  const auto enter = [&](const std::string& each) {
    return !std::string_view(each).substr(each.rfind('/') + 1).starts_with(".tenon-");
  };
  TENON_RETURN_IF_ERROR(store.List(folder, enter, [&](const object_store::ObjectInfo& info) {
    old.push_back(info.path.substr(folder.size() + 1));
    return Status::Ok();
  }));
  return old;
}

Status CheckRequest(const SinkOptions& options, const WriteRequest& request) {
  if (request.mode == WriteMode::kUpsert) {
    return Status::Unsupported("Files cannot be updated by key: path=" + options.folder)
        .WithHint("Write with append or overwrite.");
  }
  if (options.format == SinkFormat::kParquet && !request.schema) {
    return Status::InvalidArgument("Parquet needs the schema of all rows before the first: path=" +
                                   options.folder)
        .WithNumber(base::kErrSinkNeedsSchema)
        .WithHint("Write glueparquet, which starts another file when the schema grows.");
  }
  return Status::Ok();
}

}  // namespace

Result<std::unique_ptr<Sink>> OpenFileSink(const SinkOptions& options,
                                           const WriteRequest& request) {
  TENON_RETURN_IF_ERROR(CheckRequest(options, request));
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<WriteFormat> format,
                         MakeWriteFormat(options, request.schema.has_value()));
  SinkPlaces places;
  places.folder = options.folder;
  places.schema = request.schema;
  places.mark = NamePart(std::string_view(request.call.token).substr(0, kMarkDigits));
  const std::string temporary = "/.tenon-" + NamePart(request.call.run) + "-" + places.mark;
  object_store::LocalStore store;
  const Result<object_store::ObjectInfo> target = store.Stat(options.folder);
  if (!target.ok() && !target.status().Is(StatusCode::kNotFound)) return target.status();
  if (!target.ok()) {
    places.commit_class = CommitClass::kAtomic;
    const std::string parent = FolderOf(options.folder);
    places.temporary = (parent == "/" ? "" : parent) + temporary;
    TENON_RETURN_IF_ERROR(CheckWritable(parent));
  } else {
    if (!target->folder) {
      return Status::InvalidArgument("Target is a file, not a folder: path=" + options.folder)
          .WithHint("Name a folder; the files in it are named by the sink.");
    }
    if (request.mode == WriteMode::kCreate) {
      return Status::AlreadyExists("Target is there already: path=" + options.folder)
          .WithHint("Name another folder, or write with append or overwrite.");
    }
    places.commit_class = CommitClass::kRecoverable;
    places.temporary = options.folder + temporary;
    TENON_RETURN_IF_ERROR(CheckWritable(options.folder));
    if (request.mode != WriteMode::kAppend) {
      TENON_ASSIGN_OR_RETURN(places.old, ListOld(options.folder));
    }
  }
  return std::make_unique<FileSink>(std::move(format), std::move(places));
}

std::unique_ptr<Recovery> MakeFileRecovery() { return std::make_unique<FileRecovery>(); }

}  // namespace tenon::files
