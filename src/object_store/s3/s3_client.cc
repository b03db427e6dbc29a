#include "object_store/s3/s3_client.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "base/error_catalog.h"
#include "base/hash.h"
#include "base/text.h"
#include "object_store/aws/aws_time.h"
#include "object_store/location.h"

namespace tenon::object_store {
namespace {

constexpr int kMostMoves = 3;
constexpr std::string_view kAwsDomains[] = {".amazonaws.com", ".amazonaws.com.cn"};

std::string PlaceOf(const S3Request& request) {
  return std::string("operation=") + request.operation +
         " path=" + S3Url(request.bucket, request.key);
}

std::string HostIn(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::string_view rest = url.substr(scheme + 3);
  return std::string(rest.substr(0, rest.find_first_of("/?#")));
}

// A session's token goes to AWS's hosts or to the one that the user named, and to nobody else.
bool MayFollow(const S3Endpoint& endpoint, const std::string& host) {
  if (host.empty() || host.find('@') != std::string::npos) return false;
  if (!endpoint.authority.empty())
    return host == endpoint.authority || host.ends_with("." + endpoint.authority);
  return std::any_of(std::begin(kAwsDomains), std::end(kAwsDomains),
                     [&](std::string_view domain) { return host.ends_with(domain); });
}

}  // namespace

Result<std::unique_ptr<S3Client>> S3Client::Make(const S3Options& options,
                                                 const Environment& environment,
                                                 std::stop_token stop) {
  S3ClientSettings settings;
  TENON_ASSIGN_OR_RETURN(AwsProfile profile, AwsProfile::Load(environment, options.profile));
  TENON_ASSIGN_OR_RETURN(settings.endpoint, S3Endpoint::Resolve(options, environment, profile));
  if (options.access_key.empty() != options.secret_key.empty()) {
    return Status::InvalidArgument("Only one half of a key of S3 is given")
        .WithHint("Give both the key's id and its secret, or neither.");
  }
  const std::string tries = environment("AWS_MAX_ATTEMPTS").value_or(profile.Text("max_attempts"));
  if (!tries.empty()) {
    const std::optional<int64_t> number = base::ParseInteger(tries);
    if (!number || *number < 1 || *number > 100)
      return Status::InvalidArgument("AWS_MAX_ATTEMPTS is no number from 1 to 100: value=" + tries);
    settings.retry.tries = static_cast<int>(*number);
  }
  settings.ca_file = !options.ca_file.empty()
                         ? options.ca_file
                         : environment("AWS_CA_BUNDLE").value_or(profile.Text("ca_bundle"));
  settings.credentials.environment = environment;
  settings.credentials.region = settings.endpoint.region;
  settings.credentials.anonymous = options.anonymous;
  settings.credentials.profile = std::move(profile);
  if (!options.access_key.empty()) {
    AwsCredentials keys;
    keys.access_key = options.access_key;
    keys.secret_key = options.secret_key;
    keys.session_token = options.session_token;
    keys.source = "options";
    settings.credentials.keys = std::move(keys);
  }
  settings.connect_timeout = std::chrono::milliseconds(options.connect_timeout_ms);
  settings.idle_timeout = std::chrono::milliseconds(options.idle_timeout_ms);
  settings.stop = std::move(stop);
  return Make(std::move(settings));
}

Result<std::unique_ptr<S3Client>> S3Client::Make(S3ClientSettings settings) {
  TENON_ASSIGN_OR_RETURN(const std::string seed, base::RandomHex(32));
  std::unique_ptr<S3Client> client(new S3Client(std::move(settings)));
  client->dice_.seed(static_cast<uint32_t>(std::strtoul(seed.c_str(), nullptr, 16)));
  TENON_ASSIGN_OR_RETURN(client->http_, HttpClient::Make({.ca_file = client->settings_.ca_file,
                                                          .stop = client->settings_.stop}));
  client->credentials_ =
      std::make_unique<CredentialChain>(client->settings_.credentials, *client->http_);
  return client;
}

std::unique_ptr<S3Call> S3Client::Start(S3Request request) {
  std::unique_ptr<S3Call> call(new S3Call(*this, std::move(request)));
  call->Send();
  return call;
}

Result<S3Answer> S3Client::Do(S3Request request) { return Start(std::move(request))->Wait(); }

std::string S3Client::RegionOf(const std::string& bucket) {
  const std::lock_guard lock(mutex_);
  const auto found = regions_.find(bucket);
  return found == regions_.end() ? settings_.endpoint.region : found->second;
}

Result<HttpRequest> S3Client::Sign(const S3Request& request, const std::string& authority,
                                   int64_t done, std::string* region_used) {
  TENON_ASSIGN_OR_RETURN(const std::shared_ptr<const AwsCredentials> credentials,
                         credentials_->Get());
  int64_t now_s = std::time(nullptr);
  {
    const std::lock_guard lock(mutex_);
    last_credentials_ = credentials;
    now_s += clock_ahead_s_;
  }
  const std::string region = RegionOf(request.bucket);
  *region_used = region;
  const S3Target target =
      TargetOf(settings_.endpoint, region, request.bucket, request.key, request.query, authority);
  HttpRequest http;
  http.method = request.method;
  http.url = target.url;
  http.body = request.body;
  http.connect_timeout = settings_.connect_timeout;
  http.idle_timeout = settings_.idle_timeout;
  http.headers = request.headers;
  http.headers.emplace_back("Host", target.authority);
  if (request.range) {
    http.headers.emplace_back("Range", "bytes=" + std::to_string(request.range->begin + done) +
                                           "-" + std::to_string(request.range->end - 1));
    http.into = request.into.subspan(static_cast<size_t>(done));
  }
  if (credentials->anonymous) return http;
  const std::string time = SigningTime(now_s);
  // Signing what is sent lets the store find what was damaged on its way.
  const std::string hash =
      base::Sha256Hex({reinterpret_cast<const char*>(request.body.data()), request.body.size()});
  http.headers.emplace_back("x-amz-content-sha256", hash);
  http.headers.emplace_back("x-amz-date", time);
  if (!credentials->session_token.empty()) {
    http.headers.emplace_back("x-amz-security-token",
                              std::string(credentials->session_token.Reveal()));
  }
  http.headers.emplace_back("Authorization",
                            AuthorizationOf(credentials->access_key, credentials->secret_key,
                                            {.time = time, .region = region, .service = "s3"},
                                            {.method = request.method,
                                             .path = target.path,
                                             .query = &request.query,
                                             .headers = &http.headers,
                                             .payload_hash = hash}));
  return http;
}

bool S3Client::FollowTo(const S3Answer& answer, const S3Request& request,
                        const std::string& region_used, std::string* authority) {
  if (!answer.region.empty() && answer.region != region_used) {
    const std::lock_guard lock(mutex_);
    regions_[request.bucket] = answer.region;
    authority->clear();
    return true;
  }
  const std::string host = HostIn(answer.reply.Header("location"));
  if (!MayFollow(settings_.endpoint, host) || host == *authority) return false;
  *authority = host;
  return true;
}

void S3Client::SetClock(const HttpReply& reply) {
  const std::optional<int64_t> store_ns = ParseHttpTime(reply.Header("date"));
  if (!store_ns) return;
  const std::lock_guard lock(mutex_);
  clock_ahead_s_ = *store_ns / 1'000'000'000 - std::time(nullptr);
}

void S3Client::ForgetCredentials() {
  std::shared_ptr<const AwsCredentials> ended;
  {
    const std::lock_guard lock(mutex_);
    ended = last_credentials_;
  }
  if (ended) credentials_->Forget(*ended);
}

double S3Client::Dice() {
  const std::lock_guard lock(mutex_);
  return std::uniform_real_distribution<double>(0, 1)(dice_);
}

Result<XmlElement> S3Client::BodyOf(const S3Request& request, const S3Answer& answer) const {
  Result<XmlElement> body = ParseXml(answer.reply.body);
  if (body.ok()) return body;
  return Status::DataError("Store answers wrongly: " + PlaceOf(request) +
                           " reason=" + std::string(body.status().message()))
      .WithNumber(base::kErrStoreUnreachable);
}

Status S3Client::StatusOf(const S3Request& request, const S3Answer& answer) {
  const std::string& code = answer.code;
  std::string facts = ": " + PlaceOf(request) + " code=" + code;
  if (!answer.message.empty() && answer.message != code) facts += " message=" + answer.message;
  std::string source;
  {
    const std::lock_guard lock(mutex_);
    if (last_credentials_) source = last_credentials_->source;
  }
  if (code == "NoSuchBucket") {
    return Status::NotFound("Bucket is not there" + facts)
        .WithNumber(base::kErrFileNotFound)
        .WithHint("Check the bucket's name, and the endpoint if it is not a bucket of AWS.");
  }
  if (code == "InvalidAccessKeyId" || code == "SignatureDoesNotMatch" || code == "InvalidToken" ||
      code == "ExpiredToken" || code == "AuthorizationHeaderMalformed" ||
      code == "RequestTimeTooSkewed" || code == "XAdminUserNotFound") {
    return Status::PermissionDenied("Store does not accept the credentials" + facts +
                                    " credentials=" + source)
        .WithNumber(base::kErrCredentialsRefused)
        .WithHint("Check the key and its secret, and that they belong to this store.");
  }
  if (answer.reply.status == 404) {
    return Status::NotFound("Object is not there" + facts).WithNumber(base::kErrFileNotFound);
  }
  if (code == "InvalidObjectState") {
    return Status::Unsupported("Object is archived and cannot be read" + facts)
        .WithNumber(base::kErrObjectArchived)
        .WithHint("Restore it, or leave its storage class out by excludeStorageClasses.");
  }
  if (answer.reply.status == 403 || answer.reply.status == 401) {
    return Status::PermissionDenied("Store denies access" + facts + " credentials=" + source)
        .WithNumber(base::kErrNoRights)
        .WithHint(std::string("Allow s3:") + request.operation +
                  " to these credentials, or use others.");
  }
  if (answer.reply.status == 412) {
    return Status::DataError("Object has been replaced" + facts)
        .WithHint("Run again when nobody writes it.");
  }
  if (code == "QuotaExceeded" || code == "ServiceQuotaExceeded" || answer.reply.status == 507)
    return Status::ResourceExhausted("Store is full" + facts).WithNumber(base::kErrDiskFull);
  // What passes has been tried again by now: this request will never be taken.
  if (answer.reply.status == 400) {
    return Status::InvalidArgument("Store refuses the request" + facts + " status=400")
        .WithNumber(base::kErrStoreUnreachable);
  }
  if (answer.ok()) return Status::Internal("An answer of S3 that is a success was an error");
  return Status::Unavailable("Store refuses the request" + facts +
                             " status=" + std::to_string(answer.reply.status))
      .WithNumber(base::kErrStoreUnreachable);
}

void S3Call::Send() {
  ++tries_;
  Result<HttpRequest> http = client_.Sign(request_, authority_, done_, &region_);
  if (!http.ok()) {
    unsent_ = std::move(http).status();
    return;
  }
  call_ = client_.http_->Start(*std::move(http));
}

Result<S3Answer> S3Call::Wait() {
  for (;;) {
    if (!unsent_.ok()) return unsent_;
    HttpOutcome outcome = call_->Wait();
    S3Answer answer;
    const Verdict verdict = Judge(outcome, &answer);
    if (verdict == Verdict::kDone) return answer;
    if (verdict == Verdict::kCancelled) return Status::Cancelled("The task was cancelled");
    if (!Prepare(verdict, answer)) {
      // The store's own words say more than that it was tried so often.
      if (!outcome.failure && (verdict == Verdict::kClock || verdict == Verdict::kCredentials))
        return answer;
      return GiveUp(outcome, answer, verdict);
    }
    if (verdict == Verdict::kAgain || verdict == Verdict::kSlower) {
      TENON_RETURN_IF_ERROR(client_.http_->Pause(client_.settings_.retry.PauseBefore(
          tries_, verdict == Verdict::kSlower, client_.Dice(), RetryAfter(answer.reply))));
    }
    call_.reset();
    Send();
  }
}

Verdict S3Call::Judge(const HttpOutcome& outcome, S3Answer* answer) {
  if (outcome.failure) {
    reason_ = outcome.failure->text;
    // An error's body is no part of the object.
    if (request_.range && outcome.failure->status == 206) done_ += outcome.failure->body_bytes;
    return JudgeFailure(*outcome.failure);
  }
  *answer = ReadAnswer(outcome.reply);
  reason_ = answer->code;
  if (!answer->message.empty()) reason_ += ", " + answer->message;
  if (answer->ok() && request_.range) return CheckRange(*answer);
  return JudgeAnswer(*answer);
}

// Whether the answer has the bytes that were asked for, all of them.
Verdict S3Call::CheckRange(const S3Answer& answer) {
  const std::string_view range = answer.reply.Header("content-range");  // "bytes 0-9/100"
  const size_t dash = range.find('-'), slash = range.find('/');
  const auto number = [&](size_t from, size_t to) {
    return from < to && to != std::string_view::npos
               ? base::ParseInteger(range.substr(from, to - from))
               : std::nullopt;
  };
  const auto first = number(6, dash), last = number(dash + 1, slash);
  if (answer.reply.status != 206 || !range.starts_with("bytes ") || !first || !last ||
      *first != request_.range->begin + done_ || *last >= request_.range->end) {
    reason_ = "the answer is not the range that was asked for";
    return Verdict::kNever;
  }
  if (answer.reply.body_bytes == *last - *first + 1) return Verdict::kDone;
  reason_ = "the body is shorter than it says";
  done_ += answer.reply.body_bytes;
  return Verdict::kAgain;
}

bool S3Call::Prepare(Verdict verdict, const S3Answer& answer) {
  switch (verdict) {
    case Verdict::kAgain:
    case Verdict::kSlower: return tries_ < client_.settings_.retry.tries;
    case Verdict::kClock:
      if (std::exchange(clock_set_, true)) return false;
      client_.SetClock(answer.reply);
      return true;
    case Verdict::kCredentials:
      if (std::exchange(renewed_, true)) return false;
      client_.ForgetCredentials();
      return true;
    case Verdict::kElsewhere:
      return ++moves_ <= kMostMoves && client_.FollowTo(answer, request_, region_, &authority_);
    default: return false;
  }
}

Status S3Call::GiveUp(const HttpOutcome& outcome, const S3Answer& answer, Verdict verdict) const {
  const S3Endpoint& endpoint = client_.settings_.endpoint;
  const std::string facts = ": " + PlaceOf(request_) + " endpoint=" +
                            (endpoint.authority.empty() ? "AWS " + region_ : endpoint.authority) +
                            " tries=" + std::to_string(tries_) + " reason=" + reason_;
  if (verdict == Verdict::kElsewhere) {
    return Status::Unsupported("Store sends the request to a place that is not followed" + facts)
        .WithNumber(base::kErrStoreUnreachable)
        .WithHint("Set the bucket's region (AWS_REGION) or its endpoint (AWS_ENDPOINT_URL_S3).");
  }
  if (outcome.failure && outcome.failure->fault == HttpFault::kTls) {
    return Status::PermissionDenied("Store's certificate is not accepted" + facts)
        .WithNumber(base::kErrStoreUnreachable)
        .WithHint("Name the file of the authority that signed it in AWS_CA_BUNDLE.");
  }
  if (!outcome.failure && answer.ok())
    return Status::DataError("Store answers wrongly" + facts)
        .WithNumber(base::kErrStoreUnreachable);
  if (verdict == Verdict::kSlower) {
    return Status::Unavailable("Store asks to slow down" + facts)
        .WithNumber(base::kErrStoreUnreachable)
        .WithRetry(Retry::kSlowDown, RetryAfter(answer.reply));
  }
  return Status::Unavailable("Store does not answer as it should" + facts)
      .WithNumber(base::kErrStoreUnreachable)
      .WithHint("Check the endpoint and the network; nothing half done is visible.")
      .WithRetry(verdict == Verdict::kAgain ? Retry::kAgain : Retry::kNo);
}

}  // namespace tenon::object_store
