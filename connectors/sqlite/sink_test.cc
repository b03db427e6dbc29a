#include "connectors/sqlite/sink.h"

#include <cmath>

#include "connectors/sqlite/sqlite_testing.h"

namespace tenon::sqlite {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsError;
using testing::IsErrorNumber;
using testing::IsOk;
using testing::IsOkAndHolds;
using ::testing::SizeIs;

Schema IdAndName() { return Schema({{"id", DataType::Long()}, {"name", DataType::String()}}); }

class SqliteSinkTest : public SqliteFolder {
 protected:
  struct Call {
    std::unique_ptr<Sink> sink;
    std::vector<std::string> messages;
  };

  WriteRequest Request(WriteMode mode, std::optional<Schema> schema = IdAndName(),
                       std::vector<std::string> keys = {}) const {
    return {.call = call_, .schema = std::move(schema), .mode = mode, .keys = std::move(keys)};
  }
  Result<Call> Open(const WriteRequest& request) {
    Call call;
    TENON_ASSIGN_OR_RETURN(
        call.sink, connector_->OpenSink(Place({{"dbTable", "t"}, {"busy_timeout", "20"}}), request,
                                        TaskContext(&errors_, {})));
    return call;
  }
  Status Write(Call& call, int partition, const Schema& schema, const std::string& rows) {
    TENON_ASSIGN_OR_RETURN(
        const auto writer,
        call.sink->local_writers()->Open({.partition = partition}, TaskContext(&errors_, {})));
    TENON_RETURN_IF_ERROR(
        writer->Write(testing::Rows(std::make_shared<const Schema>(schema), rows)));
    TENON_ASSIGN_OR_RETURN(std::string message, writer->Commit());
    call.messages.push_back(std::move(message));
    return Status::Ok();
  }
  // Rows of one writer, published.
  Status WriteAll(WriteMode mode, const std::string& rows, std::vector<std::string> keys = {},
                  const Schema& schema = IdAndName()) {
    TENON_ASSIGN_OR_RETURN(Call call, Open(Request(mode, schema, std::move(keys))));
    TENON_RETURN_IF_ERROR(Write(call, 0, schema, rows));
    return call.sink->Commit(++seq_, "covers", call.messages, {});
  }
  Result<Outcome> Settle(uint64_t seq) {
    TENON_ASSIGN_OR_RETURN(const auto recovery,
                           OpenAbilityAs<Recovery>(
                               *connector_, Place({{"dbTable", "t"}, {"busy_timeout", "20"}}), {}));
    TENON_RETURN_IF_ERROR(recovery->Discard(call_, "", {}, {}));
    return recovery->Settle(call_, seq, "", {}, "", {});
  }

