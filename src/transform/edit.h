// What a transform does to one column once its type is known: small immutable steps, worked out per schema and applied
// to batch after batch. Private to src/transform. Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "columnar/column.h"
#include "tenon/record_batch.h"
#include "tenon/result.h"

namespace tenon::transform {

class Edit {
 public:
  explicit Edit(DataType type) : type_(std::move(type)) {}
  virtual ~Edit() = default;
  // Adds to `*impossible` the values that became null.
  virtual Result<columnar::Column> Apply(const columnar::Column& column,
                                         int64_t* impossible) const = 0;
  // Of the column it makes.
  const DataType& type() const { return type_; }

 private:
  DataType type_;
};
// Null: the column stays as it is.
using EditPtr = std::shared_ptr<const Edit>;

inline const DataType& TypeAfter(const EditPtr& edit, const DataType& before) {
  return edit == nullptr ? before : edit->type();
}

// A field of a struct that is being rebuilt: the old field `from`, edited, under a name. Where it has no value, that of
// the old field `otherwise` stands, if it is not -1; the field is then of the merged type of both.
struct FieldEdit {
  int from;
  std::string name;
  EditPtr edit;
  int otherwise = -1;
};

// Null when the types are equal.
EditPtr CastTo(const DataType& from, const DataType& to);
EditPtr NullsOf(const DataType& type);
EditPtr FieldOf(const DataType& structure, int index);
EditPtr MemberOf(const DataType& choice, int index);
// The choice without the values of members whose `keep` is false.
EditPtr OnlyMembers(const DataType& choice, std::vector<bool> keep);
// The choice of its other members, null where member `index` had the value. REQUIRES: three members or more.
EditPtr WithoutMember(const DataType& choice, int index);
// A struct with a field per member, each edited.
EditPtr MembersToStruct(const DataType& choice, std::vector<EditPtr> members);
// A struct with the column as its only field `name`, null where the column is.
EditPtr WrapInStruct(const DataType& type, const std::string& name);
EditPtr RebuildStruct(const DataType& structure, std::vector<FieldEdit> fields);
EditPtr EditElements(const DataType& array, EditPtr elements);
EditPtr EditValues(const DataType& map, EditPtr values);
// Edits must leave the members' type names different.
EditPtr EditMembers(const DataType& choice, std::vector<EditPtr> members);
EditPtr Then(EditPtr first, EditPtr second);

// A column of the output: an edited column of the input; or a struct of parts, null where all of them are; or, when
// neither is given, nulls of `type`. Where it has no value, the first of `otherwise` that has one gives it, and the
// column is of the merged type of them all: what a row is made of is the row's to say, not its batch's.
struct Output {
  std::string name;
  int from = -1;
  EditPtr edit;
  std::vector<Output> parts;
  std::vector<Output> otherwise;
  DataType type;  // Filled in by MakeRecipe, except for nulls.
};

// All that a transform does to batches of one schema.
struct Recipe {
  SchemaPtr schema;
  std::vector<Output> outputs;
  // When every output is a whole column, used once: no value is touched.
  bool moves_only = false;
  bool keeps_all = false;
  std::vector<int> positions;
};

Recipe MakeRecipe(const Schema& input, std::vector<Output> outputs);
Result<RecordBatch> Apply(const Recipe& recipe, RecordBatch batch, int64_t* impossible);

}  // namespace tenon::transform
