#include "transform/apply_mapping.h"

#include <algorithm>
#include <utility>

#include "base/error_catalog.h"
#include "base/text.h"
#include "transform/path.h"
#include "transform/recipe_transform.h"

namespace tenon::transform {
namespace {

// A type as a mapping names it: a whole type, or only "struct", "array", "map", "choice", which say what kind it is.
struct MappingType {
  std::string kind;
  std::optional<DataType> type;
};

struct Mapping {
  Path source, target;
  std::optional<MappingType> source_type, target_type;
  std::string text;  // For EXPLAIN.
};

Result<MappingType> ParseType(const std::string& text, const std::string& place) {
  const std::string lower = base::ToLower(base::Trim(text));
  for (const char* kind : {"struct", "array", "map", "choice", "set"}) {
    if (lower == kind) return MappingType{lower == "set" ? "array" : lower, std::nullopt};
  }
  Result<DataType> type = DataType::Parse(text);
  if (!type.ok())
    return std::move(type).status().WithWhere(place).WithNumber(base::kErrTransformArgument);
  return MappingType{std::string(type->name()), *type};
}

Result<std::optional<MappingType>> TypeMember(const base::JsonObject& mapping,
                                              std::string_view name) {
  TENON_ASSIGN_OR_RETURN(const std::string text, mapping.StringOr(name, ""));
  if (text.empty()) return std::optional<MappingType>();
  TENON_ASSIGN_OR_RETURN(MappingType type, ParseType(text, mapping.PathOf(name)));
  return std::optional<MappingType>(std::move(type));
}

Status RefuseElements(const Path& path, const char* what) {
  for (const PathStep& step : path) {
    if (!step.elements) continue;
    return Status::InvalidArgument("Mapping leads into an array: " + std::string(what) + "=" +
                                   PathText(path))
        .WithNumber(base::kErrTransformArgument)
        .WithHint("Arrays can only be mapped whole.");
  }
  return Status::Ok();
}

Result<Mapping> ParseMapping(const base::JsonObject& json) {
  TENON_RETURN_IF_ERROR(json.RefuseOthers({"source", "source_type", "target", "target_type"}));
  Mapping mapping;
  TENON_ASSIGN_OR_RETURN(const std::string source, json.String("source"));
  TENON_ASSIGN_OR_RETURN(const std::string target, json.String("target"));
  TENON_ASSIGN_OR_RETURN(mapping.source, ParsePath(source));
  TENON_ASSIGN_OR_RETURN(mapping.target, ParsePath(target));
  TENON_RETURN_IF_ERROR(RefuseElements(mapping.source, "source"));
  TENON_RETURN_IF_ERROR(RefuseElements(mapping.target, "target"));
  TENON_ASSIGN_OR_RETURN(mapping.source_type, TypeMember(json, "source_type"));
  TENON_ASSIGN_OR_RETURN(mapping.target_type, TypeMember(json, "target_type"));
  mapping.text = source == target ? source : source + "->" + target;
  return mapping;
}

// Types whose values convert into each other without surprise.
int FamilyOf(TypeId id) {
  switch (id) {
    case TypeId::kByte:
    case TypeId::kShort:
    case TypeId::kInt:
    case TypeId::kLong:
    case TypeId::kFloat:
    case TypeId::kDouble:
    case TypeId::kDecimal: return 1;
    case TypeId::kDate:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: return 2;
    default: return 100 + static_cast<int>(id);
  }
}

bool IsOfKind(const DataType& type, const MappingType& wanted) {
  if (!wanted.type) return type.name() == wanted.kind;
  return FamilyOf(type.id()) == FamilyOf(wanted.type->id());
}

std::optional<int> StructMemberOf(const DataType& type) {
  if (type.id() != TypeId::kChoice) return std::nullopt;
  for (size_t k = 0; k < type.fields().size(); ++k) {
    if (type.fields()[k].type.id() == TypeId::kStruct) return static_cast<int>(k);
  }
  return std::nullopt;
}

// Where a source path has led to.
struct Found {
  int column = -1;
  EditPtr edit;
  DataType type;
  Path path;  // As the schema spells it.
};

class MappingPlanner final : public Planner {
 public:
  MappingPlanner(std::vector<Mapping> mappings, bool case_sensitive)
      : mappings_(std::move(mappings)), case_sensitive_(case_sensitive) {}

