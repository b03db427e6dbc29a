#include "tenon/status.h"

namespace tenon {

std::string_view StatusCodeName(StatusCode code) {
  switch (code) {
    case StatusCode::kOk: return "Ok";
    case StatusCode::kInvalidArgument: return "InvalidArgument";
    case StatusCode::kNotFound: return "NotFound";
    case StatusCode::kAlreadyExists: return "AlreadyExists";
    case StatusCode::kPermissionDenied: return "PermissionDenied";
    case StatusCode::kUnavailable: return "Unavailable";
    case StatusCode::kDataError: return "DataError";
    case StatusCode::kUnsupported: return "Unsupported";
    case StatusCode::kCancelled: return "Cancelled";
    case StatusCode::kInternal: return "Internal";
    case StatusCode::kConflict: return "Conflict";
    case StatusCode::kResourceExhausted: return "ResourceExhausted";
  }
  return "Unknown";
}

Status::Status(StatusCode code, std::string message) {
  if (code == StatusCode::kOk) return;
  rep_ = std::make_unique<Rep>();
  rep_->code = code;
  rep_->message = std::move(message);
}

Status::Status(const Status& other)
    : rep_(other.rep_ ? std::make_unique<Rep>(*other.rep_) : nullptr) {}

Status& Status::operator=(const Status& other) {
  if (this != &other) rep_ = other.rep_ ? std::make_unique<Rep>(*other.rep_) : nullptr;
  return *this;
}

std::string_view Status::message() const noexcept {
  return rep_ ? std::string_view(rep_->message) : std::string_view();
}

std::string_view Status::hint() const noexcept {
  return rep_ ? std::string_view(rep_->hint) : std::string_view();
}

std::string_view Status::where() const noexcept {
  return rep_ ? std::string_view(rep_->where) : std::string_view();
}

std::chrono::milliseconds Status::retry_after() const noexcept {
  return rep_ ? rep_->retry_after : std::chrono::milliseconds(0);
}

Status Status::WithHint(std::string hint) && {
  if (rep_) rep_->hint = std::move(hint);
  return std::move(*this);
}

Status Status::WithNumber(int number) && {
  if (rep_) rep_->number = number;
  return std::move(*this);
}

Status Status::WithRetry(Retry retry, std::chrono::milliseconds after) && {
  if (rep_) {
    rep_->retry = retry;
    rep_->retry_after = after;
  }
  return std::move(*this);
}

Status Status::WithWhere(std::string_view where) && {
  if (rep_ && !where.empty()) {
    rep_->where = rep_->where.empty() ? std::string(where) : std::string(where) + " " + rep_->where;
  }
  return std::move(*this);
}

std::string Status::ToString() const {
  if (!rep_) return "Ok";
  std::string text(StatusCodeName(rep_->code));
  text += ": " + rep_->message;
  if (!rep_->where.empty()) text += " (" + rep_->where + ")";
  if (!rep_->hint.empty()) text += ". " + rep_->hint;
  return text;
}

}  // namespace tenon
