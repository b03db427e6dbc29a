// Does what lines of JSON on its standard input say, one answer a line: {"ok": …} or {"error": …}. Settings of S3 come
// from the environment, as in a job.
#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>
#include <thread>

#include "base/json.h"
#include "base/time.h"
#include "object_store/aws/sigv4.h"
#include "object_store/location.h"
#include "object_store/retention.h"
#include "object_store/route/open_store.h"
#include "tests/s3/files_on_s3.h"

namespace tenon::object_store {
namespace {

using base::Json;

Json JsonOf(const ObjectInfo& info) {
  return Json{
      {"path", info.path},     {"bytes", info.bytes}, {"modified_ns", info.modified_ns},
      {"folder", info.folder}, {"etag", info.etag},   {"storage_class", info.storage_class}};
}

Json JsonOf(const StagedObject& object) {
  return Json{{"temporary", object.temporary}, {"final", object.final},
              {"bytes", object.bytes},         {"checksum", std::to_string(object.checksum)},
              {"upload", object.upload},       {"part_etags", object.part_etags},
              {"token", object.token}};
}

StagedObject StagedOf(const Json& json) {
  StagedObject object;
  object.temporary = json.value("temporary", "");
  object.final = json.value("final", "");
  object.bytes = json.value("bytes", int64_t{0});
  object.upload = json.value("upload", "");
  object.part_etags = json.value("part_etags", std::vector<std::string>());
  object.token = json.value("token", "");
  return object;
}

// Bytes that differ everywhere and are the same in Python: (i * 2654435761 >> 13) & 255 of the 32-bit product.
void Fill(int64_t offset, std::vector<uint8_t>* bytes) {
  for (size_t i = 0; i < bytes->size(); ++i) {
    const auto at = static_cast<uint32_t>(offset + static_cast<int64_t>(i));
    (*bytes)[i] = static_cast<uint8_t>((at * 2654435761u) >> 13);
  }
}

class Driver {
 public:
  explicit Driver(StoreOptions options) : store_(OpenStore(std::move(options))) {}

  Result<Json> Do(const Json& job) {
    const std::string what = job.value("do", "");
    const std::string path = job.value("path", "");
    if (what == "stat") {
      TENON_ASSIGN_OR_RETURN(const ObjectInfo info, store_->Stat(path));
      return JsonOf(info);
    }
    if (what == "list") return List(path, job);
    if (what == "stage") return Stage(path, job);
    if (what == "publish") {
      TENON_ASSIGN_OR_RETURN(const bool now, store_->Publish(StagedOf(job["staged"])));
      return Json(now);
    }
    if (what == "discard") return Done(store_->Discard(StagedOf(job["staged"])));
    if (what == "remove") return Done(store_->Remove(path));
    if (what == "remove_all")
      return Done(store_->RemoveAll(job["paths"].get<std::vector<std::string>>()));
    if (what == "retain") return Retain(path, job);
    if (what == "put_if_absent") {
      TENON_ASSIGN_OR_RETURN(const bool made, store_->PutIfAbsent(path, job.value("text", "")));
      return Json(made);
    }
    if (what == "uploads") return Uploads(path);
    if (what == "open") return Open(path, job);
    if (what == "read") return Read(job);
    if (what == "stream") return Stream(path, job);
    if (what == "write_files") return s3_test::WriteFiles(job);
    if (what == "settle_files") return s3_test::SettleFiles(job);
    if (what == "discard_files") return s3_test::DiscardFiles(job);
    if (what == "read_files") return s3_test::ReadFiles(job);
    return Status::InvalidArgument("No such command: do=" + what);
  }

 private:
  static Result<Json> Done(Status status) {
    if (!status.ok()) return status;
    return Json(true);
  }

  Result<Json> List(const std::string& path, const Json& job) {
    const bool recurse = job.value("recurse", true);
    const std::string leave = job.value("leave", "");
    Json entered = Json::array(), found = Json::array();
    int64_t count = 0;
    const bool only_count = job.value("count", false);
    TENON_RETURN_IF_ERROR(store_->List(
        path,
        [&](const std::string& folder) {
          if (!only_count) entered.push_back(folder);
          return recurse && (leave.empty() || !folder.ends_with(leave));
        },
        [&](const ObjectInfo& info) {
          ++count;
          if (!only_count) found.push_back(JsonOf(info));
          return Status::Ok();
        }));
    return Json{{"count", count}, {"objects", found}, {"asked", entered}};
  }

