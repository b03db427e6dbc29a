#include "object_store/s3/s3_writer.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <deque>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/text.h"
#include "object_store/aws/xml.h"
#include "object_store/location.h"

namespace tenon::object_store {
namespace {

constexpr size_t kMostUnderWay = 2;
constexpr int kMostAborts = 4;
constexpr std::chrono::milliseconds kPauseBetweenAborts{100};
constexpr size_t kMostParts = 10000;
// Parts grow so that an object of 5 TiB, the most that S3 takes, has at most 10,000 of them.
constexpr size_t kPartBytes = 8 << 20;
constexpr size_t kSmallParts = 1000;
constexpr size_t kLargePartBytes = 640 << 20;
constexpr size_t kMiddleParts = 3000;
constexpr size_t kMiddlePartBytes = 64 << 20;

size_t PartBytes(size_t part) {
  if (part < kSmallParts) return kPartBytes;
  return part < kMiddleParts ? kMiddlePartBytes : kLargePartBytes;
}

class S3StagedWriter : public StagedWriter {
 public:
  S3StagedWriter(std::shared_ptr<S3Client> client, S3Location location, StagedObject object,
                 Unfinished unfinished)
      : client_(std::move(client)),
        location_(std::move(location)),
        object_(std::move(object)),
        given_up_(unfinished == Unfinished::kGiveUp) {}

  ~S3StagedWriter() override {
    const bool parts_on_their_way = !under_way_.empty();
    under_way_.clear();
    if (given_up_) GiveUp(parts_on_their_way);
  }

  Status Append(std::span<const uint8_t> bytes) override {
    checksum_.Add(bytes);
    object_.bytes += static_cast<int64_t>(bytes.size());
    while (!bytes.empty()) {
      const size_t part_bytes = PartBytes(part_);
      const size_t count = std::min(part_bytes - filling_.size(), bytes.size());
      filling_.insert(filling_.end(), bytes.begin(), bytes.begin() + static_cast<int64_t>(count));
      bytes = bytes.subspan(count);
      if (filling_.size() == part_bytes) TENON_RETURN_IF_ERROR(SendPart());
    }
    return Status::Ok();
  }

  int64_t bytes() const override { return object_.bytes; }

  Result<StagedObject> Finish() override {
    // An object without bytes has one part without bytes.
    if (!filling_.empty() || part_ == 0) TENON_RETURN_IF_ERROR(SendPart());
    while (!under_way_.empty()) TENON_RETURN_IF_ERROR(TakePart());
    TENON_RETURN_IF_ERROR(CheckParts());
    object_.checksum = checksum_.value();
    given_up_ = false;
    return object_;
  }

 private:
  struct Part {
    std::vector<uint8_t> bytes;
    S3Request request;
    std::unique_ptr<S3Call> call;  // Last: it reads the bytes.
  };

  // What cannot be given up here is found by the sweep of the call that it belongs to.
  void GiveUp(bool parts_on_their_way) {
    for (int turn = 0; turn < kMostAborts; ++turn) {
      const Result<bool> aborted = AbortS3Upload(*client_, object_.final, object_.upload);
      // A part that was on its way may reach the store after the end of its upload, and stays until the next end.
      if (!aborted.ok() || !*aborted || !parts_on_their_way) return;
      if (!client_->Pause(kPauseBetweenAborts).ok()) return;
    }
  }

  S3Request RequestOf(const char* operation, const char* method) const {
    S3Request request;
    request.operation = operation;
    request.method = method;
    request.bucket = location_.bucket;
    request.key = location_.key;
    request.query = {{"uploadId", object_.upload}};
    return request;
  }

  Status SendPart() {
    if (part_ >= kMostParts) {
      return Status::ResourceExhausted("Object is larger than S3 takes: path=" + object_.final)
          .WithHint("Write smaller files (maxFileBytes).");
    }
    if (under_way_.size() >= kMostUnderWay) TENON_RETURN_IF_ERROR(TakePart());
    ++part_;
    Part part{.bytes = std::move(filling_), .request = RequestOf("UploadPart", "PUT"), .call = {}};
    filling_ = std::move(spare_);
    filling_.clear();
    part.request.query.emplace_back("partNumber", std::to_string(part_));
    under_way_.push_back(std::move(part));
    Part& sent = under_way_.back();
    sent.request.body = sent.bytes;
    sent.call = client_->Start(sent.request);
    return Status::Ok();
  }

  Status TakePart() {
    Part part = std::move(under_way_.front());
    under_way_.pop_front();
    TENON_ASSIGN_OR_RETURN(const S3Answer answer, part.call->Wait());
    if (!answer.ok()) return client_->StatusOf(part.request, answer);
    object_.part_etags.emplace_back(answer.reply.Header("etag"));
    spare_ = std::move(part.bytes);
    return Status::Ok();
  }

