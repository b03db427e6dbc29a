// One declaration of a connector's options that yields both the parser and the JSON Schema.
//
//   struct SequenceOptions { int64_t rows = 0; std::string name = "value"; };
//
//   const OptionSpec<SequenceOptions>& Spec() {
//     static const auto spec = OptionSpec<SequenceOptions>()
//         .Add("rows", &SequenceOptions::rows, {.help = "How many rows to make.", .required = true, .minimum = 0})
//         .Add("name", &SequenceOptions::name, {.help = "The column's name."});
//     return spec;
//   }
//   ...
//   TENON_ASSIGN_OR_RETURN(SequenceOptions mine, Spec().Parse(options));
//
// Member types: bool, int64_t, double, std::string, Secret, std::vector<std::string> (a JSON list, or text with
// commas), and std::optional of these, from plain or secret values. Numbers and truth values come as text: "10",
// "true". A wrong option is kInvalidArgument that names the option, its value unless secret, and the nearest known name.
// Immutable once built; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "tenon/options.h"
#include "tenon/result.h"

namespace tenon {

// Members have initialisers so that {.help = …} is silent under -Wextra.
struct OptionRule {
  std::string help = {};  // One sentence; shown by the CLI and the Studio.
  bool required = false;
  std::optional<double> minimum = {};  // Of a number.
  std::optional<double> maximum = {};
  std::vector<std::string> choices = {};  // The only texts allowed, compared without case.
};

// Whether options that no rule names are an error, or are handed on (a JDBC driver's properties).
enum class UnknownOptions { kRefuse, kPass };

enum class OptionKind { kBoolean, kInteger, kNumber, kString, kSecret, kList };

// A rule with its name, kind and default: what a surface needs to show a form.
struct OptionDescription {
  std::string name;
  OptionKind kind = OptionKind::kString;
  OptionRule rule;
  std::string
      default_json;  // What an absent option means, as JSON; empty when required, secret or none.
};

namespace internal {

// Checks that no option is unknown and no required one missing; the text of every error is made here.
Status CheckOptionNames(const Options& options, const std::vector<OptionDescription>& known,
                        UnknownOptions unknown);
std::string OptionsJsonSchema(const std::vector<OptionDescription>& known, UnknownOptions unknown);

std::string OptionDefaultJson(bool value);
std::string OptionDefaultJson(int64_t value);
std::string OptionDefaultJson(double value);
std::string OptionDefaultJson(const std::string& value);
std::string OptionDefaultJson(const Secret& value);
std::string OptionDefaultJson(const std::vector<std::string>& value);
template <typename V>
std::string OptionDefaultJson(const std::optional<V>& value) {
  return value ? OptionDefaultJson(*value) : std::string();
}

Status ReadOption(const Options&, const OptionDescription&, bool* out);
Status ReadOption(const Options&, const OptionDescription&, int64_t* out);
Status ReadOption(const Options&, const OptionDescription&, double* out);
Status ReadOption(const Options&, const OptionDescription&, std::string* out);
Status ReadOption(const Options&, const OptionDescription&, Secret* out);
Status ReadOption(const Options&, const OptionDescription&, std::vector<std::string>* out);

template <typename M>
struct OptionMember {
  using Value = M;
};
template <typename V>
struct OptionMember<std::optional<V>> {
  using Value = V;
};

template <typename V>
constexpr OptionKind OptionKindOf() {
  if constexpr (std::is_same_v<V, bool>) return OptionKind::kBoolean;
  if constexpr (std::is_same_v<V, int64_t>) return OptionKind::kInteger;
  if constexpr (std::is_same_v<V, double>) return OptionKind::kNumber;
  if constexpr (std::is_same_v<V, std::string>) return OptionKind::kString;
  if constexpr (std::is_same_v<V, Secret>) return OptionKind::kSecret;
  if constexpr (std::is_same_v<V, std::vector<std::string>>) return OptionKind::kList;
}

}  // namespace internal

template <typename T>
class OptionSpec {
 public:
  explicit OptionSpec(UnknownOptions unknown = UnknownOptions::kRefuse) : unknown_(unknown) {}

  // Declares an option that fills `member`. An absent option leaves the member's own default.
  template <typename M>
  OptionSpec&& Add(std::string name, M T::*member, OptionRule rule) && {
    using Value = typename internal::OptionMember<M>::Value;
    std::string default_json =
        rule.required ? std::string() : internal::OptionDefaultJson(T{}.*member);
    known_.push_back({std::move(name), internal::OptionKindOf<Value>(), std::move(rule),
                      std::move(default_json)});
    readers_.push_back([member](const Options& options, const OptionDescription& option, T& out) {
      Value value{};
      TENON_RETURN_IF_ERROR(internal::ReadOption(options, option, &value));
      out.*member = std::move(value);
      return Status::Ok();
    });
    return std::move(*this);
  }

  // The options as a T. Names are checked first, then values in the order of declaration.
  Result<T> Parse(const Options& options) const {
    TENON_RETURN_IF_ERROR(internal::CheckOptionNames(options, known_, unknown_));
    T out{};
    for (size_t i = 0; i < known_.size(); ++i) {
      if (options.Has(known_[i].name)) TENON_RETURN_IF_ERROR(readers_[i](options, known_[i], out));
    }
    return out;
  }

  // A JSON Schema (draft 2020-12) object with the same names, kinds, bounds and help.
  std::string JsonSchema() const { return internal::OptionsJsonSchema(known_, unknown_); }
  const std::vector<OptionDescription>& known() const { return known_; }

 private:
  UnknownOptions unknown_;
  std::vector<OptionDescription> known_;
  std::vector<std::function<Status(const Options&, const OptionDescription&, T&)>> readers_;
};

// The name among `known` that `given` was probably meant to be; empty when none is near.
std::string NearestName(std::string_view given, const std::vector<std::string>& known);

}  // namespace tenon
