#include "parse.h"

#include <limits.h>
#include <string.h>

#include "report.h"
#include "suggest.h"
#include "text.h"

namespace tenon::cli {
namespace {

// `run list` before `run`; the number of words that named the command goes to *used.
const CommandSpec* CommandOf(std::span<char* const> words, size_t* used) {
  if (words.size() > 1 && HasSubcommands(words[0])) {
    Text both;
    both << words[0] << " " << words[1];
    *used = 2;
    if (const CommandSpec* command = FindCommand(both.view())) return command;
  }
  *used = 1;
  return FindCommand(words[0]);
}

void ReportUnknownCommand(std::string_view word) {
  Suggestion near(word);
  for (const CommandSpec& command : Commands()) near.Offer(command.name);
  Text message, hint;
  message << "Command is not known: command=" << word;
  if (!near.best().empty()) hint << "Did you mean " << near.best() << "? ";
  hint << "`tenon help` lists all commands.";
  Fail(kExitUsage, kErrUnknownCommand, message.view(), "", hint.view());
}

void ReportUnknownOption(const CommandSpec& command, std::string_view word) {
  std::string_view name = word;
  while (!name.empty() && name[0] == '-') name.remove_prefix(1);
  Suggestion near(name);
  for (const OptionSpec& option : command.options) near.Offer(option.name);
  Text message, hint;
  message << "Option is not known: option=" << word << " command=" << command.name;
  if (!near.best().empty()) hint << "Did you mean --" << near.best() << "? ";
  hint << "`tenon " << command.name << " --help` lists its options.";
  Fail(kExitUsage, kErrUnknownFlag, message.view(), "", hint.view());
}

// "conn lst": a word that no command of the group has.
void ReportUnknownOfGroup(const CommandSpec& group, std::string_view word) {
  Text both, message, hint;
  both << group.name << " " << word;
  Suggestion near(both.view());
  for (const CommandSpec& command : Commands()) {
    if (command.name.starts_with(group.name)) near.Offer(command.name);
  }
  message << "Command is not known: command=" << both.view();
  if (!near.best().empty()) hint << "Did you mean " << near.best() << "? ";
  hint << "`tenon help " << group.name << "` lists its commands.";
  Fail(kExitUsage, kErrUnknownCommand, message.view(), "", hint.view());
}

bool IsChoice(std::string_view choices, std::string_view value) {
  while (!choices.empty()) {
    if (TakeUntil(&choices, '|') == value) return true;
  }
  return false;
}

// A whole number above 0 of at most so many digits.
bool IsNumber(std::string_view value, size_t digits) {
  return !value.empty() && value.size() <= digits &&
         value.find_first_not_of("0123456789") == value.npos &&
         value.find_first_not_of('0') != value.npos;
}

bool CheckValue(const OptionSpec& option, std::string_view value) {
  Text message, hint;
  message << "Value of an option is wrong: option=--" << option.name << " value=" << value;
  if (!option.choices.empty() && !IsChoice(option.choices, value)) {
    Suggestion near(value);
    for (std::string_view rest = option.choices; !rest.empty();) near.Offer(TakeUntil(&rest, '|'));
    if (!near.best().empty()) hint << "Did you mean " << near.best() << "? ";
    hint << "It takes: ";
    for (std::string_view rest = option.choices; !rest.empty();) {
      hint << TakeUntil(&rest, '|') << (rest.empty() ? "." : ", ");
    }
    Fail(kExitUsage, kErrFlagValue, message.view(), "", hint.view());
    return false;
  }
  if (option.value == "SIZE" && ParseSize(value) <= 0) {
    Fail(kExitUsage, kErrFlagValue, message.view(), "", "Give a number with a unit: 512MiB, 2GB.");
    return false;
  }
  if (option.value == "N" && !IsNumber(value, 4)) {
    Fail(kExitUsage, kErrFlagValue, message.view(), "", "Give a whole number from 1 to 9999.");
    return false;
  }
  if ((option.value == "ROWS" || option.value == "[N]") && !IsNumber(value, 18)) {
    Fail(kExitUsage, kErrFlagValue, message.view(), "", "Give a whole number, at least 1.");
    return false;
  }
  if (option.value == "NAME=VALUE" && (value.find('=') == value.npos || value[0] == '=')) {
    Fail(kExitUsage, kErrFlagValue, message.view(), "", "Give a name and a value: separator=;");
    return false;
  }
  return true;
}

// A word after the script that looks like one of ours, misspelt: the script gets it, and the user hears about it.
void WarnOfNearMiss(const CommandSpec& command, std::string_view word) {
  if (!word.starts_with("--")) return;
  std::string_view name = word;
  name.remove_prefix(2);
  name = TakeUntil(&name, '=');
  Suggestion near(name);
  for (const OptionSpec& option : command.options) near.Offer(option.name);
  if (near.best().empty() || EditDistance(name, near.best()) > 2) return;
  Text message, hint;
  message << "Option was passed to the script: option=" << word;
  hint << "If tenon's own was meant, write --" << near.best() << ".";
  Warn(message.view(), hint.view());
}

class Parser {
 public:
  Parser(std::span<char* const> words, CommandLine* line)
      : words_(words), line_(*line), command_(*line->command) {}

