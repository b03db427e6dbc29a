#include "transform/relationalize.h"

#include <algorithm>

#include "columnar/column_ops.h"
#include "columnar/list_rows.h"
#include "columnar/slice.h"
#include "transform/unnest.h"

namespace tenon::transform {
namespace {

using columnar::Column;

bool IsList(const DataType& type) {
  return type.id() == TypeId::kArray || type.id() == TypeId::kMap;
}

SchemaPtr SchemaOf(std::vector<Field> fields) {
  return std::make_shared<const Schema>(std::move(fields));
}

}  // namespace

Status Relationalizer::AddTo(const std::string& name, RecordBatch batch, const Take& take) {
  Table& table = tables_[name];
  if (table.input == nullptr ||
      (table.input != batch.schema_ptr() && *table.input != batch.schema())) {
    table.recipe = MakeRecipe(batch.schema(), UnnestOutputs(batch.schema()));
  }
  table.input = batch.schema_ptr();
  int64_t impossible = 0;
  TENON_ASSIGN_OR_RETURN(batch, Apply(table.recipe, std::move(batch), &impossible));
  const int64_t rows = batch.num_rows();
  std::vector<Field> fields = batch.schema().fields();
  std::vector<Column> columns = columnar::TakeColumns(std::move(batch));
  Below below;
  for (size_t i = 0; i < columns.size(); ++i) {
    TENON_ASSIGN_OR_RETURN(columns[i], Flat(fields[i].name, columns[i], &below));
    fields[i].type = columns[i].type();
  }
  SchemaPtr schema = SchemaOf(std::move(fields));
  if (table.given != nullptr && *table.given == *schema) schema = table.given;
  if (rows > 0 || schema != table.given) {
    table.given = schema;
    TENON_ASSIGN_OR_RETURN(RecordBatch flat, columnar::MakeBatch(schema, columns, rows));
    TENON_RETURN_IF_ERROR(take(name, std::move(flat)));
  }
  for (auto& [path, elements] : below) {
    TENON_RETURN_IF_ERROR(AddTo(root_ + "_" + path, std::move(elements), take));
  }
  return Status::Ok();
}

Result<Column> Relationalizer::Flat(const std::string& name, const Column& column, Below* below) {
  if (IsList(column.type())) return Numbers(name, column, below);
  if (column.type().id() == TypeId::kChoice) return FlatChoice(name, column, below);
  return column;
}

// The numbers that stand for the lists of a column; the lists' elements go below.
Result<Column> Relationalizer::Numbers(const std::string& name, const Column& lists, Below* below) {
  int64_t& next_id = tables_[root_ + "_" + name].next_id;
  if (next_id < 0) next_id = first_id_;
  TENON_ASSIGN_OR_RETURN(columnar::ListRows spread, columnar::SpreadLists(lists, next_id));
  next_id = spread.next_id;
  std::vector<Field> fields = {{"id", DataType::Long()}, {"index", DataType::Int()}};
  std::vector<Column> columns = {spread.owners, spread.places};
  const bool map = spread.values.size() == 2;
  for (size_t i = 0; i < spread.values.size(); ++i) {
    const char* role = !map ? ".val" : i == 0 ? ".key" : ".value";
    fields.push_back({name + role, spread.values[i].type()});
    columns.push_back(std::move(spread.values[i]));
  }
  TENON_ASSIGN_OR_RETURN(RecordBatch elements, columnar::MakeBatch(SchemaOf(std::move(fields)),
                                                                   columns, spread.elements));
  below->emplace_back(name, std::move(elements));
  return spread.ids;
}

// A choice keeps its other values beside the numbers; numbers and values of type long are one type.
Result<Column> Relationalizer::FlatChoice(const std::string& name, const Column& choice,
                                          Below* below) {
  const std::span<const Field> members = choice.type().fields();
  if (std::none_of(members.begin(), members.end(),
                   [](const Field& member) { return IsList(member.type); })) {
    return choice;
  }
  std::map<std::string, Column> by_type;
  for (size_t k = 0; k < members.size(); ++k) {
    Column member = columnar::TakeMember(choice, static_cast<int>(k));
    TENON_ASSIGN_OR_RETURN(member, Flat(name, member, below));
    const std::string type(member.type().name());
    const auto [place, added] = by_type.emplace(type, member);
    if (added) continue;
    TENON_ASSIGN_OR_RETURN(place->second, columnar::MergeColumns({place->second, member}));
  }
  if (by_type.size() == 1) return by_type.begin()->second;
  std::vector<DataType> types;
  std::vector<Column> columns;
  for (const auto& [type, column] : by_type) {
    types.push_back(column.type());
    columns.push_back(column);
  }
  TENON_ASSIGN_OR_RETURN(const DataType type, DataType::Choice(std::move(types)));
  return columnar::MakeChoice(type, columns, choice.length());
}

}  // namespace tenon::transform
