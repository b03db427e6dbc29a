#include "transform/resolve_choice.h"

#include <utility>

#include "base/error_catalog.h"
#include "base/text.h"
#include "tenon/option_spec.h"
#include "transform/path.h"
#include "transform/recipe_transform.h"

namespace tenon::transform {
namespace {

using Steps = std::span<const PathStep>;

enum class Kind { kCast, kProject, kMakeColumns, kMakeStruct };

struct Action {
  Kind kind;
  DataType type;  // Of a cast or project.
  std::string text;
};

struct Spec {
  Path path;
  Action action;
};

Status WrongArgument(std::string text) {
  return Status::InvalidArgument(std::move(text)).WithNumber(base::kErrTransformArgument);
}

Result<Action> ParseAction(const std::string& text) {
  const std::string_view trimmed = base::Trim(text);
  const size_t colon = trimmed.find(':');
  const std::string word = base::ToLower(trimmed.substr(0, colon));
  const bool typed = word == "cast" || word == "project";
  if (typed && colon != std::string_view::npos) {
    Result<DataType> type = DataType::Parse(base::Trim(trimmed.substr(colon + 1)));
    if (!type.ok())
      return std::move(type)
          .status()
          .WithWhere("action=" + text)
          .WithNumber(base::kErrTransformArgument);
    return Action{word == "cast" ? Kind::kCast : Kind::kProject, *std::move(type), text};
  }
  if (typed)
    return WrongArgument("Action needs a type: action=" + text)
        .WithHint("Write " + word + ":long.");
  if (colon == std::string_view::npos && word == "make_cols")
    return Action{Kind::kMakeColumns, {}, text};
  if (colon == std::string_view::npos && word == "make_struct")
    return Action{Kind::kMakeStruct, {}, text};
  if (word == "match_catalog") {
    return Status::Unsupported("Action needs a table of the catalog: action=match_catalog")
        .WithNumber(base::kErrTransformArgument)
        .WithHint("Name each column with specs=[(\"column\", \"cast:type\")].");
  }
  const std::string nearest = NearestName(word, {"cast", "project", "make_cols", "make_struct"});
  return WrongArgument("Action is unknown: action=" + text)
      .WithHint(nearest.empty() ? "There are: cast:<type>, project:<type>, make_cols, make_struct."
                                : "Did you mean " + nearest + "?");
}

// A spec whose path has led to the place at hand, and the rest of its path.
struct Active {
  const Spec* spec;
  Steps rest;
};

// The type of a field in the whole frame, where that is known.
const DataType* FrameField(const DataType* frame, const std::string& name) {
  if (frame == nullptr) return nullptr;
  if (frame->id() == TypeId::kChoice) {
    for (const Field& member : frame->fields()) {
      if (member.type.id() == TypeId::kStruct) frame = &member.type;
    }
  }
  if (frame->id() != TypeId::kStruct) return nullptr;
  const std::optional<int> at = FindField(frame->fields(), name, true);
  return at ? &frame->fields()[static_cast<size_t>(*at)].type : nullptr;
}

const DataType* FrameElement(const DataType* frame, TypeId id) {
  if (frame == nullptr) return nullptr;
  if (frame->id() == TypeId::kChoice) {
    for (const Field& member : frame->fields()) {
      if (member.type.id() == id) frame = &member.type;
    }
  }
  return frame->id() == id ? &frame->element() : nullptr;
}

class ResolvePlanner final : public Planner {
 public:
  ResolvePlanner(std::vector<Spec> specs, std::optional<Action> everywhere)
      : specs_(std::move(specs)), everywhere_(std::move(everywhere)) {}

  Result<std::vector<Output>> Plan(const Schema& input, const Schema* frame,
                                   bool strict) const override {
    if (strict) TENON_RETURN_IF_ERROR(CheckPaths(input));
    const DataType whole = DataType::Struct(input.fields());
    const DataType frame_struct = frame != nullptr ? DataType::Struct(frame->fields()) : DataType();
    std::vector<Active> active;
    for (const Spec& spec : specs_) active.push_back({&spec, spec.path});
    std::vector<Output> outputs;
    for (FieldEdit& field : Fields(whole, frame != nullptr ? &frame_struct : nullptr, active)) {
      Output output;
      output.name = std::move(field.name);
      output.from = field.from;
      output.edit = std::move(field.edit);
      outputs.push_back(std::move(output));
    }
    return outputs;
  }

