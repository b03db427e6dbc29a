#include "tenon/option_spec.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "door/json_text.h"

namespace tenon::internal {
namespace {

constexpr size_t kShownValueBytes = 80;

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Shortest text that reads back as `number`, without an exponent for whole numbers.
std::string NumberText(double number) {
  char buffer[32];
  const auto plain =
      std::to_chars(buffer, buffer + sizeof(buffer), number, std::chars_format::fixed);
  if (plain.ec == std::errc() && std::abs(number) < 1e15) return {buffer, plain.ptr};
  const auto shortest = std::to_chars(buffer, buffer + sizeof(buffer), number);
  return {buffer, shortest.ptr};
}

std::string Join(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ", ") + text;
  return joined;
}

// Of src/base/error_catalog.h, which the door does not see.
constexpr int kUnknownOption = 1001;
constexpr int kOptionType = 1002;
constexpr int kMissingOption = 1003;
constexpr int kOptionBounds = 1004;

// "option=rows value=x": the facts of an error, without the value when it is secret.
std::string Facts(const Options& options, const OptionDescription& option) {
  std::string facts = "option=" + option.name + " value=";
  Result<std::string> value = options.Get(option.name);
  if (!value.ok() || option.kind == OptionKind::kSecret) return facts + "***";
  if (value->size() <= kShownValueBytes) return facts + *value;
  return facts + value->substr(0, kShownValueBytes) + "…";
}

Status Wrong(std::string_view what, const Options& options, const OptionDescription& option) {
  return Status::InvalidArgument(std::string(what) + ": " + Facts(options, option))
      .WithNumber(kOptionType);
}

template <typename Number>
Status ReadNumber(const Options& options, const OptionDescription& option, std::string_view kind,
                  Number* out) {
  // Even a secret value may be checked here: only Facts() decides what is shown.
  TENON_ASSIGN_OR_RETURN(Secret secret, options.GetSecret(option.name));
  const std::string_view text = Trim(secret.Reveal());
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  if (error == std::errc::result_out_of_range && end == text.data() + text.size()) {
    return Wrong("Option is out of range", options, option);
  }
  if (error != std::errc() || end != text.data() + text.size() ||
      !std::isfinite(static_cast<double>(*out))) {
    return Wrong("Option is not a " + std::string(kind), options, option);
  }
  if (option.rule.minimum && static_cast<double>(*out) < *option.rule.minimum) {
    return Status::InvalidArgument("Option is below its minimum: " + Facts(options, option) +
                                   " minimum=" + NumberText(*option.rule.minimum))
        .WithNumber(kOptionBounds);
  }
  if (option.rule.maximum && static_cast<double>(*out) > *option.rule.maximum) {
    return Status::InvalidArgument("Option is above its maximum: " + Facts(options, option) +
                                   " maximum=" + NumberText(*option.rule.maximum))
        .WithNumber(kOptionBounds);
  }
  return Status::Ok();
}

// Brings `*text` into the spelling of the rule's choices, when it has any.
Status CheckChoice(const Options& options, const OptionDescription& option, std::string* text) {
  const std::vector<std::string>& choices = option.rule.choices;
  if (choices.empty()) return Status::Ok();
  for (const std::string& choice : choices) {
    if (EqualsIgnoreCase(choice, *text)) {
      *text = choice;
      return Status::Ok();
    }
  }
  const std::string nearest = NearestName(*text, choices);
  const bool shown = !options.IsSecret(option.name);
  return Status::InvalidArgument("Option is none of its allowed values: " + Facts(options, option))
      .WithHint((nearest.empty() || !shown ? "" : "Did you mean " + nearest + "? ") +
                "Allowed: " + Join(choices) + ".")
      .WithNumber(kOptionBounds);
}

std::string_view JsonTypeOf(OptionKind kind) {
  switch (kind) {
    case OptionKind::kBoolean: return "boolean";
    case OptionKind::kInteger: return "integer";
    case OptionKind::kNumber: return "number";
    case OptionKind::kList: return "array";
    case OptionKind::kString:
    case OptionKind::kSecret: break;
  }
  return "string";
}

std::string ChoicesJson(const std::vector<std::string>& choices) {
  std::string json;
  for (const std::string& choice : choices) json += (json.empty() ? "" : ",") + JsonQuote(choice);
  return "[" + json + "]";
}

std::string PropertyJson(const OptionDescription& option) {
  const OptionRule& rule = option.rule;
  std::string json =
      JsonQuote(option.name) + ":{\"type\":\"" + std::string(JsonTypeOf(option.kind)) + "\"";
  if (!rule.help.empty()) json += ",\"description\":" + JsonQuote(rule.help);
  if (!option.default_json.empty()) json += ",\"default\":" + option.default_json;
  if (option.kind == OptionKind::kSecret) json += ",\"writeOnly\":true,\"format\":\"password\"";
  if (rule.minimum) json += ",\"minimum\":" + NumberText(*rule.minimum);
  if (rule.maximum) json += ",\"maximum\":" + NumberText(*rule.maximum);
  const std::string choices = rule.choices.empty() ? "" : ",\"enum\":" + ChoicesJson(rule.choices);
  if (option.kind == OptionKind::kList) {
    json += ",\"items\":{\"type\":\"string\"" + choices + "}";
  } else {
    json += choices;
  }
  return json + "}";
}

}  // namespace

