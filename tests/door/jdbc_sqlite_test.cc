// The words of JDBC over a real database: a driver of SQLite as its author would write it, and what Tenon does with it.
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tenon/check_connector.h"
#include "tenon/jdbc.h"
#include "testing/matchers.h"
#include "tests/door/reading.h"

namespace tenon::jdbc {
namespace {

using ::testing::AllOf;
using testing::Ask;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsError;
using testing::Longs;
using testing::PlanScan;
using testing::ReadAll;

using Database = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;

Status ErrorOf(sqlite3* database) {
  if (sqlite3_errcode(database) == SQLITE_INTERRUPT) return Status::Unavailable("Interrupted");
  return Status::InvalidArgument(std::string("SQLite: ") + sqlite3_errmsg(database));
}

// What the driver's objects did: they belong to nobody whom the test could ask.
struct Seen {
  std::atomic<int> open_connections{0};
  std::atomic<int64_t> fetch_size{0};
};

Seen& TheSeen() {
  static const auto seen = std::make_unique<Seen>();
  return *seen;
}

struct SqliteRows : ResultSet {
  explicit SqliteRows(sqlite3_stmt* prepared) : statement(prepared, &sqlite3_finalize) {}
  ResultSetMetaData GetMetaData() const override {
    ResultSetMetaData columns;
    for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
      const char* declared = sqlite3_column_decltype(statement.get(), i);
      const std::string type = declared != nullptr ? declared : "";
      ColumnMetaData column{.label = sqlite3_column_name(statement.get(), i)};
      if (type == "INTEGER") column.type = Types::kBigInt;
      if (type == "SMALLINT") column.type = Types::kSmallInt;
      if (type == "DOUBLE") column.type = Types::kDouble;
      if (type == "BOOLEAN") column.type = Types::kBoolean;
      if (type == "DATE") column.type = Types::kDate;
      if (type == "DECIMAL(10,2)") column = {column.label, Types::kDecimal, 10, 2};
      columns.push_back(std::move(column));
    }
    return columns;
  }
  Result<bool> Next() override {
    const int code = sqlite3_step(statement.get());
    if (code == SQLITE_ROW || code == SQLITE_DONE) return code == SQLITE_ROW;
    return ErrorOf(sqlite3_db_handle(statement.get()));
  }
  bool IsNull(int column) {
    return was_null = sqlite3_column_type(statement.get(), column - 1) == SQLITE_NULL;
  }
  Result<int64_t> GetLong(int column) override {
    return IsNull(column) ? 0 : sqlite3_column_int64(statement.get(), column - 1);
  }
  Result<double> GetDouble(int column) override {
    return IsNull(column) ? 0 : sqlite3_column_double(statement.get(), column - 1);
  }
  Result<std::string_view> GetString(int column) override {
    if (IsNull(column)) return std::string_view();
    const auto* text =
        reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), column - 1));
    return std::string_view(text,
                            static_cast<size_t>(sqlite3_column_bytes(statement.get(), column - 1)));
  }
  bool WasNull() const override { return was_null; }

  std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement;
  bool was_null = false;
};

struct SqliteStatement : Statement {
  explicit SqliteStatement(sqlite3* given) : database(given) {
    constexpr int kStepsBetweenLooks = 1000;
    sqlite3_progress_handler(database, kStepsBetweenLooks, &SqliteStatement::IsCancelled,
                             &cancelled);
  }
  ~SqliteStatement() override { sqlite3_progress_handler(database, 0, nullptr, nullptr); }
  static int IsCancelled(void* flag) { return *static_cast<std::atomic<bool>*>(flag) ? 1 : 0; }
  void SetFetchSize(int64_t rows) override { TheSeen().fetch_size = rows; }
  Result<std::unique_ptr<ResultSet>> ExecuteQuery(const std::string& sql) override {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
      return ErrorOf(database);
    return std::make_unique<SqliteRows>(statement);
  }
  // Not sqlite3_interrupt, which is lost on a query that has not begun.
  void Cancel() override { cancelled = true; }
  sqlite3* database;
  std::atomic<bool> cancelled{false};
};