  Result<std::vector<Output>> Plan(const Schema& input, const Schema* frame,
                                   bool strict) const override {
    std::vector<Output> outputs;
    for (const Mapping& mapping : mappings_) {
      std::vector<Found> found = FindAll(input, mapping.source, case_sensitive_);
      if (found.empty() && strict) return NotThere(input, mapping.source, case_sensitive_);
      if (!found.empty()) {
        Insert(outputs, mapping.target, LeafOf(mapping, std::move(found), frame));
      } else if (mapping.target_type && mapping.target_type->type) {
        Output nulls;
        nulls.type = *mapping.target_type->type;
        Insert(outputs, mapping.target, std::move(nulls));
      }
    }
    return outputs;
  }

  std::optional<std::vector<std::string>> NeededColumns(
      const std::optional<std::vector<std::string>>& wanted) const override {
    std::vector<std::string> needed;
    for (const Mapping& mapping : mappings_) {
      const std::string& target = mapping.target[0].name;
      if (wanted && std::find(wanted->begin(), wanted->end(), target) == wanted->end()) continue;
      const std::string& source = mapping.source[0].name;
      if (std::find(needed.begin(), needed.end(), source) == needed.end()) needed.push_back(source);
    }
    return needed;
  }

  // A source type tells apart the values of a choice: which columns are one, the whole frame says.
  bool wants_frame_schema() const override {
    return std::any_of(mappings_.begin(), mappings_.end(), [](const Mapping& mapping) {
      return mapping.source_type && mapping.source_type->kind != "choice";
    });
  }

 private:
  // All that the path may mean, without regard to case: the exact spelling first, then by name, so that the order does
  // not depend on the batch.
  static std::vector<Found> FindAll(const Schema& schema, const Path& path, bool case_sensitive) {
    std::vector<Found> found;
    for (const int column : FindFields(schema.fields(), path[0].name, case_sensitive)) {
      const Field& field = schema.field(column);
      found.push_back({column, nullptr, field.type, {{field.name}}});
    }
    for (size_t i = 1; i < path.size(); ++i) {
      std::vector<Found> below;
      for (const Found& parent : found) AppendBelow(parent, path[i].name, case_sensitive, below);
      found = std::move(below);
    }
    return found;
  }

  static void AppendBelow(Found parent, const std::string& name, bool case_sensitive,
                          std::vector<Found>& below) {
    if (const std::optional<int> member = StructMemberOf(parent.type)) {
      parent.edit = Then(parent.edit, MemberOf(parent.type, *member));
      parent.type = DataType(parent.edit->type());
    }
    if (parent.type.id() != TypeId::kStruct) return;
    for (const int field : FindFields(parent.type.fields(), name, case_sensitive)) {
      Found child = parent;
      child.path.push_back({parent.type.fields()[static_cast<size_t>(field)].name});
      child.edit = Then(parent.edit, FieldOf(parent.type, field));
      child.type = child.edit->type();
      below.push_back(std::move(child));
    }
  }

  // The error for a path of which nothing was found: how far it leads, and what is there.
  static Status NotThere(const Schema& schema, const Path& path, bool case_sensitive) {
    std::vector<Found> found = {{-1, nullptr, DataType::Struct(schema.fields()), {}}};
    for (size_t i = 0; i < path.size(); ++i) {
      std::vector<Found> below;
      for (const Found& parent : found) AppendBelow(parent, path[i].name, case_sensitive, below);
      if (below.empty()) {
        const DataType& type = found[0].type;
        const bool structure = type.id() == TypeId::kStruct;
        return UnknownColumn(PathText(path), path[i].name,
                             structure ? type.fields() : std::span<const Field>(),
                             PathText(std::span(path).first(i)));
      }
      found = std::move(below);
    }
    return Status::Ok();
  }

