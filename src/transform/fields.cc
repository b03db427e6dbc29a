#include "transform/fields.h"

#include <algorithm>
#include <utility>

#include "base/error_catalog.h"
#include "base/text.h"
#include "transform/path.h"
#include "transform/recipe_transform.h"

namespace tenon::transform {
namespace {

using Steps = std::span<const PathStep>;

Output Whole(const Schema& input, int column) {
  Output output;
  output.name = input.field(column).name;
  output.from = column;
  return output;
}

// A single path may stand without a list.
Result<std::vector<Path>> ReadPaths(const base::JsonObject& arguments) {
  TENON_RETURN_IF_ERROR(arguments.RefuseOthers({"paths"}));
  std::vector<std::string> texts;
  const base::Json* given = arguments.Find("paths");
  if (given != nullptr && given->is_string()) {
    texts.push_back(given->get<std::string>());
  } else {
    TENON_ASSIGN_OR_RETURN(texts, arguments.Strings("paths"));
  }
  std::vector<Path> paths;
  for (const std::string& text : texts) {
    TENON_ASSIGN_OR_RETURN(Path path, ParsePath(text));
    paths.push_back(std::move(path));
  }
  return paths;
}

std::string Describe(const char* name, const std::vector<Path>& paths) {
  std::vector<std::string> texts;
  for (const Path& path : paths) texts.push_back(PathText(path));
  return std::string(name) + " " + base::Join(texts, ", ");
}

std::unique_ptr<NarrowTransform> Wrap(const char* name, std::string describe,
                                      std::shared_ptr<const Planner> planner) {
  return std::make_unique<RecipeTransform>(name, std::move(describe), std::move(planner));
}

class SelectPlanner final : public Planner {
 public:
  explicit SelectPlanner(std::vector<std::string> names) : names_(std::move(names)) {}

  Result<std::vector<Output>> Plan(const Schema& input, const Schema*, bool) const override {
    std::vector<Output> outputs;
    for (int i = 0; i < input.size(); ++i) {
      if (std::find(names_.begin(), names_.end(), input.field(i).name) != names_.end())
        outputs.push_back(Whole(input, i));
    }
    return outputs;
  }

  std::optional<std::vector<std::string>> NeededColumns(
      const std::optional<std::vector<std::string>>& wanted) const override {
    if (!wanted) return names_;
    std::vector<std::string> needed;
    for (const std::string& name : *wanted) {
      if (std::find(names_.begin(), names_.end(), name) != names_.end()) needed.push_back(name);
    }
    return needed;
  }

 private:
  std::vector<std::string> names_;
};

// The paths that go on below a field of this name.
std::vector<Steps> Below(const std::vector<Steps>& paths, const std::string& name) {
  std::vector<Steps> below;
  for (const Steps& path : paths) {
    if (!path[0].elements && path[0].name == name && path.size() > 1)
      below.push_back(path.subspan(1));
  }
  return below;
}

bool IsDropped(const std::vector<Steps>& paths, const std::string& name) {
  return std::any_of(paths.begin(), paths.end(),
                     [&](const Steps& path) { return path.size() == 1 && path[0].name == name; });
}

class DropPlanner final : public Planner {
 public:
  explicit DropPlanner(std::vector<Path> paths) : paths_(std::move(paths)) {}

  Result<std::vector<Output>> Plan(const Schema& input, const Schema*, bool) const override {
    const std::vector<Steps> paths(paths_.begin(), paths_.end());
    std::vector<Output> outputs;
    for (int i = 0; i < input.size(); ++i) {
      const Field& field = input.field(i);
      if (IsDropped(paths, field.name)) continue;
      outputs.push_back(Whole(input, i));
      outputs.back().edit = Drop(field.type, Below(paths, field.name));
    }
    return outputs;
  }

  std::optional<std::vector<std::string>> NeededColumns(
      const std::optional<std::vector<std::string>>& wanted) const override {
    return wanted;
  }

 private:
  static EditPtr Drop(const DataType& type, std::vector<Steps> paths) {
    if (paths.empty()) return nullptr;
    switch (type.id()) {
      case TypeId::kStruct: return DropFromStruct(type, paths);
      case TypeId::kArray:
      case TypeId::kMap: {
        // [] may stand or not; a path that ends in it names no field.
        for (Steps& path : paths) {
          if (path[0].elements) path = path.subspan(1);
        }
        std::erase_if(paths, [](const Steps& path) { return path.empty(); });
        EditPtr below = Drop(type.element(), std::move(paths));
        return type.id() == TypeId::kArray ? EditElements(type, std::move(below))
                                           : EditValues(type, std::move(below));
      }
      case TypeId::kChoice: {
        std::vector<EditPtr> members;
        for (const Field& member : type.fields()) members.push_back(Drop(member.type, paths));
        return EditMembers(type, std::move(members));
      }
      default: return nullptr;
    }
  }

