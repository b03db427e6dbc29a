#include <utility>

#include "connectors/sqlite/relation.h"
#include "connectors/sqlite/sink.h"
#include "connectors/sqlite/source.h"
#include "connectors/sqlite/sqlite.h"

namespace tenon::sqlite {
namespace {

class SqliteCatalog : public Catalog {
 public:
  explicit SqliteCatalog(SinkOptions options) : options_(std::move(options)) {}

  Result<TablePage> ListNamespaces(std::string_view, int, const TaskContext&) override {
    return TablePage{{"main"}, ""};
  }
  Result<TablePage> ListTables(std::string_view, std::string_view, int,
                               const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(const auto database, Open());
    TENON_ASSIGN_OR_RETURN(std::vector<std::string> names, TableNames(*database));
    return TablePage{std::move(names), ""};
  }
  Result<Schema> Describe(std::string_view, std::string_view table, const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(const auto database, Open());
    SourceOptions options;
    options.db_table = table;
    TENON_ASSIGN_OR_RETURN(Relation relation, sqlite::Describe(*database, options));
    return std::move(relation.schema);
  }

 private:
  Result<std::unique_ptr<Database>> Open() const {
    return Database::Open(options_.path, Access::kRead, options_.busy_timeout);
  }

  const SinkOptions options_;
};

class SqliteTest : public ConnectionTest {
 public:
  explicit SqliteTest(SinkOptions options) : options_(std::move(options)) {}

  Status Test(const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(const auto database,
                           Database::Open(options_.path, Access::kRead, options_.busy_timeout));
    return TableNames(*database).status();
  }

 private:
  const SinkOptions options_;
};

// The options that say where the database is, of a source or of a sink.
Result<SinkOptions> PlaceOf(const Options& options) {
  Options place;
  for (const char* name : {"path", "busy_timeout", "dbTable"}) {
    if (const Result<std::string> value = options.Get(name); value.ok()) place.Set(name, *value);
  }
  if (const Result<Secret> url = options.GetSecret("url"); url.ok()) place.SetSecret("url", *url);
  if (!place.Has("dbTable")) place.Set("dbTable", "-");
  return ParseSink(place);
}

class SqliteConnector : public Connector {
 public:
  ConnectorInfo info() const override {
    return {.name = "sqlite",
            .version = "1",
            .help = "SQLite databases: tables, views and queries read, tables written.",
            .class_names = {"org.sqlite.JDBC"},
            .options_schema = SourceSpec().JsonSchema(),
            .sink_options_schema = SinkSpec().JsonSchema(),
            .can = {.remote = false, .max_writers = 1},
            .abilities = {std::string(Recovery::kId), std::string(Catalog::kId),
                          std::string(ConnectionTest::kId)}};
  }

  Result<std::unique_ptr<Source>> OpenSource(const Options& options, const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(SourceOptions parsed, ParseSource(options));
    return MakeSource(std::move(parsed));
  }

  Result<std::unique_ptr<Sink>> OpenSink(const Options& options, const WriteRequest& request,
                                         const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(SinkOptions parsed, ParseSink(options));
    return MakeSink(std::move(parsed), request);
  }

  Result<std::unique_ptr<Ability>> OpenAbility(std::string_view id, const Options& options,
                                               const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(SinkOptions place, PlaceOf(options));
    if (id == Recovery::kId) return std::unique_ptr<Ability>(MakeRecovery(std::move(place)));
    if (id == Catalog::kId)
      return std::unique_ptr<Ability>(std::make_unique<SqliteCatalog>(std::move(place)));
    if (id == ConnectionTest::kId)
      return std::unique_ptr<Ability>(std::make_unique<SqliteTest>(std::move(place)));
    return std::unique_ptr<Ability>();
  }
};

}  // namespace

std::unique_ptr<Connector> MakeSqliteConnector() { return std::make_unique<SqliteConnector>(); }

}  // namespace tenon::sqlite
