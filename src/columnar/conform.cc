#include "columnar/conform.h"

#include <string>
#include <utility>
#include <vector>

#include "columnar/cast.h"
#include "columnar/column.h"
#include "columnar/column_ops.h"
#include "columnar/field_places.h"

namespace tenon::columnar {
namespace {

Status NotMerged(const std::string& path, const DataType& from, const DataType& to) {
  return Status::Internal("Batch does not fit the merged schema of its frame: column=" + path +
                          " batch=" + from.ToString() + " merged=" + to.ToString());
}

class Conformer {
 public:
  int64_t impossible() const { return impossible_; }

  Result<Column> Bring(const Column& column, const DataType& target, const std::string& path) {
    const DataType& from = column.type();
    if (from == target) return column;
    if (from.id() == TypeId::kNull) return NullColumn(target, column.length());
    if (target.id() == TypeId::kChoice) return IntoChoice(column, target, path);
    if (from.id() != target.id()) return NotMerged(path, from, target);
    switch (target.id()) {
      case TypeId::kStruct: return IntoStruct(column, target, path);
      case TypeId::kArray: {
        TENON_ASSIGN_OR_RETURN(Column elements,
                               Bring(StoredElements(column), target.element(), path + "[]"));
        return Column(target, WithElements(column, elements).node());
      }
      case TypeId::kMap: {
        TENON_ASSIGN_OR_RETURN(Column values,
                               Bring(StoredValues(column), target.element(), path + "[]"));
        return Column(target, WithValues(column, values).node());
      }
      case TypeId::kDecimal: {
        TENON_ASSIGN_OR_RETURN(CastResult cast, CastColumn(column, target));
        impossible_ += cast.impossible;
        return cast.column;
      }
      default: return NotMerged(path, from, target);
    }
  }

  // Columns of `fields` out of those that are there; a missing one is null.
  Result<std::vector<Column>> BringAll(std::span<const Field> have,
                                       const std::vector<Column>& columns,
                                       std::span<const Field> fields, int64_t rows,
                                       const std::string& prefix) {
    const FieldPlaces places(have);
    std::vector<Column> out;
    size_t used = 0;
    for (const Field& field : fields) {
      const std::optional<int> at = places.Find(field.name);
      if (!at) {
        out.push_back(NullColumn(field.type, rows));
        continue;
      }
      ++used;
      TENON_ASSIGN_OR_RETURN(
          Column column, Bring(columns[static_cast<size_t>(*at)], field.type, prefix + field.name));
      out.push_back(std::move(column));
    }
    if (used == have.size()) return out;
    for (const Field& field : have) {
      bool wanted = false;
      for (const Field& other : fields) wanted = wanted || other.name == field.name;
      if (!wanted) return NotMerged(prefix + field.name, field.type, DataType::Null());
    }
    return NotMerged(prefix, DataType::Struct({have.begin(), have.end()}),
                     DataType::Struct({fields.begin(), fields.end()}));
  }

 private:
  Result<Column> IntoStruct(const Column& column, const DataType& target, const std::string& path) {
    std::vector<Column> fields;
    for (size_t i = 0; i < column.type().fields().size(); ++i)
      fields.push_back(StoredField(column, static_cast<int>(i)));
    TENON_ASSIGN_OR_RETURN(fields, BringAll(column.type().fields(), fields, target.fields(),
                                            column.length(), path + "."));
    std::vector<Field> names(target.fields().begin(), target.fields().end());
    return Column(target, WithFields(column, std::move(names), fields).node());
  }

  Result<Column> IntoChoice(const Column& column, const DataType& target, const std::string& path) {
    if (column.type().id() == TypeId::kChoice) {
      std::vector<Column> members;
      for (size_t k = 0; k < column.type().fields().size(); ++k)
        members.push_back(TakeMember(column, static_cast<int>(k)));
      TENON_ASSIGN_OR_RETURN(members, BringAll(column.type().fields(), members, target.fields(),
                                               column.length(), path + "."));
      return MakeChoice(target, members, column.length());
    }
    for (size_t k = 0; k < target.fields().size(); ++k) {
      if (target.fields()[k].name != column.type().name()) continue;
      TENON_ASSIGN_OR_RETURN(Column member, Bring(column, target.fields()[k].type, path));
      return AsMember(member, target, static_cast<int>(k));
    }
    return NotMerged(path, column.type(), target);
  }

  int64_t impossible_ = 0;
};

}  // namespace

Result<ConformResult> Conform(RecordBatch batch, const SchemaPtr& target) {
  if (batch.schema_ptr() == target) return ConformResult{std::move(batch), 0};
  const int64_t rows = batch.num_rows();
  const SchemaPtr have = batch.schema_ptr();
  const std::vector<Column> columns = TakeColumns(std::move(batch));
  Conformer conformer;
  TENON_ASSIGN_OR_RETURN(std::vector<Column> brought,
                         conformer.BringAll(have->fields(), columns, target->fields(), rows, ""));
  TENON_ASSIGN_OR_RETURN(RecordBatch conformed, MakeBatch(target, brought, rows));
  return ConformResult{std::move(conformed), conformer.impossible()};
}

}  // namespace tenon::columnar
