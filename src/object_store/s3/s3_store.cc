#include "object_store/s3/s3_store.h"

// The block functions, which need no set-up, are those of this older interface.
#define OPENSSL_API_COMPAT 0x10100000L
#include <openssl/evp.h>
#include <openssl/md5.h>

#include <algorithm>
#include <array>
#include <deque>
#include <utility>
#include <vector>

#include "base/error_catalog.h"
#include "base/text.h"
#include "object_store/aws/aws_time.h"
#include "object_store/aws/xml.h"
#include "object_store/s3/s3_listing.h"
#include "object_store/s3/s3_writer.h"

namespace tenon::object_store {
namespace {

constexpr size_t kRemovedTogether = 1000;  // The most that one request may name.
constexpr size_t kCopiedTogether = 16;
constexpr int kRaces = 5;

S3Request RequestOf(const char* operation, const char* method, const S3Location& location) {
  S3Request request;
  request.operation = operation;
  request.method = method;
  request.bucket = location.bucket;
  request.key = location.key;
  return request;
}

std::span<const uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// The header Content-MD5, which a removal of several objects must carry.
std::string Md5Base64(std::string_view text) {
  std::array<unsigned char, MD5_DIGEST_LENGTH> digest{};
  MD5_CTX state;
  MD5_Init(&state);
  MD5_Update(&state, text.data(), text.size());
  MD5_Final(digest.data(), &state);
  std::array<unsigned char, 2 * MD5_DIGEST_LENGTH> encoded{};
  const int written = EVP_EncodeBlock(encoded.data(), digest.data(), MD5_DIGEST_LENGTH);
  return std::string(reinterpret_cast<const char*>(encoded.data()), static_cast<size_t>(written));
}

Status NeedsKey(const S3Location& location) {
  if (!location.key.empty()) return Status::Ok();
  return Status::InvalidArgument("Path names a bucket and no object: path=" +
                                 S3Url(location.bucket, ""));
}

std::string CompletionOf(const StagedObject& object) {
  std::string body = "<CompleteMultipartUpload>";
  for (size_t i = 0; i < object.part_etags.size(); ++i) {
    body += "<Part><PartNumber>" + std::to_string(i + 1) + "</PartNumber><ETag>" +
            EscapeXml(object.part_etags[i]) + "</ETag></Part>";
  }
  return body + "</CompleteMultipartUpload>";
}

// DeleteObjects tells of each key a code, and not the status that it would have alone.
int StatusOfKey(std::string_view code) {
  if (code == "AccessDenied") return 403;
  for (const char* const passing :
       {"InternalError", "SlowDown", "ServiceUnavailable", "OperationAborted"}) {
    if (code == passing) return 503;
  }
  return 400;
}

}  // namespace

Result<std::unique_ptr<S3Store>> S3Store::Make(const S3Options& options,
                                               const Environment& environment,
                                               std::stop_token stop) {
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<S3Client> client,
                         S3Client::Make(options, environment, std::move(stop)));
  return std::make_unique<S3Store>(std::move(client));
}

Result<std::optional<HttpReply>> S3Store::Head(const S3Location& location) {
  const S3Request head = RequestOf("GetObject", "HEAD", location);
  TENON_ASSIGN_OR_RETURN(S3Answer answer, client_->Do(head));
  if (answer.ok()) return std::move(answer.reply);
  if (answer.reply.status == 404) return std::nullopt;
  // An answer to HEAD has no body that says why; one to GET has.
  const S3Request get = RequestOf("GetObject", "GET", location);
  S3Request first = get;
  first.headers = {{"Range", "bytes=0-0"}};
  TENON_ASSIGN_OR_RETURN(const S3Answer why, client_->Do(first));
  return client_->StatusOf(why.ok() ? head : get, why.ok() ? answer : why);
}

Result<bool> S3Store::IsFolder(const S3Location& location) {
  ListedRange range{.bucket = location.bucket, .prefix = location.key, .most = 1};
  if (!range.prefix.empty()) range.prefix += '/';
  TENON_ASSIGN_OR_RETURN(const ListedPage page, ListPage(*client_, range, ""));
  return !page.entries.empty() || location.key.empty();
}

