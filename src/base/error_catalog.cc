#include "base/error_catalog.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace tenon::base {
namespace {

using enum ExitCode;

constexpr ErrorEntry kCatalog[] = {
    {1001, "UnknownOption", kUsage, "Option is not known",
     "The connector, format or command has no option of this name. Names ignore case, but must "
     "otherwise be spelt as documented; the hint gives the nearest one. Options of a format "
     "belong into format_options, those of a store into connection_options. Nothing was read or "
     "written."},
    {1002, "OptionType", kUsage, "Option has the wrong type",
     "The value cannot be read as what the option holds: a whole number, a number, true or "
     "false, a list, or text. Numbers and truth values may be given as text, as AWS Glue's "
     "examples do. Correct the value; nothing was read or written."},
    {1003, "MissingOption", kUsage, "Option is required",
     "The connector or format cannot work without this option, and neither the call nor the "
     "connection that it names gives it. Add it to the call's options, or to the stored "
     "connection. Nothing was read or written."},
    {1004, "OptionBounds", kUsage, "Option is out of bounds",
     "The value is below the smallest or above the largest allowed one, or is none of the "
     "allowed words. The message names the bounds or words. Correct the value; nothing was read "
     "or written."},
    {1010, "UnknownConnectionType", kUsage, "Connection type is not known",
     "The connection_type of a read or write names neither a kind of store that this build has "
     "nor one of custom.spark, custom.athena, custom.jdbc and their marketplace.* twins. The "
     "hint gives the nearest one; `tenon doctor` lists those that are there."},
    {1011, "UnknownConnector", kUsage, "Connector is not known",
     "No connector has this name or this className: neither one that is built in nor one of the "
     "plug-in libraries that were found. Check the spelling. A library of your own must lie in a "
     "folder of $TENON_CONNECTOR_PATH, in the connectors folder of the state directory, or be "
     "named by the job; `tenon doctor` shows where was looked and why a library was not taken."},
    {1012, "UnknownFormat", kUsage, "Format is not known",
     "The connector reads or writes files, but has no format of this name, or has it for the "
     "other direction only. The message lists the formats that it has. Choose one of them; "
     "nothing was read or written."},
    {1013, "CannotRead", kUsage, "Connector cannot read",
     "The connector only writes. Use it as the target of a write, or choose another connector as "
     "the source."},
    {1014, "CannotWrite", kUsage, "Connector cannot write",
     "The connector only reads; custom.athena connectors never write, as in AWS Glue. Use it as "
     "a source, or choose another connector as the target. Nothing was written."},
    {1020, "UnknownTransform", kUsage, "Transform is not known",
     "No transform has this name. The hint gives the nearest one. Names are those of AWS Glue in "
     "snake case: apply_mapping, select_fields, drop_fields, rename_field, resolve_choice."},
    {1021, "TransformArgument", kUsage, "Argument of a transform is wrong",
     "A parameter of the transform is unknown, missing or of another type, or a mapping cannot "
     "be understood. The message gives the place in the arguments, such as $.mappings[2].target. "
     "Nothing was read or written."},
    {1030, "Predicate", kUsage, "Predicate cannot be used",
     "The push-down predicate compares a column with a value that cannot be of the column's "
     "type, such as an int with 'abc', or is nested too deeply. The message shows the condition. "
     "Correct it; nothing was read."},
    {1031, "TextPredicate", kUsage, "Predicate is outside what the source understands",
     "A part of the predicate uses functions or syntax outside Tenon's subset: comparisons, AND, "
     "OR, NOT, IN, BETWEEN, IS NULL, LIKE with a leading or trailing %, and literals. Such a "
     "part is handed to the source as text, and this source does not take it. Rewrite the part "
     "within the subset, or filter after reading. Nothing was read."},
    {1040, "PartitionKeys", kUsage, "Partition keys cannot be used",
     "A name in partitionKeys is no column of the rows that are written (the hint gives the nearest "
     "one), is given twice, or is a column that cannot name a folder: nested, binary, or with more "
     "than one type. Or all columns are keys, so that no column would be left for the files. "
     "Correct the list; nothing was written."},
    {1101, "UnknownCommand", kUsage, "Command is not known",
     "`tenon` has no command of this name. The hint gives the nearest one; `tenon help` lists them "
     "all."},
    {1102, "UnknownFlag", kUsage, "Option of a command is not known",
     "The command takes no option of this name. `tenon COMMAND --help` lists those it takes. "
     "Arguments of a script are written after the script's path: tenon run job.py --ORDERS "
     "orders.json; after `--` everything belongs to it."},
    {1103, "FlagValue", kUsage, "Value of a command's option is wrong",
     "An option of the command lacks its value, has one that it cannot take, or excludes another "
     "one that was given. The hint says what it takes."},
    {1104, "Arguments", kUsage, "Arguments of a command are too few or too many",
     "The command was given fewer or more arguments than it takes. The hint shows its usage."},
    {1105, "ScriptNotFound", kUsage, "Script is not there",
     "No file that can be read is at the path that `tenon run` or `tenon explain` was given. Relative paths start "
     "from the folder you are in. When a sub-command was meant, the hint names it."},
    {1106, "JobNameTooLate", kUsage, "Job was started under another name",
     "job.init(name) gave the job another name after its first read or write. Runs, bookmarks and "
     "locks go by the name, so it cannot change then. Call job.init first, with args['JOB_NAME']."},
    {1110, "NotAvailable", kUsage, "Not in this version",
     "The script uses a part of AWS Glue or of Spark that this version of Tenon does not have. The "
     "message names it, the hint names the nearest thing that is there; docs/compatibility.md lists "
     "what works. Nothing of that call was done."},
    {1200, "UnknownConnection", kUsage, "Connection is not known",
     "No connection of this name is stored in the home (TENON_HOME, or --state). Names are told apart by case. "
     "`tenon conn list` shows those that are there, `tenon conn create` makes one."},
    {1201, "ConnectionExists", kUsage, "Connection is there already",
     "A connection of this name is stored. `tenon conn create --replace` puts the new one in its place; what was "
     "sealed for the old one goes with it."},
    {1202, "ConnectionKind", kUsage, "Type of a connection is not known",
     "The type is none that AWS Glue has: JDBC for databases, CUSTOM and MARKETPLACE for connectors, and others. The "
     "hint names the nearest."},
    {1203, "OtherConnectionType", kUsage, "Connection is of another type",
     "The script's connection_type and the stored connection do not go together: custom.* takes connections of type "
     "CUSTOM, marketplace.* those of MARKETPLACE, databases those of JDBC whose URL is of that database. The connection's "
     "CONNECTOR_TYPE must be the interface. Name another connection, or change connection_type."},
    {1204, "ConnectionFile", kUsage, "File of a connection cannot be used",
     "The file of `tenon conn create` must be a JSON object: the properties (texts by name), or a whole ConnectionInput as "
     "AWS Glue takes it. The message names the place in the file and never what stands there: it may be a password."},
    {1205, "ConnectionName", kUsage, "Name of a connection is wrong",
     "A name has 1 to 255 bytes of UTF-8 and no control characters. Signs that file names do not take count three times, "
     "and a name must then still fit into a file's name."},
    {1206, "ConnectionDamaged", kEnvironment, "Stored connection is damaged",
     "The file of the connection in the home is not what Tenon wrote. Put it back from a backup, or create the "
     "connection again with --replace."},
    {1210, "UnknownSecret", kUsage, "Secret is not known",
     "No secret of this name is stored in the home. A secretId is a name, or an ARN of AWS Secrets Manager that ends with "
     "one. `tenon secret list` shows those that are there, `tenon secret create` makes one."},
    {1211, "SecretExists", kUsage, "Secret is there already",
     "A secret of this name is stored. `tenon secret create --replace` puts the new value in its place."},
    {1212, "SecretName", kUsage, "Name of a secret is wrong",
     "As in AWS Secrets Manager, a name has 1 to 512 letters, digits and the signs / _ + = . @ -. Choose another one."},
    {1213, "SecretValue", kUsage, "Value of a secret cannot be stored",
     "A value is text in UTF-8 of 1 to 65536 bytes: a JSON object of keys and values, or plain text. One that begins with "
     "a brace must be a whole JSON object, so that a missing quote is found now and not when a job needs the key."},
    {1214, "Placeholder", kUsage, "Placeholder cannot be filled",
     "The url holds ${name}, and neither the secret has a key of this name nor the options have a user or password for it. "
     "Names are told apart by case. Correct the url, add the key to the secret, or name another secretId."},
    {1215, "SecretWithoutKeys", kUsage, "Secret has no keys",
     "A job takes keys and values from a secret, so it must be a JSON object such as {\"user\": \"…\", \"password\": "
     "\"…\"} with texts, numbers or truth values. This one is plain text, or has an object or a list as a value. Create "
     "it again with --replace."},
    {1220, "SecretKeyMissing", kEnvironment, "Key of the sealed secrets is missing",
     "Secrets are sealed with the key in secret.key of the home, or in the file that TENON_SECRET_KEY_FILE names, and that "
     "file is not there. Put it back. Without it the secrets cannot be opened: delete and create them again."},
    {1221, "SecretKeyRights", kEnvironment, "Key file is open to others",
     "The file with the key of the secrets may be read or written by others than its owner, so it is not used. Take the "
     "rights away with chmod 600. If somebody could read it, change the passwords that it protects."},
    {1222, "SecretKeyUnfit", kEnvironment, "Key does not fit",
     "The key file holds no key, or another one than the secret was sealed with, as after a home was put together from two "
     "backups. Put the right key file back, or create the secret again with --replace."},
    {1223, "SecretDamaged", kEnvironment, "Sealed secret was changed or is damaged",
     "The file of a secret does not open although the key is the right one: some byte of it is not what Tenon wrote. Put it "
     "back from a backup, or create the secret again with --replace."},
    {1224, "StoreLocked", kConflict, "Store is locked by another process",
     "Another process has been writing secrets or connections of this home for ten seconds, or is stopped. Wait for it, or "
     "end it; nothing was changed."},
    {2001, "UnknownColumn", kJobFailed, "Column is not there",
     "A mapping, predicate or option names a column that the source or frame does not have. The "
     "hint gives the nearest name. Column names are compared exactly, with case; a dot separates "
     "the fields of structs, and a name that holds a dot is written in backticks."},
    {2002, "UnresolvedChoice", kJobFailed, "Column has more than one type",
     "The target needs one type for each column, and this column holds values of several, a "
     "choice. The message lists the kinds with their counts. Add the resolveChoice line of the "
     "hint before the write: cast, project, make_cols or make_struct. Nothing was written."},
    {2003, "FileNotFound", kJobFailed, "File is not there",
     "No file or folder is at the path, or it holds none that match. Relative paths start from "
     "the folder in which the job runs. Check the path and, for patterns, the exclusions."},
    {2010, "TooManyBadRows", kBadRows, "More bad rows than allowed",
     "The error threshold of the job or of a step was passed. The rows and their reasons are in "
     "the frame's error records: errorsAsDynamicFrame shows them. Correct the data or the "
     "mapping, or raise stageThreshold or totalThreshold. `tenon copy` ends at the first bad row "
     "unless --skip-bad-rows says how many may be left out; nothing is visible then."},
    {2020, "SinkType", kJobFailed, "Target cannot hold this type",
     "The target has no type for a column of the frame. The message names column and type. Cast "
     "the column with apply_mapping or resolve_choice, or drop it. Nothing was written."},
    {2021, "TooManyFiles", kJobFailed, "Too many files of one write",
     "One task of the write made more files than its record can name, which is several thousand: "
     "partitionKeys have too many different values, or maxFileBytes is very small. Partition by "
     "columns with fewer values, such as a date instead of a time, or raise maxFileBytes. Nothing "
     "of this write is visible."},
    {2100, "ScriptFailed", kJobFailed, "Script failed",
     "The script's own code raised an exception. The lines above it show where, with the script's "
     "frames only. Nothing half written is visible; writes that had returned before stay as they "
     "are."},
    {2300, "DatabaseDamaged", kJobFailed, "File is no sound SQLite database",
     "The file is something else, is encrypted, or is damaged. `sqlite3 FILE 'PRAGMA integrity_check'` tells what is "
     "wrong with a damaged one. Nothing was written."},
    {2301, "DatabaseLocked", kJobFailed, "Database is locked",
     "Another program writes to the database, or reads it while it is to be written, and did not end within busy_timeout "
     "(10 seconds by default). End it, or wait longer. Nothing of this write is there."},
    {2302, "UnknownTable", kUsage, "Table is not in the database",
     "The database has no table or view of the name in dbTable. The hint gives the nearest name, or those that are there."},
    {2303, "Statement", kUsage, "Statement is not understood",
     "SQLite does not understand query, filterPredicate, or the table's definition; its own words follow. A query must be "
     "one SELECT in SQLite's SQL."},
    {2304, "TableExists", kJobFailed, "Table is there already",
     "The write's mode is create, which makes a new table and touches none that is there. Take append, overwrite, truncate "
     "or upsert, or another table. Nothing was written."},
    {2305, "UpsertKeys", kUsage, "Keys do not tell rows apart",
     "An upsert replaces rows of equal keys: keys must be columns of the rows, and the table must have a primary key or a "
     "unique index of just these columns. Nothing was written."},
    {2306, "DatabaseFull", kEnvironment, "Database cannot be read or written on",
     "The disk is full or failed, or a limit of the system or of SQLite was met while the database was read or written. "
     "Nothing of this write is there."},
    {2307, "DatabaseUrl", kUsage, "URL names no database file",
     "A URL of SQLite is jdbc:sqlite: and the path of a file. Databases in memory end with the connection that made them, "
     "and are not for jobs."},
    {2308, "DatabaseRights", kEnvironment, "Database cannot be opened or changed",
     "The file, or its folder, may not be read or written by this user, or is missing. SQLite makes files beside the "
     "database while it writes."},
    {3001, "ContractBreak", kInternal, "Connector broke its contract",
     "A connector returned something that the contract in its headers forbids, such as columns "
     "of different lengths. The message names the connector, the partition and the rule. The run "
     "stopped before the wrong rows could go further. This is a fault of the connector: report "
     "it to its author with the message."},
    {3002, "PluginLoad", kEnvironment, "Plug-in library was not loaded",
     "A library that should hold a connector could not be opened, has no entry point, or was "
     "built for another version of the plug-in interface. The message gives every place that was "
     "looked at and every reason. Rebuild the connector for this version, install what it needs, "
     "or correct the path."},
    {3003, "PluginThrew", kInternal, "Connector threw an exception",
     "Code of a connector ended a call by a C++ exception in place of an error. The exception "
     "was caught and the run stopped. This is a fault of the connector: report it to its author "
     "with the message. When the text says that memory ran out, give the job less to do at once "
     "or the machine more."},
    {3004, "PluginCrash", kInternal, "Connector crashed",
     "The process received a fatal signal while a thread was in a connector's code. A crash "
     "report in the folder crashes of the state folder names connector, call, partition, "
     "signal and addresses; it holds no options and no rows. Nothing half written is "
     "visible: the next run of the job says that the last one crashed, settles what was open "
     "and goes on. Send the report to the connector's author. The signal ends the process, "
     "so a shell shows 139 (SIGSEGV) or 134 (SIGABRT) in place of the exit code below."},
    {3005, "SecretLeak", kInternal, "Connector put a secret where it must not be",
     "A partition, scan state, position or commit message of the connector holds the value of a "
     "secret option. Such bytes are stored and sent to other processes, so the run stopped "
     "before that. This is a fault of the connector: report it to its author."},
    {3101, "SinkNeedsSchema", kInternal, "Sink must know the schema before the first row",
     "A sink says this to the engine when it is opened for a frame whose schema is known only at its "
     "end. The engine then reads the frame into a spool and opens the sink again. A program of your "
     "own that opens sinks must give WriteRequest::schema."},
    {4001, "MemoryTooSmall", kEnvironment, "Memory budget is too small",
     "The budget given by --memory, or by the limit of the container, is below the least that "
     "the engine can work with. The message gives that number. Raise --memory, raise the "
     "container's limit, or use fewer threads."},
    {4002, "InterpreterNotFound", kEnvironment, "Python was not found",
     "`tenon run` needs a Python interpreter in which Tenon's package is installed. It looks at "
     "$TENON_PYTHON, at $VIRTUAL_ENV, and at the environment in which it was installed itself; "
     "the message says what was found there. Install the package, or set TENON_PYTHON."},
    {4003, "WrongPyarrow", kEnvironment, "Another version of pyarrow is installed",
     "This build of Tenon shares the libraries of one exact version of pyarrow, and the "
     "environment has another one or none. Install the version that the message names into the "
     "same environment."},
    {4004, "LibraryNotLoaded", kEnvironment, "Library was not loaded",
     "A library that belongs to Tenon, or that it loads on first use, could not be opened. The "
     "message gives every place and reason. Reinstall Tenon when it is one of its own, else "
     "install the package that holds it."},
    {4005, "DiskFull", kEnvironment, "Disk is full",
     "Rows that did not fit into memory could not be written to the spill folder, or an output "
     "could not be written. Free some space, or choose another spill folder. Nothing half "
     "written is visible."},
    {4006, "NoFolder", kEnvironment, "Folder cannot be made",
     "A folder that Tenon needs is not there, and its place takes no folders: it is below a file, or "
     "in a file system like /proc. The message has the path and the system's reason. Name another "
     "place: the output's path, TENON_HOME or TMPDIR."},
    {5002, "NoRights", kConnection, "Store refused the credentials",
     "The store was reached, but refused the user, the password or key, or the operation. Check "
     "the secret that the connection names, and the rights of its user."},
    {5010, "NoCredentials", kConnection, "No credentials for the store",
     "Nothing that could hold credentials for S3 does: options, environment, profile, container, "
     "machine; or what holds them gave none that can be used. The message says which was asked. Set "
     "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE. docs/object-storage.md has the "
     "order."},
    {5011, "CredentialsRefused", kConnection, "Store does not accept the credentials",
     "The store was reached, but it does not know the key, the signature made with the secret is "
     "not the one it expects, or the session has ended. The message says where the credentials come "
     "from. Check the key, its secret, its session token, and that they belong to this store."},
    {5012, "StoreUnreachable", kConnection, "Store does not answer as it should",
     "No usable answer came from the store, also after several tries: no connection, a broken one, "
     "an error of its own, or a demand to slow down. Or it refused the request for good. The message "
     "has the endpoint or the operation, the number of tries and the last reason. Check the "
     "endpoint, the region and the network, then run again."},
    {5013, "ObjectArchived", kConnection, "Object is archived and cannot be read",
     "The object is in a storage class that must be restored before it can be read, such as GLACIER. "
     "Restore it, or leave its storage class out with excludeStorageClasses."},
    {6001, "JobIsRunning", kConflict, "Job is running already",
     "Another process holds this job's lock; the message names its pid, host and age. Two runs "
     "of one job at a time would write rows twice. Wait for it or stop it, then run again. Runs "
     "with different job names do not exclude each other."},
    {6002, "TakenOver", kConflict, "Another run took over",
     "While this run was stopped or very slow, a newer run of the same job began. This run has "
     "ended and touched nothing more; the newer one finishes its work. Nothing needs to be done."},
    {6003, "AnotherWay", kConflict, "Script takes another way than the run it finishes",
     "An earlier run was cut after this sink had been written. The script now writes other rows, "
     "or to another target, for the same part of the source. Write them as that run did; or say "
     "what is meant: --treat-as-written takes the call for written, --write-anyway writes its rows "
     "beside those that are there. `tenon run forget` gives that run up, starts over and writes the "
     "sink again. Nothing was guessed."},
    {6004, "SourceChanged", kConflict, "Source changed inside its interval",
     "A cut run is being finished, and the source no longer has the rows that the sinks already "
     "written got from it. The message gives the interval and both counts. Bring the source back "
     "to that; or run with --accept-changed, which leaves those sinks as they are and writes the "
     "others from the source as it is now. `tenon run forget` gives the run up, starts over and "
     "writes those sinks again."},
    {6005, "CutRunNeedsChoice", kConflict, "Cut run needs --resume or --again",
     "The last run of this job was cut after one of its sinks had been published, and the job "
     "keeps no bookmarks from which Tenon could tell what to do. --resume finishes it: sinks "
     "that have the rows are skipped. --again writes everything again beside what is there."},
    {6006, "SinkAhead", kConflict, "Sink is ahead of the run state",
     "The commit register in the target has a higher number than this state folder knows. Either "
     "the state folder was restored from a copy, or the target is written from another one as "
     "well. Nothing was changed. Bring the newer state folder back, or give the job another name "
     "or target."},
    {6007, "RowsPending", kConflict, "Bookmark cannot be changed while a cut run is pending",
     "Some sinks of a cut run have rows that others still lack; moving the bookmark would lose "
     "or double them. Run the job again to finish, or give it up with `tenon run forget`. Then "
     "change the bookmark."},
    {6008, "JournalNewer", kEnvironment, "Run state was written by a newer version",
     "The state folder's journal has a form that this version of Tenon does not know. Nothing "
     "was changed. Use the newer version, or point TENON_HOME to another folder."},
    {6009, "JournalDamaged", kEnvironment, "Run state is damaged",
     "The file state.db of the state folder is no journal, or is damaged. Nothing was changed. "
     "Restore it from a copy; or move it away, which gives up all bookmarks and the knowledge of "
     "cut runs."},
    {6010, "JournalUnusable", kEnvironment, "Run state cannot be read or written",
     "The state folder, or the journal in it, cannot be opened, read or written. Check owner, "
     "rights and free space; the message names the file. TENON_HOME chooses another folder."},
    {6011, "LockKept", kConflict, "Job's lock is kept by a child of a dead run",
     "The run that held the lock is gone, but a process that it had started still has the lock "
     "file open, and may still be writing. End that process, then run again; the message names "
     "the file."},
    {6012, "BookmarkMoved", kConflict, "Bookmark was moved meanwhile",
     "Somebody set or reset a bookmark of this job while it ran. Nothing was committed. Run "
     "again: sinks that are written are recognised."},
    {6013, "AgainWithBookmarks", kConflict, "--again does not go with bookmarks",
     "The job keeps bookmarks and its last run was cut, so a plain run finishes it with nothing "
     "lost or doubled. Run without --again. To write everything again instead, give the run up "
     "with `tenon run forget` first."},
    {6014, "EndedWithoutCommit", kOk, "Script ended without job.commit()",
     "A warning. Bookmarks are on, but the script never committed, so the next run reads the "
     "same rows again, as in AWS Glue. Call job.commit() at the end of the script."},
    {6015, "FrameBeforeCommit", kOk, "Frame was read before a commit and written after it",
     "A warning. The bookmark of the source moved with the commit, before these rows were "
     "written: a cut between the two would lose them. Write the frame before the commit, or read "
     "it after it."},
    {6016, "JournalLocked", kConflict, "Run state stays locked",
     "Another process kept the journal locked for longer than this one waits. Run again. If it "
     "happens often, look for a process that has the file open: a copy or backup of the state "
     "folder, or a stopped run."},
    {6018, "UnknownJob", kUsage, "Job is not known here",
     "The state folder has no run of this job. `tenon run list` shows the jobs that it has; "
     "TENON_HOME and the folder you are in decide which state folder is used."},
    {9001, "OutcomeUnknown", kOutcomeUnknown, "Outcome of a commit is unknown",
     "The target was told to publish and did not answer, and did not answer either when asked "
     "what it holds. Nothing was guessed: no bookmark moved. When the target can be reached, "
     "`tenon run recover JOB` or the next run finds out and goes on; neither loses nor doubles "
     "rows. When it never can be, because the target and what was prepared for it are gone, `tenon "
     "run forget JOB --undecided` gives the call up: look at the target first, for the next run "
     "writes its rows again."},
    {9002, "Internal", kInternal, "Fault of the program",
     "Something happened that Tenon's own code takes for impossible. The run stopped; what "
     "was not published is not visible, and running again is safe. Please report the "
     "message, the version that `tenon version` prints, and the log file of the run. After a "
     "crash outside of connectors the crash report shows in which library it happened: it "
     "may be one that the script uses."},
};

}  // namespace

