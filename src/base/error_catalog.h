// Every documented error: its number, the exit code of a program that ends with it, and what a user
// can do.
//
// A Status carries a number by Status::WithNumber(kErrUnknownOption) and is shown as
// `error[TN1001]`. Numbers are stable: a new error takes a new one, a number that went out of use
// is not given again. docs/errors.md is ErrorsMarkdown(); a test compares them.
//   1xxx usage and options    2xxx data, schema, mapping    3xxx connector contract and plug-ins
//   4xxx environment, limits  5xxx connection, credentials  6xxx run state, conflicts   9xxx
//   unknown outcome, internal
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tenon/status.h"

namespace tenon::base {

inline constexpr int kErrUnknownOption = 1001;
inline constexpr int kErrOptionType = 1002;
inline constexpr int kErrMissingOption = 1003;
inline constexpr int kErrOptionBounds = 1004;
inline constexpr int kErrUnknownConnectionType = 1010;
inline constexpr int kErrUnknownConnector = 1011;
inline constexpr int kErrUnknownFormat = 1012;
inline constexpr int kErrCannotRead = 1013;
inline constexpr int kErrCannotWrite = 1014;
inline constexpr int kErrUnknownTransform = 1020;
inline constexpr int kErrTransformArgument = 1021;
inline constexpr int kErrPredicate = 1030;
inline constexpr int kErrTextPredicate = 1031;
inline constexpr int kErrPartitionKeys = 1040;
inline constexpr int kErrUnknownCommand = 1101;
inline constexpr int kErrUnknownFlag = 1102;
inline constexpr int kErrFlagValue = 1103;
inline constexpr int kErrArguments = 1104;
inline constexpr int kErrScriptNotFound = 1105;
inline constexpr int kErrJobNameTooLate = 1106;
inline constexpr int kErrNotAvailable = 1110;
inline constexpr int kErrUnknownConnection = 1200;
inline constexpr int kErrConnectionExists = 1201;
inline constexpr int kErrConnectionKind = 1202;
inline constexpr int kErrOtherConnectionType = 1203;
inline constexpr int kErrConnectionFile = 1204;
inline constexpr int kErrConnectionName = 1205;
inline constexpr int kErrConnectionDamaged = 1206;
inline constexpr int kErrUnknownSecret = 1210;
inline constexpr int kErrSecretExists = 1211;
inline constexpr int kErrSecretName = 1212;
inline constexpr int kErrSecretValue = 1213;
inline constexpr int kErrPlaceholder = 1214;
inline constexpr int kErrSecretWithoutKeys = 1215;
inline constexpr int kErrSecretKeyMissing = 1220;
inline constexpr int kErrSecretKeyRights = 1221;
inline constexpr int kErrSecretKeyUnfit = 1222;
inline constexpr int kErrSecretDamaged = 1223;
inline constexpr int kErrStoreLocked = 1224;

inline constexpr int kErrUnknownColumn = 2001;
inline constexpr int kErrUnresolvedChoice = 2002;
inline constexpr int kErrFileNotFound = 2003;
inline constexpr int kErrTooManyBadRows = 2010;
inline constexpr int kErrSinkType = 2020;
inline constexpr int kErrTooManyFiles = 2021;
inline constexpr int kErrScriptFailed = 2100;

inline constexpr int kErrDatabaseDamaged = 2300;
inline constexpr int kErrDatabaseLocked = 2301;
inline constexpr int kErrUnknownTable = 2302;
inline constexpr int kErrStatement = 2303;
inline constexpr int kErrTableExists = 2304;
inline constexpr int kErrUpsertKeys = 2305;
inline constexpr int kErrDatabaseFull = 2306;
inline constexpr int kErrDatabaseUrl = 2307;
inline constexpr int kErrDatabaseRights = 2308;

inline constexpr int kErrContractBreak = 3001;
inline constexpr int kErrPluginLoad = 3002;
inline constexpr int kErrPluginThrew = 3003;
inline constexpr int kErrPluginCrash = 3004;
inline constexpr int kErrSecretLeak = 3005;
inline constexpr int kErrSinkNeedsSchema = 3101;

inline constexpr int kErrMemoryTooSmall = 4001;
inline constexpr int kErrInterpreterNotFound = 4002;
inline constexpr int kErrWrongPyarrow = 4003;
inline constexpr int kErrLibraryNotLoaded = 4004;
inline constexpr int kErrDiskFull = 4005;
inline constexpr int kErrNoFolder = 4006;

inline constexpr int kErrNoRights = 5002;
inline constexpr int kErrNoCredentials = 5010;
inline constexpr int kErrCredentialsRefused = 5011;
inline constexpr int kErrStoreUnreachable = 5012;
inline constexpr int kErrObjectArchived = 5013;

inline constexpr int kErrJobIsRunning = 6001;
inline constexpr int kErrTakenOver = 6002;
inline constexpr int kErrAnotherWay = 6003;
inline constexpr int kErrSourceChanged = 6004;
inline constexpr int kErrCutRunNeedsChoice = 6005;
inline constexpr int kErrSinkAhead = 6006;
inline constexpr int kErrRowsPending = 6007;
inline constexpr int kErrJournalNewer = 6008;
inline constexpr int kErrJournalDamaged = 6009;
inline constexpr int kErrJournalUnusable = 6010;
inline constexpr int kErrLockKept = 6011;
inline constexpr int kErrBookmarkMoved = 6012;
inline constexpr int kErrAgainWithBookmarks = 6013;
inline constexpr int kErrEndedWithoutCommit = 6014;
inline constexpr int kErrFrameBeforeCommit = 6015;
inline constexpr int kErrJournalLocked = 6016;
inline constexpr int kErrUnknownJob = 6018;

inline constexpr int kErrOutcomeUnknown = 9001;
inline constexpr int kErrInternal = 9002;

// Exit codes of the CLI, as docs/errors.md lists them.
enum class ExitCode : int {
  kOk = 0,
  kJobFailed = 1,  // Data or the user's code.
  kUsage = 2,
  kValidation = 3,
  kEnvironment = 4,
  kConnection = 5,
  kConflict = 6,
  kBadRows = 7,  // More rejected rows than allowed.
  kInternal = 8,
  kOutcomeUnknown = 9,
  kInterrupted = 130,
};

struct ErrorEntry {
  int number;
  std::string_view name;  // The constant without "kErr", for searching.
  ExitCode exit_code;
  std::string_view title;
  std::string_view explanation;  // Cause and next step, 2 to 6 sentences.
};

// Sorted by number.
std::span<const ErrorEntry> ErrorCatalog();
// Null when no error has this number.
const ErrorEntry* FindError(int number);

// By the number when the catalogue has it, else by the code. kOk for an ok status.
ExitCode ExitCodeOf(const Status& status);
ExitCode ExitCodeOf(StatusCode code);

// "TN1001"
std::string ErrorName(int number);
// 1001 of "TN1001", "tn1001" or "1001"; 0 for anything else.
int ParseErrorName(std::string_view text);

// What `tenon help TN1001` prints: title, explanation, exit code.
std::string ErrorHelp(const ErrorEntry& entry);
// The text of docs/errors.md.
std::string ErrorsMarkdown();

}  // namespace tenon::base
