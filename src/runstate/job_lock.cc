#include "runstate/job_lock.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>

#include "base/hash.h"
#include "base/platform_file.h"
#include "base/platform_process.h"
#include "runstate/errors.h"

namespace tenon::runstate {
namespace {

using nlohmann::json;

// A new holder has the lock a moment before its text stands in the file.
constexpr int kHolderTries = 20;
constexpr int kHolderPauseMs = 10;

std::filesystem::path LockFile(const std::filesystem::path& home, std::string_view job) {
  return home / "locks" / (base::Sha256Hex(job).substr(0, 32) + ".lock");
}

std::string HolderToText(const Holder& holder, std::string_view job) {
  return json({{"job", job},
               {"pid", holder.pid},
               {"boot", holder.boot_id},
               {"host", holder.host},
               {"start", holder.process_start},
               {"since", holder.since_ms}})
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

// Pid 0 when the text is none of ours.
Holder HolderFromText(const std::string& text) {
  const json facts = json::parse(text, nullptr, false);
  Holder holder;
  if (!facts.is_object()) return holder;
  try {
    holder.pid = facts.value("pid", int64_t{0});
    holder.boot_id = facts.value("boot", "");
    holder.host = facts.value("host", "");
    holder.process_start = facts.value("start", int64_t{0});
    holder.since_ms = facts.value("since", int64_t{0});
  } catch (const json::exception&) {
    return {};
  }
  return holder;
}

bool MayLive(const Holder& holder) {
  return base::MayBeAlive({holder.pid, holder.boot_id, holder.host, holder.process_start});
}

// The holder of a file found locked: the first one that may live, else the last one seen.
Holder ReadHolder(const std::filesystem::path& file) {
  Holder holder;
  for (int tried = 0; tried < kHolderTries; ++tried) {
    if (tried > 0) std::this_thread::sleep_for(std::chrono::milliseconds(kHolderPauseMs));
    const Result<std::string> text = base::FileLock::ReadText(file);
    if (text.ok()) holder = HolderFromText(*text);
    if (MayLive(holder)) break;
  }
  return holder;
}

}  // namespace

JobLock::JobLock(std::unique_ptr<base::FileLock> lock, Holder holder)
    : lock_(std::move(lock)), holder_(std::move(holder)) {}
JobLock::~JobLock() = default;

Result<std::unique_ptr<JobLock>> JobLock::Take(const std::filesystem::path& home,
                                               std::string_view job) {
  const std::filesystem::path file = LockFile(home, job);
  if (Status made = base::MakeFolders(file.parent_path()); !made.ok())
    return JournalUnusable(file, made.message());
  Result<std::unique_ptr<base::FileLock>> lock = base::FileLock::TryTake(file);
  if (!lock.ok()) return JournalUnusable(file, lock.status().message());
  if (*lock == nullptr) {
    const Holder holder = ReadHolder(file);
    return MayLive(holder) ? JobIsRunning(job, holder) : LockKept(job, holder, file);
  }
  const base::ProcessIdentity me = base::CurrentProcess();
  Holder holder{me.pid, me.boot_id, me.host, me.start, NowMs()};
  if (Status written = (*lock)->SetText(HolderToText(holder, job)); !written.ok())
    return JournalUnusable(file, written.message());
  return std::unique_ptr<JobLock>(new JobLock(*std::move(lock), std::move(holder)));
}

Result<std::optional<Holder>> JobLock::Look(const std::filesystem::path& home,
                                            std::string_view job) {
  const std::filesystem::path file = LockFile(home, job);
  Result<bool> held = base::FileLock::IsHeld(file);
  if (!held.ok()) return JournalUnusable(file, held.status().message());
  if (!*held) return std::optional<Holder>();
  return std::optional<Holder>(ReadHolder(file));
}

}  // namespace tenon::runstate