  // Asks the store what it holds: a part that is lost or damaged must show before the run's journal names it, because
  // from then on the object can only be completed.
  Status CheckParts() {
    std::string marker = "0";
    size_t seen = 0;
    int64_t bytes = 0;
    for (;;) {
      S3Request request = RequestOf("ListParts", "GET");
      request.query.emplace_back("part-number-marker", marker);
      TENON_ASSIGN_OR_RETURN(const S3Answer answer, client_->Do(request));
      if (!answer.ok()) return client_->StatusOf(request, answer);
      TENON_ASSIGN_OR_RETURN(const XmlElement list, client_->BodyOf(request, answer));
      for (const XmlElement& part : list.children) {
        if (part.name != "Part") continue;
        if (seen >= object_.part_etags.size() ||
            part.TextOf("PartNumber") != std::to_string(seen + 1) ||
            part.TextOf("ETag") != object_.part_etags[seen]) {
          return Damaged("part=" + std::to_string(seen + 1));
        }
        bytes += base::ParseInteger(part.TextOf("Size")).value_or(0);
        ++seen;
      }
      if (list.TextOf("IsTruncated") != "true") break;
      marker = list.TextOf("NextPartNumberMarker");
    }
    if (seen != object_.part_etags.size() || bytes != object_.bytes) {
      return Damaged("parts=" + std::to_string(seen) + " bytes=" + std::to_string(bytes));
    }
    return Status::Ok();
  }

  Status Damaged(const std::string& facts) const {
    return Status::Unavailable("Store does not hold what was sent: path=" + object_.final + " " +
                               facts +
                               " expected_parts=" + std::to_string(object_.part_etags.size()) +
                               " expected_bytes=" + std::to_string(object_.bytes))
        .WithRetry(Retry::kAgain);
  }

  const std::shared_ptr<S3Client> client_;
  const S3Location location_;
  StagedObject object_;
  Checksum64 checksum_;
  std::vector<uint8_t> filling_, spare_;
  std::deque<Part> under_way_;
  size_t part_ = 0;  // Parts sent so far.
  bool given_up_;    // By the destructor.
};

}  // namespace

Result<StagedObject> BeginS3Upload(S3Client& client, std::string temporary, std::string final) {
  TENON_ASSIGN_OR_RETURN(S3Location location, ParseS3Url(final));
  StagedObject object{.temporary = std::move(temporary), .final = std::move(final)};
  TENON_ASSIGN_OR_RETURN(object.token, base::RandomHex(128));
  S3Request request;
  request.operation = "CreateMultipartUpload";
  request.method = "POST";
  request.bucket = location.bucket;
  request.key = location.key;
  request.query = {{"uploads", ""}};
  request.headers = {{std::string(kTokenHeader), object.token}};
  TENON_ASSIGN_OR_RETURN(const S3Answer answer, client.Do(request));
  if (!answer.ok()) return client.StatusOf(request, answer);
  TENON_ASSIGN_OR_RETURN(const XmlElement begun, client.BodyOf(request, answer));
  object.upload = begun.TextOf("UploadId");
  if (object.upload.empty()) {
    return Status::DataError("Store names no upload that it began: path=" + object.final);
  }
  return object;
}

Result<std::unique_ptr<StagedWriter>> WriteS3Upload(std::shared_ptr<S3Client> client,
                                                    StagedObject begun, Unfinished unfinished) {
  TENON_ASSIGN_OR_RETURN(S3Location location, ParseS3Url(begun.final));
  if (begun.upload.empty())
    return Status::InvalidArgument("Upload was not begun: path=" + begun.final);
  begun.bytes = 0;
  begun.part_etags.clear();
  return std::make_unique<S3StagedWriter>(std::move(client), std::move(location), std::move(begun),
                                          unfinished);
}

Result<bool> AbortS3Upload(S3Client& client, const std::string& path, const std::string& upload) {
  TENON_ASSIGN_OR_RETURN(const S3Location location, ParseS3Url(path));
  S3Request request;
  request.operation = "AbortMultipartUpload";
  request.method = "DELETE";
  request.bucket = location.bucket;
  request.key = location.key;
  request.query = {{"uploadId", upload}};
  TENON_ASSIGN_OR_RETURN(const S3Answer answer, client.Do(request));
  if (answer.ok()) return true;
  if (answer.reply.status == 404) return false;
  return client.StatusOf(request, answer);
}

}  // namespace tenon::object_store
