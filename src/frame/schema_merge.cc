#include "frame/schema_merge.h"

#include <algorithm>
#include <utility>

namespace tenon::frame {
namespace {

std::vector<Field> MergeFields(std::span<const Field> left, std::span<const Field> right) {
  std::vector<Field> fields(left.begin(), left.end());
  std::vector<bool> in_right(fields.size(), false);
  for (const Field& field : right) {
    size_t at = 0;
    // Columns of one schema keep their places in the next: look there first.
    while (at < left.size() && left[at].name != field.name) ++at;
    if (at == left.size()) {
      fields.push_back({field.name, field.type, true});
      continue;
    }
    in_right[at] = true;
    fields[at].type = MergeTypes(fields[at].type, field.type);
    fields[at].nullable = fields[at].nullable || field.nullable;
  }
  for (size_t at = 0; at < in_right.size(); ++at)
    fields[at].nullable = fields[at].nullable || !in_right[at];
  return fields;
}

std::vector<DataType> MembersOf(const DataType& type) {
  if (type.id() != TypeId::kChoice) return {type};
  std::vector<DataType> members;
  for (const Field& member : type.fields()) members.push_back(member.type);
  return members;
}

// Members of different names, two or more: a choice of them exists.
DataType MergeIntoChoice(const DataType& left, const DataType& right) {
  std::vector<DataType> members = MembersOf(left);
  for (const DataType& other : MembersOf(right)) {
    const auto same = std::find_if(members.begin(), members.end(), [&](const DataType& member) {
      return member.name() == other.name();
    });
    if (same != members.end()) {
      *same = MergeTypes(*same, other);
    } else {
      members.push_back(other);
    }
  }
  // By type name, as readers order them: which value came first must not show.
  std::stable_sort(members.begin(), members.end(),
                   [](const DataType& a, const DataType& b) { return a.name() < b.name(); });
  return DataType::Choice(std::move(members)).value();
}

}  // namespace

DataType MergeTypes(const DataType& left, const DataType& right) {
  if (left == right || right.id() == TypeId::kNull) return left;
  if (left.id() == TypeId::kNull) return right;
  if (left.id() != right.id() || left.id() == TypeId::kChoice) return MergeIntoChoice(left, right);
  switch (left.id()) {
    case TypeId::kStruct: return DataType::Struct(MergeFields(left.fields(), right.fields()));
    case TypeId::kArray: return DataType::Array(MergeTypes(left.element(), right.element()));
    case TypeId::kMap: return DataType::Map(MergeTypes(left.element(), right.element()));
    default: return left;
  }
}

Schema MergeSchemas(const Schema& left, const Schema& right) {
  return Schema(MergeFields(left.fields(), right.fields()));
}

void SchemaMerger::Add(const SchemaPtr& schema, int64_t rows) {
  rows_ += rows;
  if (schema == merged_) {
    started_ = true;
    return;
  }
  for (const SchemaPtr& seen : seen_) {
    if (seen == schema) return;
  }
  if (!started_) {
    merged_ = schema;
  } else if (Schema merged = MergeSchemas(*merged_, *schema); merged != *merged_) {
    merged_ = std::make_shared<const Schema>(std::move(merged));
  }
  started_ = true;
  if (seen_.size() < kRemembered) {
    seen_.push_back(schema);
  } else {
    seen_[next_++ % kRemembered] = schema;
  }
}

}  // namespace tenon::frame