Result<ObjectInfo> S3Store::Stat(const std::string& path) {
  TENON_ASSIGN_OR_RETURN(const S3Location location, ParseS3Url(path));
  if (!location.key.empty()) {
    TENON_ASSIGN_OR_RETURN(const std::optional<HttpReply> reply, Head(location));
    if (reply) {
      ObjectInfo info{.path = path};
      info.bytes = base::ParseInteger(reply->Header("content-length")).value_or(0);
      info.modified_ns = ParseHttpTime(reply->Header("last-modified")).value_or(0);
      info.etag = reply->Header("etag");
      info.storage_class = reply->Header("x-amz-storage-class");
      if (info.storage_class.empty()) info.storage_class = "STANDARD";
      info.version = reply->Header("x-amz-version-id");
      return info;
    }
  }
  TENON_ASSIGN_OR_RETURN(const bool folder, IsFolder(location));
  if (folder) return ObjectInfo{.path = path, .folder = true};
  return Status::NotFound("Object is not there: path=" + path).WithNumber(base::kErrFileNotFound);
}

Status S3Store::List(const std::string& folder,
                     const std::function<bool(const std::string&)>& enter,
                     const std::function<Status(const ObjectInfo&)>& visit) {
  return ListS3Folder(*client_, folder, enter, visit);
}

Result<std::unique_ptr<RangeReader>> S3Store::OpenRead(const std::string& path) {
  TENON_ASSIGN_OR_RETURN(const S3Location location, ParseS3Url(path));
  TENON_RETURN_IF_ERROR(NeedsKey(location));
  TENON_ASSIGN_OR_RETURN(ObjectInfo info, Stat(path));
  if (info.folder) {
    return Status::NotFound("Path is a folder and no object: path=" + path)
        .WithNumber(base::kErrFileNotFound);
  }
  return OpenS3Reader(client_, std::move(info), ahead_);
}

Result<std::unique_ptr<RangeReader>> S3Store::OpenRead(const ObjectInfo& object) {
  if (object.etag.empty() && object.modified_ns == 0) return OpenRead(object.path);
  TENON_ASSIGN_OR_RETURN(const S3Location location, ParseS3Url(object.path));
  TENON_RETURN_IF_ERROR(NeedsKey(location));
  if (!object.etag.empty()) return OpenS3Reader(client_, object, ahead_);
  TENON_ASSIGN_OR_RETURN(ObjectInfo now, Stat(object.path));
  TENON_RETURN_IF_ERROR(CheckUnchanged(object, now));
  return OpenS3Reader(client_, std::move(now), ahead_);
}

Result<std::unique_ptr<StagedWriter>> S3Store::Stage(std::string temporary, std::string final) {
  TENON_ASSIGN_OR_RETURN(const S3Location location, ParseS3Url(final));
  TENON_RETURN_IF_ERROR(NeedsKey(location));
  TENON_ASSIGN_OR_RETURN(StagedObject begun,
                         BeginS3Upload(*client_, std::move(temporary), std::move(final)));
  return WriteS3Upload(client_, std::move(begun), Unfinished::kGiveUp);
}

Result<StagedObject> S3Store::Begin(std::string final) {
  TENON_ASSIGN_OR_RETURN(const S3Location location, ParseS3Url(final));
  TENON_RETURN_IF_ERROR(NeedsKey(location));
  return BeginS3Upload(*client_, "", std::move(final));
}

Result<std::unique_ptr<StagedWriter>> S3Store::Resume(StagedObject begun) {
  return WriteS3Upload(client_, std::move(begun), Unfinished::kKeep);
}