  static EditPtr DropFromStruct(const DataType& type, const std::vector<Steps>& paths) {
    std::vector<FieldEdit> fields;
    bool changed = false;
    for (size_t i = 0; i < type.fields().size(); ++i) {
      const Field& field = type.fields()[i];
      if (IsDropped(paths, field.name)) {
        changed = true;
        continue;
      }
      fields.push_back(
          {static_cast<int>(i), field.name, Drop(field.type, Below(paths, field.name))});
      changed = changed || fields.back().edit != nullptr;
    }
    return changed ? RebuildStruct(type, std::move(fields)) : nullptr;
  }

  std::vector<Path> paths_;
};

Status CannotMove(const Path& from, const Path& to) {
  return Status::InvalidArgument("Field cannot move into or out of an array: old_name=" +
                                 PathText(from) + " new_name=" + PathText(to))
      .WithNumber(base::kErrTransformArgument);
}

class RenamePlanner final : public Planner {
 public:
  RenamePlanner(Path from, Path to) : from_(std::move(from)), to_(std::move(to)) {}

  Result<std::vector<Output>> Plan(const Schema& input, const Schema*, bool strict) const override {
    const DataType whole = DataType::Struct(input.fields());
    std::vector<Output> outputs;
    for (int i = 0; i < input.size(); ++i) outputs.push_back(Whole(input, i));
    TENON_ASSIGN_OR_RETURN(const bool there, Exists(whole, from_, strict));
    if (!there) return outputs;
    const bool same_parent =
        from_.size() == to_.size() && std::equal(from_.begin(), from_.end() - 1, to_.begin());
    if (same_parent) {
      Rename(input, outputs);
    } else {
      Move(input, outputs);
    }
    return outputs;
  }

 private:
  Result<bool> Exists(const DataType& type, Steps path, bool strict) const {
    DataType at = type;
    for (size_t i = 0; i < path.size(); ++i) {
      while (at.id() == TypeId::kArray) {
        at = DataType(at.element());
        if (path[i].elements && ++i == path.size()) return true;
      }
      const bool structure = at.id() == TypeId::kStruct;
      const std::span<const Field> fields = structure ? at.fields() : std::span<const Field>();
      const std::optional<int> field = FindField(fields, path[i].name, true);
      if (!field) {
        if (!strict) return false;
        return UnknownColumn(PathText(path), path[i].name, fields, PathText(path.first(i)));
      }
      at = DataType(fields[static_cast<size_t>(*field)].type);
    }
    return true;
  }

  // A row that lacks the field keeps what it has under the new name, whatever other rows of its batch have.
  void Rename(const Schema& input, std::vector<Output>& outputs) const {
    if (from_ == to_) return;
    if (from_.size() == 1) {
      const auto named = [&](const std::string& name) {
        return std::find_if(outputs.begin(), outputs.end(),
                            [&](const Output& output) { return output.name == name; });
      };
      const auto old = named(from_[0].name), present = named(to_[0].name);
      if (present != outputs.end()) {
        old->otherwise.push_back(*present);
        std::iter_swap(old, std::min(old, present));
        outputs.erase(std::max(old, present));
      }
      for (Output& output : outputs) {
        if (output.name == from_[0].name) output.name = to_[0].name;
      }
      return;
    }
    for (Output& output : outputs) {
      if (output.name == from_[0].name)
        output.edit =
            RenameBelow(input.field(output.from).type, Steps(from_).subspan(1), to_.back().name);
    }
  }

  static EditPtr RenameBelow(const DataType& type, Steps path, const std::string& name) {
    if (type.id() == TypeId::kArray) {
      const Steps below = path[0].elements ? path.subspan(1) : path;
      return below.empty() ? nullptr : EditElements(type, RenameBelow(type.element(), below, name));
    }
    if (type.id() != TypeId::kStruct) return nullptr;
    const std::optional<int> old = FindField(type.fields(), path[0].name, true);
    const std::optional<int> present =
        path.size() == 1 ? FindField(type.fields(), name, true) : std::nullopt;
    if (!old || old == present) return nullptr;
    std::vector<FieldEdit> fields;
    for (int i = 0; i < static_cast<int>(type.fields().size()); ++i) {
      const Field& field = type.fields()[static_cast<size_t>(i)];
      if (i != old && i != present) {
        fields.push_back({i, field.name, nullptr});
      } else if (path.size() > 1) {
        fields.push_back({i, field.name, RenameBelow(field.type, path.subspan(1), name)});
      } else if (!present || i == std::min(*old, *present)) {
        fields.push_back({*old, name, nullptr, present.value_or(-1)});
      }
    }
    return RebuildStruct(type, std::move(fields));
  }

