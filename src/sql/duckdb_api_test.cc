#include "sql/duckdb_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "testing/matchers.h"

namespace tenon::sql {
namespace {

using tenon::testing::IsError;
using ::testing::AllOf;
using ::testing::HasSubstr;

// In a process of its own: another test may have loaded the library for good.
TEST(DuckDbApiDeathTest, AMissingLibraryNamesEveryPlaceLooked) {
  EXPECT_EXIT(
      {
        const auto loaded = LoadDuckDb({"/nowhere/libduckdb.so", "/neither/libduckdb.so"});
        const bool as_said = ::testing::Value(
            loaded, IsError(StatusCode::kNotFound, AllOf(HasSubstr("/nowhere/libduckdb.so"),
                                                         HasSubstr("/neither/libduckdb.so"))));
        _exit(as_said && loaded.status().number() == 4004 ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST(DuckDbApiDeathTest, ALibraryWithoutTheFunctionsNamesThem) {
  EXPECT_EXIT(
      {
        const auto loaded = LoadDuckDb({"libm.so.6"});
        const bool as_said = ::testing::Value(
            loaded, IsError(StatusCode::kUnsupported,
                            AllOf(HasSubstr("library=libm.so.6"), HasSubstr("duckdb_open_ext"))));
        _exit(as_said ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST(DuckDbApiTest, TheLibraryIsLoadedOnce) {
  const auto first = LoadDuckDb({TENON_TEST_DUCKDB_LIBRARY});
  ASSERT_TRUE(first.ok()) << first.status().ToString();
  EXPECT_EQ(*LoadDuckDb({"/nowhere"}), *first);
}

}  // namespace
}  // namespace tenon::sql
