// Connectors in the words of JDBC: Driver, Connection, Statement, ResultSet.
//
//   class MyDriver : public jdbc::Driver { … Register(), Connect() … };
//   TENON_PLUGIN(tenon::jdbc::ConnectorOf<MyDriver>)
//
// The author connects and runs a query; Tenon does the rest of what a JDBC connection of Glue can do: it asks for the
// columns (SELECT … WHERE 1 = 0), composes the queries, cuts a table into partitions by partitionColumn, lowerBound,
// upperBound and numPartitions as Spark does, sends filters where the Dialect says so, and turns rows into batches of
// bounded size. Each partition has a connection of its own, perhaps in another process. docs/connectors/jdbc.md is a
// tour; examples/connectors/jdbc_minimal.cc is one to copy. Reading only: to write, write a Sink (sink.h).
//
// Options that every such connector has: url (may be secret as a whole), dbTable or query, filterPredicate, the four of
// partitioning, user and password. The author's own come after them, by Register().
//
// Threads: a Driver is used by many at once (its methods are const); a connection and what it makes by one thread at a
// time, save Statement::Cancel. There is no close(): the destructor gives back what an object holds, a result set
// before its statement, a statement before its connection.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenon/connector.h"
#include "tenon/option_spec.h"    // IWYU pragma: export
#include "tenon/plugin_export.h"  // IWYU pragma: export
#include "tenon/registration.h"   // IWYU pragma: export

namespace tenon::jdbc {

// java.sql.Types, by its numbers. A type that is not here is read as text.
enum class Types : int32_t {
  kBit = -7,
  kTinyInt = -6,
  kBigInt = -5,
  kVarBinary = -3,
  kBinary = -2,
  kChar = 1,
  kNumeric = 2,
  kDecimal = 3,
  kInteger = 4,
  kSmallInt = 5,
  kFloat = 6,
  kReal = 7,
  kDouble = 8,
  kVarChar = 12,
  kBoolean = 16,
  kDate = 91,
  kTime = 92,
  kTimestamp = 93,
  kBlob = 2004,
  kTimestampWithTimezone = 2014,
};

struct ColumnMetaData {
  std::string label;
  Types type = Types::kVarChar;
  int precision = 0;  // Of numeric and decimal; 0 = not known: decimal(38,18).
  int scale = 0;
};

// One entry per column, first is column 1.
using ResultSetMetaData = std::vector<ColumnMetaData>;

// The type of a column's values, as Glue maps them: TINYINT is short, TIME and unknown types are string.
DataType TypeOf(const ColumnMetaData& column);

// The rows of a query, forward only. Columns count from 1. Tenon calls, for each cell that it wants, the getter of the
// column's type and then WasNull(): GetLong for BIT, BOOLEAN (0 or 1), whole numbers, DATE (days since 1970-01-01),
// TIMESTAMP and TIMESTAMP WITH TIMEZONE (microseconds since 1970-01-01T00:00:00, the latter UTC); GetDouble for REAL,
// FLOAT, DOUBLE; GetString for all others, DECIMAL among them ("-12.50"). A getter that no column needs may stay as it
// is: kUnsupported.
class ResultSet {
 public:
  virtual ~ResultSet() = default;
  virtual ResultSetMetaData GetMetaData() const = 0;
  // Goes to the next row; false at the end. After an error only the destructor is called.
  virtual Result<bool> Next() = 0;
  virtual Result<int64_t> GetLong(int column);
  virtual Result<double> GetDouble(int column);
  // Valid until the next call.
  virtual Result<std::string_view> GetString(int column);
  // Whether the last getter met NULL; what it returned is not looked at then.
  virtual bool WasNull() const = 0;
};

class Statement {
 public:
  virtual ~Statement() = default;
  // How many rows a driver that fetches in blocks should fetch at once. A hint; called before ExecuteQuery.
  virtual void SetFetchSize(int64_t) {}
  // kInvalidArgument or kNotFound when the query is wrong; the text of `sql` belongs in no error, it may hold values.
  virtual Result<std::unique_ptr<ResultSet>> ExecuteQuery(const std::string& sql) = 0;
  // Ends soon what another thread does with this statement or its result set, or is about to begin: nothing is asked of
  // them afterwards. Must not block.
  virtual void Cancel() {}
};

class Connection {
 public:
  virtual ~Connection() = default;
  virtual Result<std::unique_ptr<Statement>> CreateStatement() = 0;
};

// How the database's SQL differs, and what of a job's filters it decides as tenon/expression.h does.
struct Dialect {
  std::string identifier_quote = "\"";
  bool numbers = false;  // Comparisons, IN and NULL tests of whole numbers, and their AND, OR, NOT.
  bool text =
      false;  // The same of text. Only where text compares byte by byte, without case or trailing blanks.
};

class Driver {
 public:
  virtual ~Driver() = default;
  virtual Registration Register() const = 0;
  virtual Dialect GetDialect() const { return {}; }
  // `info` has all options: user, password and those of the author. kPermissionDenied, kUnavailable, kNotFound.
  virtual Result<std::unique_ptr<Connection>> Connect(const Secret& url, const Options& info,
                                                      const TaskContext& task) const = 0;
};

// --- The connector -------------------------------------------------------------------------------

class DriverConnector : public Connector {
 public:
  explicit DriverConnector(std::shared_ptr<const Driver> driver) : driver_(std::move(driver)) {}
  ConnectorInfo info() const final;
  Result<std::unique_ptr<Source>> OpenSource(const Options& options,
                                             const TaskContext& context) final;
  Result<std::unique_ptr<ReaderFactory>> OpenReaders(const Options& options, const ScanState& state,
                                                     const TaskContext& context) final;

 private:
  std::shared_ptr<const Driver> driver_;
};

// For TENON_PLUGIN.
template <typename T>
class ConnectorOf : public DriverConnector {
 public:
  ConnectorOf() : DriverConnector(std::make_shared<const T>()) {}
};

}  // namespace tenon::jdbc
