// The outcome of a call that returns no value: ok, or an error that says what the caller can do next.
//
//   TENON_RETURN_IF_ERROR(writer->Write(std::move(batch)));
//   if (!options.Has("url"))
//     return Status::InvalidArgument("Option is required: option=url").WithHint("Add url to the connection.");
//
// A Status is a value of one pointer; ok costs nothing. It may be copied, moved and read from any thread as
// any value may. Text never holds a secret: see options.h for Secret.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tenon {

// By what the caller does next. Numbers are stable: they cross plugin.h. New codes are added at the end.
enum class StatusCode : int32_t {
  kOk = 0,
  kInvalidArgument = 1,     // Edit the job: an option, a mapping, a statement is wrong.
  kNotFound = 2,            // Edit the job: the table, file or connection is not there.
  kAlreadyExists = 3,       // Edit the job, or choose another write mode.
  kPermissionDenied = 4,    // Fix credentials or grants.
  kUnavailable = 5,         // The only one that is retried: see Retry.
  kDataError = 6,           // A row or a file does not hold what it should.
  kUnsupported = 7,         // Ask otherwise: the connector cannot do this.
  kCancelled = 8,           // The stop token of the context was used.
  kInternal = 9,            // A fault of the program or of a connector; please report it.
  kConflict = 10,           // Fenced out, or lost a compare-and-set: stop and touch nothing.
  kResourceExhausted = 11,  // Raise a limit: memory, disk, open files.
};

// The name as it stands in logs and docs, "InvalidArgument"; "Unknown" for a number of a later version.
std::string_view StatusCodeName(StatusCode code);

// Has a meaning with kUnavailable only.
enum class Retry : int32_t {
  kNo = 0,
  kAgain = 1,     // The same call may go through later.
  kSlowDown = 2,  // Later, and with fewer readers at once.
};

class [[nodiscard]] Status {
 public:
  Status() noexcept = default;  // Ok.
  Status(StatusCode code, std::string message);
  Status(const Status& other);
  Status& operator=(const Status& other);
  Status(Status&&) noexcept = default;
  Status& operator=(Status&&) noexcept = default;
  ~Status() = default;

  static Status Ok() { return Status(); }
  static Status InvalidArgument(std::string message) {
    return {StatusCode::kInvalidArgument, std::move(message)};
  }
  static Status NotFound(std::string message) {
    return {StatusCode::kNotFound, std::move(message)};
  }
  static Status AlreadyExists(std::string message) {
    return {StatusCode::kAlreadyExists, std::move(message)};
  }
  static Status PermissionDenied(std::string message) {
    return {StatusCode::kPermissionDenied, std::move(message)};
  }
  static Status Unavailable(std::string message) {
    return {StatusCode::kUnavailable, std::move(message)};
  }
  static Status DataError(std::string message) {
    return {StatusCode::kDataError, std::move(message)};
  }
  static Status Unsupported(std::string message) {
    return {StatusCode::kUnsupported, std::move(message)};
  }
  static Status Cancelled(std::string message) {
    return {StatusCode::kCancelled, std::move(message)};
  }
  static Status Internal(std::string message) {
    return {StatusCode::kInternal, std::move(message)};
  }
  static Status Conflict(std::string message) {
    return {StatusCode::kConflict, std::move(message)};
  }
  static Status ResourceExhausted(std::string message) {
    return {StatusCode::kResourceExhausted, std::move(message)};
  }

  bool ok() const noexcept { return rep_ == nullptr; }
  StatusCode code() const noexcept { return rep_ ? rep_->code : StatusCode::kOk; }
  bool Is(StatusCode code) const noexcept { return this->code() == code; }

  // What is wrong, then key=value facts: "Column is not in the source: column=usr_id table=orders". No full
  // stop at the end. Empty when ok. Valid while this Status is.
  std::string_view message() const noexcept;
  // The next step, a sentence: "Did you mean user_id?". May be empty.
  std::string_view hint() const noexcept;
  // Where it happened, outermost first: "connector=files partition=3". May be empty.
  std::string_view where() const noexcept;
  // The number n of an error documented as TNn; 0 where the code alone says enough.
  int number() const noexcept { return rep_ ? rep_->number : 0; }
  Retry retry() const noexcept { return rep_ ? rep_->retry : Retry::kNo; }
  // At least this long before the next try; zero when the sender did not say.
  std::chrono::milliseconds retry_after() const noexcept;

  // These change an error and leave ok as it is.
  Status WithHint(std::string hint) &&;
  Status WithNumber(int number) &&;
  Status WithRetry(Retry retry, std::chrono::milliseconds after = {}) &&;
  // Puts `where` before what is there: call it on the way up, innermost first.
  Status WithWhere(std::string_view where) &&;

  // "InvalidArgument: message (where). hint": for logs and tests.
  std::string ToString() const;

 private:
  struct Rep {
    StatusCode code;
    int number = 0;
    Retry retry = Retry::kNo;
    std::chrono::milliseconds retry_after{};
    std::string message, hint, where;
  };
  std::unique_ptr<Rep> rep_;  // Null = ok.
};

}  // namespace tenon

#define TENON_STATUS_JOIN_INNER(a, b) a##b
#define TENON_STATUS_JOIN(a, b) TENON_STATUS_JOIN_INNER(a, b)

// Returns from the calling function when `expression`, a Status, is an error.
#define TENON_RETURN_IF_ERROR(expression)                                                        \
  do {                                                                                           \
    if (::tenon::Status tenon_status_ = (expression); !tenon_status_.ok()) return tenon_status_; \
  } while (false)