  bool wants_frame_schema() const override {
    if (everywhere_) return true;
    for (const Spec& spec : specs_) {
      if (spec.action.kind != Kind::kCast) return true;
    }
    return false;
  }

 private:
  Status CheckPaths(const Schema& input) const {
    for (const Spec& spec : specs_) {
      if (FindField(input.fields(), spec.path[0].name, true)) continue;
      return UnknownColumn(PathText(spec.path), spec.path[0].name, input.fields(), "");
    }
    return Status::Ok();
  }

  static std::string ColumnName(const std::string& name, const DataType& type) {
    return name + "_" + std::string(type.name());
  }

  // The fields of a struct, those that an action splits as several.
  std::vector<FieldEdit> Fields(const DataType& structure, const DataType* frame,
                                const std::vector<Active>& active) const {
    std::vector<FieldEdit> out;
    for (size_t i = 0; i < structure.fields().size(); ++i) {
      const Field& field = structure.fields()[i];
      const int from = static_cast<int>(i);
      const DataType* in_frame = FrameField(frame, field.name);
      const Action* action = nullptr;
      std::vector<Active> below;
      for (const Active& one : active) {
        if (one.rest[0].elements || one.rest[0].name != field.name) continue;
        if (one.rest.size() == 1) {
          action = &one.spec->action;
        } else {
          below.push_back({one.spec, one.rest.subspan(1)});
        }
      }
      const bool choice = IsChoice(field.type, in_frame);
      if (action == nullptr && choice && everywhere_) action = &*everywhere_;
      if (action != nullptr && action->kind == Kind::kMakeColumns && choice) {
        AppendColumns(field, from, in_frame, below, &out);
      } else {
        out.push_back({from, field.name, Resolve(field.type, in_frame, action, below)});
      }
    }
    return out;
  }

  static bool IsChoice(const DataType& type, const DataType* frame) {
    return type.id() == TypeId::kChoice || (frame != nullptr && frame->id() == TypeId::kChoice);
  }

  void AppendColumns(const Field& field, int from, const DataType* frame,
                     const std::vector<Active>& below, std::vector<FieldEdit>* out) const {
    if (field.type.id() == TypeId::kNull) return;  // No value, so no column.
    if (field.type.id() != TypeId::kChoice) {
      out->push_back({from, ColumnName(field.name, field.type), Descend(field.type, frame, below)});
      return;
    }
    for (size_t k = 0; k < field.type.fields().size(); ++k) {
      const DataType& member = field.type.fields()[k].type;
      EditPtr edit = Then(MemberOf(field.type, static_cast<int>(k)), Descend(member, frame, below));
      out->push_back({from, ColumnName(field.name, member), std::move(edit)});
    }
  }

  // What an action, or none, makes of one column. Null: nothing.
  EditPtr Resolve(const DataType& type, const DataType* frame, const Action* action,
                  const std::vector<Active>& below) const {
    if (action == nullptr) return Descend(type, frame, below);
    switch (action->kind) {
      case Kind::kCast: return CastTo(type, action->type);
      case Kind::kProject: return Project(type, frame, action->type);
      case Kind::kMakeStruct: return ToStruct(type, frame, below);
      case Kind::kMakeColumns: return Descend(type, frame, below);
    }
    return nullptr;
  }

  static EditPtr Project(const DataType& type, const DataType* frame, const DataType& wanted) {
    if (!IsChoice(type, frame)) return nullptr;
    if (type.id() != TypeId::kChoice)
      return type.name() == wanted.name() ? CastTo(type, wanted) : NullsOf(wanted);
    for (size_t k = 0; k < type.fields().size(); ++k) {
      const DataType& member = type.fields()[k].type;
      if (member.name() == wanted.name())
        return Then(MemberOf(type, static_cast<int>(k)), CastTo(member, wanted));
    }
    return NullsOf(wanted);
  }

  EditPtr ToStruct(const DataType& type, const DataType* frame,
                   const std::vector<Active>& below) const {
    if (!IsChoice(type, frame) || type.id() == TypeId::kNull) return nullptr;
    if (type.id() != TypeId::kChoice) {
      EditPtr first = Descend(type, frame, below);
      EditPtr wrap = WrapInStruct(TypeAfter(first, type), std::string(type.name()));
      return Then(std::move(first), std::move(wrap));
    }
    std::vector<EditPtr> members;
    for (const Field& member : type.fields()) members.push_back(Descend(member.type, frame, below));
    return MembersToStruct(type, std::move(members));
  }

