// Every command and option of the table: what is taken, and the words about what is not.
#include "parse.h"

#include <memory>
#include <string>
#include <vector>

#include "testing/matchers.h"

namespace tenon::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ParseTest : public ::testing::Test {
 protected:
  // False when it was refused; then `said` has the words.
  bool Parse(std::vector<std::string> words) {
    words_ = std::move(words);
    pointers_.clear();
    for (std::string& word : words_) pointers_.push_back(word.data());
    room_ = std::make_unique<const char*[]>(words_.size() + 1);
    line_ = CommandLine();
    ::testing::internal::CaptureStderr();
    const bool taken = ParseCommandLine(pointers_, room_.get(), &line_);
    said_ = ::testing::internal::GetCapturedStderr();
    return taken;
  }
  // The words of a command, with as many arguments as it needs.
  static std::vector<std::string> Words(const CommandSpec& command) {
    std::vector<std::string> words;
    for (std::string_view rest = command.name; !rest.empty();)
      words.emplace_back(TakeUntilBlank(&rest));
    for (int i = 0; i < command.min_arguments; ++i) words.push_back("argument");
    return words;
  }
  static std::string_view TakeUntilBlank(std::string_view* rest) {
    const std::string_view word = rest->substr(0, rest->find(' '));
    rest->remove_prefix(std::min(rest->size(), word.size() + 1));
    return word;
  }
  std::vector<std::string> Arguments() const {
    return {line_.arguments, line_.arguments + line_.argument_count};
  }

  std::vector<std::string> words_;
  std::vector<char*> pointers_;
  std::unique_ptr<const char*[]> room_;
  CommandLine line_;
  std::string said_;
};

// A value that the option takes.
std::string GoodValue(const OptionSpec& option) {
  if (!option.choices.empty())
    return std::string(option.choices.substr(0, option.choices.find('|')));
  if (option.value == "SIZE") return "512MiB";
  if (option.value == "ROWS" || option.value == "[N]") return "1000000";
  if (option.value == "NAME=VALUE") return "separator==";
  return option.value == "N" ? "4" : "value";
}

TEST_F(ParseTest, EveryCommandTakesEachOfItsOptionsInEitherForm) {
  for (const CommandSpec& command : Commands()) {
    for (const OptionSpec& option : command.options) {
      SCOPED_TRACE(std::string(command.name) + " --" + std::string(option.name));
      const std::string name = "--" + std::string(option.name);
      const std::string value = option.value.empty() ? "" : GoodValue(option);
      std::vector<std::string> apart = Words(command), joined = apart;
      apart.push_back(option.value == "[N]" ? name + "=" + value : name);
      if (!option.value.empty() && option.value != "[N]") apart.push_back(value);
      joined.push_back(option.value.empty() ? name : name + "=" + value);
      for (const auto& words : {apart, joined}) {
        ASSERT_TRUE(Parse(words)) << said_;
        EXPECT_EQ(said_, "");
        EXPECT_EQ(line_.command, &command);
        ASSERT_NE(line_.Value(option.name), nullptr);
        EXPECT_EQ(line_.Value(option.name), value);
        EXPECT_EQ(line_.help, option.name == "help");
      }
    }
  }
}

TEST_F(ParseTest, AMisspeltOptionIsNamedWithTheNearestOne) {
  for (const CommandSpec& command : Commands()) {
    for (const OptionSpec& option : command.options) {
      SCOPED_TRACE(std::string(command.name) + " --" + std::string(option.name));
      const std::string wrong = "--" + std::string(option.name) + "x";
      // Before the arguments: behind a script it may be the script's own.
      std::vector<std::string> words = Words(command);
      words.insert(words.end() - command.min_arguments, wrong);
      EXPECT_FALSE(Parse(words));
      EXPECT_EQ(said_, "error[TN1102]: Option is not known: option=" + wrong +
                           " command=" + std::string(command.name) + "\n  hint: Did you mean --" +
                           std::string(option.name) + "? `tenon " + std::string(command.name) +
                           " --help` lists its options.\n");
    }
    std::vector<std::string> words = Words(command);
    words.insert(words.end() - command.min_arguments, "--zzzzzzzz");
    EXPECT_FALSE(Parse(words));
    EXPECT_THAT(said_, HasSubstr("\n  hint: `tenon " + std::string(command.name))) << "no near one";
  }
}

