#include "connectors/sqlite/relation.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error_catalog.h"
#include "base/text.h"
#include "connectors/sqlite/column_types.h"

namespace tenon::sqlite {
namespace {

Status NoTable(Database& database, const std::string& table) {
  const auto known = TableNames(database);
  const std::string nearest = known.ok() ? NearestName(table, *known) : "";
  std::string hint = nearest.empty() ? "" : "Did you mean " + nearest + "?";
  if (hint.empty() && known.ok())
    hint = known->empty() ? "The database has no tables."
                          : "There are: " + base::ShortText(base::Join(*known, ", "), 200) + ".";
  return Status::NotFound("Table is not in the database: dbTable=" + base::ShortText(table, 100) +
                          " path=" + database.path())
      .WithNumber(base::kErrUnknownTable)
      .WithHint(hint);
}

// The type of what stands in a column of no known type: one pass over all rows for all such columns.
Status LookAtValues(Database& database, const std::vector<size_t>& columns, Relation* relation) {
  constexpr std::array kClasses = {"integer", "real", "text", "blob"};
  std::string sql = "SELECT ";
  for (const size_t column : columns) {
    const std::string name = Quoted(relation->schema.field(static_cast<int>(column)).name);
    for (const char* kind : kClasses) {
      sql +=
          (sql.size() > 7 ? ", " : "") + std::string("max(typeof(") + name + ") = '" + kind + "')";
    }
  }
  TENON_ASSIGN_OR_RETURN(const StatementPtr statement,
                         database.Prepare(sql + " FROM " + relation->from));
  TENON_RETURN_IF_ERROR(database.Step(statement.get()).status());
  std::vector<Field> fields = relation->schema.fields();
  int at = 0;
  for (const size_t column : columns) {
    const bool whole = sqlite3_column_int(statement.get(), at) != 0;
    const bool real = sqlite3_column_int(statement.get(), at + 1) != 0;
    const bool text = sqlite3_column_int(statement.get(), at + 2) != 0;
    const bool blob = sqlite3_column_int(statement.get(), at + 3) != 0;
    at += static_cast<int>(kClasses.size());
    if (text || (blob && (whole || real)) || !(whole || real || blob)) {
      fields[column].type = DataType::String();
    } else {
      fields[column].type = blob   ? DataType::Binary()
                            : real ? DataType::Double()
                                   : DataType::Long();
    }
  }
  relation->schema = Schema(std::move(fields));
  return Status::Ok();
}

// The columns of a query, by the columns of tables that they are.
Result<Relation> DescribeQuery(Database& database, const std::string& query) {
  Relation relation;
  std::string text(base::Trim(query));
  while (text.ends_with(';')) text = std::string(base::Trim(text.substr(0, text.size() - 1)));
  relation.from = "(" + text + "\n)";
  // By itself first: in brackets, two statements would be told of as a bracket that does not fit.
  TENON_RETURN_IF_ERROR(database.Prepare(text).status());
  TENON_ASSIGN_OR_RETURN(const StatementPtr statement,
                         database.Prepare("SELECT * FROM " + relation.from));
  std::vector<Field> fields;
  std::vector<size_t> unknown;
  for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
    const char* declared = sqlite3_column_decltype(statement.get(), i);
    const auto type = TypeOfDeclared(declared != nullptr ? declared : "");
    if (!type) unknown.push_back(fields.size());
    fields.push_back({sqlite3_column_name(statement.get(), i), type.value_or(DataType::String())});
  }
  relation.schema = Schema(std::move(fields));
  if (!unknown.empty()) TENON_RETURN_IF_ERROR(LookAtValues(database, unknown, &relation));
  return relation;
}

// Whether the table's own order of the column's text is that of its bytes.
bool IsBinary(const Database& database, const std::string& table, const std::string& column) {
  const char* collation = nullptr;
  const int code =
      sqlite3_table_column_metadata(database.handle(), "main", table.c_str(), column.c_str(),
                                    nullptr, &collation, nullptr, nullptr, nullptr);
  return code == SQLITE_OK && collation != nullptr && std::string_view(collation) == "BINARY";
}

Result<std::optional<std::string>> RowidOf(Database& database, const std::string& table,
                                           const Schema& schema) {
  for (const char* name : {"rowid", "_rowid_", "oid"}) {
    const std::vector<std::string> names = schema.names();
    if (std::any_of(names.begin(), names.end(),
                    [&](const std::string& one) { return EqualsIgnoreCase(one, name); })) {
      continue;
    }
    const auto statement =
        database.Prepare("SELECT " + std::string(name) + " FROM " + Quoted(table));
    if (!statement.ok()) break;  // WITHOUT ROWID.
    return std::optional<std::string>(name);
  }
  return std::optional<std::string>();
}

Result<bool> IsView(Database& database, const std::string& table) {
  TENON_ASSIGN_OR_RETURN(const StatementPtr statement,
                         database.Prepare("SELECT type FROM sqlite_schema WHERE lower(name) = "
                                          "lower(?) AND type IN ('table', 'view')"));
  sqlite3_bind_text(statement.get(), 1, table.data(), static_cast<int>(table.size()),
                    SQLITE_TRANSIENT);
  TENON_ASSIGN_OR_RETURN(const bool there, database.Step(statement.get()));
  return there && ColumnText(statement.get(), 0) == "view";
}

}  // namespace

