// Requests to S3: signed, sent, tried again where that is safe and may help, and followed to the bucket's region.
//
//   std::unique_ptr<S3Call> call = client->Start(request);     // Under way.
//   TENON_ASSIGN_OR_RETURN(S3Answer answer, call->Wait());     // An answer of the store, an error too.
//   if (!answer.ok()) return client->StatusOf(request, answer);
//
// Every request of this room may be sent twice without harm: reads and removals by nature, a part because its number
// names it, a completion and a conditional put because their callers look at what is there (s3_store.cc). Retries
// happen in Wait. The client outlives its calls; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <span>
#include <stop_token>
#include <string>

#include "object_store/aws/credentials.h"
#include "object_store/aws/http_client.h"
#include "object_store/aws/xml.h"
#include "object_store/s3/s3_endpoint.h"
#include "object_store/s3/s3_retry.h"
#include "tenon/result.h"

namespace tenon::object_store {

struct ByteRange {
  int64_t begin = 0;
  int64_t end = 0;  // Behind the last byte.
};

struct S3Request {
  const char* operation = "";  // "GetObject": for errors.
  std::string method = "GET";
  std::string bucket, key;
  NameValues query, headers;
  std::span<const uint8_t> body;  // Borrowed until the call ends.
  // Of an object's GET: the bytes that are wanted, into a buffer of at least that length. A try that broke goes on
  // where it ended, so there must be an If-Match among the headers.
  std::optional<ByteRange> range;
  std::span<uint8_t> into;
};

struct S3ClientSettings {
  S3Endpoint endpoint;
  CredentialSettings credentials;
  RetryPolicy retry;
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds idle_timeout{30000};
  std::string ca_file;
  std::stop_token stop;
};

class S3Call;

class S3Client {
 public:
  // From options and what AWS's own tools would use. kInvalidArgument, kNotFound, kDataError: settings that cannot be
  // understood; kUnsupported: no libcurl. Sends nothing.
  static Result<std::unique_ptr<S3Client>> Make(const S3Options& options,
                                                const Environment& environment,
                                                std::stop_token stop);
  static Result<std::unique_ptr<S3Client>> Make(S3ClientSettings settings);

  // Sends it without waiting for anything but credentials.
  std::unique_ptr<S3Call> Start(S3Request request);
  Result<S3Answer> Do(S3Request request);

  // What the body of a success says. kDataError (TN5012): no XML, or not all of it.
  Result<XmlElement> BodyOf(const S3Request& request, const S3Answer& answer) const;
  // The error that an answer which is no success means, in a user's words; kInternal for a success.
  Status StatusOf(const S3Request& request, const S3Answer& answer);
  // As HttpClient::Pause.
  Status Pause(std::chrono::milliseconds time) { return http_->Pause(time); }

 private:
  friend class S3Call;
  explicit S3Client(S3ClientSettings settings) : settings_(std::move(settings)) {}

  // The signed request of HTTP. `done`: bytes of the range that have come.
  Result<HttpRequest> Sign(const S3Request& request, const std::string& authority, int64_t done,
                           std::string* region_used);
  std::string RegionOf(const std::string& bucket);
  // False: the store sends to where this request has been.
  bool FollowTo(const S3Answer& answer, const S3Request& request, const std::string& region_used,
                std::string* authority);
  void SetClock(const HttpReply& reply);
  void ForgetCredentials();
  double Dice();

  const S3ClientSettings settings_;
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<CredentialChain> credentials_;
  std::mutex mutex_;                            // Guards what follows.
  std::map<std::string, std::string> regions_;  // By bucket, where the store has told it.
  int64_t clock_ahead_s_ = 0;                   // The store's clock minus ours.
  std::shared_ptr<const AwsCredentials> last_credentials_;
  std::minstd_rand dice_;
};

// One request with its retries. Destroyed before Wait it is given up.
class S3Call {
 public:
  // The store's answer. kUnavailable (TN5012): none, or a fault that did not pass, after all tries; with Retry set.
  // kPermissionDenied: no credentials. kCancelled.
  Result<S3Answer> Wait();
  // The first try has ended: Wait may still take long.
  bool done() const { return call_ == nullptr || call_->done(); }

 private:
  friend class S3Client;
  S3Call(S3Client& client, S3Request request) : client_(client), request_(std::move(request)) {}

  void Send();
  // What the answer means once it is known to be whole.
  Verdict Judge(const HttpOutcome& outcome, S3Answer* answer);
  Verdict CheckRange(const S3Answer& answer);
  // Prepares the next try. False: there is none.
  bool Prepare(Verdict verdict, const S3Answer& answer);
  Status GiveUp(const HttpOutcome& outcome, const S3Answer& answer, Verdict verdict) const;

  S3Client& client_;
  const S3Request request_;
  std::unique_ptr<HttpCall> call_;
  Status unsent_;  // Why the request could not be sent at all.
  std::string authority_, region_;
  std::string reason_;
  int64_t done_ = 0;  // Bytes of the range that have come.
  int tries_ = 0;
  int moves_ = 0;
  bool clock_set_ = false;
  bool renewed_ = false;
};

}  // namespace tenon::object_store