std::span<const ErrorEntry> ErrorCatalog() { return kCatalog; }

const ErrorEntry* FindError(int number) {
  const auto* found =
      std::lower_bound(std::begin(kCatalog), std::end(kCatalog), number,
                       [](const ErrorEntry& entry, int n) { return entry.number < n; });
  return found != std::end(kCatalog) && found->number == number ? found : nullptr;
}

ExitCode ExitCodeOf(StatusCode code) {
  switch (code) {
    case StatusCode::kOk: return kOk;
    case StatusCode::kInvalidArgument:
    case StatusCode::kUnsupported: return kUsage;
    case StatusCode::kNotFound:
    case StatusCode::kAlreadyExists:
    case StatusCode::kDataError: return kJobFailed;
    case StatusCode::kPermissionDenied:
    case StatusCode::kUnavailable: return kConnection;
    case StatusCode::kCancelled: return kInterrupted;
    case StatusCode::kInternal: return kInternal;
    case StatusCode::kConflict: return kConflict;
    case StatusCode::kResourceExhausted: return kEnvironment;
  }
  return kInternal;  // A code of a later version, through plugin.h.
}

ExitCode ExitCodeOf(const Status& status) {
  if (status.ok()) return kOk;
  const ErrorEntry* entry = FindError(status.number());
  return entry != nullptr && entry->exit_code != kOk ? entry->exit_code : ExitCodeOf(status.code());
}