std::string BareName(const std::string& table) {
  constexpr std::string_view kMain = "main.";
  return base::ToLower(table.substr(0, kMain.size())) == kMain ? table.substr(kMain.size()) : table;
}

Result<std::vector<std::string>> TableNames(Database& database) {
  TENON_ASSIGN_OR_RETURN(
      const StatementPtr statement,
      database.Prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name "
                       "NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> '_tenon_commits' "
                       "ORDER BY name"));
  std::vector<std::string> names;
  while (true) {
    TENON_ASSIGN_OR_RETURN(const bool row, database.Step(statement.get()));
    if (!row) return names;
    names.push_back(ColumnText(statement.get(), 0));
  }
}

Result<std::vector<TableColumn>> ColumnsOf(Database& database, const std::string& table) {
  TENON_ASSIGN_OR_RETURN(
      const StatementPtr statement,
      database.Prepare("SELECT name, type, hidden FROM pragma_table_xinfo(?) WHERE hidden <> 1"));
  sqlite3_bind_text(statement.get(), 1, table.data(), static_cast<int>(table.size()),
                    SQLITE_TRANSIENT);
  std::vector<TableColumn> columns;
  while (true) {
    TENON_ASSIGN_OR_RETURN(const bool row, database.Step(statement.get()));
    if (!row) return columns;
    columns.push_back({ColumnText(statement.get(), 0), ColumnText(statement.get(), 1),
                       sqlite3_column_int(statement.get(), 2) != 0});
  }
}

namespace {

Result<Relation> DescribeTable(Database& database, const SourceOptions& options, bool utf8) {
  const std::string table = BareName(options.db_table);
  TENON_ASSIGN_OR_RETURN(const std::vector<TableColumn> columns, ColumnsOf(database, table));
  if (columns.empty()) return NoTable(database, options.db_table);
  Relation relation;
  relation.from = Quoted(table);
  std::vector<Field> fields;
  std::vector<size_t> unknown;
  for (const TableColumn& column : columns) {
    const auto type = TypeOfDeclared(column.declared);
    if (!type) unknown.push_back(fields.size());
    fields.push_back({column.name, type.value_or(DataType::String())});
    // Of a TIME, SQLite would compare numbers; of UTF-16, other bytes.
    const Affinity affinity = AffinityOf(column.declared);
    const bool text = utf8 && type == DataType::String() && affinity == Affinity::kText &&
                      IsBinary(database, table, column.name);
    const bool whole = type == DataType::Long() && affinity == Affinity::kInteger;
    if (text || whole) relation.sortable.push_back(column.name);
  }
  relation.schema = Schema(std::move(fields));
  if (!unknown.empty()) TENON_RETURN_IF_ERROR(LookAtValues(database, unknown, &relation));
  TENON_ASSIGN_OR_RETURN(const bool view, IsView(database, table));
  if (!view) {
    TENON_ASSIGN_OR_RETURN(relation.rowid, RowidOf(database, table, relation.schema));
  }
  return relation;
}

}  // namespace

Result<Relation> Describe(Database& database, const SourceOptions& options) {
  TENON_ASSIGN_OR_RETURN(const StatementPtr encoding, database.Prepare("PRAGMA encoding"));
  TENON_RETURN_IF_ERROR(database.Step(encoding.get()).status());
  const bool utf8 = ColumnText(encoding.get(), 0) == "UTF-8";
  TENON_ASSIGN_OR_RETURN(Relation relation, options.query.empty()
                                                ? DescribeTable(database, options, utf8)
                                                : DescribeQuery(database, options.query));
  relation.utf8 = utf8;
  return relation;
}

}  // namespace tenon::sqlite
