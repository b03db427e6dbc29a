// What the host lends to one attempt of one task: cancellation, limits, bad rows, counters, log, splitting.
//
// A default-made context works alone: nothing cancels it, bad rows and logs are dropped, limits are the defaults.
// That is enough to unit-test a reader with no engine. All methods may be called from any thread. It is a small
// value that refers to its host: keep it no longer than the objects that were opened with it.
//
// A call that blocks registers a std::stop_callback on stop() that wakes it (closes the socket): call-backs must
// not block and must take no foreign lock; declare the call-back member after everything it uses.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "tenon/partition.h"
#include "tenon/status.h"

namespace tenon {

struct BatchLimits {
  int64_t max_rows = 65536;
  int64_t max_bytes = 16 << 20;  // Soft: one larger row travels alone.
};

// One bad row. No secret; the host cuts `input` at 4 KiB.
struct ErrorRecord {
  std::string message;  // What is wrong with it.
  std::string input;    // The row as it came, as far as it could be read.
  std::string where;    // "file=a.json line=17 byte=4711"
};

enum class LogLevel : int32_t { kDebug = 0, kInfo = 1, kWarning = 2, kError = 3 };

// The host's side. Engines, the conformance suite and the plug-in adapter implement it; connectors never do.
class TaskHost {
 public:
  virtual ~TaskHost() = default;
  virtual BatchLimits Limits() = 0;
  virtual void AddError(ErrorRecord record) = 0;
  virtual void Count(std::string_view metric, int64_t n) = 0;
  virtual void Log(LogLevel level, std::string_view text) = 0;
  virtual bool SplitWanted() = 0;
  virtual bool GiveAway(const Partition& mine, const Partition& rest) = 0;
};

class TaskContext {
 public:
  TaskContext() = default;
  // `host` may be null and must outlive every copy of this context.
  TaskContext(TaskHost* host, std::stop_token stop) : host_(host), stop_(std::move(stop)) {}

  // Poll it, or hang a std::stop_callback on it. A call that ends because of it returns kCancelled.
  const std::stop_token& stop() const { return stop_; }
  bool cancelled() const { return stop_.stop_requested(); }
  // Ok, or the kCancelled error to return.
  Status CheckCancelled() const {
    return cancelled() ? Status::Cancelled("The task was cancelled") : Status::Ok();
  }

  // May shrink while a reader lives, when memory is short: read it for each batch.
  BatchLimits limits() const { return host_ ? host_->Limits() : BatchLimits(); }
  // Reports a bad row; reading or writing goes on. Counted only if this attempt is the one that wins.
  void AddError(ErrorRecord record) const {
    if (host_) host_->AddError(std::move(record));
  }
  void Count(std::string_view metric, int64_t n) const {
    if (host_) host_->Count(metric, n);
  }
  // The host adds the place (job, connector, partition) and redacts known secrets.
  void Log(LogLevel level, std::string_view text) const {
    if (host_) host_->Log(level, text);
  }

  // A worker is idle: a reader of a splittable partition may give part of its work away between chunks.
  bool split_wanted() const { return host_ && host_->SplitWanted(); }
  // False: not taken, go on as before. True: this attempt now has `mine`, somebody else reads `rest`.
  // REQUIRES: mine + rest is exactly what this attempt has read and would have read, with what it has already
  // returned in `mine`: a retry starts from `mine`.
  bool GiveAway(const Partition& mine, const Partition& rest) const {
    return host_ && host_->GiveAway(mine, rest);
  }

 private:
  TaskHost* host_ = nullptr;
  std::stop_token stop_;
};

}  // namespace tenon
