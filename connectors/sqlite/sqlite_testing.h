// What tests of this room share: databases made by SQLite itself, and one read or write of them, step by step.
#pragma once

#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "connectors/sqlite/sqlite.h"
#include "tenon/batch_builder.h"
#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::sqlite {

inline constexpr char kToken[] = "0123456789abcdef0123456789abcdef";

class SqliteFolder : public ::testing::Test {
 protected:
  SqliteFolder() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              ("tenon-sqlite-" + std::to_string(getpid()) + "-" + info->name());
    std::filesystem::create_directories(folder_);
  }
  ~SqliteFolder() override {
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
    std::filesystem::remove_all(folder_);
  }

  std::string path() const { return folder_ / "a.db"; }

  // Runs statements on the file; returns the first column of all rows of the last one, joined by blanks.
  std::string Sql(const std::string& sql, const std::string& file = "") const {
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open((file.empty() ? path() : file).c_str(), &handle), SQLITE_OK);
    std::string out = SqlOn(handle, sql);
    sqlite3_close(handle);
    return out;
  }
  static std::string SqlOn(sqlite3* handle, const std::string& sql) {
    std::string out;
    char* error = nullptr;
    const auto row = [](void* to, int, char** values, char**) {
      auto& text = *static_cast<std::string*>(to);
      text += (text.empty() ? "" : " ") + std::string(values[0] != nullptr ? values[0] : "NULL");
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), row, &out, &error), SQLITE_OK) << error;
    sqlite3_free(error);
    return out;
  }

  Options Place(std::vector<std::pair<std::string, std::string>> more) const {
    Options options;
    options.Set("path", path());
    for (auto& [name, value] : more) options.Set(name, value);
    return options;
  }

  std::filesystem::path folder_;
  std::unique_ptr<Connector> connector_ = MakeSqliteConnector();
};

class Errors : public TaskHost {
 public:
  BatchLimits Limits() override { return limits; }
  void AddError(ErrorRecord record) override { records.push_back(std::move(record)); }
  void Count(std::string_view, int64_t) override {}
  void Log(LogLevel, std::string_view) override {}
  bool SplitWanted() override { return false; }
  bool GiveAway(const Partition&, const Partition&) override { return false; }

  BatchLimits limits;
  std::vector<ErrorRecord> records;
};

}  // namespace tenon::sqlite