Result<bool> S3Store::Publish(const StagedObject& object) {
  if (object.upload.empty() || object.token.empty())
    return Status::InvalidArgument("Object was not staged in S3: path=" + object.final);
  bool completed = false;
  if (!object.part_etags.empty()) {
    TENON_ASSIGN_OR_RETURN(completed, Complete(object));
  }
  // A success is looked at too: some stores answer so for an upload that is gone when any object has the name.
  TENON_ASSIGN_OR_RETURN(const bool ours, IsOurs(object));
  if (ours) return completed;
  return Status::NotFound("Upload is gone and its object is not there: path=" + object.final)
      .WithHint(
          "Somebody gave the upload up, or replaced the object since. Look at the bucket's rules "
          "for incomplete uploads.");
}

// False: there is no such upload any more.
Result<bool> S3Store::Complete(const StagedObject& object) {
  TENON_ASSIGN_OR_RETURN(const S3Location location, ParseS3Url(object.final));
  S3Request request = RequestOf("CompleteMultipartUpload", "POST", location);
  request.query = {{"uploadId", object.upload}};
  const std::string body = CompletionOf(object);
  request.body = BytesOf(body);
  TENON_ASSIGN_OR_RETURN(const S3Answer answer, client_->Do(request));
  if (!answer.ok() && answer.code != "NoSuchUpload")
    return client_->StatusOf(request, answer).WithWhere("publishing");
  return answer.ok();
}

Result<bool> S3Store::IsOurs(const StagedObject& object) {
  TENON_ASSIGN_OR_RETURN(const S3Location location, ParseS3Url(object.final));
  TENON_ASSIGN_OR_RETURN(const std::optional<HttpReply> reply, Head(location));
  return reply && reply->Header(kTokenHeader) == object.token &&
         base::ParseInteger(reply->Header("content-length")) == object.bytes;
}

Status S3Store::Discard(const StagedObject& object) {
  return AbortS3Upload(*client_, object.final, object.upload).status();
}

Status S3Store::Remove(const std::string& path) {
  TENON_ASSIGN_OR_RETURN(const S3Location location, ParseS3Url(path));
  TENON_RETURN_IF_ERROR(NeedsKey(location));
  const S3Request request = RequestOf("DeleteObject", "DELETE", location);
  TENON_ASSIGN_OR_RETURN(const S3Answer answer, client_->Do(request));
  if (answer.ok() || answer.code == "NoSuchKey" || answer.code == "NotFound") return Status::Ok();
  return client_->StatusOf(request, answer);
}

Status S3Store::RemoveEach(std::span<const std::string> paths, const ItemFailed& failed) {
  std::vector<std::string> keys;
  std::string bucket;
  size_t begin = 0;  // Of the keys among the paths.
  const auto tell = [&](size_t index, Status failure) {
    failed(begin + index, std::move(failure));
  };
  for (const std::string& path : paths) {
    TENON_ASSIGN_OR_RETURN(S3Location location, ParseS3Url(path));
    TENON_RETURN_IF_ERROR(NeedsKey(location));
    if (!keys.empty() && (location.bucket != bucket || keys.size() == kRemovedTogether)) {
      TENON_RETURN_IF_ERROR(RemoveBatch(bucket, keys, tell));
      begin += keys.size();
      keys.clear();
    }
    bucket = std::move(location.bucket);
    keys.push_back(std::move(location.key));
  }
  return keys.empty() ? Status::Ok() : RemoveBatch(bucket, keys, tell);
}

