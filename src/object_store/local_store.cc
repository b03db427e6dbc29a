#include "object_store/local_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/platform_file.h"

namespace tenon::object_store {
namespace {

using base::FileError;

// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  int get() const { return value_; }

 private:
  int value_;
};

ObjectInfo InfoOf(std::string path, const struct stat& facts) {
  return {.path = std::move(path),
          .bytes = static_cast<int64_t>(facts.st_size),
          .modified_ns =
              static_cast<int64_t>(facts.st_mtim.tv_sec) * 1'000'000'000 + facts.st_mtim.tv_nsec,
          .folder = S_ISDIR(facts.st_mode)};
}

class LocalRangeReader : public RangeReader {
 public:
  // `bytes`: nothing is behind them; not known: INT64_MAX.
  LocalRangeReader(std::string path, Descriptor file, int64_t bytes)
      : path_(std::move(path)), file_(std::move(file)), bytes_(bytes) {}

  Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) override {
    const int64_t left = std::max<int64_t>(0, bytes_ - offset);
    out = out.first(std::min(out.size(), static_cast<size_t>(left)));
    size_t done = 0;
    while (done < out.size()) {
      const ssize_t got = pread(file_.get(), out.data() + done, out.size() - done,
                                static_cast<off_t>(offset + static_cast<int64_t>(done)));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return FileError("File cannot be read", path_, errno);
      if (got == 0) break;
      done += static_cast<size_t>(got);
    }
    return done;
  }

 private:
  std::string path_;
  Descriptor file_;
  const int64_t bytes_;
};

class LocalStagedWriter : public StagedWriter {
 public:
  LocalStagedWriter(StagedObject object, Descriptor file)
      : object_(std::move(object)), file_(std::move(file)) {}

  Status Append(std::span<const uint8_t> bytes) override {
    size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t put = write(file_.get(), bytes.data() + done, bytes.size() - done);
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return FileError("File cannot be written", object_.temporary, errno);
      done += static_cast<size_t>(put);
    }
    checksum_.Add(bytes);
    object_.bytes += static_cast<int64_t>(bytes.size());
    return Status::Ok();
  }

  int64_t bytes() const override { return object_.bytes; }

  Result<StagedObject> Finish() override {
    if (fsync(file_.get()) != 0)
      return FileError("File cannot be made durable", object_.temporary, errno);
    object_.checksum = checksum_.value();
    return object_;
  }

 private:
  StagedObject object_;
  Descriptor file_;
  Checksum64 checksum_;
};

std::string FolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

struct FolderCloser {
  void operator()(DIR* folder) const { closedir(folder); }
};

// The first bytes of a name as a number that orders as they do: most names are told apart by it.
uint64_t BeginOf(std::string_view name) {
  uint64_t begin = 0;
  for (size_t i = 0; i < sizeof(begin); ++i) {
    begin = begin << 8 | (i < name.size() ? static_cast<uint8_t>(name[i]) : 0u);
  }
  return begin;
}

struct Entry {
  uint64_t begin = 0;
  std::string name;
  bool plain_file =
      false;  // Known without a look at it; links and what the file system does not tell are not.
};

using OpenFolder = std::unique_ptr<DIR, FolderCloser>;

Result<std::vector<Entry>> SortedEntries(const std::string& folder, const OpenFolder& entries) {
  if (entries == nullptr) return FileError("Folder cannot be listed", folder, errno);
  std::vector<Entry> sorted;
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(entries.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    sorted.push_back({BeginOf(name), std::string(name), entry->d_type == DT_REG});
  }
  if (errno != 0) return FileError("Folder cannot be listed", folder, errno);
  std::sort(sorted.begin(), sorted.end(), [](const Entry& a, const Entry& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.name < b.name;
  });
  return sorted;
}

using Wants = std::function<bool(const std::string&)>;
using Visitor = std::function<Status(const ObjectInfo&)>;

Status ListLevel(const std::string& folder, const Wants& enter, const Wants& wants,
                 const Visitor& visit) {
  OpenFolder opened(opendir(folder.c_str()));
  TENON_ASSIGN_OR_RETURN(const std::vector<Entry> entries, SortedEntries(folder, opened));
  for (const Entry& entry : entries) {
    std::string path;
    path.reserve(folder.size() + 1 + entry.name.size());
    path += folder;
    if (!folder.ends_with('/')) path += '/';
    path += entry.name;
    if (entry.plain_file && wants && !wants(path)) continue;
    struct stat facts;
    // By its name in the folder: a path is looked up from its beginning. One folder is open at a time, however deep.
    if (opened == nullptr) opened.reset(opendir(folder.c_str()));
    if (opened == nullptr) return FileError("Folder cannot be listed", folder, errno);
    if (fstatat(dirfd(opened.get()), entry.name.c_str(), &facts, 0) != 0) {
      if (errno == ENOENT) continue;  // Vanished, or a link to nothing.
      return FileError("File cannot be looked at", path, errno);
    }
    if (S_ISDIR(facts.st_mode)) {
      if (!enter || !enter(path)) continue;
      opened.reset();
      TENON_RETURN_IF_ERROR(ListLevel(path, enter, wants, visit));
    } else if (entry.plain_file || !wants || wants(path)) {
      TENON_RETURN_IF_ERROR(visit(InfoOf(std::move(path), facts)));
    }
  }
  return Status::Ok();
}

}  // namespace

Result<ObjectInfo> LocalStore::Stat(const std::string& path) {
  struct stat facts;
  if (stat(path.c_str(), &facts) != 0) return FileError("File cannot be looked at", path, errno);
  return InfoOf(path, facts);
}

