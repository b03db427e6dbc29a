// The errors of the run state, one function each, so that their words and numbers stand in one
// place. docs/errors.md and docs/run-state.md explain them; the numbers are stable.
//
//   TN6001 job is running                    TN6010 journal cannot be read or written
//   TN6002 another run took over             TN6011 lock kept by a child of a dead run
//   TN6003 script takes another way          TN6012 bookmark moved meanwhile
//   TN6004 source changed in its interval    TN6013 --again on a job with bookmarks
//   TN6005 cut run needs a choice            TN6014 warning: ended without job.commit()
//   TN6006 sink is ahead of the journal      TN6015 warning: frame read before a commit
//   TN6007 bookmark while rows are pending   TN6016 journal stays locked
//   TN6008 journal of a newer version        TN6018 no such job
//   TN6009 journal is damaged                TN9001 no answer after a commit
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error_catalog.h"
#include "runstate/records.h"
#include "tenon/status.h"

namespace tenon::runstate {

Status JobIsRunning(std::string_view job, const Holder& holder);
Status LockKept(std::string_view job, const Holder& holder, const std::filesystem::path& file);
Status TakenOver(std::string_view job, uint64_t mine, uint64_t now);
// `slot` holds rows that the call shares; `difference` is the first thing that tells them apart:
// "target=… then=…".
Status AnotherWay(std::string_view sink, const Slot& slot, std::string_view difference);
Status SourceChanged(std::string_view context, const Cover& then, const Fingerprint& now,
                     std::string_view published_sinks);
Status CutRunNeedsChoice(std::string_view job, std::string_view run,
                         std::string_view published_sinks);
// For a Recovery::Settle that answered kConflict: `cause` is its answer.
Status SinkAhead(std::string_view sink, uint64_t seq, const Status& cause);
Status RowsPending(std::string_view job, std::string_view sinks);
Status BookmarkMoved(std::string_view job, std::string_view context);
Status AgainWithBookmarks(std::string_view job);
Status UnknownJob(std::string_view job);
Status NoAnswer(std::string_view job, std::string_view sink, uint64_t seq, const Status& cause);

Status JournalNewer(const std::filesystem::path& file, int64_t found, int64_t known);
Status JournalDamaged(const std::filesystem::path& file, std::string_view why);
Status JournalUnusable(const std::filesystem::path& file, std::string_view why);
Status JournalLocked(const std::filesystem::path& file);

// "2026-11-22 07:31:03 UTC".
std::string TimeText(int64_t unix_ms);
int64_t NowMs();

// A position as messages show it: its JSON, cut at 60 bytes; "the start" for none.
std::string PositionText(const std::optional<Position>& position);

}  // namespace tenon::runstate