TEST_F(ParseTest, AValueThatIsMissingOrTooMuchOrWrongIsToldForEachOption) {
  for (const CommandSpec& command : Commands()) {
    for (const OptionSpec& option : command.options) {
      SCOPED_TRACE(std::string(command.name) + " --" + std::string(option.name));
      const std::string name = "--" + std::string(option.name);
      if (option.value == "[N]") continue;
      std::vector<std::string> words = Words(command);
      words.push_back(option.value.empty() ? name + "=yes" : name);
      EXPECT_FALSE(Parse(words));
      EXPECT_THAT(said_, StartsWith(option.value.empty()
                                        ? "error[TN1103]: Option takes no value: option=" + name
                                        : "error[TN1103]: Option needs a value: option=" + name));
      const bool checked = option.value == "SIZE" || option.value == "N" ||
                           option.value == "ROWS" || option.value == "NAME=VALUE";
      if (option.choices.empty() && !checked) continue;
      words.back() = name + "=wrong!";
      EXPECT_FALSE(Parse(words));
      EXPECT_THAT(said_, StartsWith("error[TN1103]: Value of an option is wrong: option=" + name +
                                    " value=wrong!\n  hint: "));
      for (std::string_view rest = option.choices; !rest.empty();) {
        const std::string_view choice = rest.substr(0, rest.find('|'));
        rest.remove_prefix(std::min(rest.size(), choice.size() + 1));
        EXPECT_THAT(said_, HasSubstr(std::string(choice)));
      }
    }
  }
}

TEST_F(ParseTest, TooFewAndTooManyArgumentsShowTheUsageOfEachCommand) {
  for (const CommandSpec& command : Commands()) {
    SCOPED_TRACE(command.name);
    const std::string usage = "\n  hint: Usage: tenon " + std::string(command.name);
    std::vector<std::string> words = Words(command);
    if (command.min_arguments > 0) {
      words.pop_back();
      EXPECT_FALSE(Parse(words));
      EXPECT_THAT(said_, StartsWith("error[TN1104]: Argument is missing: command=" +
                                    std::string(command.name) + usage));
      words.push_back("argument");
    }
    if (command.max_arguments == CommandSpec::kScript) continue;
    if (command.max_arguments == CommandSpec::kGroup) {
      words.push_back("mroe");
      EXPECT_FALSE(Parse(words));
      EXPECT_THAT(said_, StartsWith("error[TN1101]: Command is not known: command=" +
                                    std::string(command.name) + " mroe\n"));
      continue;
    }
    for (int i = command.min_arguments; i <= command.max_arguments; ++i) words.push_back("more");
    EXPECT_FALSE(Parse(words));
    EXPECT_THAT(said_, StartsWith("error[TN1104]: Argument is one too many: command=" +
                                  std::string(command.name) + " argument="));
    EXPECT_THAT(said_, HasSubstr(usage));
  }
}

TEST_F(ParseTest, AnUnknownCommandIsNamedWithTheNearestOne) {
  for (const CommandSpec& command : Commands()) {
    if (command.name.find(' ') != std::string_view::npos) continue;
    const std::string wrong = std::string(command.name) + "q";
    EXPECT_FALSE(Parse({wrong}));
    EXPECT_EQ(said_, "error[TN1101]: Command is not known: command=" + wrong +
                         "\n  hint: Did you mean " + std::string(command.name) +
                         "? `tenon help` lists all commands.\n");
  }
}

TEST_F(ParseTest, WhatFollowsTheScriptIsTheScriptsUnlessItIsOurs) {
  ASSERT_TRUE(Parse({"run", "--memory", "1GiB", "job.py", "--day", "--resume", "x", "--threads=2",
                     "--", "--again"}));
  EXPECT_THAT(Arguments(), ElementsAre("job.py", "--day", "x", "--again"));
  EXPECT_STREQ(line_.Value("resume"), "");
  EXPECT_STREQ(line_.Value("threads"), "2");
  EXPECT_EQ(line_.Value("again"), nullptr);
  EXPECT_EQ(said_, "");
  ASSERT_TRUE(Parse({"run", "job.py", "--resum"}));
  EXPECT_EQ(said_,
            "warning: Option was passed to the script: option=--resum\n"
            "  hint: If tenon's own was meant, write --resume.\n");
}

