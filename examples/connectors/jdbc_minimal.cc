// A table of ten rows in JDBC's words. Copy it, and let Connect and ExecuteQuery call your database.
#include <charconv>

#include "tenon/jdbc.h"

namespace {
using namespace tenon;
using namespace tenon::jdbc;

// The number behind `words` in a query, or `otherwise`: this database understands bounds of id, and nothing else.
int64_t NumberBehind(const std::string& sql, std::string_view words, int64_t otherwise) {
  const size_t at = sql.find(words);
  if (at == std::string::npos) return otherwise;
  std::from_chars(sql.data() + at + words.size(), sql.data() + sql.size(), otherwise);
  return otherwise;
}

struct People : ResultSet {
  explicit People(const std::string& sql)
      : id(NumberBehind(sql, "\"id\" >= ", 0) - 1), last(NumberBehind(sql, "\"id\" < ", 10)) {
    if (sql.find("1 = 0") != std::string::npos) last = 0;
    // The columns in the order in which the query names them; a star means all.
    const std::string asked = sql.substr(0, sql.find(" FROM "));
    if (asked.find('*') != std::string::npos) columns = {kId, kName};
    if (const size_t at = asked.find("\"id\""); at != std::string::npos) columns.push_back(kId);
    if (const size_t at = asked.find("\"name\""); at != std::string::npos)
      columns.insert(at < asked.find("\"id\"") ? columns.begin() : columns.end(), kName);
  }
  ResultSetMetaData GetMetaData() const override { return columns; }
  Result<bool> Next() override { return ++id < last; }
  Result<int64_t> GetLong(int) override { return id; }
  Result<std::string_view> GetString(int) override { return name = "name " + std::to_string(id); }
  bool WasNull() const override { return false; }

  inline static const ColumnMetaData kId{"id", Types::kBigInt}, kName{"name", Types::kVarChar};
  ResultSetMetaData columns;
  int64_t id, last;
  std::string name;
};

struct PeopleStatement : Statement {
  Result<std::unique_ptr<ResultSet>> ExecuteQuery(const std::string& sql) override {
    if (sql.find(" FROM people") == std::string::npos) return Status::NotFound("No such table");
    return std::make_unique<People>(sql);
  }
};

struct PeopleConnection : Connection {
  Result<std::unique_ptr<Statement>> CreateStatement() override {
    return std::make_unique<PeopleStatement>();
  }
};

struct PeopleDriver : Driver {
  Registration Register() const override {
    return {.name = "jdbc_minimal", .class_names = {"com.example.jdbc.PeopleDriver"}};
  }
  Result<std::unique_ptr<Connection>> Connect(const Secret& url, const Options& info,
                                              const TaskContext&) const override {
    if (!url.Reveal().starts_with("jdbc:people:"))
      return Status::InvalidArgument("Not a URL of this driver").WithHint("jdbc:people:…");
    if (!info.Has("password")) return Status::PermissionDenied("Give a password: option=password");
    return std::make_unique<PeopleConnection>();
  }
};

}  // namespace

TENON_PLUGIN(tenon::jdbc::ConnectorOf<PeopleDriver>)