struct SqliteConnection : Connection {
  explicit SqliteConnection(Database given) : database(std::move(given)) {
    ++TheSeen().open_connections;
  }
  ~SqliteConnection() override { --TheSeen().open_connections; }
  Result<std::unique_ptr<Statement>> CreateStatement() override {
    return std::make_unique<SqliteStatement>(database.get());
  }
  Database database;
};

struct SqliteDriver : Driver {
  Registration Register() const override {
    return {.name = "sqlite_words",
            .class_names = {"org.sqlite.JDBC"},
            .options = {{.name = "quiet"}},
            .unknown = UnknownOptions::kRefuse};
  }
  Dialect GetDialect() const override { return {.numbers = true, .text = true}; }
  Result<std::unique_ptr<Connection>> Connect(const Secret& url, const Options&,
                                              const TaskContext&) const override {
    constexpr std::string_view kPrefix = "jdbc:sqlite:";
    if (!url.Reveal().starts_with(kPrefix)) return Status::InvalidArgument("Not a URL of SQLite");
    sqlite3* database = nullptr;
    const std::string path(url.Reveal().substr(kPrefix.size()));
    const int code = sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr);
    Database owned(database, &sqlite3_close);
    if (code != SQLITE_OK) return Status::NotFound("Database cannot be opened");
    return std::make_unique<SqliteConnection>(std::move(owned));
  }
};

class JdbcSqliteTest : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::path(::testing::TempDir()) /
            ("tenon_jdbc_" + std::to_string(::getpid()) + ".db");
    std::filesystem::remove(path_);
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
    const Database owned(database, &sqlite3_close);
    const char* kTable =
        "CREATE TABLE people (id INTEGER, name TEXT, size SMALLINT, height DOUBLE, fit BOOLEAN, "
        "born DATE, salary \"DECIMAL(10,2)\");"
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99) "
        "INSERT INTO people SELECT CASE WHEN i % 10 = 9 THEN NULL ELSE i END, "
        "CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN 'O''Hara' WHEN 2 THEN '' ELSE 'Ada ' || i END, "
        "i - 50, i / 4.0, i % 2, i, (i - 50) || '.25' FROM n;";
    ASSERT_EQ(sqlite3_exec(database, kTable, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    options_ = Ask({{"dbTable", "people"}});
    options_.SetSecret("url", Secret("jdbc:sqlite:" + path_.string()));
  }
  void TearDown() override {
    EXPECT_EQ(TheSeen().open_connections, 0);
    std::filesystem::remove(path_);
  }

  Options InParts(const char* column, const char* lower, const char* upper, const char* parts) {
    Options options = options_;
    options.Set("partitionColumn", column).Set("lowerBound", lower).Set("upperBound", upper);
    return options.Set("numPartitions", parts);
  }

  std::filesystem::path path_;
  Options options_;
  ConnectorOf<SqliteDriver> sqlite_;
};

TEST_F(JdbcSqliteTest, TheConformanceChecksFindNothing) {
  for (const Options& options : {options_, InParts("id", "0", "99", "4")}) {
    const ConnectorCheck check = CheckConnector(sqlite_, options);
    EXPECT_THAT(check.findings, ElementsAre());
    EXPECT_EQ(check.rows, 100);
    EXPECT_GT(check.filters_taken, 20);  // id, size and name.
  }
}

TEST_F(JdbcSqliteTest, TypesComeFromTheMetaData) {
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(sqlite_, options_));
  EXPECT_EQ(batches[0].schema().ToString(),
            "struct<id:long,name:string,size:short,height:double,fit:boolean,born:date,"
            "salary:decimal(10,2)>");
  const BatchView rows(batches[0]);
  EXPECT_EQ(rows.column(1).GetString(50), "O'Hara");
  EXPECT_TRUE(rows.column(1).is_null(49));
  EXPECT_TRUE(rows.column(0).is_null(59));
  EXPECT_EQ(rows.column(2).GetLong(0), -50);
  EXPECT_EQ(rows.column(3).GetDouble(51), 12.75);
  EXPECT_TRUE(rows.column(4).GetBoolean(51));
  EXPECT_EQ(rows.column(5).GetLong(51), 51);
  EXPECT_EQ(rows.column(6).GetDecimal(0), (Decimal128{-1, static_cast<uint64_t>(-5025)}));
}

