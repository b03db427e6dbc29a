#include "object_store/retention.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "base/time.h"
#include "object_store/location.h"
#include "tenon/option_spec.h"

namespace tenon::object_store {
namespace {

constexpr size_t kTakenTogether = 1000;
constexpr char kTemporary[] = ".tenon-";  // Between a manifest's name and what tells its writer.
constexpr int64_t kForgottenNs = 86'400'000'000'000;  // So old, its writer was killed.
constexpr const char* kManifests[] = {"Success.csv", "Failed.csv"};
// Those that an object can be moved to.
const char* const kClasses[] = {"STANDARD",   "STANDARD_IA", "ONEZONE_IA",   "INTELLIGENT_TIERING",
                                "GLACIER_IR", "GLACIER",     "DEEP_ARCHIVE", "REDUCED_REDUNDANCY"};

Status CheckClass(const std::string& to_class, bool excluded = false) {
  std::vector<std::string> known(std::begin(kClasses), std::end(kClasses));
  // Nothing is moved there from a bucket, but a listing may tell them.
  if (excluded) known.insert(known.end(), {"OUTPOSTS", "SNOW", "EXPRESS_ONEZONE"});
  if (to_class.empty() || std::count(known.begin(), known.end(), to_class) > 0) return Status::Ok();
  const std::string nearest = NearestName(to_class, known);
  return Status::InvalidArgument("Storage class is not known: value=" +
                                 base::ShortText(to_class, 40) + " known=" + base::Join(known, " "))
      .WithHint(nearest.empty() ? "" : "Did you mean " + nearest + "?");
}

std::string CsvField(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

// A list of objects that grows as a staged object and is published at the end.
class Manifest {
 public:
  static Result<Manifest> Begin(Store& store, const std::string& folder, const std::string& name,
                                const std::string& header) {
    Manifest manifest;
    // Two purges at a time may share the folder: the last one's manifests stay.
    TENON_ASSIGN_OR_RETURN(const std::string mark, base::RandomHex(32));
    const std::string temporary = folder + "/." + name + kTemporary + mark;
    TENON_ASSIGN_OR_RETURN(manifest.writer_, store.Stage(temporary, folder + "/" + name));
    TENON_RETURN_IF_ERROR(manifest.Add(header));
    return manifest;
  }

  Status Add(const std::string& line) {
    return writer_->Append({reinterpret_cast<const uint8_t*>(line.data()), line.size()});
  }
  Status Publish(Store& store) {
    TENON_ASSIGN_OR_RETURN(const StagedObject staged, writer_->Finish());
    return store.Publish(staged).status();
  }

 private:
  std::unique_ptr<StagedWriter> writer_;
};

class Taker {
 public:
  Taker(Store& store, Store& manifests, const RetentionRule& rule, int64_t now_ns)
      : store_(store), manifests_(manifests), rule_(rule), now_ns_(now_ns) {}

  Result<RetentionOutcome> Run() {
    Result<ObjectInfo> found = rule_.folder && IsS3Path(rule_.path)
                                   ? ObjectInfo{.path = rule_.path, .folder = true}
                                   : store_.Stat(rule_.path);
    if (found.ok() && rule_.folder && !found->folder) return RetentionOutcome();
    if (!found.ok() && !found.status().Is(StatusCode::kNotFound)) return std::move(found).status();
    // A listing tells a bucket that is not there from one that holds nothing.
    if (!found.ok() && IsS3Path(rule_.path)) found = ObjectInfo{.path = rule_.path, .folder = true};
    TENON_RETURN_IF_ERROR(BeginManifests());
    Status status = found.ok() ? TakeAll(*found) : Status::Ok();
    // Whatever ended it: what was done is written down.
    const Status listed = EndManifests();
    TENON_RETURN_IF_ERROR(std::move(status));
    TENON_RETURN_IF_ERROR(listed);
    return std::move(outcome_);
  }

 private:
  Status BeginManifests() {
    if (rule_.manifest_folder.empty()) return Status::Ok();
    SweepManifests();
    const std::string header = "path,bytes,lastModified,storageClass";
    TENON_ASSIGN_OR_RETURN(Manifest taken, Manifest::Begin(manifests_, rule_.manifest_folder,
                                                           kManifests[0], header + "\n"));
    TENON_ASSIGN_OR_RETURN(Manifest failed, Manifest::Begin(manifests_, rule_.manifest_folder,
                                                            kManifests[1], header + ",error\n"));
    taken_ = std::move(taken);
    failed_ = std::move(failed);
    return Status::Ok();
  }

  // What a killed purge left of its own: in a local folder, for a bucket shows no object before it is whole. No error
  // of it is worth to end a purge.
  void SweepManifests() {
    if (IsS3Path(rule_.manifest_folder)) return;
    const auto visit = [this](const ObjectInfo& object) {
      const bool old = object.modified_ns < now_ns_ - kForgottenNs;
      if (old && IsTemporary(object.path)) static_cast<void>(manifests_.Remove(object.path));
      return Status::Ok();
    };
    static_cast<void>(manifests_.List(
        rule_.manifest_folder, [](const std::string&) { return false; }, visit));
  }

  Status EndManifests() {
    if (!taken_) return Status::Ok();
    TENON_RETURN_IF_ERROR(taken_->Publish(manifests_));
    return failed_->Publish(manifests_);
  }

  Status TakeAll(const ObjectInfo& found) {
    const auto add = [this](const ObjectInfo& object) {
      if (!Wants(object)) return Status::Ok();
      if (object.modified_ns <= 0) return Note(object, Status::DataError("Its age is not known"));
      batch_.push_back(object);
      return batch_.size() < kTakenTogether ? Status::Ok() : TakeBatch();
    };
    if (!found.folder) {
      TENON_RETURN_IF_ERROR(add(found));
    } else {
      // What a link leads to lies elsewhere.
      const auto enter = [](const std::string& folder) {
        std::error_code ignored;
        return IsS3Path(folder) || !std::filesystem::is_symlink(folder, ignored);
      };
      TENON_RETURN_IF_ERROR(store_.List(rule_.path, enter, add));
    }
    return TakeBatch();
  }

  bool Wants(const ObjectInfo& object) const {
    if (object.folder || object.modified_ns > now_ns_ - rule_.keep_ns || IsOurOwn(object.path))
      return false;
    if (!rule_.to_class.empty() && object.storage_class == rule_.to_class) return false;
    const auto& excluded = rule_.excluded_classes;
    if (std::count(excluded.begin(), excluded.end(), object.storage_class) > 0) return false;
    return rule_.manifest_folder.empty() || !IsManifest(object.path);
  }

  // What a write has put aside or marked: a run that was cut needs it.
  bool IsOurOwn(const std::string& path) const {
    const std::string below = path.substr(std::min(rule_.path.size(), path.size()));
    return below.find("/.tenon-") != below.npos || below.find("/_tenon/") != below.npos;
  }

  bool IsManifest(const std::string& path) const {
    const auto named = [&](const char* name) { return path == rule_.manifest_folder + "/" + name; };
    return std::any_of(std::begin(kManifests), std::end(kManifests), named) || IsTemporary(path);
  }

  bool IsTemporary(const std::string& path) const {
    const auto begins = [&](const char* name) {
      return path.starts_with(rule_.manifest_folder + "/." + name + kTemporary);
    };
    return std::any_of(std::begin(kManifests), std::end(kManifests), begins);
  }

  Status TakeBatch() {
    if (batch_.empty()) return Status::Ok();
    std::vector<Status> results(batch_.size());
    const auto tell = [&](size_t index, Status failure) { results[index] = std::move(failure); };
    size_t tried = 0;  // What comes behind it, and was not told of, has the status of all.
    Status status = rule_.to_class.empty() ? store_.RemoveEach(PathsOf(batch_), tell)
                                           : store_.SetStorageClass(batch_, rule_.to_class, tell);
    // One name that the store cannot read in the request must not keep the others.
    if (rule_.to_class.empty() && status.Is(StatusCode::kInvalidArgument))
      status = RemoveSingly(&results, &tried);
    for (size_t i = 0; i < batch_.size(); ++i) {
      if (i >= tried && results[i].ok() && !status.ok()) results[i] = status;
      TENON_RETURN_IF_ERROR(Note(batch_[i], results[i]));
    }
    batch_.clear();
    return Ends(status) ? status : Status::Ok();
  }

  Status RemoveSingly(std::vector<Status>* results, size_t* tried) {
    for (size_t& i = *tried; i < batch_.size(); ++i) {
      (*results)[i] = store_.Remove(batch_[i].path);
      if (Ends((*results)[i])) return (*results)[i];
    }
    return Status::Ok();
  }

  static std::vector<std::string> PathsOf(const std::vector<ObjectInfo>& objects) {
    std::vector<std::string> paths;
    for (const ObjectInfo& object : objects) paths.push_back(object.path);
    return paths;
  }

  static bool Ends(const Status& status) {
    return status.Is(StatusCode::kUnavailable) || status.Is(StatusCode::kCancelled) ||
           status.Is(StatusCode::kUnsupported);
  }

  Status Note(const ObjectInfo& object, const Status& result) {
    if (result.ok()) {
      ++outcome_.objects;
      outcome_.bytes += object.bytes;
    } else if (outcome_.failed++ == 0) {
      outcome_.first_failure = result.ToString();
    }
    if (!taken_) return Status::Ok();
    const std::string line = CsvField(object.path) + "," + std::to_string(object.bytes) + "," +
                             base::FormatInstant(object.modified_ns / 1000) + "," +
                             object.storage_class;
    if (result.ok()) return taken_->Add(line + "\n");
    return failed_->Add(line + "," + CsvField(std::string(result.message())) + "\n");
  }

  Store& store_;
  Store& manifests_;
  const RetentionRule& rule_;
  const int64_t now_ns_;
  std::vector<ObjectInfo> batch_;
  RetentionOutcome outcome_;
  std::optional<Manifest> taken_, failed_;
};

}  // namespace

Result<RetentionOutcome> ApplyRetention(Store& store, Store& manifests, const RetentionRule& rule,
                                        int64_t now_ns) {
  TENON_RETURN_IF_ERROR(CheckClass(rule.to_class));
  for (const std::string& each : rule.excluded_classes) {
    TENON_RETURN_IF_ERROR(CheckClass(each, true));
  }
  return Taker(store, manifests, rule, now_ns).Run();
}

}  // namespace tenon::object_store
