#include "command_table.h"

namespace tenon::cli {
namespace {

constexpr OptionSpec kHelp = {"help", "", "", "Show this text"};
constexpr OptionSpec kState = {
    "state", "DIR", "",
    "Folder of the run state; default $TENON_HOME, else the nearest .tenon upward, "
    "else the user's data folder"};
constexpr OptionSpec kMemory = {
    "memory", "SIZE", "",
    "Memory budget, as 512MiB or 2GB; default a share of the machine or its cgroup"};
constexpr OptionSpec kThreads = {"threads", "N", "",
                                 "Partitions worked on at once; default one per core"};
constexpr OptionSpec kLogLevel = {"log-level", "LEVEL", "debug|info|warning|error",
                                  "Least severe line to print; default warning"};
constexpr OptionSpec kLogFormat = {"log-format", "FORMAT", "text|json",
                                   "Form of log lines and errors; default text"};
constexpr OptionSpec kEngine = {"engine", "NAME", "local", "Where the job runs; default local"};
constexpr OptionSpec kGlueVersion = {
    "glue-version", "V", "5.0|5.1|6.0",
    "AWS Glue version whose ways to follow where they differ; default $GLUE_VERSION, else 6.0"};
constexpr OptionSpec kJson = {"json", "", "", "Print one JSON document"};

constexpr OptionSpec kProgress = {"progress", "MODE", "auto|plain|json|none",
                                  "How progress is shown on stderr; default auto"};

constexpr OptionSpec kRunOptions[] = {
    {"resume", "", "", "Finish the run that was cut: sinks that have the rows are skipped"},
    {"again", "", "", "Start anew; what a cut run published stays as it is"},
    {"treat-as-written", "", "",
     "When a cut run is finished: skip a write whose sink has rows of the same interval from that run, though not by "
     "this very call (TN6003)"},
    {"write-anyway", "", "", "In the same case: write the rows beside those"},
    {"accept-changed", "", "",
     "When a cut run is finished and a source changed inside its interval (TN6004): go on with the source as it is"},
    kMemory,
    kThreads,
    kProgress,
    kLogLevel,
    kLogFormat,
    kState,
    kEngine,
    kGlueVersion,
    kHelp,
};
constexpr OptionSpec kExplainOptions[] = {kMemory, kThreads, kState, kEngine, kGlueVersion, kHelp};
constexpr OptionSpec kListOptions[] = {kState, kJson, kHelp};
constexpr OptionSpec kStateOptions[] = {kState, kHelp};
constexpr OptionSpec kForgetOptions[] = {
    {"undecided", "", "",
     "Also give up calls that no sink can answer for any more (TN9001): their rows may be there, and are written "
     "again"},
    kState,
    kHelp};
constexpr OptionSpec kDoctorOptions[] = {kState, kJson, kHelp};
constexpr OptionSpec kHelpOptions[] = {
    {"machine", "", "",
     "List every command and option, a line each: `command NAME`, `option COMMAND --NAME`"},
    kHelp};
constexpr OptionSpec kHelpOnly[] = {kHelp};

constexpr OptionSpec kWhere = {
    "where", "EXPR", "",
    "Only rows for which this is true: \"price > 10 and region in ('EU', 'US')\""};
constexpr OptionSpec kSelect = {"select", "COLUMNS", "",
                                "Only these columns, in this order: \"id, customer.name as name\""};
constexpr OptionSpec kOrderBy = {
    "order-by", "COLUMNS", "",
    "Order of the rows: \"region, price desc\"; nulls first, or last with desc"};
constexpr OptionSpec kTypes = {
    "types", "TYPES", "",
    "strings, infer, a list \"id long, price decimal(10,2)\", or a file with a list or a Glue schema; default "
    "infer: every row is looked at"};
constexpr OptionSpec kFormat = {"format", "NAME", "",
                                "Format of the source: json, csv, parquet; default by its ending"};
constexpr OptionSpec kOption = {"option", "NAME=VALUE", "",
                                "An option of the source or its format; may be repeated", true};
constexpr OptionSpec kCopyOptions[] = {
    kWhere,
    kSelect,
    kOrderBy,
    {"limit", "ROWS", "", "At most so many rows, the first; nothing further is read"},
    kTypes,
    {"mode", "MODE", "append|overwrite|create",
     "What becomes of a target that is there; default overwrite for a file, append for a folder"},
    kFormat,
    {"to-format", "NAME", "",
     "Format of the target: json, csv, parquet, for - also table, arrow; default by its ending, parquet for "
     "a folder, json for -"},
    kOption,
    {"sink-option", "NAME=VALUE", "", "An option of the target or its format; may be repeated",
     true},
    {"skip-bad-rows", "[N]", "",
     "Leave bad rows out and say so, up to N of them when it is given; else the first ends the copy"},
    {"again", "", "", "When the last copy was cut: start anew; what it published stays as it is"},
    kProgress,
    kMemory,
    kThreads,
    kLogLevel,
    kState,
    kJson,
    kHelp,
};
constexpr OptionSpec kPreviewOptions[] = {
    kWhere,
    kSelect,
    kOrderBy,
    {"limit", "ROWS", "", "At most so many rows; default 20"},
    kTypes,
    kFormat,
    kOption,
    {"output", "FORM", "table|csv|json|arrow", "Form of the rows; default table; also -o"},
    kMemory,
    kThreads,
    kHelp,
};
constexpr OptionSpec kSchemaOptions[] = {
    kTypes,
    kFormat,
    kOption,
    {"output", "FORM", "tree|json|ddl",
     "tree as printSchema() prints it (default), the JSON of AWS Glue, or a list of columns for --types; also -o"},
    kMemory,
    kThreads,
    kHelp,
};

constexpr OptionSpec kReplace = {"replace", "", "", "Put it in the place of one of this name"};
constexpr OptionSpec kConnCreateOptions[] = {
    {"type", "TYPE", "",
     "Its type in AWS Glue: CUSTOM for a connector, JDBC for a database; required"},
    {"properties-file", "FILE", "",
     "JSON: an object of properties, or Glue's ConnectionInput; - is stdin; required"},
    {"description", "TEXT", "", "What it is for"},
    kReplace,
    kState,
    kHelp};
constexpr OptionSpec kConnShowOptions[] = {
    {"output", "FORM", "text|json", "text (default), or Glue's Connection as JSON; also -o"},
    kState,
    kHelp};
constexpr OptionSpec kSecretCreateOptions[] = {
    {"file", "FILE", "",
     "Its value: a JSON object of keys and values, or text; - is stdin; required"},
    kReplace,
    kState,
    kHelp};

constexpr CommandSpec kCommands[] = {
    {"run", "SCRIPT [OPTION…] [ARG…]", "Run an AWS Glue script",
     "Runs SCRIPT, an ordinary AWS Glue script, on this machine. Options of tenon may stand "
     "before or after SCRIPT; every other argument goes to the script, and so does all that "
     "follows `--`. The job is named by --JOB_NAME, else by the script's file name. A file called "
     "like a sub-command is given as ./list.",
     kRunOptions, 1, CommandSpec::kScript, Runs::kInterpreter},
    {"run list", "[JOB]", "List the runs of a job, or of all jobs",
     "Shows each stored run with its state: running, cut, done, failed, ended or unknown.",
     kListOptions, 0, 1, Runs::kLibrary},
    {"run recover", "JOB", "Settle what a cut run left open, without running the script",
     "Asks each sink that was being written to decide what it holds, and says what was found and "
     "done.",
     kStateOptions, 1, 1, Runs::kLibrary},
    {"run forget", "JOB", "Settle, then drop what is pending of a cut run",
     "The next run starts anew. Says which sink holds rows that others lack.", kForgetOptions, 1, 1,
     Runs::kLibrary},
    {"explain", "SCRIPT [OPTION…] [ARG…]", "Show the plans of a script without writing anything",
     "Runs SCRIPT and prints, in place of each write, its plan: sources, what is pushed down, "
     "transforms, spools and why they are there, the sink. Nothing is written to a sink; what the "
     "script itself reads (count, show) is read.",
     kExplainOptions, 1, CommandSpec::kScript, Runs::kInterpreter},
    {"copy", "SRC DST", "Copy rows from files to files",
     "Reads SRC (a file, a folder, a pattern like 'in/*.json', an s3:// URL) and writes DST: one file when its ending "
     "names a format, else a folder; - is the standard output. All rows appear at once or none; what was cut is "
     "finished or begun anew by the same command. The first bad row ends the copy.",
     kCopyOptions, 2, 2, Runs::kLibrary},
    {"preview", "SRC", "Show the first rows of files, with their types",
     "Prints the first rows of SRC. The types of JSON are those of the rows shown; `tenon schema` looks at all.",
     kPreviewOptions, 1, 1, Runs::kLibrary},
    {"schema", "SRC", "Show the columns of files and their types",
     "Looks at every row of SRC and prints the schema of all of them, choice types included.",
     kSchemaOptions, 1, 1, Runs::kLibrary},
    {"conn", "COMMAND", "Stored connections",
     "A connection has a name and the options of a store. A script names it: {\"connectionName\": \"orders\"}.",
     kHelpOnly, 0, CommandSpec::kGroup, Runs::kHere},
    {"conn create", "NAME", "Store a connection",
     "Stores a connection in the run state's folder. Its secret properties (PASSWORD, what the connector declares as "
     "secret, URLs with a password) are sealed.",
     kConnCreateOptions, 1, 1, Runs::kLibrary},
    {"conn list", "", "List the stored connections", "Shows names, types and descriptions.",
     kListOptions, 0, 0, Runs::kLibrary},
    {"conn show", "NAME", "Show a stored connection", "Secret properties are shown as ***.",
     kConnShowOptions, 1, 1, Runs::kLibrary},
    {"conn delete", "NAME", "Remove a stored connection", "What was sealed for it goes with it.",
     kStateOptions, 1, 1, Runs::kLibrary},
    {"secret", "COMMAND", "Stored secrets",
     "A secret has a name and a value, sealed in the run state's folder. A script names it: {\"secretId\": \"shop/db\"}.",
     kHelpOnly, 0, CommandSpec::kGroup, Runs::kHere},
    {"secret create", "NAME", "Store a secret",
     "Reads the value from a file or stdin, never from the command line, which others can see. A newline at its end is "
     "left out.",
     kSecretCreateOptions, 1, 1, Runs::kLibrary},
    {"secret list", "", "List the stored secrets",
     "Shows names and times; values are shown by no command.", kListOptions, 0, 0, Runs::kLibrary},
    {"secret delete", "NAME", "Remove a stored secret", "It cannot be brought back.", kStateOptions,
     1, 1, Runs::kLibrary},
    {"doctor", "", "Check this installation",
     "Prints versions, libraries, connectors and folders, and what is wrong with them.",
     kDoctorOptions, 0, 0, Runs::kLibrary},
    {"help", "[COMMAND…|TNnnnn]", "Explain a command or an error number",
     "Without an argument: all commands.", kHelpOptions, 0, 2, Runs::kHere},
    {"completion", "SHELL", "Print a completion script for bash, zsh or fish",
     "For bash: eval \"$(tenon completion bash)\"", kHelpOnly, 1, 1, Runs::kHere},
    {"version", "", "Print the version", "", kHelpOnly, 0, 0, Runs::kHere},
};

}  // namespace

std::span<const CommandSpec> Commands() { return kCommands; }

const CommandSpec* FindCommand(std::string_view name) {
  for (const CommandSpec& command : kCommands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

bool HasSubcommands(std::string_view name) {
  for (const CommandSpec& command : kCommands) {
    if (command.name.size() > name.size() && command.name.starts_with(name) &&
        command.name[name.size()] == ' ') {
      return true;
    }
  }
  return false;
}

int FindOption(const CommandSpec& command, std::string_view name) {
  for (size_t i = 0; i < command.options.size(); ++i) {
    if (command.options[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace tenon::cli
