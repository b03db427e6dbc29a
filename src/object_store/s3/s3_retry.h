// What an answer, or none, means for the request: done, or again and how.
//
// Pure functions and a value; any thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "object_store/aws/http_client.h"

namespace tenon::object_store {

// An answer of S3. `code` is empty of a success.
struct S3Answer {
  HttpReply reply;
  std::string code;     // "NoSuchKey"; of an answer without a body a word for its status.
  std::string message;  // The store's own, one line.
  std::string region;   // Where the bucket is, when the store says so.

  bool ok() const { return code.empty(); }
};

// Reads code and message out of an error, also of one that came with the status 200.
S3Answer ReadAnswer(HttpReply reply);

enum class Verdict {
  kDone,         // A success, or an error that stays one.
  kAgain,        // A fault that passes.
  kSlower,       // The same, and the store asks for fewer requests.
  kClock,        // The times differ: sign by the store's clock.
  kCredentials,  // The session has ended: get new ones.
  kElsewhere,    // Another region or host.
  kCancelled,
  kNever,  // No answer, and none is to be had.
};

Verdict JudgeAnswer(const S3Answer& answer);
Verdict JudgeFailure(const HttpFailure& failure);

struct RetryPolicy {
  int tries = 8;
  std::chrono::milliseconds first{100};  // Doubled with each try.
  std::chrono::milliseconds first_slower{500};
  std::chrono::milliseconds most{15000};

  // "Full jitter": anything between nothing and the doubled pause. `dice` in [0, 1). `asked`: Retry-After; no pause is
  // shorter, up to `most`.
  std::chrono::milliseconds PauseBefore(int retry, bool slower, double dice,
                                        std::chrono::milliseconds asked) const;
};

// Retry-After in seconds; zero when there is none.
std::chrono::milliseconds RetryAfter(const HttpReply& reply);

}  // namespace tenon::object_store
