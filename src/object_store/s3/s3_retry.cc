#include "object_store/s3/s3_retry.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "object_store/aws/xml.h"

namespace tenon::object_store {
namespace {

constexpr size_t kMostMessageBytes = 300;

const char* WordOf(int status) {
  switch (status) {
    case 301:
    case 307:
    case 308: return "Redirect";
    case 400: return "BadRequest";
    case 403: return "Forbidden";
    case 404: return "NotFound";
    case 409: return "Conflict";
    case 412: return "PreconditionFailed";
    case 416: return "InvalidRange";
    case 429: return "TooManyRequests";
    case 503: return "ServiceUnavailable";
    default: return status >= 500 ? "ServerError" : "UnexpectedStatus";
  }
}

bool IsOneOf(std::string_view code, std::initializer_list<std::string_view> codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

S3Answer ReadAnswer(HttpReply reply) {
  S3Answer answer;
  answer.reply = std::move(reply);
  answer.region = answer.reply.Header("x-amz-bucket-region");
  const bool success = answer.reply.status >= 200 && answer.reply.status < 300;
  // An error inside a success begins like any XML document; objects do not come this way.
  if (success && answer.reply.body.find("<Error") == std::string::npos) return answer;
  const Result<XmlElement> body = ParseXml(answer.reply.body);
  if (body.ok() && body->name == "Error") {
    answer.code = body->TextOf("Code");
    answer.message = base::ShortText(body->TextOf("Message"), kMostMessageBytes);
    if (answer.region.empty()) answer.region = body->TextOf("Region");
  }
  if (answer.code.empty() && !success) answer.code = WordOf(answer.reply.status);
  return answer;
}

Verdict JudgeAnswer(const S3Answer& answer) {
  const int status = answer.reply.status;
  const std::string& code = answer.code;
  if (answer.ok()) return Verdict::kDone;
  if (IsOneOf(code, {"SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded",
                     "TooManyRequests", "TooManyRequestsException", "BandwidthLimitExceeded"}) ||
      status == 429) {
    return Verdict::kSlower;
  }
  if (code == "RequestTimeTooSkewed") return Verdict::kClock;
  if (IsOneOf(code, {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"}))
    return Verdict::kCredentials;
  if (status == 301 || status == 307 || status == 308 ||
      (status == 400 && !answer.region.empty() &&
       IsOneOf(code, {"AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}))) {
    return Verdict::kElsewhere;
  }
  // What the store does not know, and what it has no room for, stays so.
  if (status == 501 || status == 507 || IsOneOf(code, {"QuotaExceeded", "ServiceQuotaExceeded"}))
    return Verdict::kDone;
  if (status == 503) return Verdict::kSlower;
  if (status >= 500 || status == 408 ||
      IsOneOf(code, {"InternalError", "RequestTimeout", "RequestTimeoutException",
                     "OperationAborted", "ConditionalRequestConflict", "BadDigest",
                     "XAmzContentSHA256Mismatch", "IncompleteBody"})) {
    return Verdict::kAgain;
  }
  return Verdict::kDone;
}

Verdict JudgeFailure(const HttpFailure& failure) {
  switch (failure.fault) {
    case HttpFault::kConnect:
    case HttpFault::kLost:
    case HttpFault::kTimeout:
    case HttpFault::kTruncated: return Verdict::kAgain;
    case HttpFault::kCancelled: return Verdict::kCancelled;
    default: return Verdict::kNever;
  }
}

std::chrono::milliseconds RetryPolicy::PauseBefore(int retry, bool slower, double dice,
                                                   std::chrono::milliseconds asked) const {
  const int64_t begin = (slower ? first_slower : first).count();
  const int64_t longest = std::min(begin << std::min(retry - 1, 20), most.count());
  const auto rolled = static_cast<int64_t>(dice * static_cast<double>(longest));
  return std::chrono::milliseconds(std::clamp(rolled, std::min(asked, most).count(), most.count()));
}

std::chrono::milliseconds RetryAfter(const HttpReply& reply) {
  const std::optional<int64_t> seconds = base::ParseInteger(reply.Header("retry-after"));
  if (!seconds || *seconds < 0 || *seconds > 3600) return std::chrono::milliseconds(0);
  return std::chrono::seconds(*seconds);
}

}  // namespace tenon::object_store