Status LocalStore::List(const std::string& folder,
                        const std::function<bool(const std::string&)>& enter,
                        const std::function<Status(const ObjectInfo&)>& visit) {
  return ListLevel(folder, enter, nullptr, visit);
}

Status LocalStore::ListWanted(const std::string& folder,
                              const std::function<bool(const std::string&)>& enter,
                              const std::function<bool(const std::string&)>& wants,
                              const std::function<Status(const ObjectInfo&)>& visit) {
  return ListLevel(folder, enter, wants, visit);
}

Result<std::unique_ptr<RangeReader>> LocalStore::OpenRead(const std::string& path) {
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return FileError("File cannot be opened", path, errno);
  return std::make_unique<LocalRangeReader>(path, std::move(file), INT64_MAX);
}

Result<std::unique_ptr<RangeReader>> LocalStore::OpenRead(const ObjectInfo& object) {
  if (object.modified_ns == 0) return OpenRead(object.path);
  Descriptor file(open(object.path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts;
  if (file.get() < 0 || fstat(file.get(), &facts) != 0)
    return FileError("File cannot be opened", object.path, errno);
  TENON_RETURN_IF_ERROR(CheckUnchanged(object, InfoOf({}, facts)));
  return std::make_unique<LocalRangeReader>(object.path, std::move(file), object.bytes);
}

Result<std::unique_ptr<StagedWriter>> LocalStore::Stage(std::string temporary, std::string final) {
  TENON_RETURN_IF_ERROR(base::MakeFolders(FolderOf(temporary)));
  Descriptor file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.get() < 0) {
    if (errno == EEXIST) return Status::AlreadyExists("File is there already: path=" + temporary);
    return FileError("File cannot be made", temporary, errno);
  }
  return std::make_unique<LocalStagedWriter>(
      StagedObject{.temporary = std::move(temporary), .final = std::move(final)}, std::move(file));
}

Result<bool> LocalStore::Publish(const StagedObject& object) {
  if (rename(object.temporary.c_str(), object.final.c_str()) == 0) return true;
  const int error = errno;
  struct stat facts;
  // Only a missing temporary name means "published"; a missing target folder has the same errno.
  if (error == ENOENT && stat(object.temporary.c_str(), &facts) != 0 && errno == ENOENT)
    return false;
  return FileError("File cannot be published", object.final, error);
}

Status LocalStore::Remove(const std::string& path) {
  if (unlink(path.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return Status::Ok();
  return FileError("File cannot be removed", path, errno);
}

Status LocalStore::Discard(const StagedObject& object) { return Remove(object.temporary); }

// A link cannot replace a name, so the one whose link is first has made the object.
Result<bool> LocalStore::PutIfAbsent(const std::string& path, std::string_view bytes) {
  TENON_ASSIGN_OR_RETURN(const std::string mark, base::RandomHex(64));
  const std::string temporary = path + ".tenon-" + mark;
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<StagedWriter> writer, Stage(temporary, path));
  TENON_RETURN_IF_ERROR(
      writer->Append({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}));
  TENON_RETURN_IF_ERROR(writer->Finish().status());
  const int error = link(temporary.c_str(), path.c_str()) == 0 ? 0 : errno;
  TENON_RETURN_IF_ERROR(Remove(temporary));
  if (error != 0 && error != EEXIST) return FileError("File cannot be made", path, error);
  TENON_RETURN_IF_ERROR(base::SyncFolder(FolderOf(path)));
  if (error == 0) return true;
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<RangeReader> there, OpenRead(path));
  std::vector<uint8_t> content(bytes.size() + 1);
  TENON_ASSIGN_OR_RETURN(const size_t got, there->ReadAt(0, content));
  return got == bytes.size() && std::equal(bytes.begin(), bytes.end(), content.begin());
}

Result<bool> RenameFolder(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) == 0) {
    TENON_RETURN_IF_ERROR(base::SyncFolder(FolderOf(to)));
    if (FolderOf(from) != FolderOf(to)) TENON_RETURN_IF_ERROR(base::SyncFolder(FolderOf(from)));
    return true;
  }
  const int error = errno;
  if (error == EEXIST || error == ENOTEMPTY || error == ENOTDIR)
    return Status::AlreadyExists("Target is there already: path=" + to);
  struct stat facts;
  if (error == ENOENT && stat(from.c_str(), &facts) != 0 && errno == ENOENT) return false;
  return FileError("Folder cannot be published", to, error);
}

Status RemoveFolder(const std::string& folder) {
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (error && error != std::errc::no_such_file_or_directory)
    return FileError("Folder cannot be removed", folder, error.value());
  return Status::Ok();
}

Status VerifyStaged(const StagedObject& object) {
  LocalStore store;
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<RangeReader> reader, store.OpenRead(object.temporary));
  Checksum64 checksum;
  std::vector<uint8_t> block(1 << 20);
  int64_t bytes = 0;
  for (;;) {
    TENON_ASSIGN_OR_RETURN(const size_t got, reader->ReadAt(bytes, block));
    checksum.Add(std::span<const uint8_t>(block).first(got));
    bytes += static_cast<int64_t>(got);
    if (got < block.size()) break;
  }
  if (bytes == object.bytes && checksum.value() == object.checksum) return Status::Ok();
  return Status::DataError("Prepared file is not what was written: path=" + object.temporary +
                           " bytes=" + std::to_string(bytes) +
                           " expected=" + std::to_string(object.bytes));
}

}  // namespace tenon::object_store
