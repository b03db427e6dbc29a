#include "transform/edit.h"

#include <algorithm>
#include <utility>

#include "columnar/cast.h"
#include "columnar/column_ops.h"
#include "columnar/slice.h"
#include "frame/schema_merge.h"

namespace tenon::transform {
namespace {

using columnar::Column;

class CastEdit final : public Edit {
 public:
  using Edit::Edit;
  Result<Column> Apply(const Column& column, int64_t* impossible) const override {
    TENON_ASSIGN_OR_RETURN(columnar::CastResult cast, columnar::CastColumn(column, type()));
    *impossible += cast.impossible;
    return std::move(cast.column);
  }
};

class NullEdit final : public Edit {
 public:
  using Edit::Edit;
  Result<Column> Apply(const Column& column, int64_t* impossible) const override {
    *impossible += column.length() - column.CountNulls();
    return columnar::NullColumn(type(), column.length());
  }
};

class FieldOfEdit final : public Edit {
 public:
  FieldOfEdit(DataType type, int index) : Edit(std::move(type)), index_(index) {}
  Result<Column> Apply(const Column& column, int64_t*) const override {
    return columnar::TakeField(column, index_);
  }

 private:
  int index_;
};

class MemberEdit final : public Edit {
 public:
  MemberEdit(DataType type, int index) : Edit(std::move(type)), index_(index) {}
  Result<Column> Apply(const Column& column, int64_t*) const override {
    return columnar::TakeMember(column, index_);
  }

 private:
  int index_;
};

class OnlyMembersEdit final : public Edit {
 public:
  OnlyMembersEdit(DataType type, std::vector<bool> keep)
      : Edit(std::move(type)), keep_(std::move(keep)) {}
  Result<Column> Apply(const Column& column, int64_t* impossible) const override {
    std::vector<Column> members;
    for (size_t k = 0; k < keep_.size(); ++k) {
      Column member = columnar::TakeMember(column, static_cast<int>(k));
      if (!keep_[k]) {
        *impossible += member.length() - member.CountNulls();
        member = columnar::NullColumn(member.type(), member.length());
      }
      members.push_back(std::move(member));
    }
    return columnar::MakeChoice(type(), members, column.length());
  }

 private:
  std::vector<bool> keep_;
};

class WithoutMemberEdit final : public Edit {
 public:
  WithoutMemberEdit(DataType type, int index) : Edit(std::move(type)), index_(index) {}
  Result<Column> Apply(const Column& column, int64_t*) const override {
    std::vector<Column> members;
    for (int k = 0; k <= static_cast<int>(type().fields().size()); ++k) {
      if (k != index_) members.push_back(columnar::TakeMember(column, k));
    }
    return columnar::MakeChoice(type(), members, column.length());
  }

 private:
  int index_;
};

Result<Column> Edited(const EditPtr& edit, Column column, int64_t* impossible) {
  if (edit == nullptr) return column;
  return edit->Apply(column, impossible);
}

class MembersEdit final : public Edit {
 public:
  // Into a struct, or a choice again.
  MembersEdit(DataType type, std::vector<EditPtr> members)
      : Edit(std::move(type)), members_(std::move(members)) {}
  Result<Column> Apply(const Column& column, int64_t* impossible) const override {
    std::vector<Column> members;
    for (size_t k = 0; k < members_.size(); ++k) {
      TENON_ASSIGN_OR_RETURN(
          Column member,
          Edited(members_[k], columnar::TakeMember(column, static_cast<int>(k)), impossible));
      members.push_back(std::move(member));
    }
    if (type().id() == TypeId::kChoice)
      return columnar::MakeChoice(type(), members, column.length());
    return columnar::StructWherePresent({type().fields().begin(), type().fields().end()}, members,
                                        column.length());
  }

 private:
  std::vector<EditPtr> members_;
};

class WrapEdit final : public Edit {
 public:
  using Edit::Edit;
  Result<Column> Apply(const Column& column, int64_t*) const override {
    return columnar::StructWherePresent({type().fields().begin(), type().fields().end()}, {column},
                                        column.length());
  }
};

// The columns as one of `type`; where several have a value, the first one's counts.
Result<Column> FirstWithValue(std::vector<Column> columns, const DataType& type,
                              int64_t* impossible) {
  std::reverse(columns.begin(), columns.end());
  for (Column& column : columns) {
    TENON_ASSIGN_OR_RETURN(columnar::CastResult cast, columnar::CastColumn(column, type));
    *impossible += cast.impossible;
    column = std::move(cast.column);
  }
  return columnar::MergeColumns(columns);
}

class StructEdit final : public Edit {
 public:
  StructEdit(DataType type, std::vector<FieldEdit> fields)
      : Edit(std::move(type)), fields_(std::move(fields)) {}
  Result<Column> Apply(const Column& column, int64_t* impossible) const override {
    std::vector<Column> columns;
    for (const FieldEdit& field : fields_) {
      // What stands below a null struct must not count as a value that could not be converted.
      Column old = field.edit == nullptr ? columnar::StoredField(column, field.from)
                                         : columnar::TakeField(column, field.from);
      TENON_ASSIGN_OR_RETURN(Column edited, Edited(field.edit, std::move(old), impossible));
      if (field.otherwise >= 0) {
        const DataType& wanted = type().fields()[columns.size()].type;
        TENON_ASSIGN_OR_RETURN(
            edited, FirstWithValue({edited, columnar::TakeField(column, field.otherwise)}, wanted,
                                   impossible));
      }
      columns.push_back(std::move(edited));
    }
    return columnar::WithFields(column, {type().fields().begin(), type().fields().end()}, columns);
  }