Status S3Store::RemoveBatch(const std::string& bucket, std::span<const std::string> keys,
                            const ItemFailed& failed) {
  std::string body = "<Delete><Quiet>true</Quiet>";
  for (const std::string& key : keys) body += "<Object><Key>" + EscapeXml(key) + "</Key></Object>";
  body += "</Delete>";
  S3Request request = RequestOf("DeleteObject", "POST", {.bucket = bucket, .key = ""});
  request.query = {{"delete", ""}};
  request.headers = {{"Content-MD5", Md5Base64(body)}, {"Content-Type", "application/xml"}};
  request.body = BytesOf(body);
  TENON_ASSIGN_OR_RETURN(const S3Answer answer, client_->Do(request));
  if (!answer.ok()) return client_->StatusOf(request, answer);
  if (answer.reply.body.empty()) return Status::Ok();
  TENON_ASSIGN_OR_RETURN(const XmlElement result, client_->BodyOf(request, answer));
  for (const XmlElement& error : result.children) {
    if (error.name != "Error") continue;
    S3Answer refused;
    refused.code = error.TextOf("Code");
    refused.message = base::ShortText(error.TextOf("Message"), 300);
    refused.reply.status = StatusOfKey(refused.code);
    request.key = error.TextOf("Key");
    const auto key = std::find(keys.begin(), keys.end(), request.key);
    if (key == keys.end()) {
      return Status::DataError(
          "Store answers about an object that it was not asked for: path=s3://" + bucket + "/" +
          request.key + " code=" + refused.code);
    }
    failed(static_cast<size_t>(key - keys.begin()), client_->StatusOf(request, refused));
  }
  return Status::Ok();
}

Status S3Store::SetStorageClass(std::span<const ObjectInfo> objects,
                                const std::string& storage_class, const ItemFailed& failed) {
  std::deque<std::pair<S3Request, std::unique_ptr<S3Call>>> calls;
  for (size_t begun = 0, ended = 0; ended < objects.size(); ++ended) {
    for (; begun < objects.size() && calls.size() < kCopiedTogether; ++begun) {
      TENON_ASSIGN_OR_RETURN(const S3Location location, ParseS3Url(objects[begun].path));
      TENON_RETURN_IF_ERROR(NeedsKey(location));
      S3Request request = RequestOf("CopyObject", "PUT", location);
      request.headers = {
          {"x-amz-copy-source", EncodePath("/" + location.bucket + "/" + location.key)},
          {"x-amz-copy-source-if-match", objects[begun].etag},
          {"x-amz-metadata-directive", "COPY"},
          {"x-amz-storage-class", storage_class}};
      std::unique_ptr<S3Call> call = client_->Start(request);
      calls.emplace_back(std::move(request), std::move(call));
    }
    const auto [request, call] = std::move(calls.front());
    calls.pop_front();
    const Result<S3Answer> answer = call->Wait();
    Status status = answer.ok() ? Status::Ok() : answer.status();
    if (status.Is(StatusCode::kCancelled)) return status;
    if (answer.ok() && !answer->ok()) status = client_->StatusOf(request, *answer);
    if (!status.ok()) failed(ended, std::move(status));
  }
  return Status::Ok();
}

Result<bool> S3Store::Holds(const S3Location& location, std::string_view bytes) {
  const S3Request request = RequestOf("GetObject", "GET", location);
  TENON_ASSIGN_OR_RETURN(const S3Answer answer, client_->Do(request));
  if (!answer.ok()) return client_->StatusOf(request, answer);
  return answer.reply.body == bytes;
}

Result<bool> S3Store::PutIfAbsent(const std::string& path, std::string_view bytes) {
  TENON_ASSIGN_OR_RETURN(const S3Location location, ParseS3Url(path));
  TENON_RETURN_IF_ERROR(NeedsKey(location));
  S3Request request = RequestOf("PutObject", "PUT", location);
  request.headers = {{"If-None-Match", "*"}};
  request.body = BytesOf(bytes);
  for (int race = 0;; ++race) {
    TENON_ASSIGN_OR_RETURN(const S3Answer answer, client_->Do(request));
    if (answer.ok()) return true;
    if (answer.reply.status != 412 && answer.reply.status != 409)
      return client_->StatusOf(request, answer);
    // Whose it is tells what is in it: a lost reply may have made it ours.
    Result<bool> same = Holds(location, bytes);
    if (same.ok() || !same.status().Is(StatusCode::kNotFound) || race == kRaces) return same;
  }
}

Status S3Store::ListUploads(const std::string& prefix,
                            const std::function<Status(const OpenUpload&)>& visit) {
  return ListS3Uploads(*client_, prefix, visit);
}

}  // namespace tenon::object_store