TEST_F(ParseTest, SizesHaveUnitsOfTwoKinds) {
  EXPECT_EQ(ParseSize("512MiB"), 512L << 20);
  EXPECT_EQ(ParseSize("2GB"), 2'000'000'000L);
  EXPECT_EQ(ParseSize("4g"), 4L << 30);
  EXPECT_EQ(ParseSize("1500000000"), 1'500'000'000L);
  for (const char* wrong : {"", "MiB", "-1", "1.5GB", "4q", "4 GB", "1GBs", "99999999999999999999",
                            "9223372036854775807k"}) {
    EXPECT_EQ(ParseSize(wrong), -1) << wrong;
    EXPECT_FALSE(Parse({"run", std::string("--memory=") + wrong, "job.py"}));
    EXPECT_EQ(said_,
              std::string("error[TN1103]: Value of an option is wrong: option=--memory value=") +
                  wrong + "\n  hint: Give a number with a unit: 512MiB, 2GB.\n");
  }
}

TEST_F(ParseTest, NumbersOfThreadsHaveBounds) {
  for (const char* wrong : {"0", "00", "-1", "two", "10000", "1.5", ""}) {
    EXPECT_FALSE(Parse({"run", std::string("--threads=") + wrong, "job.py"})) << wrong;
    EXPECT_THAT(said_, HasSubstr("Give a whole number from 1 to 9999."));
  }
}

TEST_F(ParseTest, NumbersOfRowsMayBeLargeButNotNothing) {
  for (const char* wrong : {"0", "-1", "1.5", "all", "1000000000000000000"}) {
    EXPECT_FALSE(Parse({"copy", "a", "b", std::string("--limit=") + wrong})) << wrong;
    EXPECT_THAT(said_, HasSubstr("Give a whole number, at least 1."));
  }
  EXPECT_TRUE(Parse({"copy", "a", "b", "--limit", "999999999999999999"}));
}

TEST_F(ParseTest, AValueThatMayBeLeftOutIsJoinedOrNotThere) {
  ASSERT_TRUE(Parse({"copy", "--skip-bad-rows", "a", "b"})) << said_;
  EXPECT_STREQ(line_.Value("skip-bad-rows"), "");
  EXPECT_THAT(Arguments(), ElementsAre("a", "b"));
  ASSERT_TRUE(Parse({"copy", "--skip-bad-rows=5", "a", "b"}));
  EXPECT_STREQ(line_.Value("skip-bad-rows"), "5");
  EXPECT_FALSE(Parse({"copy", "--skip-bad-rows=many", "a", "b"}));
  EXPECT_THAT(said_, HasSubstr("option=--skip-bad-rows value=many"));
}

TEST_F(ParseTest, AnOptionThatRepeatsKeepsEveryValueInOrder) {
  ASSERT_TRUE(Parse({"copy", "--option", "a=1", "x", "--option=b==", "--sink-option", "c=", "y"}));
  ASSERT_EQ(line_.repeat_count, 3);
  EXPECT_STREQ(line_.repeats[0].value, "a=1");
  EXPECT_STREQ(line_.repeats[1].value, "b==");
  EXPECT_EQ(line_.command->options[static_cast<size_t>(line_.repeats[2].place)].name,
            "sink-option");
  std::vector<std::string> words = {"copy", "x", "y"};
  for (int i = 0; i <= kMaxRepeats; ++i) words.push_back("--option=a=1");
  EXPECT_FALSE(Parse(words));
  EXPECT_THAT(said_, StartsWith("error[TN1103]: Option is given too often: option=--option=a=1"));
}

TEST_F(ParseTest, TheShortNameOfOutputAndTheStandardOutputAreTaken) {
  ASSERT_TRUE(Parse({"preview", "-o", "json", "a.json"}));
  EXPECT_STREQ(line_.Value("output"), "json");
  ASSERT_TRUE(Parse({"copy", "a.json", "-"}));
  EXPECT_THAT(Arguments(), ElementsAre("a.json", "-"));
}

}  // namespace
}  // namespace tenon::cli
