#include "transform/unnest.h"

#include <unordered_map>
#include <utility>

#include "transform/recipe_transform.h"

namespace tenon::transform {
namespace {

class Unnester {
 public:
  void Add(std::string name, int column, EditPtr edit, const DataType& type) {
    if (type.id() == TypeId::kStruct) return AddFields(name, column, edit, type);
    if (type.id() != TypeId::kChoice) return Put(std::move(name), column, std::move(edit));
    std::optional<int> structure;
    for (size_t k = 0; k < type.fields().size(); ++k) {
      if (type.fields()[k].type.id() == TypeId::kStruct) structure = static_cast<int>(k);
    }
    if (!structure) return Put(std::move(name), column, std::move(edit));
    // One type is left of two: the column is of that type alone.
    EditPtr rest = type.fields().size() == 2 ? MemberOf(type, 1 - *structure)
                                             : WithoutMember(type, *structure);
    Put(name, column, Then(edit, std::move(rest)));
    const DataType& member = type.fields()[static_cast<size_t>(*structure)].type;
    AddFields(name, column, Then(edit, MemberOf(type, *structure)), member);
  }

  std::vector<Output> Take() && { return std::move(outputs_); }

 private:
  void AddFields(const std::string& name, int column, const EditPtr& edit,
                 const DataType& structure) {
    for (size_t i = 0; i < structure.fields().size(); ++i) {
      const Field& field = structure.fields()[i];
      Add(name + "." + field.name, column, Then(edit, FieldOf(structure, static_cast<int>(i))),
          field.type);
    }
  }

  void Put(std::string name, int column, EditPtr edit) {
    Output output{.name = name, .from = column, .edit = std::move(edit)};
    const auto [place, added] = places_.emplace(std::move(name), outputs_.size());
    if (added) {
      outputs_.push_back(std::move(output));
    } else {
      outputs_[place->second].otherwise.push_back(std::move(output));
    }
  }

  std::vector<Output> outputs_;
  std::unordered_map<std::string, size_t> places_;
};

class UnnestPlanner final : public Planner {
 public:
  Result<std::vector<Output>> Plan(const Schema& input, const Schema*, bool) const override {
    return UnnestOutputs(input);
  }
};

}  // namespace

std::vector<Output> UnnestOutputs(const Schema& input) {
  Unnester unnester;
  for (int i = 0; i < input.size(); ++i) {
    unnester.Add(input.field(i).name, i, nullptr, input.field(i).type);
  }
  return std::move(unnester).Take();
}

Result<std::unique_ptr<NarrowTransform>> MakeUnnest(const base::JsonObject& arguments) {
  TENON_RETURN_IF_ERROR(arguments.RefuseOthers({}));
  return std::unique_ptr<NarrowTransform>(std::make_unique<RecipeTransform>(
      "unnest", "Unnest", std::make_shared<const UnnestPlanner>()));
}

}  // namespace tenon::transform
