// Connectors in the words of Athena's federation: a metadata handler and a record handler.
//
//   class MyHandler : public athena::CompositeHandler { … DoGetTable(), DoGetSplits(), ReadWithConstraint() … };
//   TENON_PLUGIN(tenon::athena::ConnectorOf<MyHandler>)
//
// The two handlers of a connector are one class here, as in Athena's CompositeHandler. Tenon drives it as Glue does,
// without Lambda and without spilling: the spiller hands rows on as batches. A table is named by the options schemaName
// and tableName; the author's own options come after them, by Register(). What a job filters by becomes Constraints:
// partitions are pruned by them before DoGetSplits; a handler may use them to read less, and rows that do not match are
// dropped afterwards in any case. docs/connectors/athena.md is a tour; examples/connectors/athena_minimal.cc is one to
// copy.
//
// Threads: a handler is used by many at once, so its methods are const. ReadWithConstraint runs on a thread of its own
// and ends soon after WriteRow returned false or IsQueryRunning does; exceptions that it throws become errors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "tenon/batch_builder.h"
#include "tenon/column_view.h"
#include "tenon/connector.h"
#include "tenon/option_spec.h"    // IWYU pragma: export
#include "tenon/plugin_export.h"  // IWYU pragma: export
#include "tenon/registration.h"   // IWYU pragma: export

namespace tenon::athena {

struct TableName {
  std::string schema_name, table_name;
};

// --- Constraints ---------------------------------------------------------------------------------

// One end of a range. No value: the range is open there. Literals have exactly their column's type.
struct Marker {
  std::optional<Literal> value;
  bool inclusive = false;
};

struct Range {
  Marker low, high;
};

// The values that a column may have: those in one of the ranges, and NULL if null_allowed. No range: NULL alone, or
// nothing at all. A single value is a range whose ends are that value, inclusive.
struct ValueSet {
  std::vector<Range> ranges;
  bool null_allowed = false;

  // As Athena's ConstraintEvaluator: false only when the value is certainly not in the set.
  bool Contains(const Literal& value) const;
  // The values of a set of single values, Athena's EquatableValueSet; none when it is no such set.
  std::optional<std::vector<Literal>> Values() const;
};

// By column; a column that is not here may have any value.
struct Constraints {
  std::map<std::string, ValueSet> summary;
};

// --- Requests ------------------------------------------------------------------------------------

struct FederationRequest {
  const Options& config_options;  // All options, passwords included. They are in no split.
  const TaskContext& task;        // Log, bad rows, stop().
};

class QueryStatusChecker {
 public:
  explicit QueryStatusChecker(TaskContext task) : task_(std::move(task)) {}
  bool IsQueryRunning() const { return !task_.cancelled(); }

 private:
  TaskContext task_;
};

struct ListSchemasRequest : FederationRequest {};

struct ListTablesRequest : FederationRequest {
  std::string schema_name;
};

struct GetTableRequest : FederationRequest {
  TableName table_name;
};

struct GetTableResponse {
  Schema schema;                               // All columns, those of partitions among them.
  std::vector<std::string> partition_columns;  // Of whole numbers, text or booleans.
};

struct GetTableLayoutRequest : FederationRequest {
  TableName table_name;
  Constraints constraints;
};

struct GetSplitsRequest : FederationRequest {
  TableName table_name;
  // Those that the constraints leave: a row each, its columns the partition columns. A table without partition columns
  // has one, with the one column partitionId.
  const RecordBatch& partitions;
  Constraints constraints;
  std::string continuation_token;  // Empty at first.
};

// What a reader needs to find its rows, as text; no password.
using SplitProperties = std::map<std::string, std::string>;

struct GetSplitsResponse {
  std::vector<SplitProperties> splits;
  std::string continuation_token;  // Empty: these were the last.
};

struct ReadRecordsRequest : FederationRequest {
  TableName table_name;
  Schema schema;  // The columns that are wanted. Others may be written and are dropped.
  SplitProperties split;
  Constraints constraints;
};

// --- Handing over rows ---------------------------------------------------------------------------

// Takes rows of a table: whole ones in the order of its columns, or cell by cell and by name.
class BlockWriter {
 public:
  virtual ~BlockWriter() = default;
  // False: nobody wants more rows, so return.
  template <typename... Values>
  bool WriteRow(const Values&... values) {
    int column = 0;
    (OfferAt(column++, values), ...);
    return FinishRow(column);
  }
  // One cell of the row that EndRow() ends; nothing happens for a column that is not wanted. Cells left out are null.
  template <typename V>
  void OfferValue(std::string_view column, const V& value) {
    if (ColumnBuilder* cell = Find(column)) AppendValue(*cell, value);
  }
  bool EndRow() { return FinishRow(-1); }

