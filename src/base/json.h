// JSON for control: options, arguments, positions, records. Not for data: that is columnar's.
//
// Members keep the order of the text. Nothing here throws; values that come from outside are read
// through JsonObject, whose errors name the place ("$.mappings[2].target"). Values; const use from
// any thread.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.h"

namespace tenon::base {

using Json = nlohmann::ordered_json;

// kInvalidArgument: not JSON (with the byte), or nested deeper than `max_depth`. Of members with
// the same name the last counts.
Result<Json> ParseJson(std::string_view text, int max_depth = 64);

// Never fails: bytes that are not UTF-8 become U+FFFD. `indent` < 0: one line without blanks.
std::string DumpJson(const Json& value, int indent = -1);

// An object whose members are read by name and type. Borrows the value: valid while that is.
class JsonObject {
 public:
  // kInvalidArgument when `value` is no object. `path` names it in errors: "$" for a whole
  // document.
  static Result<JsonObject> From(const Json& value, std::string path = "$");

  // Null when the member is absent or JSON null.
  const Json* Find(std::string_view name) const;
  bool Has(std::string_view name) const { return Find(name) != nullptr; }

  // kInvalidArgument: absent, or another type. Numbers and truth values may also come as text
  // ("10", "true"): Glue's scripts send them so.
  Result<std::string> String(std::string_view name) const;
  Result<int64_t> Integer(std::string_view name) const;
  Result<bool> Boolean(std::string_view name) const;
  Result<std::vector<std::string>> Strings(std::string_view name) const;
  Result<JsonObject> Object(std::string_view name) const;
  Result<const Json*> Array(std::string_view name) const;
  // The same, with a value for an absent member.
  Result<std::string> StringOr(std::string_view name, std::string_view otherwise) const;
  Result<int64_t> IntegerOr(std::string_view name, int64_t otherwise) const;
  Result<bool> BooleanOr(std::string_view name, bool otherwise) const;

  // kInvalidArgument for the first member that is not `known`, with the nearest name that is.
  Status RefuseOthers(const std::vector<std::string>& known) const;

  // "$.mappings[2]"
  const std::string& path() const { return path_; }
  std::string PathOf(std::string_view name) const { return path_ + "." + std::string(name); }
  const Json& value() const { return *value_; }

 private:
  JsonObject(const Json& value, std::string path) : value_(&value), path_(std::move(path)) {}
  Result<const Json*> Required(std::string_view name) const;
  Status WrongType(std::string_view name, std::string_view wanted) const;

  const Json* value_;
  std::string path_;
};

}  // namespace tenon::base