  static Output LeafOf(const Mapping& mapping, std::vector<Found> found, const Schema* frame) {
    Output output;
    for (size_t i = 0; i < found.size(); ++i) {
      std::optional<DataType> in_frame;
      if (frame != nullptr) {
        std::vector<Found> whole = FindAll(*frame, found[i].path, true);
        if (!whole.empty()) in_frame = std::move(whole[0].type);
      }
      Output leaf = Leaf(mapping, std::move(found[i]), in_frame ? &*in_frame : nullptr);
      if (i == 0) {
        output = std::move(leaf);
      } else {
        output.otherwise.push_back(std::move(leaf));
      }
    }
    return output;
  }

  // The found column without values of other types than the mapping's source type, as the target type.
  static Output Leaf(const Mapping& mapping, Found found, const DataType* in_frame) {
    const std::optional<MappingType>& wanted = mapping.source_type;
    const bool any = !wanted || wanted->kind == "choice";
    std::optional<DataType> target = mapping.target_type ? mapping.target_type->type : std::nullopt;
    if (!any && !target && !mapping.target_type && wanted->type) target = wanted->type;
    EditPtr edit = std::move(found.edit);
    DataType type = found.type;
    if (!any && type.id() == TypeId::kChoice) {
      edit = Then(edit, OfKind(type, *wanted));
      type = TypeAfter(edit, type);
    } else if (!any && in_frame != nullptr && in_frame->id() == TypeId::kChoice &&
               !IsOfKind(type, *wanted)) {
      // None of these values; the type is that of the values which the other batches have.
      type = OfKind(*in_frame, *wanted)->type();
      edit = Then(edit, NullsOf(type));
    }
    if (target) edit = Then(edit, CastTo(type, *target));
    Output output;
    output.from = found.column;
    output.edit = std::move(edit);
    return output;
  }

  static EditPtr OfKind(const DataType& choice, const MappingType& wanted) {
    std::vector<bool> keep;
    int kept = 0, last = 0;
    for (size_t k = 0; k < choice.fields().size(); ++k) {
      keep.push_back(IsOfKind(choice.fields()[k].type, wanted));
      kept += keep.back() ? 1 : 0;
      if (keep.back()) last = static_cast<int>(k);
    }
    if (kept == 1) return MemberOf(choice, last);
    if (kept == 0) return NullsOf(wanted.type.value_or(DataType::Null()));
    return OnlyMembers(choice, std::move(keep));
  }

  // Puts `leaf` at a target path; what stood there, or in its way, goes.
  static void Insert(std::vector<Output>& level, std::span<const PathStep> target, Output leaf) {
    const auto at = std::find_if(level.begin(), level.end(), [&](const Output& output) {
      return output.name == target[0].name;
    });
    Output& place = at != level.end() ? *at : level.emplace_back();
    place.name = target[0].name;
    if (target.size() == 1) {
      leaf.name = place.name;
      place = std::move(leaf);
      return;
    }
    if (place.parts.empty()) place = Output{.name = place.name};
    Insert(place.parts, target.subspan(1), std::move(leaf));
  }

  std::vector<Mapping> mappings_;
  bool case_sensitive_;
};

}  // namespace

Result<std::unique_ptr<NarrowTransform>> MakeApplyMapping(const base::JsonObject& arguments) {
  TENON_RETURN_IF_ERROR(arguments.RefuseOthers({"mappings", "case_sensitive"}));
  TENON_ASSIGN_OR_RETURN(const base::Json* list, arguments.Array("mappings"));
  TENON_ASSIGN_OR_RETURN(const bool case_sensitive, arguments.BooleanOr("case_sensitive", false));
  std::vector<Mapping> mappings;
  std::string describe = "ApplyMapping";
  for (size_t i = 0; i < list->size(); ++i) {
    const std::string place = arguments.PathOf("mappings") + "[" + std::to_string(i) + "]";
    TENON_ASSIGN_OR_RETURN(const base::JsonObject json, base::JsonObject::From((*list)[i], place));
    TENON_ASSIGN_OR_RETURN(Mapping mapping, ParseMapping(json));
    describe += (i == 0 ? " " : ", ") + mapping.text;
    mappings.push_back(std::move(mapping));
  }
  auto planner = std::make_shared<const MappingPlanner>(std::move(mappings), case_sensitive);
  return std::unique_ptr<NarrowTransform>(
      std::make_unique<RecipeTransform>("apply_mapping", std::move(describe), std::move(planner)));
}

}  // namespace tenon::transform
