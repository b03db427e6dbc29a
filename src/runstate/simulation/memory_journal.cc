#include "runstate/simulation/memory_journal.h"

#include <algorithm>
#include <utility>

#include "runstate/errors.h"

namespace tenon::runstate {
namespace {

// What the real journal keeps beside a JobState.
void NoteRun(const RunRecord& run, std::vector<RunRecord>* runs) {
  const auto known = std::find_if(runs->begin(), runs->end(),
                                  [&](const RunRecord& each) { return each.run == run.run; });
  if (known == runs->end())
    runs->push_back(run);
  else
    *known = run;
}

void NoteMove(const MoveBookmark& move, MemoryDisk::Job* job) {
  std::vector<BookmarkMove>& moves = job->history[move.context];
  moves.push_back({move.expected_version + 1, move.position, move.run, NowMs()});
  if (moves.size() > kHistoryPerBookmark) moves.erase(moves.begin());
}

}  // namespace

void MemoryDisk::Commit(Job job, Durability durability) {
  if (power_cuts_) {
    if (durability == Durability::kDurable)
      past_.clear();
    else
      past_.push_back(now_);
  }
  std::string name = job.state.job;
  now_.insert_or_assign(std::move(name), std::move(job));
}

void MemoryDisk::PowerCut(size_t index) {
  if (index < past_.size()) now_ = Jobs(past_[index]);
  past_.clear();
}

MemoryJournal::MemoryJournal(MemoryDisk& disk, std::string home_id)
    : disk_(disk), home_id_(std::move(home_id)) {}

const MemoryDisk::Job* MemoryJournal::Find(std::string_view job) const {
  const auto found = disk_.jobs().find(job);
  return found == disk_.jobs().end() ? nullptr : &found->second;
}

Result<JobState> MemoryJournal::Load(std::string_view job) {
  const MemoryDisk::Job* found = Find(job);
  if (found != nullptr) return found->state;
  JobState unknown;
  unknown.job = job;
  return unknown;
}

Result<JobState> MemoryJournal::TakeOver(std::string_view job, const Holder& holder) {
  const MemoryDisk::Job* found = Find(job);
  MemoryDisk::Job next = found == nullptr ? MemoryDisk::Job() : *found;
  next.state.job = job;
  ++next.state.epoch;
  next.state.holder = holder;
  for (RunRecord& run : next.runs)
    if (run.state == RunState::kRunning) run.state = RunState::kCut;
  if (next.runs.size() > kRunsPerJob)
    next.runs.erase(next.runs.begin(), next.runs.end() - kRunsPerJob);
  if (!next.runs.empty()) next.state.last_run = next.runs.back();
  JobState state = next.state;
  disk_.Commit(std::move(next), Durability::kNormal);
  return state;
}

Status MemoryJournal::Apply(const Transaction& transaction) {
  const MemoryDisk::Job* found = Find(transaction.job);
  const uint64_t epoch = found == nullptr ? 0 : found->state.epoch;
  if (epoch != transaction.epoch) return TakenOver(transaction.job, transaction.epoch, epoch);
  if (found == nullptr) return Status::Internal("Job was never taken: job=" + transaction.job);
  MemoryDisk::Job next = *found;
  TENON_RETURN_IF_ERROR(ApplyChanges(transaction.changes, &next.state));
  for (const Change& change : transaction.changes) {
    if (const auto* run = std::get_if<PutRun>(&change)) NoteRun(run->run, &next.runs);
    if (const auto* move = std::get_if<MoveBookmark>(&change)) NoteMove(*move, &next);
  }
  if (!next.runs.empty()) next.state.last_run = next.runs.back();
  disk_.Commit(std::move(next), transaction.durability);
  return Status::Ok();
}

Result<std::vector<RunRecord>> MemoryJournal::Runs(std::string_view job, int limit) {
  std::vector<RunRecord> runs;
  for (const auto& [name, each] : disk_.jobs())
    if (job.empty() || name == job) runs.insert(runs.end(), each.runs.rbegin(), each.runs.rend());
  if (runs.size() > static_cast<size_t>(limit)) runs.resize(static_cast<size_t>(limit));
  return runs;
}

Result<std::vector<BookmarkMove>> MemoryJournal::History(std::string_view job,
                                                         std::string_view context) {
  std::vector<BookmarkMove> moves;
  if (const MemoryDisk::Job* found = Find(job)) {
    const auto known = found->history.find(context);
    if (known != found->history.end()) moves.assign(known->second.rbegin(), known->second.rend());
  }
  return moves;
}

Result<std::vector<std::string>> MemoryJournal::Jobs() {
  std::vector<std::string> jobs;
  for (const auto& entry : disk_.jobs()) jobs.push_back(entry.first);
  return jobs;
}

}  // namespace tenon::runstate
