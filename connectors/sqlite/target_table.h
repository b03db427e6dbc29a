// The table that a write goes to: made, emptied or replaced inside of the write's transaction, and the statement that
// adds a row to it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/sqlite/column_types.h"
#include "connectors/sqlite/database.h"
#include "tenon/schema.h"
#include "tenon/sink.h"

namespace tenon::sqlite {

class TargetTable {
 public:
  // Looks at the database, changes nothing. TN2304 the table is there and must not be; TN2305 an upsert whose keys do
  // not tell its rows apart.
  static Result<TargetTable> Find(Database& database, const std::string& name, WriteMode mode,
                                  std::vector<std::string> keys);

  // The error that rows of this schema would meet: TN2020 a type without a counterpart, TN2001 a column that the table
  // does not have, TN2305 a key that the rows do not have.
  Status Check(const Schema& schema) const;

  // Inside of a transaction, once: makes it ready for rows of this schema.
  Status Prepare(Database& database, const Schema& schema);
  // The statement that adds a row of this schema, parameter i + 1 for column i. Columns that are new are added to a
  // table that this write has made.
  Result<StatementPtr> Insert(Database& database, const Schema& schema);

  const std::string& name() const { return name_; }
  // What the table does to values of a column that it has.
  Affinity affinity(const std::string& column) const;

 private:
  struct Place {
    std::string name;
    Affinity affinity = Affinity::kNone;
  };

  bool HasColumn(const std::string& column) const;
  Status AddColumn(Database& database, const Field& field);
  std::string ConflictClause(const Schema& schema) const;

  std::string name_;
  WriteMode mode_ = WriteMode::kAppend;
  std::vector<std::string> keys_;
  bool there_ = false;
  bool ours_ = false;           // Made by this write: its shape may grow.
  std::vector<Place> columns_;  // That take values.
};

}  // namespace tenon::sqlite