  // Into what the column holds.
  EditPtr Descend(const DataType& type, const DataType* frame,
                  const std::vector<Active>& below) const {
    if (below.empty() && !everywhere_) return nullptr;
    switch (type.id()) {
      case TypeId::kStruct: {
        std::vector<FieldEdit> fields = Fields(type, frame, below);
        bool changed = fields.size() != type.fields().size();
        for (size_t i = 0; i < fields.size() && !changed; ++i)
          changed = fields[i].edit != nullptr || fields[i].name != type.fields()[i].name;
        return changed ? RebuildStruct(type, std::move(fields)) : nullptr;
      }
      case TypeId::kArray:
      case TypeId::kMap: return DescendElements(type, frame, below);
      case TypeId::kChoice: {
        std::vector<EditPtr> members;
        for (const Field& member : type.fields())
          members.push_back(Descend(member.type, frame, below));
        return EditMembers(type, std::move(members));
      }
      default: return nullptr;
    }
  }

  EditPtr DescendElements(const DataType& type, const DataType* frame,
                          const std::vector<Active>& below) const {
    const Action* action = nullptr;
    std::vector<Active> deeper;
    for (const Active& one : below) {
      const Steps rest = one.rest[0].elements ? one.rest.subspan(1) : one.rest;
      if (rest.empty()) {
        action = &one.spec->action;
      } else {
        deeper.push_back({one.spec, rest});
      }
    }
    const DataType* in_frame = FrameElement(frame, type.id());
    if (action == nullptr && everywhere_ && IsChoice(type.element(), in_frame))
      action = &*everywhere_;
    EditPtr edit = Resolve(type.element(), in_frame, action, deeper);
    return type.id() == TypeId::kArray ? EditElements(type, std::move(edit))
                                       : EditValues(type, std::move(edit));
  }

  std::vector<Spec> specs_;
  std::optional<Action> everywhere_;
};

Result<Spec> ParseSpec(const base::Json& json, const std::string& place) {
  const bool pair =
      json.is_array() && json.size() == 2 && json[0].is_string() && json[1].is_string();
  if (!pair) {
    return WrongArgument("Spec is no pair of path and action: at=" + place)
        .WithHint("Write specs=[(\"column\", \"cast:long\")].");
  }
  TENON_ASSIGN_OR_RETURN(Path path, ParsePath(json[0].get<std::string>()));
  TENON_ASSIGN_OR_RETURN(Action action, ParseAction(json[1].get<std::string>()));
  if (action.kind == Kind::kMakeColumns && path.back().elements) {
    return WrongArgument("Elements of an array cannot become columns: path=" + PathText(path))
        .WithHint("Use make_struct, cast or project.");
  }
  return Spec{std::move(path), std::move(action)};
}

}  // namespace

Result<std::unique_ptr<NarrowTransform>> MakeResolveChoice(const base::JsonObject& arguments) {
  TENON_RETURN_IF_ERROR(
      arguments.RefuseOthers({"specs", "choice", "database", "table_name", "catalog_id"}));
  TENON_ASSIGN_OR_RETURN(const std::string choice, arguments.StringOr("choice", ""));
  const bool has_specs = arguments.Has("specs");
  if (!has_specs && choice.empty())
    return WrongArgument("Parameter specs and option are both missing, add one.");
  if (has_specs && !choice.empty())
    return WrongArgument("Parameter specs and option are both specified, choose one.");
  std::vector<Spec> specs;
  std::optional<Action> everywhere;
  std::string describe = "ResolveChoice ";
  if (has_specs) {
    TENON_ASSIGN_OR_RETURN(const base::Json* list, arguments.Array("specs"));
    for (size_t i = 0; i < list->size(); ++i) {
      const std::string place = arguments.PathOf("specs") + "[" + std::to_string(i) + "]";
      TENON_ASSIGN_OR_RETURN(Spec spec, ParseSpec((*list)[i], place));
      describe += (i == 0 ? "" : ", ") + PathText(spec.path) + " " + spec.action.text;
      specs.push_back(std::move(spec));
    }
  } else {
    TENON_ASSIGN_OR_RETURN(everywhere, ParseAction(choice));
    describe += choice;
  }
  auto planner = std::make_shared<const ResolvePlanner>(std::move(specs), std::move(everywhere));
  return std::unique_ptr<NarrowTransform>(
      std::make_unique<RecipeTransform>("resolve_choice", std::move(describe), std::move(planner)));
}

}  // namespace tenon::transform
