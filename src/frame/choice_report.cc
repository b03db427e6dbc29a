#include "frame/choice_report.h"

#include <algorithm>
#include <utility>

#include "base/error_catalog.h"
#include "columnar/column.h"
#include "columnar/column_ops.h"
#include "columnar/share.h"

namespace tenon::frame {
namespace {

using columnar::Column;

constexpr size_t kMostNamed = 5;

// Narrower than the next one; 0: not a whole number.
int WholeWidth(TypeId id) {
  switch (id) {
    case TypeId::kByte: return 1;
    case TypeId::kShort: return 2;
    case TypeId::kInt: return 3;
    case TypeId::kLong: return 4;
    default: return 0;
  }
}

std::string ActionFor(const DataType& choice) {
  const DataType* widest = nullptr;
  bool whole = true, number = true, flat = true;
  for (const Field& member : choice.fields()) {
    const TypeId id = member.type.id();
    const int width = WholeWidth(id);
    whole = whole && width > 0;
    number = number && (width > 0 || id == TypeId::kFloat || id == TypeId::kDouble);
    flat = flat && !member.type.is_nested();
    if (width > 0 && (widest == nullptr || width > WholeWidth(widest->id()))) widest = &member.type;
  }
  if (whole) return "cast:" + std::string(widest->name());
  if (number) return "cast:double";
  return flat ? "cast:string" : "make_struct";
}

// A part of a name that has dots is quoted, as paths want it.
std::string Quoted(const std::string& name) {
  return name.find('.') == std::string::npos ? name : "`" + name + "`";
}

void FindChoices(const DataType& type, const std::string& path,
                 std::vector<ChoiceReport::Choice>* out) {
  switch (type.id()) {
    case TypeId::kChoice: {
      ChoiceReport::Choice choice{path, {}, ActionFor(type)};
      for (const Field& member : type.fields()) choice.kinds.push_back({member.name, 0});
      out->push_back(std::move(choice));
      return;
    }
    case TypeId::kStruct:
      for (const Field& field : type.fields())
        FindChoices(field.type, path + "." + Quoted(field.name), out);
      return;
    case TypeId::kArray:
    case TypeId::kMap: return FindChoices(type.element(), path + "[]", out);
    default: return;
  }
}

void CountKind(ChoiceReport::Choice& choice, const std::string& type, int64_t values) {
  for (ChoiceReport::Kind& kind : choice.kinds) {
    if (kind.type == type) kind.values += values;
  }
}

// Adds the values of `column`, which stands at `path`, to the choices at or below it.
void CountValues(const Column& column, const std::string& path,
                 std::vector<ChoiceReport::Choice>& choices) {
  const DataType& type = column.type();
  for (ChoiceReport::Choice& choice : choices) {
    if (choice.path != path) continue;
    if (type.id() != TypeId::kChoice)
      return CountKind(choice, std::string(type.name()), column.length() - column.CountNulls());
    for (int k = 0; k < static_cast<int>(type.fields().size()); ++k) {
      const Column member = columnar::TakeMember(column, k);
      CountKind(choice, type.fields()[static_cast<size_t>(k)].name,
                member.length() - member.CountNulls());
    }
    return;
  }
  if (type.id() == TypeId::kStruct) {
    for (int i = 0; i < static_cast<int>(type.fields().size()); ++i) {
      const std::string below = path + "." + Quoted(type.fields()[static_cast<size_t>(i)].name);
      CountValues(columnar::TakeField(column, i), below, choices);
    }
  } else if (type.id() == TypeId::kArray) {
    CountValues(columnar::StoredElements(column), path + "[]", choices);
  } else if (type.id() == TypeId::kMap) {
    CountValues(columnar::StoredValues(column), path + "[]", choices);
  }
}

}  // namespace

ChoiceReport::ChoiceReport(const Schema& merged) {
  for (const Field& field : merged.fields()) FindChoices(field.type, Quoted(field.name), &choices_);
}

void ChoiceReport::Add(const RecordBatch& batch) {
  if (choices_.empty()) return;
  for (int i = 0; i < batch.num_columns(); ++i) {
    const Field& field = batch.schema().field(i);
    ArrowArray view = *batch.array().children[i];
    view.release = [](ArrowArray* self) { self->release = nullptr; };
    const Column whole = columnar::ImportColumn(field.type, &view);
    CountValues(columnar::SliceColumn(whole, batch.array().offset, batch.num_rows()),
                Quoted(field.name), choices_);
  }
}

Status ChoiceReport::UnresolvedChoice() const {
  if (choices_.empty()) return Status::Ok();
  std::string text = "Column has values of several types:";
  std::string specs;
  for (size_t i = 0; i < std::min(choices_.size(), kMostNamed); ++i) {
    text += " column=" + choices_[i].path + " kinds=";
    for (size_t k = 0; k < choices_[i].kinds.size(); ++k) {
      const Kind& kind = choices_[i].kinds[k];
      text += (k > 0 ? "," : "") + kind.type + ":" + std::to_string(kind.values);
    }
    specs +=
        (i > 0 ? ", " : "") + ("(\"" + choices_[i].path + "\", \"" + choices_[i].action + "\")");
  }
  if (choices_.size() > kMostNamed) text += " more=" + std::to_string(choices_.size() - kMostNamed);
  return Status::InvalidArgument(std::move(text))
      .WithNumber(base::kErrUnresolvedChoice)
      .WithHint("Resolve it before the write: frame.resolveChoice(specs=[" + specs + "]).");
}

}  // namespace tenon::frame