  // Takes the field out of its struct and puts it under its new parent.
  void Move(const Schema& input, std::vector<Output>& outputs) const {
    const int column = *FindField(input.fields(), from_[0].name, true);
    Output moved;
    moved.from = column;
    DataType type = input.field(column).type;
    for (size_t i = 1; i < from_.size(); ++i) {
      moved.edit = Then(moved.edit, FieldOf(type, *FindField(type.fields(), from_[i].name, true)));
      type = DataType(moved.edit->type());
    }
    if (from_.size() == 1) {
      std::erase_if(outputs, [&](const Output& output) { return output.name == from_[0].name; });
    } else {
      for (Output& output : outputs) {
        if (output.from == column)
          output.edit = WithoutField(input.field(column).type, Steps(from_).subspan(1));
      }
    }
    Insert(input, outputs, to_, std::move(moved));
  }

  static EditPtr WithoutField(const DataType& type, Steps path) {
    std::vector<FieldEdit> fields;
    for (size_t i = 0; i < type.fields().size(); ++i) {
      const Field& field = type.fields()[i];
      if (field.name != path[0].name) {
        fields.push_back({static_cast<int>(i), field.name, nullptr});
      } else if (path.size() > 1) {
        fields.push_back(
            {static_cast<int>(i), field.name, WithoutField(field.type, path.subspan(1))});
      }
    }
    return RebuildStruct(type, std::move(fields));
  }

  // The fields of a struct column as parts, so that one more can stand among them.
  static void OpenUp(const Schema& input, Output& output) {
    const DataType type = TypeAfter(output.edit, input.field(output.from).type);
    if (type.id() != TypeId::kStruct) {
      output = Output{.name = output.name};
      return;
    }
    Output opened{.name = output.name};
    for (size_t i = 0; i < type.fields().size(); ++i) {
      Output part{.name = type.fields()[i].name, .from = output.from};
      part.edit = Then(output.edit, FieldOf(type, static_cast<int>(i)));
      opened.parts.push_back(std::move(part));
    }
    output = std::move(opened);
  }

  static void Insert(const Schema& input, std::vector<Output>& level, Steps to, Output moved) {
    if (to.size() == 1) {
      moved.name = to[0].name;
      const auto present = std::find_if(level.begin(), level.end(), [&](const Output& output) {
        return output.name == to[0].name;
      });
      if (present == level.end()) {
        level.push_back(std::move(moved));
      } else {
        moved.otherwise.push_back(std::move(*present));
        *present = std::move(moved);
      }
      return;
    }
    const auto at = std::find_if(level.begin(), level.end(),
                                 [&](const Output& output) { return output.name == to[0].name; });
    Output& place = at != level.end() ? *at : level.emplace_back();
    place.name = to[0].name;
    if (place.from >= 0) OpenUp(input, place);
    Insert(input, place.parts, to.subspan(1), std::move(moved));
  }

  Path from_, to_;
};

bool HasElements(const Path& path) {
  return std::any_of(path.begin(), path.end(), [](const PathStep& step) { return step.elements; });
}

}  // namespace

Result<std::unique_ptr<NarrowTransform>> MakeSelectFields(const base::JsonObject& arguments) {
  TENON_ASSIGN_OR_RETURN(const std::vector<Path> paths, ReadPaths(arguments));
  std::vector<std::string> names;
  for (const Path& path : paths) {
    // Glue selects whole columns only; a nested path names none.
    if (path.size() == 1) names.push_back(path[0].name);
  }
  auto planner = std::make_shared<const SelectPlanner>(std::move(names));
  return Wrap("select_fields", Describe("SelectFields", paths), std::move(planner));
}

Result<std::unique_ptr<NarrowTransform>> MakeDropFields(const base::JsonObject& arguments) {
  TENON_ASSIGN_OR_RETURN(std::vector<Path> paths, ReadPaths(arguments));
  std::string describe = Describe("DropFields", paths);
  return Wrap("drop_fields", std::move(describe),
              std::make_shared<const DropPlanner>(std::move(paths)));
}

Result<std::unique_ptr<NarrowTransform>> MakeRenameField(const base::JsonObject& arguments) {
  TENON_RETURN_IF_ERROR(arguments.RefuseOthers({"old_name", "new_name"}));
  TENON_ASSIGN_OR_RETURN(const std::string old_name, arguments.String("old_name"));
  TENON_ASSIGN_OR_RETURN(const std::string new_name, arguments.String("new_name"));
  TENON_ASSIGN_OR_RETURN(Path from, ParsePath(old_name));
  TENON_ASSIGN_OR_RETURN(Path to, ParsePath(new_name));
  const bool same_parent =
      from.size() == to.size() && std::equal(from.begin(), from.end() - 1, to.begin());
  if (!same_parent && (HasElements(from) || HasElements(to))) return CannotMove(from, to);
  return Wrap("rename_field", "RenameField " + old_name + "->" + new_name,
              std::make_shared<const RenamePlanner>(std::move(from), std::move(to)));
}

}  // namespace tenon::transform
