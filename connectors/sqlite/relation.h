// What is read: a table, a view or the rows of a query, with its columns.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/sqlite/database.h"
#include "connectors/sqlite/sqlite_options.h"
#include "tenon/schema.h"

namespace tenon::sqlite {

struct Relation {
  Schema schema;
  std::string from;                   // What stands behind FROM.
  std::vector<std::string> sortable;  // Columns whose comparisons SQLite decides as we do.
  // The name by which rows have numbers; none: a view, a query, a table WITHOUT ROWID.
  std::optional<std::string> rowid;
  bool utf8 = true;  // The encoding of the database.
};

// Columns of no known declared type are looked at in every row. TN2302 the table, with the nearest name; TN2303 the
// query.
Result<Relation> Describe(Database& database, const SourceOptions& options);

// Tables and views, by name.
Result<std::vector<std::string>> TableNames(Database& database);

struct TableColumn {
  std::string name, declared;
  bool generated = false;
};
// Empty: there is no such table or view.
Result<std::vector<TableColumn>> ColumnsOf(Database& database, const std::string& table);

// "orders" of "main.orders", or of itself.
std::string BareName(const std::string& table);

}  // namespace tenon::sqlite