  bool Parse() {
    for (; next_ < words_.size(); ++next_) {
      std::string_view word = words_[next_];
      if (all_positional_ || word.size() < 2 || word[0] != '-') {
        Add(words_[next_]);
      } else if (word == "--") {
        all_positional_ = true;
      } else if (!Option(word)) {
        return false;
      }
    }
    return line_.help || CheckCount();
  }

 private:
  bool script() const { return command_.max_arguments == CommandSpec::kScript; }

  void Add(const char* word) { line_.arguments[line_.argument_count++] = word; }

  bool Option(std::string_view word) {
    if (word == "-h") word = "--help";
    if (word == "-o") word = "--output";
    std::string_view name = word;
    name.remove_prefix(word.starts_with("--") ? 2 : 0);
    bool joined = name.find('=') != name.npos;
    const char* value = joined ? name.data() + name.find('=') + 1 : nullptr;
    name = TakeUntil(&name, '=');
    int place = word.starts_with("--") ? FindOption(command_, name) : -1;
    if (place < 0) {
      if (!script() || line_.argument_count == 0) {
        ReportUnknownOption(command_, word);
        return false;
      }
      WarnOfNearMiss(command_, word);
      PassToScript(joined);
      return true;
    }
    const OptionSpec& option = command_.options[static_cast<size_t>(place)];
    if (option.value.empty()) {
      if (joined) return Wrong("Option takes no value", word);
      line_.values[place] = "";
      line_.help = line_.help || name == "help";
      return true;
    }
    const bool may_lack = option.value[0] == '[';
    if (may_lack && !joined) {
      line_.values[place] = "";
      return true;
    }
    if (!joined) {
      if (next_ + 1 >= words_.size()) return Wrong("Option needs a value", word);
      value = words_[++next_];
    }
    line_.values[place] = value;
    if (!CheckValue(option, value)) return false;
    if (!option.repeats) return true;
    if (line_.repeat_count == kMaxRepeats) return Wrong("Option is given too often", word);
    line_.repeats[line_.repeat_count++] = {place, value};
    return true;
  }

  // The script's own option, and its value, which may look like one of ours.
  void PassToScript(bool joined) {
    Add(words_[next_]);
    bool has_value =
        !joined && next_ + 1 < words_.size() && strncmp(words_[next_ + 1], "--", 2) != 0;
    if (has_value) Add(words_[++next_]);
  }

  bool Wrong(std::string_view what, std::string_view word) {
    Text message, hint;
    message << what << ": option=" << word << " command=" << command_.name;
    hint << "`tenon " << command_.name << " --help` lists its options.";
    Fail(kExitUsage, kErrFlagValue, message.view(), "", hint.view());
    return false;
  }

  bool CheckCount() {
    if (command_.max_arguments == CommandSpec::kGroup) {
      if (line_.argument_count == 0) return true;
      ReportUnknownOfGroup(command_, line_.arguments[0]);
      return false;
    }
    bool few = line_.argument_count < command_.min_arguments;
    bool many = !script() && line_.argument_count > command_.max_arguments;
    if (!few && !many) return true;
    Text message, hint;
    message << (few ? "Argument is missing" : "Argument is one too many")
            << ": command=" << command_.name;
    if (many) message << " argument=" << line_.arguments[command_.max_arguments];
    hint << "Usage: tenon " << command_.name << (command_.arguments.empty() ? "" : " ")
         << command_.arguments;
    Fail(kExitUsage, kErrArguments, message.view(), "", hint.view());
    return false;
  }

  std::span<char* const> words_;
  CommandLine& line_;
  const CommandSpec& command_;
  size_t next_ = 0;
  bool all_positional_ = false;
};

}  // namespace

const char* CommandLine::Value(std::string_view option) const {
  int place = FindOption(*command, option);
  return place < 0 ? nullptr : values[place];
}

bool ParseCommandLine(std::span<char* const> words, const char** room, CommandLine* line) {
  size_t used = 0;
  line->command = CommandOf(words, &used);
  if (!line->command) {
    ReportUnknownCommand(words[0]);
    return false;
  }
  line->arguments = room;
  return Parser(words.last(words.size() - used), line).Parse();
}

long ParseSize(std::string_view text) {
  long number = 0;
  size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    if (number > (LONG_MAX - 9) / 10) return -1;
    number = number * 10 + (text[digits] - '0');
  }
  if (digits == 0) return -1;
  text.remove_prefix(digits);
  char unit[4] = {};
  if (text.size() > 3) return -1;
  for (size_t i = 0; i < text.size(); ++i) unit[i] = static_cast<char>(text[i] | 0x20);
  std::string_view word(unit);
  static constexpr struct {
    std::string_view name;
    long factor;
  } kUnits[] = {{"", 1},
                {"b", 1},
                {"k", 1L << 10},
                {"kib", 1L << 10},
                {"kb", 1000L},
                {"m", 1L << 20},
                {"mib", 1L << 20},
                {"mb", 1000000L},
                {"g", 1L << 30},
                {"gib", 1L << 30},
                {"gb", 1000000000L},
                {"t", 1L << 40},
                {"tib", 1L << 40},
                {"tb", 1000000000000L}};
  for (const auto& known : kUnits) {
    if (known.name == word) return number > LONG_MAX / known.factor ? -1 : number * known.factor;
  }
  return -1;
}

}  // namespace tenon::cli
