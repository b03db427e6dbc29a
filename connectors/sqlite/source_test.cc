#include "connectors/sqlite/source.h"

#include <linux/capability.h>
#include <sys/syscall.h>

#include <algorithm>

#include "connectors/sqlite/sqlite_testing.h"
#include "tenon/check_connector.h"
#include "tenon/column_view.h"

namespace tenon::sqlite {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsError;
using testing::IsErrorNumber;
using testing::IsOk;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

// Of this thread: rights of files bind root too.
class WithoutRootsRights {
 public:
  WithoutRootsRights() {
    EXPECT_EQ(syscall(SYS_capget, &header_, before_), 0);
    __user_cap_data_struct less[2] = {before_[0], before_[1]};
    less[0].effective &= ~((1U << CAP_DAC_OVERRIDE) | (1U << CAP_DAC_READ_SEARCH));
    EXPECT_EQ(syscall(SYS_capset, &header_, less), 0);
  }
  ~WithoutRootsRights() { EXPECT_EQ(syscall(SYS_capset, &header_, before_), 0); }
  WithoutRootsRights(const WithoutRootsRights&) = delete;
  WithoutRootsRights& operator=(const WithoutRootsRights&) = delete;

 private:
  __user_cap_header_struct header_{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct before_[2]{};
};

class SqliteSourceTest : public SqliteFolder {
 protected:
  // All rows as JSON, sorted; bad ones in errors_.
  Result<std::vector<std::string>> Read(const Options& options, ScanRequest request = {}) {
    errors_.records.clear();
    const TaskContext context(&errors_, {});
    TENON_ASSIGN_OR_RETURN(const auto source, connector_->OpenSource(options, context));
    TENON_ASSIGN_OR_RETURN(const auto schema, source->schema(context));
    schema_ = schema->ToString();
    TENON_ASSIGN_OR_RETURN(const auto scan, source->Plan(request, context));
    std::vector<std::string> rows;
    TENON_ASSIGN_OR_RETURN(const auto parts, scan->NextPartitions(context));
    parts_ = parts.size();
    for (const Partition& part : parts) {
      TENON_ASSIGN_OR_RETURN(const auto reader, scan->local_readers()->Open(part, context));
      while (true) {
        TENON_ASSIGN_OR_RETURN(const auto batch, reader->Next());
        if (!batch) break;
        for (std::string& row : testing::RowTexts(*batch)) rows.push_back(std::move(row));
      }
    }
    std::sort(rows.begin(), rows.end());
    return rows;
  }
  std::vector<std::string> ReadTable(const std::string& table, ScanRequest request = {}) {
    Result<std::vector<std::string>> rows = Read(Place({{"dbTable", table}}), std::move(request));
    EXPECT_THAT(rows, IsOk());
    return rows.ok() ? *std::move(rows) : std::vector<std::string>();
  }