  SinkCall call_{.home = "h", .job = "j", .sink = "s", .run = "r/1", .token = kToken};
  uint64_t seq_ = 0;
  Errors errors_;
};

TEST_F(SqliteSinkTest, MakesTheTableAndWritesValuesOfEveryType) {
  const Schema schema({{"b", DataType::Boolean()},
                       {"y", DataType::Byte()},
                       {"i", DataType::Int()},
                       {"l", DataType::Long()},
                       {"f", DataType::Float()},
                       {"d", DataType::Double()},
                       {"c", DataType::String()},
                       {"r", DataType::Binary()},
                       {"p", DataType::Decimal(38, 2)},
                       {"day", DataType::Date()},
                       {"at", DataType::Timestamp()},
                       {"o", DataType::Time()},
                       {"n", DataType::Null()}});
  EXPECT_THAT(
      WriteAll(
          WriteMode::kAppend,
          R"({"b":true,"y":-1,"i":2,"l":9223372036854775807,"f":0.5,"d":1e300,"c":"a'b","r":"\u0001x",)"
          R"("p":"123456789012345678901234567890123456.78","day":"2026-01-31",)"
          R"("at":"2026-01-31 10:00:00.25","o":"12:30:00"} {})",
          {}, schema),
      IsOk());
  EXPECT_EQ(Sql("SELECT group_concat(name || ' ' || type, ', ') FROM pragma_table_info('t')"),
            "b BOOLEAN, y TINYINT, i INTEGER, l BIGINT, f FLOAT, d DOUBLE, c TEXT, r BLOB, "
            "p DECIMAL_TEXT(38,2), day DATE, at TIMESTAMP, o TIME, n TEXT");
  EXPECT_EQ(
      Sql("SELECT b || ' ' || y || ' ' || i || ' ' || l || ' ' || f || ' ' || (d = 1e300) || ' ' || c || ' ' || "
          "hex(r) || ' ' || p || ' ' || day || ' ' || at || ' ' || o FROM t WHERE b"),
      "1 -1 2 9223372036854775807 0.5 1 a'b 0178 123456789012345678901234567890123456.78 2026-01-31 "
      "2026-01-31 10:00:00.25 12:30:00");
  EXPECT_EQ(
      Sql("SELECT count(*) FROM t WHERE coalesce(b, y, i, l, f, d, c, r, p, day, at, o, n) IS NULL"),
      "1");
}

TEST_F(SqliteSinkTest, ModesDoWhatTheySay) {
  EXPECT_THAT(WriteAll(WriteMode::kCreate, R"({"id":1,"name":"a"})"), IsOk());
  EXPECT_THAT(WriteAll(WriteMode::kCreate, R"({"id":1})"),
              IsErrorNumber(2304, AllOf(HasSubstr("Table is there already: dbTable=t"),
                                        HasSubstr("overwrite"))));
  EXPECT_THAT(WriteAll(WriteMode::kAppend, R"({"id":2,"name":"b"})"), IsOk());
  EXPECT_EQ(Sql("SELECT id || name FROM t ORDER BY 1"), "1a 2b");
  Sql("CREATE INDEX names ON t (name)");
  EXPECT_THAT(WriteAll(WriteMode::kTruncate, R"({"id":3,"name":"c"})"), IsOk());
  EXPECT_EQ(Sql("SELECT id || name FROM t"), "3c");
  EXPECT_EQ(Sql("SELECT count(*) FROM sqlite_schema WHERE name = 'names'"), "1");
  EXPECT_THAT(WriteAll(WriteMode::kReplace, R"({"other":true})", {},
                       Schema({{"other", DataType::Boolean()}})),
              IsOk());
  EXPECT_EQ(Sql("SELECT * FROM t"), "1");
}

TEST_F(SqliteSinkTest, AnUpsertReplacesRowsOfEqualKeys) {
  EXPECT_THAT(WriteAll(WriteMode::kUpsert, R"({"id":1,"name":"a"} {"id":2,"name":"b"})", {"id"}),
              IsOk());
  EXPECT_THAT(WriteAll(WriteMode::kUpsert,
                       R"({"id":2,"name":"B"} {"id":3,"name":"c"} {"id":3,"name":"C"})", {"ID"}),
              IsOk());
  EXPECT_EQ(Sql("SELECT id || name FROM t ORDER BY id"), "1a 2B 3C");
  EXPECT_THAT(WriteAll(WriteMode::kUpsert, R"({"id":1})", {"name"}),
              IsErrorNumber(2305, AllOf(HasSubstr("keys=name"), HasSubstr("unique index"))));
  EXPECT_THAT(
      WriteAll(WriteMode::kUpsert, R"({"id":4})", {"id"}, Schema({{"id", DataType::Long()}})),
      IsOk());
  Sql("DROP TABLE t; CREATE TABLE t (id INT, name TEXT); CREATE UNIQUE INDEX u ON t (name, id)");
  EXPECT_THAT(WriteAll(WriteMode::kUpsert, R"({"id":1,"name":"a"})", {"id", "name"}), IsOk());
  EXPECT_THAT(WriteAll(WriteMode::kUpsert, R"({"id":1})", {"id", "nam"}),
              IsErrorNumber(2305, HasSubstr("keys=id,nam")));
}

TEST_F(SqliteSinkTest, NothingIsSeenBeforeTheCommit) {
  Sql("CREATE TABLE t (id INT, name TEXT); INSERT INTO t VALUES (0, 'old')");
  ASSERT_OK_AND_ASSIGN(Call call, Open(Request(WriteMode::kReplace)));
  EXPECT_THAT(Write(call, 0, IdAndName(), R"({"id":1})"), IsOk());
  EXPECT_THAT(Write(call, 1, IdAndName(), R"({"id":2})"), IsOk());
  EXPECT_EQ(Sql("SELECT name FROM t"), "old");
  EXPECT_THAT(call.sink->Commit(5, "covers", call.messages, {}), IsOk());
  EXPECT_EQ(Sql("SELECT id FROM t ORDER BY 1"), "1 2");
  EXPECT_EQ(Sql("SELECT seq || state || token || run || covers FROM _tenon_commits"),
            std::string("5committed") + kToken + "r/1covers");
}

TEST_F(SqliteSinkTest, WhatIsGivenUpLeavesNothing) {
  Sql("CREATE TABLE t (id INT, name TEXT); INSERT INTO t VALUES (0, 'old')");
  for (const WriteMode mode : {WriteMode::kAppend, WriteMode::kReplace, WriteMode::kTruncate}) {
    ASSERT_OK_AND_ASSIGN(Call call, Open(Request(mode)));
    EXPECT_THAT(Write(call, 0, IdAndName(), R"({"id":1})"), IsOk());
  }
  EXPECT_EQ(Sql("SELECT name FROM t"), "old");
  EXPECT_EQ(Sql("SELECT count(*) FROM sqlite_schema"), "1");
  ASSERT_OK_AND_ASSIGN(Call call, Open(Request(WriteMode::kAppend)));
  EXPECT_THAT(Write(call, 0, IdAndName(), R"({"id":1})"), IsOk());
  {
    const auto writer = *call.sink->local_writers()->Open({.partition = 1}, {});
    EXPECT_THAT(
        writer->Write(testing::Rows(std::make_shared<const Schema>(IdAndName()), R"({"id":2})")),
        IsOk());
  }
  EXPECT_THAT(call.sink->Commit(1, "", call.messages, {}),
              IsError(StatusCode::kInternal, HasSubstr("given up")));
  EXPECT_EQ(Sql("SELECT name FROM t"), "old");
}

TEST_F(SqliteSinkTest, AFileThatWasMadeForNothingGoes) {
  {
    ASSERT_OK_AND_ASSIGN(Call call, Open(Request(WriteMode::kAppend)));
    EXPECT_THAT(Write(call, 0, IdAndName(), R"({"id":1})"), IsOk());
    EXPECT_TRUE(std::filesystem::exists(path()));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(SqliteSinkTest, RecoveryDecidesForEver) {
  EXPECT_THAT(Settle(1), IsOkAndHolds(Outcome::kNever));  // There is no file.
  EXPECT_FALSE(std::filesystem::exists(path()));
  EXPECT_THAT(WriteAll(WriteMode::kAppend, R"({"id":1})"), IsOk());
  EXPECT_THAT(Settle(1), IsOkAndHolds(Outcome::kPublished));
  EXPECT_THAT(Settle(1), IsOkAndHolds(Outcome::kPublished));
  EXPECT_THAT(Settle(2), IsOkAndHolds(Outcome::kNever));
  EXPECT_THAT(Settle(2), IsOkAndHolds(Outcome::kNever));
  // The fenced call comes too late.
  EXPECT_THAT(WriteAll(WriteMode::kAppend, R"({"id":2})"),
              IsError(StatusCode::kConflict, HasSubstr("A newer write")));
  EXPECT_EQ(Sql("SELECT id FROM t"), "1");
  EXPECT_THAT(Settle(1), IsError(StatusCode::kConflict,
                                 HasSubstr("A newer write holds the register: sink=s")));
  call_.job = "another";
  EXPECT_THAT(WriteAll(WriteMode::kAppend, R"({"id":3})"), IsOk());
  EXPECT_EQ(Sql("SELECT count(*) FROM _tenon_commits"), "2");
}

TEST_F(SqliteSinkTest, AWriteThatIsNotDoneKeepsRecoveryWaiting) {
  ASSERT_OK_AND_ASSIGN(Call call, Open(Request(WriteMode::kAppend)));
  EXPECT_THAT(Write(call, 0, IdAndName(), R"({"id":1})"), IsOk());
  EXPECT_THAT(Settle(1), IsErrorNumber(2301, HasSubstr("Database is locked")));
  EXPECT_THAT(call.sink->Commit(1, "", call.messages, {}), IsOk());
  EXPECT_THAT(Settle(1), IsOkAndHolds(Outcome::kPublished));
}

TEST_F(SqliteSinkTest, RowsThatBreakARuleAreBadRows) {
  Sql("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL CHECK (name <> 'no'), d DOUBLE)");
  EXPECT_THAT(
      WriteAll(
          WriteMode::kAppend,
          R"({"id":1,"name":"a"} {"id":1,"name":"b"} {"id":2} {"id":3,"name":"no"} {"id":4,"name":"d"})"),
      IsOk());
  EXPECT_EQ(Sql("SELECT id || name FROM t ORDER BY 1"), "1a 4d");
  ASSERT_THAT(errors_.records, SizeIs(3));
  EXPECT_EQ(errors_.records[0].message,
            "Row breaks a rule of the table: reason=UNIQUE constraint failed: t.id");
  EXPECT_EQ(errors_.records[0].where, "dbTable=t partition=0 row=1");
  EXPECT_THAT(errors_.records[1].message, HasSubstr("NOT NULL constraint failed: t.name"));
  EXPECT_THAT(errors_.records[2].message, HasSubstr("CHECK constraint failed"));
}

TEST_F(SqliteSinkTest, ANumberThatIsNoneIsABadRow) {
  const Schema schema({{"d", DataType::Double()}});
  ASSERT_OK_AND_ASSIGN(Call call, Open(Request(WriteMode::kAppend, schema)));
  const auto writer = *call.sink->local_writers()->Open({}, TaskContext(&errors_, {}));
  BatchBuilder rows(std::make_shared<const Schema>(schema));
  rows.Append(std::nan(""));
  rows.Append(HUGE_VAL);
  EXPECT_THAT(writer->Write(*rows.Finish()), IsOk());
  EXPECT_THAT(call.sink->Commit(1, "", {{*writer->Commit()}}, {}), IsOk());
  EXPECT_EQ(Sql("SELECT d > 1e300 FROM t"), "1");
  ASSERT_THAT(errors_.records, SizeIs(1));
  EXPECT_EQ(
      errors_.records[0].message,
      "Column cannot have the value as it is: column=d value=NaN, which SQLite does not have");
}

// SQLite turns what looks like a number into one, and numbers into text of 15 digits.
TEST_F(SqliteSinkTest, NoColumnMakesAnotherValueOfWhatIsWritten) {
  Sql("CREATE TABLE t (i INTEGER, r REAL, c TEXT, p DECIMAL(30,2), d DATE)");
  const Schema texts({{"i", DataType::String()}, {"d", DataType::String()}});
  EXPECT_THAT(
      WriteAll(
          WriteMode::kAppend,
          R"({"i":"007"} {"i":"12"} {"i":"1e3"} {"i":" 5"} {"i":"12.0"} {"i":"n/a"} {"i":"inf"} )"
          R"({"d":"2026-01-31"})",
          {}, texts),
      IsOk());
  EXPECT_EQ(Sql("SELECT coalesce(i, d) || typeof(coalesce(i, d)) FROM t"),
            "12integer n/atext inftext 2026-01-31text");
  EXPECT_THAT(errors_.records, SizeIs(4));
  EXPECT_EQ(errors_.records[0].message,
            "Column cannot have the value as it is: column=i value=text that the column would make "
            "another text's number");
  Sql("DELETE FROM t");
  errors_.records.clear();
  const Schema numbers(
      {{"r", DataType::Long()}, {"c", DataType::Double()}, {"p", DataType::Decimal(30, 2)}});
  EXPECT_THAT(WriteAll(WriteMode::kAppend,
                       R"({"r":9007199254740993} {"r":9007199254740992} {"c":0.30000000000000004} )"
                       R"({"p":"12345678901234567890.12"} {"p":"1234567890123.45"})",
                       {}, numbers),
              IsOk());
  EXPECT_EQ(Sql("SELECT coalesce(CAST(r AS INTEGER), c, CAST(p * 100 AS INTEGER)) FROM t"),
            "9007199254740992 0.30000000000000004 123456789012345");
  ASSERT_THAT(errors_.records, SizeIs(2));
  EXPECT_THAT(errors_.records[0].message,
              HasSubstr("column=r value=a whole number that a float cannot hold"));
  EXPECT_THAT(errors_.records[1].message,
              HasSubstr("column=p value=a decimal of more digits than a float holds"));
}

TEST_F(SqliteSinkTest, ADatabaseThatEndsWithItsConnectionIsRefused) {
  for (const char* path : {":memory:", "file::memory:?cache=shared"}) {
    EXPECT_THAT(connector_
                    ->OpenSink(Options().Set("path", path).Set("dbTable", "t"),
                               Request(WriteMode::kAppend), {})
                    .status(),
                IsErrorNumber(2307, HasSubstr("option=path reason=a database in memory")));
  }
  for (const char* url :
       {"jdbc:sqlite:file::memory:", "jdbc:sqlite:?cache=shared", "jdbc:sqlite:"}) {
    EXPECT_THAT(connector_
                    ->OpenSink(Options().Set("url", url).Set("dbTable", "t"),
                               Request(WriteMode::kAppend), {})
                    .status(),
                IsErrorNumber(2307, HasSubstr("option=url")));
  }
}

TEST_F(SqliteSinkTest, BatchesThatBringTheirOwnColumnsGrowANewTable) {
  ASSERT_OK_AND_ASSIGN(Call call, Open(Request(WriteMode::kAppend, std::nullopt)));
  EXPECT_THAT(Write(call, 0, Schema({{"a", DataType::Int()}}), R"({"a":1})"), IsOk());
  EXPECT_THAT(Write(call, 1, Schema({{"b", DataType::String()}, {"A", DataType::Int()}}),
                    R"({"b":"x","A":2})"),
              IsOk());
  EXPECT_THAT(call.sink->Commit(1, "", call.messages, {}), IsOk());
  EXPECT_EQ(Sql("SELECT a || coalesce(b, '-') FROM t ORDER BY a"), "1- 2x");
  ASSERT_OK_AND_ASSIGN(Call more, Open(Request(WriteMode::kAppend, std::nullopt)));
  EXPECT_THAT(Write(more, 0, Schema({{"nam", DataType::Int()}}), R"({"nam":1})"),
              IsErrorNumber(2001, HasSubstr("column=nam")));
}

TEST_F(SqliteSinkTest, ColumnsThatCannotBeStoredAreToldFirst) {
  const auto check = [&](DataType type) {
    return Open(Request(WriteMode::kAppend, Schema({{"c", std::move(type)}}))).status();
  };
  EXPECT_THAT(
      check(DataType::Struct({{"a", DataType::Int()}})),
      IsErrorNumber(2020, AllOf(HasSubstr("column=c type=struct<a:int>"), HasSubstr("unnest()"))));
  EXPECT_THAT(check(DataType::Array(DataType::Int())),
              IsErrorNumber(2020, HasSubstr("relationalize()")));
  EXPECT_THAT(
      Open(Request(WriteMode::kAppend, Schema({{"a", DataType::Int()}, {"A", DataType::Int()}})))
          .status(),
      IsErrorNumber(2001, HasSubstr("differ in case only: column=A")));
  Sql("CREATE TABLE t (id INT, name TEXT, twice INT GENERATED ALWAYS AS (id * 2))");
  EXPECT_THAT(Open(Request(WriteMode::kAppend, Schema({{"nam", DataType::Int()}}))).status(),
              IsErrorNumber(2001, HasSubstr("Did you mean name?")));
  EXPECT_THAT(Open(Request(WriteMode::kAppend, Schema({{"twice", DataType::Int()}}))).status(),
              IsErrorNumber(2001, HasSubstr("column=twice")));
  EXPECT_THAT(WriteAll(WriteMode::kAppend, R"({"id":4})"), IsOk());
  EXPECT_EQ(Sql("SELECT twice FROM t"), "8");
}

TEST_F(SqliteSinkTest, DatabasesThatCannotBeWrittenAreTold) {
  EXPECT_THAT(connector_
                  ->OpenSink(Options().Set("path", folder_ / "none" / "a.db").Set("dbTable", "t"),
                             Request(WriteMode::kAppend), {})
                  .status(),
              IsErrorNumber(2308, HasSubstr("unable to open database file")));
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
  SqlOn(other, "BEGIN IMMEDIATE");
  EXPECT_THAT(WriteAll(WriteMode::kAppend, R"({"id":1})"),
              IsErrorNumber(2301, HasSubstr("Database is locked")));
  SqlOn(other, "COMMIT");
  sqlite3_close(other);
  std::ofstream(path()) << std::string(4096, 'x');
  EXPECT_THAT(WriteAll(WriteMode::kAppend, R"({"id":1})"),
              IsErrorNumber(2300, HasSubstr("not a database")));
}

}  // namespace
}  // namespace tenon::sqlite