std::string ErrorName(int number) { return "TN" + std::to_string(number); }

int ParseErrorName(std::string_view text) {
  if (ToLower(text.substr(0, 2)) == "tn") text.remove_prefix(2);
  return text.size() == 4 ? static_cast<int>(ParseInteger(text).value_or(0)) : 0;
}

std::string ErrorHelp(const ErrorEntry& entry) {
  std::string help = ErrorName(entry.number) + ": " + std::string(entry.title) + "\n\n" +
                     std::string(entry.explanation) + "\n\n";
  if (entry.exit_code == kOk) return help + "A warning: it does not change the exit code.\n";
  return help + "Exit code: " + std::to_string(static_cast<int>(entry.exit_code)) + "\n";
}

std::string ErrorsMarkdown() {
  static constexpr std::array<std::string_view, 11> kExitCodes = {
      "0 | ok",
      "1 | the job failed: data, or the script's own code",
      "2 | usage: an option, an argument, a name",
      "3 | validation or conformance failed",
      "4 | configuration or environment",
      "5 | connection or credentials",
      "6 | conflict: already running, taken over, a cut run needs a choice",
      "7 | more rejected rows than allowed",
      "8 | internal error, or a fault of a connector",
      "9 | the outcome of a commit is unknown: `tenon run recover JOB`",
      "130 | interrupted (Ctrl-C); 143 terminated; 124 time-out"};
  std::string text =
      "# Errors\n\nEvery documented error has a number, shown as `error[TN1001]`; `tenon help "
      "TN1001` prints its text. "
      "This page is made from\n`src/base/error_catalog.cc`, and a test compares both.\n\n"
      "| exit code | meaning |\n| --- | --- |\n";
  for (const std::string_view line : kExitCodes) text += "| " + std::string(line) + " |\n";
  for (const ErrorEntry& entry : kCatalog) {
    text += "\n## " + ErrorName(entry.number) + ": " + std::string(entry.title) + "\n\n" +
            std::string(entry.explanation) + "\n\n";
    text += entry.exit_code == kOk
                ? "A warning.\n"
                : "Exit code " + std::to_string(static_cast<int>(entry.exit_code)) + ".\n";
  }
  return text;
}

}  // namespace tenon::base
