#include "connectors/sqlite/target_table.h"

#include <sqlite3.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/error_catalog.h"
#include "base/text.h"
#include "connectors/sqlite/column_types.h"
#include "connectors/sqlite/relation.h"
#include "tenon/option_spec.h"

namespace tenon::sqlite {
namespace {

std::set<std::string> Lowered(const std::vector<std::string>& names) {
  std::set<std::string> lowered;
  for (const std::string& name : names) lowered.insert(base::ToLower(name));
  return lowered;
}

// Whether a unique index, or the primary key, is of just these columns.
Result<bool> AreUnique(Database& database, const std::string& table,
                       const std::vector<std::string>& keys) {
  const std::set<std::string> wanted = Lowered(keys);
  TENON_ASSIGN_OR_RETURN(
      const StatementPtr rows,
      database.Prepare(
          "SELECT '', name FROM pragma_table_info(?1) WHERE pk > 0 UNION ALL SELECT "
          "l.name, lower(i.name) FROM pragma_index_list(?1) l, "
          "pragma_index_info(l.name) i WHERE l.\"unique\" AND NOT l.partial ORDER BY 1"));
  sqlite3_bind_text(rows.get(), 1, table.data(), static_cast<int>(table.size()), SQLITE_TRANSIENT);
  std::string index = "\n";
  std::set<std::string> columns;
  while (true) {
    TENON_ASSIGN_OR_RETURN(const bool more, database.Step(rows.get()));
    const std::string next = more ? ColumnText(rows.get(), 0) : "\n";
    if (next != index) {
      if (columns == wanted) return true;
      columns.clear();
      index = next;
    }
    if (!more) return false;
    columns.insert(base::ToLower(ColumnText(rows.get(), 1)));
  }
}

std::string QuotedList(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  quoted.reserve(names.size());
  for (const std::string& name : names) quoted.push_back(Quoted(name));
  return base::Join(quoted, ", ");
}

}  // namespace

Result<TargetTable> TargetTable::Find(Database& database, const std::string& name, WriteMode mode,
                                      std::vector<std::string> keys) {
  TargetTable table;
  table.name_ = BareName(name);
  table.mode_ = mode;
  table.keys_ = std::move(keys);
  TENON_ASSIGN_OR_RETURN(const std::vector<TableColumn> columns, ColumnsOf(database, table.name_));
  table.there_ = !columns.empty();
  for (const TableColumn& column : columns) {
    if (!column.generated) table.columns_.push_back({column.name, AffinityOf(column.declared)});
  }
  const std::string place = "dbTable=" + base::ShortText(name, 100) + " path=" + database.path();
  if (table.there_ && mode == WriteMode::kCreate) {
    return Status::AlreadyExists("Table is there already: " + place)
        .WithNumber(base::kErrTableExists)
        .WithHint("Take mode append, overwrite or truncate, or another table.");
  }
  if (table.there_ && mode == WriteMode::kUpsert) {
    TENON_ASSIGN_OR_RETURN(const bool unique, AreUnique(database, table.name_, table.keys_));
    if (!unique) {
      return Status::InvalidArgument("Keys do not tell the rows of the table apart: keys=" +
                                     base::Join(table.keys_, ",") + " " + place)
          .WithNumber(base::kErrUpsertKeys)
          .WithHint("The table needs a primary key or a unique index of just these columns.");
    }
  }
  table.ours_ = !table.there_ || mode == WriteMode::kReplace;
  return table;
}

bool TargetTable::HasColumn(const std::string& column) const {
  return std::any_of(columns_.begin(), columns_.end(),
                     [&](const Place& one) { return EqualsIgnoreCase(one.name, column); });
}

Affinity TargetTable::affinity(const std::string& column) const {
  for (const Place& place : columns_) {
    if (EqualsIgnoreCase(place.name, column)) return place.affinity;
  }
  return Affinity::kNone;
}

Status TargetTable::Check(const Schema& schema) const {
  std::set<std::string> seen;
  for (const Field& field : schema.fields()) {
    if (!DeclaredOf(field.type)) {
      return Status::Unsupported("Type cannot be stored: column=" + field.name +
                                 " type=" + field.type.ToString() + " dbTable=" + name_)
          .WithNumber(base::kErrSinkType)
          .WithHint(
              "Take it apart first: unnest() for structs, relationalize() for lists, "
              "resolveChoice() for several types.");
    }
    if (!seen.insert(base::ToLower(field.name)).second) {
      return Status::InvalidArgument("Columns differ in case only: column=" + field.name +
                                     " dbTable=" + name_)
          .WithNumber(base::kErrUnknownColumn)
          .WithHint("SQLite takes them for one; rename one of them.");
    }
    if (!ours_ && !HasColumn(field.name)) {
      std::vector<std::string> names;
      for (const Place& place : columns_) names.push_back(place.name);
      const std::string nearest = NearestName(field.name, names);
      return Status::InvalidArgument("Column is not in the table: column=" + field.name +
                                     " dbTable=" + name_)
          .WithNumber(base::kErrUnknownColumn)
          .WithHint(nearest.empty() ? "Drop it, or add it to the table: ALTER TABLE … ADD COLUMN."
                                    : "Did you mean " + nearest + "?");
    }
  }
  for (const std::string& key : keys_) {
    if (seen.contains(base::ToLower(key))) continue;
    return Status::InvalidArgument("Key is no column of the rows: keys=" + key +
                                   " dbTable=" + name_)
        .WithNumber(base::kErrUpsertKeys)
        .WithHint("keys name columns that tell rows apart.");
  }
  return Status::Ok();
}

Status TargetTable::Prepare(Database& database, const Schema& schema) {
  if (there_ && mode_ == WriteMode::kTruncate)
    return database.Execute("DELETE FROM " + Quoted(name_));
  if (!ours_) return Status::Ok();
  if (there_) TENON_RETURN_IF_ERROR(database.Execute("DROP TABLE " + Quoted(name_)));
  columns_.clear();
  if (schema.size() == 0) {
    return Status::Unsupported("Rows without columns cannot be stored: dbTable=" + name_)
        .WithNumber(base::kErrSinkType)
        .WithHint("A table needs a column.");
  }
  std::string sql = "CREATE TABLE " + Quoted(name_) + " (";
  for (const Field& field : schema.fields()) {
    const std::string declared = *DeclaredOf(field.type);
    sql += (columns_.empty() ? "" : ", ") + Quoted(field.name) + " " + declared;
    columns_.push_back({field.name, AffinityOf(declared)});
  }
  if (!keys_.empty()) sql += ", PRIMARY KEY (" + QuotedList(keys_) + ")";
  return database.Execute(sql + ")");
}

Status TargetTable::AddColumn(Database& database, const Field& field) {
  const std::string declared = *DeclaredOf(field.type);
  TENON_RETURN_IF_ERROR(database.Execute("ALTER TABLE " + Quoted(name_) + " ADD COLUMN " +
                                         Quoted(field.name) + " " + declared));
  columns_.push_back({field.name, AffinityOf(declared)});
  return Status::Ok();
}

std::string TargetTable::ConflictClause(const Schema& schema) const {
  if (mode_ != WriteMode::kUpsert) return "";
  std::string set;
  const std::set<std::string> keys = Lowered(keys_);
  for (const Field& field : schema.fields()) {
    if (keys.contains(base::ToLower(field.name))) continue;
    set += (set.empty() ? "" : ", ") + Quoted(field.name) + " = excluded." + Quoted(field.name);
  }
  return " ON CONFLICT (" + QuotedList(keys_) + ") DO " +
         (set.empty() ? "NOTHING" : "UPDATE SET " + set);
}

Result<StatementPtr> TargetTable::Insert(Database& database, const Schema& schema) {
  TENON_RETURN_IF_ERROR(Check(schema));
  std::string places;
  for (const Field& field : schema.fields()) {
    if (!HasColumn(field.name)) TENON_RETURN_IF_ERROR(AddColumn(database, field));
    places += places.empty() ? "?" : ", ?";
  }
  return database.Prepare("INSERT INTO " + Quoted(name_) + " (" + QuotedList(schema.names()) +
                          ") VALUES (" + places + ")" + ConflictClause(schema));
}

}  // namespace tenon::sqlite