  Errors errors_;
  std::string schema_;
  size_t parts_ = 0;
};

TEST_F(SqliteSourceTest, KeepsTheContract) {
  Sql("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, price DECIMAL(8,2), x);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
      "INSERT INTO t SELECT i * 3, CASE WHEN i % 7 THEN 'name ' || i END, i / 4.0, i FROM n;"
      "DELETE FROM t WHERE id BETWEEN 300 AND 600");
  const ConnectorCheck check = CheckConnector(*connector_, Place({{"dbTable", "t"}}));
  EXPECT_THAT(check.findings, IsEmpty());
  EXPECT_EQ(check.rows, 799);
  EXPECT_GT(check.filters_taken, 0);
}

TEST_F(SqliteSourceTest, ReadsValuesOfEveryDeclaredType) {
  Sql("CREATE TABLE t (l BIGINT, i INT, b BOOLEAN, d DOUBLE, f FLOAT, c VARCHAR(3), p DECIMAL(10,2),"
      "q NUMERIC, day DATE, at DATETIME, o TIME, r BLOB);"
      "INSERT INTO t VALUES (9223372036854775807, -9223372036854775808, 1, 1.5, 3, 'long', '12.30',"
      "'0.1', '2026-01-31', '2026-01-31T12:00:00.5+02:00', '12:30', x'00ff');"
      "INSERT INTO t (b, p, q) VALUES ('FALSE', 7, -3)");
  EXPECT_THAT(
      ReadTable("t"),
      ElementsAre(
          R"({"b":false,"p":7.00,"q":-3.000000000000000000})",
          R"({"l":9223372036854775807,"i":-9223372036854775808,"b":true,"d":1.5,"f":3.0,"c":"long","p":12.30,"q":0.100000000000000000,"day":"2026-01-31","at":"2026-01-31 10:00:00.5","o":"12:30","r":"AP8="})"));
  EXPECT_EQ(schema_,
            "struct<l:long,i:long,b:boolean,d:double,f:double,c:string,p:decimal(10,2),"
            "q:decimal(38,18),day:date,at:timestamp,o:string,r:binary>");
  EXPECT_THAT(errors_.records, IsEmpty());
}

TEST_F(SqliteSourceTest, ColumnsOfNoKnownTypeGetThatOfTheirValues) {
  Sql("CREATE TABLE t (w, r ANY, m JSON, n, b);"
      "INSERT INTO t VALUES (1, 1.5, 'a', NULL, x'01'), (2, 2, 5, NULL, NULL)");
  EXPECT_THAT(ReadTable("t"),
              ElementsAre(R"({"w":1,"r":1.5,"m":"a","b":"AQ=="})", R"({"w":2,"r":2.0,"m":"5"})"));
  EXPECT_EQ(schema_, "struct<w:long,r:double,m:string,n:string,b:binary>");
}

TEST_F(SqliteSourceTest, AValueThatItsColumnDoesNotHoldIsABadRow) {
  Sql("CREATE TABLE t (i INTEGER, p DECIMAL(4,1), d DATE, b BOOLEAN, c TEXT, f DOUBLE);"
      "INSERT INTO t (rowid, i) VALUES (1, 1), (-7, 'many'), (3, 1.5);"
      "INSERT INTO t (rowid, p) VALUES (4, 12.34), (5, '1234.5');"
      "INSERT INTO t (rowid, d) VALUES (6, 1700000000), (8, '2026-02-30');"
      "INSERT INTO t (rowid, b) VALUES (9, 2);"
      "INSERT INTO t (rowid, c) VALUES (10, CAST(x'ff' AS TEXT)), (11, x'61');"
      "INSERT INTO t (rowid, f) VALUES (13, 'much')");
  EXPECT_THAT(ReadTable("t"), ElementsAre(R"({"i":1})"));
  ASSERT_THAT(errors_.records, SizeIs(10));
  EXPECT_EQ(errors_.records[0].message,
            "Value does not fit its column: column=i type=long value=text 'many'");
  EXPECT_EQ(errors_.records[0].where, "table=t path=" + path() + " rowid=-7");
  EXPECT_THAT(errors_.records[1].message, HasSubstr("value=real 1.5"));
  EXPECT_THAT(errors_.records[2].message, HasSubstr("column=p type=decimal(4,1) value=real 12.34"));
  EXPECT_THAT(errors_.records[4].message, HasSubstr("value=integer 1700000000"));
  EXPECT_THAT(errors_.records[7].message, HasSubstr("value=text that is no valid UTF-8"));
  EXPECT_THAT(errors_.records[8].message, HasSubstr("value=blob of 1 bytes"));
}

TEST_F(SqliteSourceTest, PartsOfRowidsHaveEachRowOnce) {
  Sql("CREATE TABLE t (a); INSERT INTO t (rowid, a) VALUES (-9223372036854775808, 1), (-5, 2),"
      "(0, 3), (4611686018427387904, 4), (9223372036854775807, 5)");
  for (const int parts : {1, 2, 3, 7}) {
    EXPECT_THAT(ReadTable("t", {.wanted_partitions = parts}),
                ElementsAre(R"({"a":1})", R"({"a":2})", R"({"a":3})", R"({"a":4})", R"({"a":5})"));
    EXPECT_EQ(parts_ == 1, parts == 1);
  }
}

TEST_F(SqliteSourceTest, WhatHasNoRowidIsReadInOnePart) {
  Sql("CREATE TABLE t (k TEXT PRIMARY KEY, v INT) WITHOUT ROWID; INSERT INTO t VALUES ('a', 1);"
      "CREATE VIEW w AS SELECT k, v + 1 AS more FROM t;"
      "CREATE TABLE names (rowid TEXT, _rowid_ TEXT, oid TEXT); INSERT INTO names VALUES (1, 2, 3)");
  EXPECT_THAT(ReadTable("t", {.wanted_partitions = 4}), ElementsAre(R"({"k":"a","v":1})"));
  EXPECT_EQ(parts_, 1u);
  EXPECT_THAT(ReadTable("w", {.wanted_partitions = 4}), ElementsAre(R"({"k":"a","more":2})"));
  EXPECT_EQ(parts_, 1u);
  EXPECT_THAT(ReadTable("main.names", {.wanted_partitions = 4}),
              ElementsAre(R"({"rowid":"1","_rowid_":"2","oid":"3"})"));
  EXPECT_EQ(parts_, 1u);
}

TEST_F(SqliteSourceTest, TextOfAnyEncodingIsRead) {
  Sql("PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (c TEXT); INSERT INTO t VALUES ('abc'), ('é'), ('日本')");
  EXPECT_THAT(ReadTable("t"), ElementsAre(R"({"c":"abc"})", R"({"c":"é"})", R"({"c":"日本"})"));
  EXPECT_THAT(errors_.records, IsEmpty());
  const auto source = *connector_->OpenSource(Place({{"dbTable", "t"}}), {});
  const ScanRequest request{.where = {Predicate::Compare(Op::kLess, "c", Literal::String("b"))}};
  EXPECT_THAT(source->Offer(request, {})->where, ElementsAre(PushDown::kNone));
}

TEST_F(SqliteSourceTest, TablesOfManyColumnsAreRead) {
  std::string columns, values, row;
  for (int i = 0; i < 1500; ++i) {
    const std::string comma = i > 0 ? "," : "", at = std::to_string(i);
    columns += comma + "c" + at + " INT";
    values += comma + at;
    row += comma + "\"c" + at + "\":" + at;
  }
  Sql("CREATE TABLE t (" + columns + "); INSERT INTO t VALUES (" + values + ")");
  EXPECT_THAT(ReadTable("t"), ElementsAre("{" + row + "}"));
}

// SQLite may take a function's values before it sorts: a query is read row by row, in its order.
TEST_F(SqliteSourceTest, QueriesKeepTheirOrder) {
  Sql("CREATE TABLE t (i INT); INSERT INTO t VALUES (2), (3), (1)");
  EXPECT_THAT(*Read(Place({{"query", "SELECT i FROM t ORDER BY -i"}}), {.limit = 1}),
              ElementsAre(R"({"i":3})"));
}

TEST_F(SqliteSourceTest, BadRowsAreNoneOfALimits) {
  Sql("CREATE TABLE t (i INTEGER, o TIME); INSERT INTO t VALUES ('x', 1), (1, 2), ('y', 3), (2, '4'), (3, 5)");
  EXPECT_THAT(ReadTable("t", {.limit = 2}),
              ElementsAre(R"({"i":1,"o":"2"})", R"({"i":2,"o":"4"})"));
  EXPECT_THAT(errors_.records, SizeIs(2));
  const auto source = *connector_->OpenSource(Place({{"dbTable", "t"}}), {});
  const ScanRequest request{.where = {Predicate::Compare(Op::kLess, "o", Literal::String("3"))}};
  EXPECT_THAT(source->Offer(request, {})->where, ElementsAre(PushDown::kNone));
}

TEST_F(SqliteSourceTest, PartsByAColumnAreThoseOfSpark) {
  Sql("CREATE TABLE t (k INT); INSERT INTO t VALUES (NULL), (-100), (1), (5), (9), (1000)");
  EXPECT_THAT(Read(Place({{"dbTable", "t"},
                          {"partitionColumn", "k"},
                          {"lowerBound", "0"},
                          {"upperBound", "10"},
                          {"numPartitions", "5"}}),
                   {.wanted_partitions = 2}),
              testing::IsOkAndHolds(SizeIs(6)));
  EXPECT_EQ(parts_, 5u);
}

TEST_F(SqliteSourceTest, PushesColumnsFiltersAndLimits) {
  Sql("CREATE TABLE t (a INT, b TEXT, c TEXT COLLATE NOCASE, d DATE);"
      "INSERT INTO t VALUES (1, 'x', 'x', NULL), (2, 'O''Hara', 'X', '2026-01-01'), (3, NULL, 'y', NULL)");
  ScanRequest request{
      .columns = {{"b", "a"}},
      .where = {Predicate::Compare(Op::kGreater, "a", Literal::Long(1)),
                Predicate::Compare(Op::kEqual, "b", Literal::String("O'Hara")),
                Predicate::Compare(Op::kEqual, "c", Literal::String("x")), Predicate::IsNull("d")}};
  const auto source = *connector_->OpenSource(Place({{"dbTable", "t"}}), {});
  const ScanOffer offer = *source->Offer(request, {});
  EXPECT_THAT(offer.where,
              ElementsAre(PushDown::kExact, PushDown::kExact, PushDown::kNone, PushDown::kNone));
  EXPECT_TRUE(offer.columns);
  EXPECT_FALSE(offer.limit);
  request.where.resize(2);
  EXPECT_THAT(ReadTable("t", request), ElementsAre(R"({"b":"O'Hara","a":2})"));
  EXPECT_THAT(ReadTable("t", {.limit = 2, .wanted_partitions = 4}), SizeIs(2));
  EXPECT_THAT(Read(Place({{"dbTable", "t"}, {"filterPredicate", "a % 2 = 1 -- odd"}})),
              testing::IsOkAndHolds(SizeIs(2)));
}

TEST_F(SqliteSourceTest, AQueryIsReadWithTheTypesOfItsColumns) {
  Sql("CREATE TABLE t (a INT, p DECIMAL(6,2)); INSERT INTO t VALUES (1, '2.50'), (2, '4')");
  EXPECT_THAT(Read(Place({{"query", "SELECT a, p, a + 1 AS more, 'x' AS c FROM t -- all\n;"}})),
              testing::IsOkAndHolds(ElementsAre(R"({"a":1,"p":2.50,"more":2,"c":"x"})",
                                                R"({"a":2,"p":4.00,"more":3,"c":"x"})")));
}

// All readers see the rows that were there when the scan was planned, whoever writes meanwhile.
TEST_F(SqliteSourceTest, AReadSeesOneState) {
  for (const char* mode : {"wal", "delete"}) {
    SCOPED_TRACE(mode);
    std::filesystem::remove(path());
    Sql(std::string("PRAGMA journal_mode = ") + mode +
        "; CREATE TABLE t (a INTEGER PRIMARY KEY);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
        "INSERT INTO t SELECT i FROM n");
    const auto source = *connector_->OpenSource(Place({{"dbTable", "t"}}), {});
    const auto scan = *source->Plan({.wanted_partitions = 4}, {});
    sqlite3* writer = nullptr;
    ASSERT_EQ(sqlite3_open(path().c_str(), &writer), SQLITE_OK);
    const int written = sqlite3_exec(writer, "UPDATE t SET a = -a", nullptr, nullptr, nullptr);
    // With a log, writers go on; without one, they wait for readers.
    EXPECT_EQ(written, std::string(mode) == "wal" ? SQLITE_OK : SQLITE_BUSY);
    int64_t sum = 0, count = 0;
    const auto parts = *scan->NextPartitions({});
    for (const Partition& part : parts) {
      const auto reader = *scan->local_readers()->Open(part, {});
      while (true) {
        const auto batch = *reader->Next();
        if (!batch) break;
        const BatchView view(*batch);
        for (int64_t i = 0; i < batch->num_rows(); ++i) sum += view.column(0).GetLong(i);
        count += batch->num_rows();
      }
    }
    EXPECT_EQ(count, 1000);
    EXPECT_EQ(sum, 500'500);
    // Nobody reads any more: a writer need not wait for the scan to be thrown away.
    EXPECT_EQ(sqlite3_exec(writer, "DELETE FROM t", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(writer);
  }
}

TEST_F(SqliteSourceTest, ALargeTableIsReadInMorePartsAndEachRowOnce) {
  Sql("CREATE TABLE t (a INTEGER PRIMARY KEY);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)"
      "INSERT INTO t SELECT i FROM n");
  std::vector<std::string> rows = ReadTable("t", {.wanted_partitions = 2});
  EXPECT_EQ(parts_, 12u);
  ASSERT_THAT(rows, SizeIs(200'000));
  EXPECT_EQ(std::adjacent_find(rows.begin(), rows.end()), rows.end());
  EXPECT_EQ(ReadTable("t", {.wanted_partitions = 1}), rows);
}

TEST_F(SqliteSourceTest, AFailedPartCanBeReadAgain) {
  Sql("CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (2), (3)");
  const auto source = *connector_->OpenSource(Place({{"dbTable", "t"}}), {});
  const auto scan = *source->Plan({}, {});
  const auto parts = *scan->NextPartitions({});
  errors_.limits.max_rows = 1;
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto reader = *scan->local_readers()->Open(parts[0], TaskContext(&errors_, {}));
    EXPECT_EQ((*reader->Next())->num_rows(), 1);
  }
}

TEST_F(SqliteSourceTest, AFolderThatIsOnlyReadIsReadByAllThreads) {
  Sql("CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (2)");
  using std::filesystem::perms;
  std::filesystem::permissions(path(), perms::owner_read | perms::group_read | perms::others_read);
  std::filesystem::permissions(
      folder_, perms::owner_read | perms::owner_exec | perms::others_read | perms::others_exec);
  const WithoutRootsRights held;
  EXPECT_THAT(ReadTable("t", {.wanted_partitions = 4}), SizeIs(2));
  EXPECT_GT(parts_, 1u);
}

TEST_F(SqliteSourceTest, WrongOptionsAreToldBeforeAnythingIsRead) {
  Sql("CREATE TABLE orders (a INT, b TEXT)");
  EXPECT_THAT(
      Read(Place({{"dbTable", "order"}})),
      IsErrorNumber(2302, AllOf(HasSubstr("dbTable=order"), HasSubstr("Did you mean orders?"))));
  EXPECT_THAT(Read(Place({{"dbTable", "zzzzzzzz"}})),
              IsErrorNumber(2302, HasSubstr("There are: orders.")));
  EXPECT_THAT(Read(Place({})), IsErrorNumber(1003, HasSubstr("options=dbTable,query")));
  EXPECT_THAT(Read(Place({{"query", "SELEC 1"}})),
              IsErrorNumber(2303, HasSubstr("near \"SELEC\"")));
  EXPECT_THAT(Read(Place({{"query", "SELECT 1); DROP TABLE orders; --"}})),
              IsErrorNumber(2303, HasSubstr("syntax error")));
  EXPECT_THAT(Read(Place({{"query", "DELETE FROM orders"}})),
              IsErrorNumber(2303, HasSubstr("syntax error")));
  EXPECT_THAT(Read(Place({{"dbTable", "orders"}, {"filterPredicate", "c = 1"}})),
              IsErrorNumber(2303, AllOf(HasSubstr("no such column: c"),
                                        HasSubstr("option=filterPredicate"))));
  EXPECT_THAT(Read(Place({{"dbTable", "orders"},
                          {"partitionColumn", "b"},
                          {"lowerBound", "1"},
                          {"upperBound", "2"},
                          {"numPartitions", "2"}})),
              IsErrorNumber(1004, HasSubstr("Name a column of whole numbers.")));
  EXPECT_THAT(Read(Place({{"dbTable", "orders"}, {"partitionColumn", "b"}})),
              IsErrorNumber(1003, HasSubstr("Options belong together")));
  EXPECT_THAT(Read(Place({{"dbTable", "orders"},
                          {"partitionColumn", "a"},
                          {"lowerBound", "3"},
                          {"upperBound", "2"},
                          {"numPartitions", "2"}})),
              IsErrorNumber(1004, HasSubstr("Bounds are the wrong way round")));
  EXPECT_THAT(Read(Place({{"dbTabel", "orders"}})), IsErrorNumber(1001, HasSubstr("dbTable")));
  Options url;
  url.Set("dbTable", "orders");
  EXPECT_THAT(Read(url), IsErrorNumber(1003, HasSubstr("options=path,url")));
  for (const char* wrong : {"jdbc:sqlite::memory:", "jdbc:sqlite:", "jdbc:mysql://h/d", "a.db"}) {
    url.Set("url", wrong);
    EXPECT_THAT(Read(url), IsErrorNumber(2307, HasSubstr("jdbc:sqlite:/folder/file.db")));
  }
  url.Set("url", "jdbc:sqlite:" + path() + "?cache=shared");
  EXPECT_THAT(Read(url), IsOk());
}

TEST_F(SqliteSourceTest, FilesThatCannotBeReadAreTold) {
  EXPECT_THAT(Read(Place({{"dbTable", "t"}})), IsErrorNumber(2003, HasSubstr("path=" + path())));
  EXPECT_FALSE(std::filesystem::exists(path()));
  std::ofstream(path()) << std::string(4096, 'x');
  EXPECT_THAT(Read(Place({{"dbTable", "t"}})),
              IsErrorNumber(2300, HasSubstr("file is not a database")));
  std::filesystem::remove(path());
  Sql("CREATE TABLE t (a INT); INSERT INTO t SELECT 1");
  {
    std::fstream damaged(path(), std::ios::in | std::ios::out | std::ios::binary);
    damaged.seekp(4096);
    damaged << std::string(4096, '\xEE');
  }
  EXPECT_THAT(Read(Place({{"dbTable", "t"}})), IsErrorNumber(2300, HasSubstr("malformed")));
}

TEST_F(SqliteSourceTest, ALockedDatabaseIsWaitedFor) {
  Sql("CREATE TABLE t (a INT)");
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
  SqlOn(other, "BEGIN EXCLUSIVE");
  EXPECT_THAT(Read(Place({{"dbTable", "t"}, {"busy_timeout", "20"}})),
              IsErrorNumber(2301, AllOf(HasSubstr("Database is locked: path=" + path()),
                                        HasSubstr("busy_timeout"))));
  SqlOn(other, "COMMIT");
  sqlite3_close(other);
  EXPECT_THAT(Read(Place({{"dbTable", "t"}})), IsOk());
}

TEST_F(SqliteSourceTest, ACancelledReadEndsSoon) {
  Sql("CREATE TABLE t (a INT)");
  std::stop_source stop;
  const TaskContext context(&errors_, stop.get_token());
  const auto source = *connector_->OpenSource(
      Place({{"query",
              "SELECT CAST(1 AS INT) AS a FROM t UNION ALL SELECT a FROM (WITH RECURSIVE n(i) AS "
              "(SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS a FROM n WHERE i < 0)"}}),
      context);
  stop.request_stop();
  EXPECT_THAT(source->schema(context).status(),
              IsError(StatusCode::kCancelled, HasSubstr("cancelled")));
}

}  // namespace
}  // namespace tenon::sqlite
