#include "base/json.h"

#include <charconv>

#include "base/error_catalog.h"
#include "base/text.h"
#include "tenon/option_spec.h"

namespace tenon::base {
namespace {

constexpr size_t kMaxShownValue = 60;

// Depth is counted before parsing, because the parser itself has no bound.
bool DeeperThan(std::string_view text, int max_depth) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > max_depth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace

Result<Json> ParseJson(std::string_view text, int max_depth) {
  if (DeeperThan(text, max_depth)) {
    return Status::InvalidArgument("JSON is nested too deeply: max_depth=" +
                                   std::to_string(max_depth));
  }
  try {
    return Json::parse(text.begin(), text.end());
  } catch (const Json::parse_error& error) {
    return Status::InvalidArgument("Text is not JSON: byte=" + std::to_string(error.byte) +
                                   " text=" + ShortText(text, kMaxShownValue))
        .WithHint("Check quotes, commas and brackets near that byte.");
  } catch (const Json::exception& error) {  // A number out of range.
    return Status::InvalidArgument("JSON cannot be read: reason=" + ShortText(error.what(), 200));
  }
}

std::string DumpJson(const Json& value, int indent) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

Result<JsonObject> JsonObject::From(const Json& value, std::string path) {
  if (!value.is_object()) {
    return Status::InvalidArgument("JSON value has another type: path=" + path +
                                   " wanted=object is=" + value.type_name());
  }
  return JsonObject(value, std::move(path));
}

const Json* JsonObject::Find(std::string_view name) const {
  const auto found = value_->find(name);
  return found == value_->end() || found->is_null() ? nullptr : &*found;
}

Result<const Json*> JsonObject::Required(std::string_view name) const {
  const Json* member = Find(name);
  if (member == nullptr)
    return Status::InvalidArgument("JSON member is missing: path=" + PathOf(name));
  return member;
}

Status JsonObject::WrongType(std::string_view name, std::string_view wanted) const {
  const Json* member = Find(name);
  return Status::InvalidArgument("JSON value has another type: path=" + PathOf(name) +
                                 " wanted=" + std::string(wanted) + " is=" + member->type_name());
}

Result<std::string> JsonObject::String(std::string_view name) const {
  TENON_ASSIGN_OR_RETURN(const Json* member, Required(name));
  if (!member->is_string()) return WrongType(name, "string");
  return member->get_ref<const std::string&>();
}

Result<int64_t> JsonObject::Integer(std::string_view name) const {
  TENON_ASSIGN_OR_RETURN(const Json* member, Required(name));
  if (member->is_number_unsigned() && member->get<uint64_t>() > static_cast<uint64_t>(INT64_MAX)) {
    return WrongType(name, "integer of 64 bits");
  }
  if (member->is_number_integer()) return member->get<int64_t>();
  if (member->is_string()) {
    if (std::optional<int64_t> number = ParseInteger(member->get_ref<const std::string&>()))
      return *number;
  }
  return WrongType(name, "integer");
}

Result<bool> JsonObject::Boolean(std::string_view name) const {
  TENON_ASSIGN_OR_RETURN(const Json* member, Required(name));
  if (member->is_boolean()) return member->get<bool>();
  if (member->is_string()) {
    const std::string text = ToLower(member->get_ref<const std::string&>());
    if (text == "true") return true;
    if (text == "false") return false;
  }
  return WrongType(name, "boolean");
}

Result<std::vector<std::string>> JsonObject::Strings(std::string_view name) const {
  TENON_ASSIGN_OR_RETURN(const Json* member, Array(name));
  std::vector<std::string> texts;
  for (const Json& element : *member) {
    if (!element.is_string()) {
      return Status::InvalidArgument("JSON value has another type: path=" + PathOf(name) + "[" +
                                     std::to_string(texts.size()) +
                                     "] wanted=string is=" + element.type_name());
    }
    texts.push_back(element.get_ref<const std::string&>());
  }
  return texts;
}

Result<JsonObject> JsonObject::Object(std::string_view name) const {
  TENON_ASSIGN_OR_RETURN(const Json* member, Required(name));
  return From(*member, PathOf(name));
}

Result<const Json*> JsonObject::Array(std::string_view name) const {
  TENON_ASSIGN_OR_RETURN(const Json* member, Required(name));
  if (!member->is_array()) return WrongType(name, "array");
  return member;
}

Result<std::string> JsonObject::StringOr(std::string_view name, std::string_view otherwise) const {
  if (!Has(name)) return std::string(otherwise);
  return String(name);
}

Result<int64_t> JsonObject::IntegerOr(std::string_view name, int64_t otherwise) const {
  if (!Has(name)) return otherwise;
  return Integer(name);
}

Result<bool> JsonObject::BooleanOr(std::string_view name, bool otherwise) const {
  if (!Has(name)) return otherwise;
  return Boolean(name);
}

Status JsonObject::RefuseOthers(const std::vector<std::string>& known) const {
  for (const auto& [name, member] : value_->items()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    Status status = Status::InvalidArgument("JSON member is not known: path=" +
                                            PathOf(ShortText(name, kMaxShownValue)));
    const std::string nearest = NearestName(name, known);
    return std::move(status).WithHint(nearest.empty() ? "Known: " + Join(known, ", ") + "."
                                                      : "Did you mean " + nearest + "?");
  }
  return Status::Ok();
}

}  // namespace tenon::base
