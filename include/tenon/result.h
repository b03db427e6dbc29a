// A value, or the error that stands in its place.
//
//   TENON_ASSIGN_OR_RETURN(std::unique_ptr<Source> source, connector.OpenSource(options, context));
//
// There is no operator bool: `while (reader->Next())` over a Result would never end.
#pragma once

#include <cstdlib>
#include <optional>
#include <type_traits>
#include <utility>

#include "tenon/status.h"

namespace tenon {

template <typename T>
class [[nodiscard]] Result {
  static_assert(!std::is_reference_v<T>, "a Result owns its value");
  static_assert(!std::is_same_v<std::remove_cv_t<T>, Status>, "return Status itself");

 public:
  using value_type = T;

  // From a value, or from anything a value is made from without naming its type (a derived unique_ptr,
  // nullopt, a string literal).
  template <typename U = T>
  requires(std::is_convertible_v<U&&, T> && !std::is_same_v<std::remove_cvref_t<U>, Status> &&
           !std::is_same_v<std::remove_cvref_t<U>, Result>)
      Result(U&& value)  // NOLINT(google-explicit-constructor)
      : value_(std::in_place, std::forward<U>(value)) {}

  // From an error. REQUIRES: !status.ok(); an ok status becomes kInternal.
  Result(Status status) : status_(std::move(status)) {  // NOLINT(google-explicit-constructor)
    if (status_.ok()) status_ = Status::Internal("A Result was made from an ok Status");
  }

  bool ok() const noexcept { return value_.has_value(); }
  // Ok when there is a value.
  const Status& status() const& noexcept { return status_; }
  Status status() && noexcept { return std::move(status_); }

  // REQUIRES: ok(). The program ends when it does not hold.
  T& value() & { return Checked(); }
  const T& value() const& { return const_cast<Result*>(this)->Checked(); }
  T&& value() && { return std::move(Checked()); }
  T& operator*() & { return Checked(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(Checked()); }
  T* operator->() { return &Checked(); }
  const T* operator->() const { return &value(); }

 private:
  T& Checked() {
    if (!value_) std::abort();  // Tidy: the documented end of a broken REQUIRES
    return *value_;
  }

  Status status_;
  std::optional<T> value_;
};

}  // namespace tenon

// Evaluates `expression`, a Result; returns its error from the calling function, or moves its value into
// `target`, which may declare a variable. __COUNTER__ and not __LINE__: two may stand on one line.
#define TENON_ASSIGN_OR_RETURN(target, ...) \
  TENON_ASSIGN_OR_RETURN_INNER(TENON_STATUS_JOIN(tenon_result_, __COUNTER__), target, (__VA_ARGS__))
#define TENON_ASSIGN_OR_RETURN_INNER(result, target, expression) \
  auto result = expression;                                      \
  if (!result.ok()) return std::move(result).status();           \
  target = *std::move(result)