  // As if it were so many hours later.
  Result<Json> Retain(const std::string& path, const Json& job) {
    RetentionRule rule{.path = path,
                       .folder = job.value("folder", false),
                       .keep_ns = job.value("keep_hours", int64_t{168}) * 3600 * 1'000'000'000,
                       .excluded_classes = job.value("excluded", std::vector<std::string>()),
                       .to_class = job.value("to", ""),
                       .manifest_folder = job.value("manifest", "")};
    const int64_t hours = job.value("hours_later", int64_t{0});
    TENON_ASSIGN_OR_RETURN(const RetentionOutcome outcome,
                           ApplyRetention(*store_, *store_, rule,
                                          base::NowMicros() * 1000 + hours * 3600 * 1'000'000'000));
    return Json{{"objects", outcome.objects},
                {"bytes", outcome.bytes},
                {"failed", outcome.failed},
                {"first_failure", outcome.first_failure}};
  }

  Result<Json> Stage(const std::string& path, const Json& job) {
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<StagedWriter> writer,
                           store_->Stage(job.value("temporary", ""), path));
    const int64_t bytes = job.value("bytes", int64_t{0});
    std::vector<uint8_t> block;
    for (int64_t at = 0; at < bytes; at += static_cast<int64_t>(block.size())) {
      block.resize(static_cast<size_t>(std::min<int64_t>(bytes - at, 1 << 20)));
      Fill(at, &block);
      TENON_RETURN_IF_ERROR(writer->Append(block));
    }
    if (job.value("abandon", false)) return Json(true);
    TENON_ASSIGN_OR_RETURN(const StagedObject object, writer->Finish());
    return JsonOf(object);
  }

  Result<Json> Uploads(const std::string& path) {
    Json found = Json::array();
    TENON_RETURN_IF_ERROR(store_->ListUploads(path, [&](const OpenUpload& upload) {
      found.push_back(Json{
          {"path", upload.path}, {"upload", upload.upload}, {"started_ns", upload.started_ns}});
      return Status::Ok();
    }));
    return found;
  }

  Result<Json> Open(const std::string& path, const Json& job) {
    TENON_ASSIGN_OR_RETURN(reader_, store_->OpenRead(path));
    if (job.contains("expect"))
      reader_->Expect(job["expect"][0].get<int64_t>(), job["expect"][1].get<int64_t>());
    return Json(true);
  }

  Result<Json> Read(const Json& job) {
    std::vector<uint8_t> bytes(job.value("bytes", size_t{0}));
    const int64_t offset = job.value("offset", int64_t{0});
    TENON_ASSIGN_OR_RETURN(const size_t got, reader_->ReadAt(offset, bytes));
    bytes.resize(got);
    std::vector<uint8_t> expected(got);
    Fill(offset, &expected);
    return Json{{"bytes", got}, {"right", bytes == expected}};
  }

  // Reads all of an object in pieces; how fast, and whether every byte is right.
  Result<Json> Stream(const std::string& path, const Json& job) {
    const auto begin = std::chrono::steady_clock::now();
    TENON_ASSIGN_OR_RETURN(const std::unique_ptr<RangeReader> reader, store_->OpenRead(path));
    std::vector<uint8_t> piece(job.value("piece", size_t{1 << 20}));
    const bool check = job.value("check", true);
    if (job.contains("expect"))
      reader->Expect(job["expect"][0].get<int64_t>(), job["expect"][1].get<int64_t>());
    int64_t at = 0;
    bool right = true;
    std::vector<uint8_t> expected;
    for (;;) {
      TENON_ASSIGN_OR_RETURN(const size_t got, reader->ReadAt(at, piece));
      if (check) {
        expected.resize(got);
        Fill(at, &expected);
        right = right && std::equal(expected.begin(), expected.end(), piece.begin());
      }
      at += static_cast<int64_t>(got);
      if (got < piece.size()) break;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    return Json{{"bytes", at}, {"right", right}, {"seconds", took.count()}};
  }

  const std::shared_ptr<Store> store_;
  std::unique_ptr<RangeReader> reader_;
};

NameValues PairsOf(const Json& list) {
  NameValues pairs;
  for (const Json& pair : list)
    pairs.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
  return pairs;
}

// The canonical request and the authorization of one request.
Json Sign(const Json& job) {
  const NameValues query = PairsOf(job["query"]), headers = PairsOf(job["headers"]);
  const std::string method = job["method"].get<std::string>();
  const std::string path = EncodePath(job["path"].get<std::string>());
  const std::string hash = job["payload_hash"].get<std::string>();
  const std::string time = job["time"].get<std::string>();
  const std::string region = job["region"].get<std::string>();
  const SignedParts parts{
      .method = method, .path = path, .query = &query, .headers = &headers, .payload_hash = hash};
  return Json{
      {"canonical", CanonicalRequest(parts)},
      {"path", path},
      {"query", EncodeQuery(query)},
      {"authorization", AuthorizationOf(job["access_key"].get<std::string>(),
                                        Secret(job["secret_key"].get<std::string>()),
                                        {.time = time, .region = region, .service = "s3"}, parts)}};
}

Json Answer(Driver& driver, const Json& job) {
  if (job.value("do", "") == "sign") return Json{{"ok", Sign(job)}};
  Result<Json> done = driver.Do(job);
  if (done.ok()) return Json{{"ok", *std::move(done)}};
  const Status& status = done.status();
  return Json{{"error", status.ToString()},
              {"code", std::string(StatusCodeName(status.code()))},
              {"hint", std::string(status.hint())},
              {"number", status.number()},
              {"retry", static_cast<int>(status.retry())}};
}

}  // namespace
}  // namespace tenon::object_store

int main(int argc, char** argv) {
  using tenon::base::Json;
  tenon::object_store::StoreOptions options;
  if (argc > 1) options.s3.idle_timeout_ms = std::atoll(argv[1]);
  std::stop_source stop;
  options.stop = stop.get_token();
  tenon::object_store::Driver driver(std::move(options));
  std::jthread stopper;
  std::string line;
  while (std::getline(std::cin, line)) {
    const tenon::Result<Json> job = tenon::base::ParseJson(line);
    if (!job.ok()) {
      std::cout << "{\"error\": \"not JSON\"}" << std::endl;
      continue;
    }
    if (job->value("do", "") == "stop_after_ms") {
      stopper = std::jthread([&stop, time = job->value("ms", 0)] {
        std::this_thread::sleep_for(std::chrono::milliseconds(time));
        stop.request_stop();
      });
      std::cout << "{\"ok\": true}" << std::endl;
      continue;
    }
    std::cout << tenon::base::DumpJson(tenon::object_store::Answer(driver, *job)) << std::endl;
  }
  return 0;
}