TEST_F(JdbcSqliteTest, PartsHoldEachRowOnceAlsoNullsAndRowsOutsideTheBounds) {
  ASSERT_OK_AND_ASSIGN(auto open, PlanScan(sqlite_, InParts("id", "40", "60", "4")));
  std::vector<int64_t> counts;
  for (const Partition& partition : open.partitions) {
    ASSERT_OK_AND_ASSIGN(auto batches, testing::ReadPartition(*open.readers, partition));
    counts.push_back(testing::CountRows(batches));
  }
  // Below 45 and the ten NULLs; [45, 50), [50, 55); 55 and above.
  EXPECT_THAT(counts, ElementsAre(51, 4, 5, 40));
}

TEST_F(JdbcSqliteTest, AQueryAndAConditionOfTheDatabasesOwn) {
  Options options = options_;
  options.Remove("dbTable");
  options.Set("query", "SELECT id * 2 AS twice, name FROM people")
      .Set("filterPredicate", "twice < 6");
  ScanRequest request;
  request.where = {Predicate::Text("twice > 0")};
  ASSERT_OK_AND_ASSIGN(auto source, sqlite_.OpenSource(options, {}));
  ASSERT_OK_AND_ASSIGN(const ScanOffer offer, source->Offer(request, {}));
  EXPECT_THAT(offer.where, ElementsAre(PushDown::kExact));
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(sqlite_, options, request));
  EXPECT_EQ(testing::CountRows(batches), 2);
}

TEST_F(JdbcSqliteTest, MemoryIsBoundedByTheBatchAndTheFetchSize) {
  testing::RecordingHost host;
  host.limits.max_rows = 7;
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(sqlite_, options_, {}, TaskContext(&host, {})));
  EXPECT_EQ(batches.size(), 15u);
  EXPECT_EQ(TheSeen().fetch_size, 7);
}

TEST_F(JdbcSqliteTest, R3AStopReachesAQueryThatNeverEnds) {
  Options options = options_;
  options.Remove("dbTable");
  options.Set("query",
              "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n) "
              "SELECT max(i) AS top FROM n");
  ASSERT_OK_AND_ASSIGN(auto open, PlanScan(sqlite_, options));
  std::stop_source stop;
  const TaskContext context(nullptr, stop.get_token());
  ASSERT_OK_AND_ASSIGN(auto reader, open.readers->Open(open.partitions[0], context));
  std::thread canceller([&] { stop.request_stop(); });
  EXPECT_THAT(reader->Next(), IsError(StatusCode::kCancelled, HasSubstr("cancelled")));
  canceller.join();
}

TEST_F(JdbcSqliteTest, ErrorsNameTheOptionOrTheColumn) {
  Options neither = options_;
  neither.Remove("dbTable");
  EXPECT_THAT(sqlite_.OpenSource(neither, {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("options=dbTable,query")));
  Options three = options_;
  three.Set("partitionColumn", "id").Set("lowerBound", "0").Set("upperBound", "9");
  EXPECT_THAT(sqlite_.OpenSource(three, {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Give all four of them, or none.")));
  EXPECT_THAT(sqlite_.OpenSource(InParts("id", "9", "0", "2"), {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("the wrong way round")));
  EXPECT_THAT(PlanScan(sqlite_, InParts("idd", "0", "9", "2")).status(),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Did you mean id?")));
  EXPECT_THAT(PlanScan(sqlite_, InParts("name", "0", "9", "2")).status(),
              IsError(StatusCode::kInvalidArgument,
                      HasSubstr("option=partitionColumn column=name type=string")));
  Options typo = options_;
  typo.Set("dbTabel", "x");
  EXPECT_THAT(sqlite_.OpenSource(typo, {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Did you mean dbTable?")));
  Options wrong = options_;
  wrong.Set("dbTable", "peple");
  EXPECT_THAT(PlanScan(sqlite_, wrong).status(),
              IsError(StatusCode::kInvalidArgument, HasSubstr("no such table: peple")));
  ScanRequest bookmark;
  bookmark.after = Position{R"({"v":1})"};
  EXPECT_THAT(PlanScan(sqlite_, options_, bookmark).status(),
              IsError(StatusCode::kUnsupported, HasSubstr("keeps no job bookmark")));
}

}  // namespace
}  // namespace tenon::jdbc
