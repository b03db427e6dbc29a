#include "help.h"

#include <stdio.h>

#include "text.h"

namespace tenon::cli {
namespace {

constexpr size_t kWidth = 96;

void Print(const Text& text) { fwrite(text.view().data(), 1, text.view().size(), stdout); }

// Letters on a terminal: bytes that do not continue a UTF-8 sequence.
size_t Columns(std::string_view text) {
  size_t columns = 0;
  for (char c : text) columns += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return columns;
}

void Pad(Text& out, size_t from, size_t to) {
  for (; from < to; ++from) out << " ";
}

// Words of `text` in lines of kWidth, those after the first indented.
void Wrap(Text& out, std::string_view text, size_t column, size_t indent) {
  bool first = true;
  while (!text.empty()) {
    std::string_view word = TakeUntil(&text, ' ');
    if (!first && column + 1 + Columns(word) > kWidth) {
      out << "\n";
      Pad(out, 0, indent);
      column = indent;
    } else if (!first) {
      out << " ";
      ++column;
    }
    out << word;
    column += Columns(word);
    first = false;
  }
  out << "\n";
}

void AppendRow(Text& out, std::string_view left, std::string_view right, size_t column) {
  out << "  " << left;
  size_t at = Columns(left) + 2;
  Pad(out, at, column);
  Wrap(out, right, at > column ? at : column, column);
}

void AppendOption(Text& out, const OptionSpec& option) {
  Text left;
  left << "--" << option.name;
  if (!option.value.empty()) {
    if (option.value[0] == '[') {
      std::string_view rest = option.value;
      rest.remove_prefix(1);
      left << "[=" << rest;
    } else {
      left << " " << (option.choices.empty() ? option.value : option.choices);
    }
  }
  AppendRow(out, left.view(), option.help, 44);
}

// The words that may follow each command, for the completion scripts.
void AppendWords(Text& out, const CommandSpec& command) {
  for (const OptionSpec& option : command.options) out << "--" << option.name << " ";
}

void AppendTopWords(Text& out) {
  for (const CommandSpec& command : Commands()) {
    if (command.name.find(' ') == std::string_view::npos) out << command.name << " ";
  }
}

void AppendSubWords(Text& out, std::string_view name) {
  for (const CommandSpec& command : Commands()) {
    std::string_view rest = command.name;
    if (TakeUntil(&rest, ' ') == name && !rest.empty()) out << rest << " ";
  }
}

void AppendChoices(Text& out, std::string_view choices) {
  while (!choices.empty()) out << TakeUntil(&choices, '|') << " ";
}

// The options whose values are known words, for each command.
void AppendBashValues(Text& out) {
  for (const CommandSpec& command : Commands()) {
    std::string_view rest = command.name;
    std::string_view top = TakeUntil(&rest, ' ');
    for (const OptionSpec& option : command.options) {
      if (option.choices.empty()) continue;
      out << "    \"" << top << " --" << option.name << "\"";
      if (option.name == "output") out << "|\"" << top << " -o\"";
      out << ") COMPREPLY=($(compgen -W \"";
      AppendChoices(out, option.choices);
      out << "\" -- \"$word\")); return;;\n";
    }
  }
  out << "    *\" --file\"|*\" --properties-file\") COMPREPLY=($(compgen -f -- \"$word\")); return;;\n"
         "    *\" --state\") COMPREPLY=($(compgen -d -- \"$word\")); return;;\n";
}

void AppendBash(Text& out) {
  out << "# bash completion of tenon: eval \"$(tenon completion bash)\"\n"
         "_tenon() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=\n"
         "  case \"${COMP_WORDS[1]} $before\" in\n";
  AppendBashValues(out);
  out << "  esac\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    words=\"";
  AppendTopWords(out);
  out << "\"\n"
         "  else\n"
         "    case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n";
  for (int with_space = 1; with_space >= 0; --with_space) {  // Longer names first.
    for (const CommandSpec& command : Commands()) {
      bool has_space = command.name.find(' ') != std::string_view::npos;
      if (has_space != (with_space == 1)) continue;
      out << "      \"" << command.name << (has_space ? "\"" : " \"*") << ") words=\"";
      if (command.name == "completion") out << "bash zsh fish ";
      if (command.name == "help") AppendTopWords(out);
      AppendWords(out, command);
      AppendSubWords(out, command.name);
      out << "\";;\n";
    }
  }
  out << "    esac\n"
         "  fi\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "  case ${COMP_WORDS[1]} in run|explain) COMPREPLY+=($(compgen -f -X '!*.py' -- "
         "\"$word\") $(compgen -d -- \"$word\"));;\n"
         "    copy|preview|schema) COMPREPLY+=($(compgen -f -- \"$word\"));;\n"
         "  esac\n"
         "}\n"
         "complete -F _tenon tenon\n";
}

void AppendFish(Text& out) {
  out << "# fish completion of tenon: tenon completion fish | source\n"
         "complete -c tenon -n __fish_use_subcommand -f\n";
  for (const CommandSpec& command : Commands()) {
    std::string_view sub = command.name;
    std::string_view top = TakeUntil(&sub, ' ');
    if (sub.empty()) {
      out << "complete -c tenon -n __fish_use_subcommand -a " << top << " -d '" << command.summary
          << "'\n";
    } else {
      out << "complete -c tenon -n '__fish_seen_subcommand_from " << top << "' -a " << sub
          << " -d '" << command.summary << "'\n";
    }
    for (const OptionSpec& option : command.options) {
      out << "complete -c tenon -n '__fish_seen_subcommand_from " << (sub.empty() ? top : sub)
          << "' -l " << option.name << (option.name == "output" ? " -s o" : "")
          << (option.value.empty() || option.value[0] == '[' ? "" : " -r");
      if (!option.choices.empty()) {
        out << " -f -a '";
        AppendChoices(out, option.choices);
        out << "'";
      }
      out << " -d '";
      for (char c : option.help)
        out << (c == '\'' ? std::string_view("\\'") : std::string_view(&c, 1));
      out << "'\n";
    }
  }
  out << "complete -c tenon -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'\n";
}

}  // namespace

void PrintOverview() {
  Text out;
  out << "tenon runs AWS Glue scripts and copies files on this machine, without a JVM.\n\n"
         "usage: tenon COMMAND [ARG…]\n\n";
  for (const CommandSpec& command : Commands()) {
    Text left;
    left << command.name << (command.arguments.empty() ? "" : " ") << command.arguments;
    AppendRow(out, left.view(), command.summary, 36);
  }
  out << "\nA first run:  tenon run job.py --JOB_NAME demo\n"
         "A first copy: tenon copy orders.json orders.parquet --where \"price > 10\"\n"
         "Every option: tenon COMMAND --help. An error number: tenon help TN4002.\n";
  Print(out);
}

void PrintCommandHelp(const CommandSpec& command) {
  Text out;
  out << "usage: tenon " << command.name << (command.arguments.empty() ? "" : " ")
      << command.arguments << "\n\n";
  Wrap(out, command.description.empty() ? command.summary : command.description, 0, 0);
  out << "\n";
  for (const OptionSpec& option : command.options) AppendOption(out, option);
  if (HasSubcommands(command.name)) {
    out << "\nSub-commands:\n";
    for (const CommandSpec& sub : Commands()) {
      std::string_view rest = sub.name;
      if (TakeUntil(&rest, ' ') != command.name || rest.empty()) continue;
      Text left;
      left << "tenon " << sub.name << (sub.arguments.empty() ? "" : " ") << sub.arguments;
      AppendRow(out, left.view(), sub.summary, 28);
    }
  }
  Print(out);
}

void PrintListing() {
  Text out;
  for (const CommandSpec& command : Commands()) {
    out << "command " << command.name << "\n";
    for (const OptionSpec& option : command.options) {
      out << "option " << command.name << " --" << option.name << "\n";
    }
  }
  Print(out);
}

bool PrintCompletion(std::string_view shell) {
  Text out;
  if (shell == "bash") {
    AppendBash(out);
  } else if (shell == "zsh") {
    out << "#compdef tenon\n# zsh completion of tenon: eval \"$(tenon completion zsh)\"\n"
           "autoload -U +X compinit && compinit -u\nautoload -U +X bashcompinit && bashcompinit\n";
    AppendBash(out);
  } else if (shell == "fish") {
    AppendFish(out);
  } else {
    return false;
  }
  Print(out);
  return true;
}

}  // namespace tenon::cli
