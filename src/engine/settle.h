// Decides, with the connector that a call was sent to, what became of it; and removes what is left
// behind. Works from the journal's words alone, in a process that never ran the script.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error_catalog.h"
#include "base/failpoint.h"
#include "base/json.h"
#include "connector/registry.h"
#include "job/named_options.h"
#include "job/resolve.h"
#include "runstate/job_hold.h"
#include "tenon/connector.h"

namespace tenon::engine {

// How long the removal of leavings may take; what is not removed then is left for a later run.
inline constexpr std::chrono::milliseconds kSweepPatience{5'000};
// After Ctrl-C the user waits.
inline constexpr std::chrono::milliseconds kSweepPatienceCancelled{500};

// How long one call that settles may take: it may upload anew what was prepared. Ctrl-C ends it before.
inline constexpr std::chrono::milliseconds kLongestSettling = std::chrono::hours(24);

// How a connector's Recovery is opened again in another process: its name and the plain options.
// Secret values, and what a secret gave, stay out of the journal: their names are kept, and what the
// script named (connectionName, secretId), so that they can be fetched again.
std::string ReopenText(const job::ResolvedStore& store);

class Settler {
 public:
  // `registry`, `names` and `host` are borrowed; `host` may be null. Who does not answer is asked again for
  // `patience`, which bounds Discard too; one call of Settle may take `longest`, by default as long.
  // After that, or when `stop` is used, the outcome is unknown.
  Settler(const connector::Registry& registry, const job::NamedOptions& names, TaskHost* host,
          std::stop_token stop, std::chrono::milliseconds patience,
          std::optional<std::chrono::milliseconds> longest = std::nullopt)
      : registry_(registry),
        names_(names),
        host_(host),
        stop_(std::move(stop)),
        patience_(patience),
        longest_(longest.value_or(patience)) {}

  // The options of the call that is settled, for as long as this lives: their secret values need not be fetched.
  void Know(const Options& options) { known_ = &options; }

  // kUnavailable TN9001: no answer. kConflict: a newer call holds the register.
  Result<Outcome> Settle(const runstate::UnsettledCall& call) const;
  // Best effort: later runs repeat it. kCancelled: not done within the patience.
  Status Discard(const runstate::Garbage& garbage, const SinkCall& call) const;

 private:
  Result<std::unique_ptr<Recovery>> OpenRecovery(const std::string& reopen,
                                                 const TaskContext& context) const;

  Status FetchSecrets(const base::JsonObject& reopen, const std::string& connector,
                      Options* options) const;

  const connector::Registry& registry_;
  const job::NamedOptions& names_;
  const Options* known_ = nullptr;
  TaskHost* const host_;
  const std::stop_token stop_;
  const std::chrono::milliseconds patience_, longest_;
};

// The error of a call whose outcome nobody could tell.
Status OutcomeUnknown(const runstate::UnsettledCall& call, const Status& cause);

// Whether a call of unknown outcome is given up, as if it had never been published; else its error ends the settling.
using GiveUp = std::function<bool(const runstate::UnsettledCall& call, const Status& unknown)>;

// Settles what `desk`, an Attempt or a JobDesk, has open, in order. `told` hears what was found.
template <typename Desk, typename Tell>
Status SettleAll(Desk& desk, const Settler& settler, Tell told, const GiveUp& give_up = nullptr) {
  for (const runstate::UnsettledCall& call : desk.Unsettled()) {
    const Result<Outcome> outcome = settler.Settle(call);
    if (outcome.status().Is(StatusCode::kConflict)) return desk.SinkIsAhead(call, outcome.status());
    if (outcome.status().number() == base::kErrOutcomeUnknown && give_up != nullptr &&
        give_up(call, outcome.status())) {
      TENON_RETURN_IF_ERROR(desk.Settled(call.seq, Outcome::kNever));
      continue;
    }
    TENON_RETURN_IF_ERROR(outcome.status());
    TENON_FAILPOINT("K22", call.call.sink);
    TENON_RETURN_IF_ERROR(desk.Settled(call.seq, *outcome));
    told("Sink " + call.call.sink + " of run " + call.call.run +
         (*outcome == Outcome::kPublished ? ": its rows are there" : ": nothing of it is there"));
  }
  return Status::Ok();
}

// Removes what `desk` says may go. What cannot be removed now is left for a later run.
template <typename Desk>
Status RemoveGarbage(Desk& desk, const Settler& settler, std::string_view home,
                     std::string_view job) {
  for (const runstate::Garbage& garbage : desk.RemovableGarbage()) {
    const SinkCall call{std::string(home), std::string(job), garbage.sink, garbage.run,
                        garbage.token};
    if (!settler.Discard(garbage, call).ok()) continue;
    TENON_FAILPOINT("K21", garbage.sink);
    TENON_RETURN_IF_ERROR(desk.GarbageRemoved(garbage.token));
  }
  return Status::Ok();
}

}  // namespace tenon::engine
