// Connectors in the words of Spark's DataSource V2 (2.4), the ones that AWS Glue's own samples use.
//
//   class MyPartition : public spark::InputPartition { … Serialize(), CreatePartitionReader() … };
//   class MyReader : public spark::DataSourceReader { … ReadSchema(), PlanInputPartitions() … };
//   class MySource : public spark::DataSourceV2, public spark::ReadSupport { … };
//   TENON_PLUGIN(tenon::spark::ConnectorOf<MySource>)
//
// As in Spark, what a class can do is what it derives from: ReadSupport, WriteSupport, and for a DataSourceReader the
// Supports… classes below. docs/connectors/spark.md is a tour; examples/connectors/spark_minimal.cc is one to copy.
//
// What differs from Java: objects that Java would serialise say their bytes themselves (Pack and Unpack, payload.h) and
// are made anew from them, perhaps in another process. Options, passwords included, come from the ReadContext or
// WriteContext there, never from those bytes. There is no close(): the destructor gives back what an object holds. A
// call that may block gets a TaskContext and ends soon after its stop().
//
// Threads: DataSourceV2, ReadSupport and WriteSupport are used by many at once (their methods are const), as is a
// DataWriterFactory; every other object by one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenon/batch_builder.h"
#include "tenon/column_view.h"
#include "tenon/connector.h"
#include "tenon/option_spec.h"    // IWYU pragma: export
#include "tenon/payload.h"        // IWYU pragma: export
#include "tenon/plugin_export.h"  // IWYU pragma: export
#include "tenon/registration.h"   // IWYU pragma: export

namespace tenon::spark {

using DataSourceOptions = Options;
using Filter = Predicate;
using WriterCommitMessage = std::string;  // At most 1 MiB; no secret.

// The marker, and what the connector says of itself. Made once by its default constructor.
class DataSourceV2 {
 public:
  virtual ~DataSourceV2() = default;
  virtual Registration Register() const = 0;
};

// --- Reading -------------------------------------------------------------------------------------

// What a partition's reader is given. Everything outlives it.
struct ReadContext {
  const DataSourceOptions& options;
  const Schema& required_schema;  // What Get() appends: ReadSchema(), as it was pruned.
  const TaskContext& task;        // Bad rows, log, counters, stop().
};

class InputPartitionReader {
 public:
  virtual ~InputPartitionReader() = default;
  // Goes to the next row; false at the end. After an error only the destructor is called.
  virtual Result<bool> Next() = 0;
  // Appends that row: row.Append(id, name), or row.column(i).Append(…) and row.EndRow().
  virtual void Get(BatchBuilder& row) = 0;
};

class InputPartition {
 public:
  virtual ~InputPartition() = default;
  // What ReadSupport::ParsePartition makes an equal partition from. No secret.
  virtual std::string Serialize() const = 0;
  virtual Result<std::unique_ptr<InputPartitionReader>> CreatePartitionReader(
      const ReadContext& context) const = 0;
  virtual std::vector<std::string> PreferredLocations() const { return {}; }
};

// Plans one read. Made for each plan anew, also for an EXPLAIN: its constructor must be cheap.
class DataSourceReader {
 public:
  virtual ~DataSourceReader() = default;
  // All columns; after PruneColumns, those. May do I/O.
  virtual Result<Schema> ReadSchema(const TaskContext& task) = 0;
  // Called once, last.
  virtual Result<std::vector<std::unique_ptr<InputPartition>>> PlanInputPartitions(
      const TaskContext& task) = 0;
};

// A reader that leaves rows out. Whatever it takes wholly is not looked at again.
class SupportsPushDownFilters {
 public:
  virtual ~SupportsPushDownFilters() = default;
  // Returns the filters that must still be evaluated. Must do no I/O and say the same each time.
  virtual std::vector<Filter> PushFilters(std::vector<Filter> filters) = 0;
  // Those that it uses, also if only to read less: one that is returned above and stands here may leave rows of
  // which it is false, and never loses one of which it is true.
  virtual std::vector<Filter> PushedFilters() const = 0;
};

// A reader that can give some of its columns, in any order; none at all when only rows are counted.
class SupportsPushDownRequiredColumns {
 public:
  virtual ~SupportsPushDownRequiredColumns() = default;
  virtual void PruneColumns(const Schema& required) = 0;
};

struct Statistics {
  std::optional<int64_t> size_in_bytes, num_rows;
};

class SupportsReportStatistics {
 public:
  virtual ~SupportsReportStatistics() = default;
  // Called after PushFilters. Cheap.
  virtual Statistics EstimateStatistics() const = 0;
};

// A reader that keeps job bookmarks, in the words of Spark's micro-batches. An offset is JSON of its own.
class SupportsOffsets {
 public:
  virtual ~SupportsOffsets() = default;
  // Read what lies behind `start` (none: from the beginning) up to and with `end` (none: up to what is there now; fix
  // it here). An offset that is not its own is kInvalidArgument.
  virtual Status SetOffsetRange(std::optional<std::string> start,
                                std::optional<std::string> end) = 0;
  // The end of the range, also when nothing is in it.
  virtual std::string GetEndOffset() const = 0;
};

class ReadSupport {
 public:
  virtual ~ReadSupport() = default;
  // kInvalidArgument when a value is wrong: Spec().Parse(options). No I/O.
  virtual Result<std::unique_ptr<DataSourceReader>> CreateReader(
      const DataSourceOptions& options) const = 0;
  // The inverse of Serialize(). kInvalidArgument for bytes that are not its own.
  virtual Result<std::unique_ptr<InputPartition>> ParsePartition(std::string_view bytes) const = 0;
};

// --- Writing -------------------------------------------------------------------------------------

// One row that is to be written; valid during the call. A getter must fit the column's type.
class InternalRow {
 public:
  InternalRow(const Schema& schema, const BatchView& rows, int64_t row)
      : schema_(schema), rows_(rows), row_(row) {}
  const Schema& schema() const { return schema_; }
  int NumFields() const { return schema_.size(); }
  bool IsNullAt(int i) const { return rows_.column(i).is_null(row_); }
  bool GetBoolean(int i) const { return rows_.column(i).GetBoolean(row_); }
  int64_t GetLong(int i) const { return rows_.column(i).GetLong(row_); }  // Also dates and times.
  double GetDouble(int i) const { return rows_.column(i).GetDouble(row_); }
  Decimal128 GetDecimal(int i) const { return rows_.column(i).GetDecimal(row_); }
  std::string_view GetString(int i) const { return rows_.column(i).GetString(row_); }
  // For nested columns: the cell is row index() of it.
  const ColumnView& column(int i) const { return rows_.column(i); }
  int64_t index() const { return row_; }