Status CheckOptionNames(const Options& options, const std::vector<OptionDescription>& known,
                        UnknownOptions unknown) {
  std::vector<std::string> names;
  for (const OptionDescription& option : known) names.push_back(option.name);
  if (unknown == UnknownOptions::kRefuse) {
    for (const std::string& given : options.names()) {
      const bool found = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return EqualsIgnoreCase(name, given);
      });
      if (found) continue;
      const std::string nearest = NearestName(given, names);
      std::string hint = "There are no options here.";
      if (!nearest.empty()) {
        hint = "Did you mean " + nearest + "?";
      } else if (!names.empty()) {
        hint = "Known options: " + Join(names) + ".";
      }
      return Status::InvalidArgument("Option is not known: option=" + given)
          .WithHint(std::move(hint))
          .WithNumber(kUnknownOption);
    }
  }
  for (const OptionDescription& option : known) {
    if (!option.rule.required || options.Has(option.name)) continue;
    return Status::InvalidArgument("Option is required and missing: option=" + option.name)
        .WithHint(option.rule.help)
        .WithNumber(kMissingOption);
  }
  return Status::Ok();
}

std::string OptionsJsonSchema(const std::vector<OptionDescription>& known, UnknownOptions unknown) {
  std::string properties, required;
  for (const OptionDescription& option : known) {
    properties += (properties.empty() ? "" : ",") + PropertyJson(option);
    if (option.rule.required) required += (required.empty() ? "" : ",") + JsonQuote(option.name);
  }
  std::string json =
      R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{)" +
      properties + "}";
  if (!required.empty()) json += ",\"required\":[" + required + "]";
  json += std::string(",\"additionalProperties\":") +
          (unknown == UnknownOptions::kPass ? "true" : "false");
  return json + "}";
}

std::string OptionDefaultJson(bool value) { return value ? "true" : "false"; }
std::string OptionDefaultJson(int64_t value) { return std::to_string(value); }
std::string OptionDefaultJson(double value) {
  return std::isfinite(value) ? NumberText(value) : std::string();
}
std::string OptionDefaultJson(const std::string& value) { return JsonQuote(value); }
std::string OptionDefaultJson(const Secret&) { return {}; }
std::string OptionDefaultJson(const std::vector<std::string>& value) { return ChoicesJson(value); }

Status ReadOption(const Options& options, const OptionDescription& option, bool* out) {
  TENON_ASSIGN_OR_RETURN(Secret secret, options.GetSecret(option.name));
  const std::string_view text = Trim(secret.Reveal());
  if (!EqualsIgnoreCase(text, "true") && !EqualsIgnoreCase(text, "false")) {
    return Wrong("Option is neither true nor false", options, option);
  }
  *out = EqualsIgnoreCase(text, "true");
  return Status::Ok();
}

Status ReadOption(const Options& options, const OptionDescription& option, int64_t* out) {
  return ReadNumber(options, option, "whole number", out);
}

Status ReadOption(const Options& options, const OptionDescription& option, double* out) {
  return ReadNumber(options, option, "number", out);
}

Status ReadOption(const Options& options, const OptionDescription& option, std::string* out) {
  TENON_ASSIGN_OR_RETURN(const Secret secret, options.GetSecret(option.name));
  *out = secret.Reveal();
  return CheckChoice(options, option, out);
}

Status ReadOption(const Options& options, const OptionDescription& option, Secret* out) {
  TENON_ASSIGN_OR_RETURN(*out, options.GetSecret(option.name));
  return Status::Ok();
}

Status ReadOption(const Options& options, const OptionDescription& option,
                  std::vector<std::string>* out) {
  TENON_ASSIGN_OR_RETURN(const Secret value, options.GetSecret(option.name));
  std::string_view text = Trim(value.Reveal());
  out->clear();
  if (text.starts_with('[')) {
    Result<std::vector<std::string>> list = ParseJsonTextList(text);
    if (!list.ok())
      return Wrong("Option is not a list of texts", options, option)
          .WithHint("Write [\"a\",\"b\"] or a,b.");
    *out = *std::move(list);
  } else {
    while (!text.empty()) {
      const size_t comma = text.find(',');
      out->emplace_back(Trim(text.substr(0, comma)));
      text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
  }
  for (std::string& element : *out) TENON_RETURN_IF_ERROR(CheckChoice(options, option, &element));
  return Status::Ok();
}

}  // namespace tenon::internal
