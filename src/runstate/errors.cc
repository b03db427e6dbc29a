#include "runstate/errors.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>

#include "base/text.h"

namespace tenon::runstate {
namespace {

constexpr size_t kMaxPositionText = 60;

std::string Fact(std::string_view key, std::string_view value) {
  std::string text(" ");
  text += key;
  text += '=';
  text += value;
  return text;
}

std::string Fact(std::string_view key, uint64_t value) { return Fact(key, std::to_string(value)); }

std::string HashNames(const Fingerprint& fingerprint) {
  return fingerprint.key_hash + (fingerprint.row_hash.empty() ? "" : "/" + fingerprint.row_hash);
}

}  // namespace

Status JobIsRunning(std::string_view job, const Holder& holder) {
  return Status::Conflict("Job is running:" + Fact("job", job) +
                          Fact("pid", static_cast<uint64_t>(holder.pid)) +
                          Fact("host", holder.host) + " since=\"" + TimeText(holder.since_ms) + '"')
      .WithHint("Wait for it, or stop that process; then run again.")
      .WithNumber(base::kErrJobIsRunning);
}

Status LockKept(std::string_view job, const Holder& holder, const std::filesystem::path& file) {
  return Status::Conflict(
             "Job is locked by a process that a dead run left behind:" + Fact("job", job) +
             Fact("dead_pid", static_cast<uint64_t>(holder.pid)) + Fact("file", file.string()))
      .WithHint("End the process that has the file open; `fuser " + file.string() + "` names it.")
      .WithNumber(base::kErrLockKept);
}

Status TakenOver(std::string_view job, uint64_t mine, uint64_t now) {
  return Status::Conflict("Another run took over:" + Fact("job", job) + Fact("epoch", mine) +
                          Fact("now", now))
      .WithHint("This run has stopped and touched nothing more; the other one finishes its work.")
      .WithNumber(base::kErrTakenOver);
}

Status AnotherWay(std::string_view sink, const Slot& slot, std::string_view difference) {
  return Status::Conflict(
             "The script takes another way than the run it finishes:" + Fact("sink", sink) +
             Fact("run", slot.run) + Fact("written_by", slot.sink) + " " + std::string(difference))
      .WithHint(
          "The sink holds rows of the same interval already. Write them as that run did; or run with "
          "--treat-as-written, which skips this call, or --write-anyway, which adds its rows to "
          "those; or give that run up: `tenon run forget` starts over, and writes them there again.")
      .WithNumber(base::kErrAnotherWay);
}

Status SourceChanged(std::string_view context, const Cover& then, const Fingerprint& now,
                     std::string_view published_sinks) {
  std::string text = "Source changed inside its interval:" + Fact("source", context) +
                     " interval=(" + PositionText(then.interval.low) + ", " +
                     PositionText(then.interval.high) + "]" +
                     Fact("rows_then", std::to_string(then.fingerprint.rows)) +
                     Fact("rows_now", std::to_string(now.rows));
  if (then.fingerprint.rows == now.rows)
    text += Fact("hash_then", HashNames(then.fingerprint)) + Fact("hash_now", HashNames(now));
  if (!published_sinks.empty()) text += Fact("written", published_sinks);
  return Status::Conflict(std::move(text))
      .WithHint(
          "The sinks named have the rows as they were then. Bring the source back to that; or run "
          "with --accept-changed, which leaves those sinks so and writes the other ones from the "
          "source as it is; or give the run up: `tenon run forget` starts over, and writes those "
          "sinks again.")
      .WithNumber(base::kErrSourceChanged);
}

Status CutRunNeedsChoice(std::string_view job, std::string_view run,
                         std::string_view published_sinks) {
  return Status::Conflict("The last run was cut after it had published:" + Fact("job", job) +
                          Fact("run", run) + Fact("written", published_sinks))
      .WithHint("--resume finishes it and skips what is written; --again writes everything again.")
      .WithNumber(base::kErrCutRunNeedsChoice);
}

Status SinkAhead(std::string_view sink, uint64_t seq, const Status& cause) {
  return Status::Conflict("Sink is ahead of this journal:" + Fact("sink", sink) + Fact("seq", seq) +
                          Fact("cause", cause.message()))
      .WithHint(
          "Was the state directory restored from a copy, or is the sink written from another one? "
          "Nothing was changed.")
      .WithNumber(base::kErrSinkAhead);
}

Status RowsPending(std::string_view job, std::string_view sinks) {
  return Status::Conflict("Bookmark cannot be changed while a cut run is pending:" +
                          Fact("job", job) + Fact("written", sinks))
      .WithHint(
          "Run the job again to finish it, or `tenon run forget` to give it up; then change the "
          "bookmark.")
      .WithNumber(base::kErrRowsPending);
}

Status BookmarkMoved(std::string_view job, std::string_view context) {
  return Status::Conflict("Bookmark was moved meanwhile:" + Fact("job", job) +
                          Fact("context", context))
      .WithHint("Nothing was committed. Run again; what is written already is skipped.")
      .WithNumber(base::kErrBookmarkMoved);
}

Status AgainWithBookmarks(std::string_view job) {
  return Status::Conflict("--again does not go with bookmarks: the run that was cut is pending:" +
                          Fact("job", job))
      .WithHint(
          "A plain run finishes it. `tenon run forget` gives it up; the next run starts over.")
      .WithNumber(base::kErrAgainWithBookmarks);
}

Status UnknownJob(std::string_view job) {
  return Status::NotFound("No run of this job is known here:" + Fact("job", job))
      .WithHint("`tenon run list` shows the jobs of this state directory.")
      .WithNumber(base::kErrUnknownJob);
}

Status NoAnswer(std::string_view job, std::string_view sink, uint64_t seq, const Status& cause) {
  return Status::Unavailable("No answer after COMMIT, nothing was guessed:" + Fact("job", job) +
                             Fact("sink", sink) + Fact("seq", seq) + Fact("cause", cause.message()))
      .WithHint("When the sink answers again, `tenon run recover " + std::string(job) +
                "` or the next run finds out what it holds.")
      .WithNumber(base::kErrOutcomeUnknown);
}

Status JournalNewer(const std::filesystem::path& file, int64_t found, int64_t known) {
  return Status::Unsupported(
             "Journal was written by a newer version of Tenon:" + Fact("file", file.string()) +
             Fact("schema", std::to_string(found)) + Fact("known", std::to_string(known)))
      .WithHint("Upgrade Tenon, or point TENON_HOME to another state directory.")
      .WithNumber(base::kErrJournalNewer);
}

Status JournalDamaged(const std::filesystem::path& file, std::string_view why) {
  return Status::DataError("Journal is damaged or is no journal:" + Fact("file", file.string()) +
                           Fact("error", why))
      .WithHint(
          "Nothing was changed. Restore the file from a copy, or move it away: then all bookmarks "
          "of this state directory are gone.")
      .WithNumber(base::kErrJournalDamaged);
}

Status JournalUnusable(const std::filesystem::path& file, std::string_view why) {
  return Status::PermissionDenied("Journal cannot be read or written:" +
                                  Fact("file", file.string()) + Fact("error", why))
      .WithHint("Check owner and rights of the state directory and free space on its disk.")
      .WithNumber(base::kErrJournalUnusable);
}

Status JournalLocked(const std::filesystem::path& file) {
  return Status::Unavailable("Journal stays locked by another process:" +
                             Fact("file", file.string()))
      .WithHint("Run again; `fuser " + file.string() + "` names who has it open.")
      .WithRetry(Retry::kAgain)
      .WithNumber(base::kErrJournalLocked);
}

std::string TimeText(int64_t unix_ms) {
  const std::time_t seconds = unix_ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text.data();
}

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string PositionText(const std::optional<Position>& position) {
  return position ? base::ShortText(position->json, kMaxPositionText) : "the start";
}

}  // namespace tenon::runstate