 private:
  const Schema& schema_;
  const BatchView& rows_;
  int64_t row_;
};

struct WriteContext {
  const DataSourceOptions& options;
  const TaskContext& task;
};

class DataWriter {
 public:
  virtual ~DataWriter() = default;
  virtual Status Write(const InternalRow& row) = 0;
  // Makes the rows durable, still invisible; the message names them for DataSourceWriter::Commit.
  virtual Result<WriterCommitMessage> Commit() = 0;
  // Called instead of Commit, and after a failed one.
  virtual void Abort() = 0;
};

class DataWriterFactory {
 public:
  virtual ~DataWriterFactory() = default;
  // What WriteSupport::ParseWriterFactory makes an equal factory from. No secret.
  virtual std::string Serialize() const = 0;
  // `attempt` tells tries of one partition apart, which may run at the same time.
  virtual Result<std::unique_ptr<DataWriter>> CreateDataWriter(
      int partition_id, int attempt, const WriteContext& context) const = 0;
};

// One write. Spark's words know no recovery: a run that is cut between the commit and its record may write twice, and
// says so. For exactly-once write a Sink and a Recovery (sink.h).
class DataSourceWriter {
 public:
  virtual ~DataSourceWriter() = default;
  virtual Result<std::unique_ptr<DataWriterFactory>> CreateWriterFactory() = 0;
  // Makes visible what the messages name: one of each partition, chosen among its attempts.
  virtual Status Commit(std::span<const WriterCommitMessage> messages, const TaskContext& task) = 0;
  // Removes what was written; called instead of Commit (then without messages), and after a failed one.
  virtual void Abort(std::span<const WriterCommitMessage> messages) = 0;
};

enum class SaveMode { kAppend, kOverwrite, kErrorIfExists };

class WriteSupport {
 public:
  virtual ~WriteSupport() = default;
  // `write_uuid` is this write's alone. kUnsupported for a schema or mode that it cannot take.
  virtual Result<std::unique_ptr<DataSourceWriter>> CreateWriter(
      const std::string& write_uuid, const Schema& schema, SaveMode mode,
      const DataSourceOptions& options) const = 0;
  // The inverse of DataWriterFactory::Serialize(). kInvalidArgument for bytes that are not its own.
  virtual Result<std::unique_ptr<DataWriterFactory>> ParseWriterFactory(
      std::string_view bytes) const = 0;
};

// --- The connector -------------------------------------------------------------------------------

// Tenon's connector around a DataSourceV2. It reads if that is a ReadSupport and writes if it is a WriteSupport.
class DataSourceConnector : public Connector {
 public:
  explicit DataSourceConnector(std::shared_ptr<const DataSourceV2> source)
      : source_(std::move(source)) {}
  ConnectorInfo info() const final;
  Result<std::unique_ptr<Source>> OpenSource(const Options& options,
                                             const TaskContext& context) final;
  Result<std::unique_ptr<ReaderFactory>> OpenReaders(const Options& options, const ScanState& state,
                                                     const TaskContext& context) final;
  Result<std::unique_ptr<Sink>> OpenSink(const Options& options, const WriteRequest& request,
                                         const TaskContext& context) final;
  Result<std::unique_ptr<WriterFactory>> OpenWriters(const Options& options,
                                                     std::string_view sink_state,
                                                     const TaskContext& context) final;

 private:
  std::shared_ptr<const DataSourceV2> source_;
};

// For TENON_PLUGIN.
template <typename T>
class ConnectorOf : public DataSourceConnector {
 public:
  ConnectorOf() : DataSourceConnector(std::make_shared<const T>()) {}
};

}  // namespace tenon::spark