 protected:
  // Null when the column is not wanted.
  virtual ColumnBuilder* Find(std::string_view column) = 0;
  virtual ColumnBuilder* At(int column) = 0;
  // `cells`: how many WriteRow was given; -1 when they came by name.
  virtual bool FinishRow(int cells) = 0;

 private:
  template <typename V>
  void OfferAt(int column, const V& value) {
    if (ColumnBuilder* cell = At(column)) AppendValue(*cell, value);
  }
  template <typename V>
  static void AppendValue(ColumnBuilder& cell, const V& value) {
    if constexpr (std::is_same_v<V, std::nullptr_t>) {
      cell.AppendNull();
    } else if constexpr (requires { value.has_value(); }) {
      if (value.has_value()) return AppendValue(cell, *value);
      cell.AppendNull();
    } else {
      cell.Append(value);
    }
  }
};

// Here it never spills: what is written goes on as batches, two of which wait at most.
using BlockSpiller = BlockWriter;

// --- The handlers --------------------------------------------------------------------------------

// Made once by its default constructor.
class CompositeHandler {
 public:
  virtual ~CompositeHandler() = default;
  virtual Registration Register() const = 0;

  // For browsing; the default knows none.
  virtual Result<std::vector<std::string>> DoListSchemaNames(
      const ListSchemasRequest& request) const;
  virtual Result<std::vector<std::string>> DoListTables(const ListTablesRequest& request) const;
  // kNotFound for a table that is not there.
  virtual Result<GetTableResponse> DoGetTable(const GetTableRequest& request) const = 0;
  // Writes the table's partitions, a row each in the order of partition_columns. Asked when there are such columns.
  virtual Status GetPartitions(BlockWriter& partitions, const GetTableLayoutRequest& request) const;
  virtual Result<GetSplitsResponse> DoGetSplits(const GetSplitsRequest& request) const = 0;
  // Writes the split's rows.
  virtual Status ReadWithConstraint(BlockSpiller& spiller, const ReadRecordsRequest& request,
                                    const QueryStatusChecker& checker) const = 0;
};

class HandlerConnector : public Connector {
 public:
  explicit HandlerConnector(std::shared_ptr<const CompositeHandler> handler)
      : handler_(std::move(handler)) {}
  ConnectorInfo info() const final;
  Result<std::unique_ptr<Source>> OpenSource(const Options& options,
                                             const TaskContext& context) final;
  Result<std::unique_ptr<ReaderFactory>> OpenReaders(const Options& options, const ScanState& state,
                                                     const TaskContext& context) final;
  // Its catalog, from DoListSchemaNames, DoListTables and DoGetTable.
  Result<std::unique_ptr<Ability>> OpenAbility(std::string_view id, const Options& options,
                                               const TaskContext& context) final;

 private:
  std::shared_ptr<const CompositeHandler> handler_;
};

// For TENON_PLUGIN.
template <typename T>
class ConnectorOf : public HandlerConnector {
 public:
  ConnectorOf() : HandlerConnector(std::make_shared<const T>()) {}
};

}  // namespace tenon::athena
