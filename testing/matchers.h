// GoogleMock matchers for Status and Result, so that a test states code and words in one line.
//
//   EXPECT_THAT(sink->Commit(1), IsOk());
//   EXPECT_THAT(Open("nowhere"), IsError(StatusCode::kNotFound, HasSubstr("path=nowhere")));
//   EXPECT_THAT(reader->Count(), IsOkAndHolds(7));
//   ASSERT_OK_AND_ASSIGN(std::unique_ptr<Source> source, OpenSource(options));
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "tenon/result.h"
#include "tenon/status.h"

namespace tenon {

// Found by GoogleTest, which would print bytes otherwise.
inline void PrintTo(const Status& status, std::ostream* out) { *out << status.ToString(); }

template <typename T>
void PrintTo(const Result<T>& result, std::ostream* out) {
  if (!result.ok()) {
    *out << result.status().ToString();
  } else if constexpr (std::is_copy_constructible_v<T>) {
    *out << "Ok holding " << ::testing::PrintToString(*result);
  } else {
    *out << "Ok holding a value";
  }
}

namespace testing {

inline const Status& StatusOf(const Status& status) { return status; }
template <typename T>
const Status& StatusOf(const Result<T>& result) {
  return result.status();
}

MATCHER(IsOk, negation ? "is an error" : "is ok") {
  *result_listener << StatusOf(arg).ToString();
  return arg.ok();
}

// `text` matches all that a user reads of the error, in Status::ToString()'s order: code, message,
// place, hint.
MATCHER_P2(IsError, code, text,
           std::string(negation ? "is not " : "is ") + std::string(StatusCodeName(code)) +
               " whose text " + ::testing::DescribeMatcher<std::string>(text)) {
  const Status& status = StatusOf(arg);
  *result_listener << status.ToString();
  return status.code() == code && ::testing::Matches(text)(status.ToString());
}

// As IsError, and the number under which docs/errors.md lists it (1203 for TN1203).
MATCHER_P2(IsErrorNumber, number, text,
           std::string(negation ? "is not " : "is ") + "TN" + std::to_string(number) +
               " whose text " + ::testing::DescribeMatcher<std::string>(text)) {
  const Status& status = StatusOf(arg);
  *result_listener << "TN" << status.number() << " " << status.ToString();
  return status.number() == number && ::testing::Matches(text)(status.ToString());
}

MATCHER_P(IsOkAndHolds, value,
          std::string(negation ? "is an error or does not hold what " : "is ok and holds what ") +
              ::testing::DescribeMatcher<typename std::decay_t<arg_type>::value_type>(value)) {
  if (!arg.ok()) {
    *result_listener << StatusOf(arg).ToString();
    return false;
  }
  return ::testing::ExplainMatchResult(value, *arg, result_listener);
}

}  // namespace testing
}  // namespace tenon

// Ends the test function when `expression`, a Result, is an error; else moves its value into
// `target`.
#define ASSERT_OK_AND_ASSIGN(target, ...) \
  ASSERT_OK_AND_ASSIGN_INNER(TENON_STATUS_JOIN(tenon_result_, __COUNTER__), target, (__VA_ARGS__))
#define ASSERT_OK_AND_ASSIGN_INNER(result, target, expression) \
  auto result = expression;                                    \
  ASSERT_TRUE(result.ok()) << result.status().ToString();      \
  target = *std::move(result)