 private:
  std::vector<FieldEdit> fields_;
};

class BelowEdit final : public Edit {
 public:
  // Into the elements of an array or the values of a map.
  BelowEdit(DataType type, EditPtr below) : Edit(std::move(type)), below_(std::move(below)) {}
  Result<Column> Apply(const Column& column, int64_t* impossible) const override {
    const bool map = type().id() == TypeId::kMap;
    const Column stored = map ? columnar::StoredValues(column) : columnar::StoredElements(column);
    TENON_ASSIGN_OR_RETURN(Column edited, below_->Apply(stored, impossible));
    return map ? columnar::WithValues(column, edited) : columnar::WithElements(column, edited);
  }

 private:
  EditPtr below_;
};

class ThenEdit final : public Edit {
 public:
  ThenEdit(EditPtr first, EditPtr second)
      : Edit(second->type()), first_(std::move(first)), second_(std::move(second)) {}
  Result<Column> Apply(const Column& column, int64_t* impossible) const override {
    TENON_ASSIGN_OR_RETURN(Column between, first_->Apply(column, impossible));
    return second_->Apply(between, impossible);
  }

 private:
  EditPtr first_, second_;
};

void FillTypes(const Schema& input, Output& output) {
  if (output.from >= 0) {
    output.type = TypeAfter(output.edit, input.field(output.from).type);
  } else if (!output.parts.empty()) {
    std::vector<Field> fields;
    for (Output& part : output.parts) {
      FillTypes(input, part);
      fields.push_back({part.name, part.type});
    }
    output.type = DataType::Struct(std::move(fields));
  }
  for (Output& other : output.otherwise) {
    FillTypes(input, other);
    output.type = frame::MergeTypes(output.type, other.type);
  }
}

Result<Column> Make(const Output& output, const std::vector<Column>& columns, int64_t rows,
                    int64_t* impossible);

// Without what stands otherwise, and so perhaps of a narrower type.
Result<Column> MakeAlone(const Output& output, const std::vector<Column>& columns, int64_t rows,
                         int64_t* impossible) {
  if (output.from >= 0)
    return Edited(output.edit, columns[static_cast<size_t>(output.from)], impossible);
  if (output.parts.empty()) return columnar::NullColumn(output.type, rows);
  std::vector<Column> parts;
  std::vector<Field> fields;
  for (const Output& part : output.parts) {
    TENON_ASSIGN_OR_RETURN(Column column, Make(part, columns, rows, impossible));
    fields.push_back({part.name, part.type});
    parts.push_back(std::move(column));
  }
  return columnar::StructWherePresent(std::move(fields), parts, rows);
}

Result<Column> Make(const Output& output, const std::vector<Column>& columns, int64_t rows,
                    int64_t* impossible) {
  TENON_ASSIGN_OR_RETURN(Column made, MakeAlone(output, columns, rows, impossible));
  if (output.otherwise.empty()) return made;
  std::vector<Column> candidates{std::move(made)};
  for (const Output& other : output.otherwise) {
    TENON_ASSIGN_OR_RETURN(Column column, Make(other, columns, rows, impossible));
    candidates.push_back(std::move(column));
  }
  return FirstWithValue(std::move(candidates), output.type, impossible);
}

}  // namespace

EditPtr CastTo(const DataType& from, const DataType& to) {
  if (from == to) return nullptr;
  return std::make_shared<CastEdit>(to);
}

EditPtr NullsOf(const DataType& type) { return std::make_shared<NullEdit>(type); }

EditPtr FieldOf(const DataType& structure, int index) {
  return std::make_shared<FieldOfEdit>(structure.fields()[static_cast<size_t>(index)].type, index);
}

EditPtr MemberOf(const DataType& choice, int index) {
  return std::make_shared<MemberEdit>(choice.fields()[static_cast<size_t>(index)].type, index);
}

EditPtr OnlyMembers(const DataType& choice, std::vector<bool> keep) {
  return std::make_shared<OnlyMembersEdit>(choice, std::move(keep));
}

EditPtr WithoutMember(const DataType& choice, int index) {
  std::vector<DataType> members;
  for (int k = 0; k < static_cast<int>(choice.fields().size()); ++k) {
    if (k != index) members.push_back(choice.fields()[static_cast<size_t>(k)].type);
  }
  return std::make_shared<WithoutMemberEdit>(DataType::Choice(std::move(members)).value(), index);
}

EditPtr MembersToStruct(const DataType& choice, std::vector<EditPtr> members) {
  std::vector<Field> fields;
  for (size_t k = 0; k < members.size(); ++k) {
    const Field& member = choice.fields()[k];
    fields.push_back({member.name, TypeAfter(members[k], member.type)});
  }
  return std::make_shared<MembersEdit>(DataType::Struct(std::move(fields)), std::move(members));
}

EditPtr WrapInStruct(const DataType& type, const std::string& name) {
  return std::make_shared<WrapEdit>(DataType::Struct({{name, type}}));
}

EditPtr RebuildStruct(const DataType& structure, std::vector<FieldEdit> fields) {
  std::vector<Field> names;
  for (const FieldEdit& field : fields) {
    const DataType& before = structure.fields()[static_cast<size_t>(field.from)].type;
    DataType after = TypeAfter(field.edit, before);
    if (field.otherwise >= 0) {
      after =
          frame::MergeTypes(after, structure.fields()[static_cast<size_t>(field.otherwise)].type);
    }
    names.push_back({field.name, std::move(after)});
  }
  return std::make_shared<StructEdit>(DataType::Struct(std::move(names)), std::move(fields));
}

EditPtr EditElements(const DataType& array, EditPtr elements) {
  if (elements == nullptr) return nullptr;
  const DataType& after = TypeAfter(elements, array.element());
  return std::make_shared<BelowEdit>(DataType::Array(after), std::move(elements));
}

EditPtr EditValues(const DataType& map, EditPtr values) {
  if (values == nullptr) return nullptr;
  const DataType& after = TypeAfter(values, map.element());
  return std::make_shared<BelowEdit>(DataType::Map(after), std::move(values));
}

EditPtr EditMembers(const DataType& choice, std::vector<EditPtr> members) {
  if (std::all_of(members.begin(), members.end(),
                  [](const EditPtr& edit) { return edit == nullptr; }))
    return nullptr;
  std::vector<DataType> types;
  for (size_t k = 0; k < members.size(); ++k)
    types.push_back(TypeAfter(members[k], choice.fields()[k].type));
  return std::make_shared<MembersEdit>(DataType::Choice(std::move(types)).value(),
                                       std::move(members));
}

EditPtr Then(EditPtr first, EditPtr second) {
  if (first == nullptr) return second;
  if (second == nullptr) return first;
  return std::make_shared<ThenEdit>(std::move(first), std::move(second));
}

Recipe MakeRecipe(const Schema& input, std::vector<Output> outputs) {
  Recipe recipe;
  std::vector<Field> fields;
  std::vector<bool> used(static_cast<size_t>(input.size()), false);
  recipe.moves_only = true;
  for (Output& output : outputs) {
    FillTypes(input, output);
    const bool whole = output.from >= 0 && output.edit == nullptr && output.otherwise.empty();
    const bool nullable = !whole || input.field(output.from).nullable;
    fields.push_back({output.name, output.type, nullable});
    recipe.moves_only = recipe.moves_only && whole && !used[static_cast<size_t>(output.from)];
    if (!whole) continue;
    used[static_cast<size_t>(output.from)] = true;
    recipe.positions.push_back(output.from);
  }
  recipe.schema = std::make_shared<const Schema>(std::move(fields));
  recipe.outputs = std::move(outputs);
  recipe.keeps_all = recipe.moves_only && *recipe.schema == input;
  return recipe;
}

Result<RecordBatch> Apply(const Recipe& recipe, RecordBatch batch, int64_t* impossible) {
  if (recipe.keeps_all) return batch;
  if (recipe.moves_only) return std::move(batch).Project(recipe.positions, recipe.schema);
  const int64_t rows = batch.num_rows();
  const std::vector<Column> columns = columnar::TakeColumns(std::move(batch));
  std::vector<Column> made;
  made.reserve(recipe.outputs.size());
  for (const Output& output : recipe.outputs) {
    TENON_ASSIGN_OR_RETURN(Column column, Make(output, columns, rows, impossible));
    made.push_back(std::move(column));
  }
  return columnar::MakeBatch(recipe.schema, made, rows);
}

}  // namespace tenon::transform
