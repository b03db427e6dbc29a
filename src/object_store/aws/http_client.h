// HTTP/1.1 requests, many at a time, over connections that are kept.
//
//   std::unique_ptr<HttpCall> call = client->Start(std::move(request));   // Goes on by itself.
//   TENON_ASSIGN_OR_RETURN(HttpReply reply, call->Wait());
//
// One thread of the client moves all bytes; it starts with the first request. The client outlives its calls. Start and
// the calls' methods may be called from any thread. No redirect is followed and nothing is retried here (save what
// libcurl sends again because a kept connection was closed before any answer): whoever sends a request knows whether it
// may be sent twice.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenon/result.h"
#include "tenon/secret.h"

namespace tenon::object_store {

struct HttpSettings {
  int max_connections = 64;
  std::string ca_file;  // PEM. Empty: the system's.
  std::stop_token stop;
};

struct HttpRequest {
  std::string method;
  std::string url;  // Encoded.
  // May hold credentials: they are never part of an error.
  std::vector<std::pair<std::string, std::string>> headers;
  std::span<const uint8_t> body;  // Borrowed until the call ends.
  // A successful answer's body goes here as it comes; longer ones are cut off, which shows in HttpReply::body_bytes.
  // Borrowed until the call ends. Empty: it goes into HttpReply::body.
  std::span<uint8_t> into;
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds idle_timeout{30000};  // Without a byte in either direction.
};

struct HttpReply {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // Names in lower case.
  std::string body;        // Of an answer that did not go into HttpRequest::into.
  int64_t body_bytes = 0;  // Of the whole body.

  // Empty when it has none.
  std::string_view Header(std::string_view name) const;
};

// How a call failed that got no whole answer.
enum class HttpFault {
  kConnect,    // No connection: nothing was sent.
  kLost,       // The connection broke: the request may have been carried out.
  kTimeout,    // Nothing came for too long: the same.
  kTruncated,  // An answer began and did not end.
  kTls,        // The server's certificate or its TLS is not accepted.
  kCancelled,  // The stop token was used.
  kOther,
};

struct HttpFailure {
  HttpFault fault = HttpFault::kOther;
  std::string text;        // The library's words; no secret.
  int status = 0;          // Of the answer that began; 0: none did.
  int64_t body_bytes = 0;  // That came and are where they belong.
  std::vector<std::pair<std::string, std::string>> headers;
};

struct HttpOutcome {
  std::optional<HttpFailure> failure;  // None: `reply` is whole.
  HttpReply reply;
};

// One request under way. Destroyed before its end, it is given up.
class HttpCall {
 public:
  virtual ~HttpCall() = default;
  // Blocks until the call has ended; once.
  virtual HttpOutcome Wait() = 0;
  virtual bool done() const = 0;
};

class HttpClient {
 public:
  // kUnsupported: no libcurl. kResourceExhausted: no memory or thread for it.
  static Result<std::unique_ptr<HttpClient>> Make(HttpSettings settings);
  virtual ~HttpClient() = default;

  virtual std::unique_ptr<HttpCall> Start(HttpRequest request) = 0;
  // Waits so long; kCancelled at once when the stop token is used.
  virtual Status Pause(std::chrono::milliseconds time) = 0;
};

}  // namespace tenon::object_store
