#include "engine/settle.h"

#include <algorithm>
#include <cstdlib>
#include <thread>
#include <utility>

#include "base/error_catalog.h"
#include "base/json.h"
#include "base/text.h"
#include "engine/local/retry.h"

namespace tenon::engine {
namespace {

using base::Json;
using Clock = std::chrono::steady_clock;

constexpr RetryRule kAskAgain{.max_attempts = 1'000'000,
                              .first_delay = std::chrono::milliseconds(100),
                              .longest_delay = std::chrono::milliseconds(2'000)};

// Ends a call that hangs: when the patience is over, or when somebody cancels.
class HungCall {
 public:
  HungCall(TaskHost* host, const std::stop_token& stop, std::chrono::milliseconds patience)
      : cancelled_(stop, End{give_up_}),
        timer_([this, patience](std::stop_token answered) {
          if (Pause(patience, answered).ok()) give_up_.request_stop();
        }),
        context_(host, give_up_.get_token()) {}

  const TaskContext& context() const { return context_; }

 private:
  struct End {
    std::stop_source& give_up;
    void operator()() const { give_up.request_stop(); }
  };

  std::stop_source give_up_;
  std::stop_callback<End> cancelled_;
  std::jthread timer_;
  const TaskContext context_;
};

}  // namespace

std::string ReopenText(const job::ResolvedStore& store) {
  Json options = Json::object(), secrets = Json::array(), named = Json::object();
  for (const std::string& name : store.options.names()) {
    const auto& withheld = store.withheld;
    if (store.options.IsSecret(name) ||
        std::find(withheld.begin(), withheld.end(), name) != withheld.end()) {
      secrets.push_back(name);
    } else {
      options[name] = store.options.GetOr(name, "").value();
    }
  }
  for (const std::string& name : store.named.names()) {
    if (!store.named.IsSecret(name)) named[name] = store.named.GetOr(name, "").value();
  }
  return base::DumpJson(Json{{"v", 1},
                             {"connector", store.info.name},
                             {"options", options},
                             {"secrets", secrets},
                             {"type", store.connection_type},
                             {"named", named}});
}

// Only the secret values are fetched anew: the rest stays what it was when the call was made.
Status Settler::FetchSecrets(const base::JsonObject& reopen, const std::string& connector,
                             Options* options) const {
  TENON_ASSIGN_OR_RETURN(std::vector<std::string> wanted, reopen.Strings("secrets"));
  const auto take_from = [&](const Options& filled) {
    std::erase_if(wanted, [&](const std::string& name) {
      Result<Secret> value = filled.GetSecret(name);
      if (!value.ok()) return false;
      options->SetSecret(name, *std::move(value));
      return true;
    });
  };
  if (known_ != nullptr) take_from(*known_);
  TENON_ASSIGN_OR_RETURN(const std::string type, reopen.StringOr("type", ""));
  if (!wanted.empty() && !type.empty()) {
    TENON_ASSIGN_OR_RETURN(const base::JsonObject words, reopen.Object("named"));
    Options named;
    for (const auto& [name, value] : words.value().items()) {
      if (value.is_string()) named.Set(name, value.get<std::string>());
    }
    TENON_ASSIGN_OR_RETURN(const job::FilledOptions filled, names_.Fill(registry_, type, named));
    take_from(filled.options);
  }
  if (wanted.empty()) return Status::Ok();
  // To wait would change nothing.
  return Status::PermissionDenied("The sink can only be asked with its secrets: connector=" +
                                  connector + " options=" + base::Join(wanted, ","))
      .WithHint("Give the connection its secrets by a stored connection.");
}

Result<std::unique_ptr<Recovery>> Settler::OpenRecovery(const std::string& reopen,
                                                        const TaskContext& context) const {
  TENON_ASSIGN_OR_RETURN(const Json words, base::ParseJson(reopen));
  TENON_ASSIGN_OR_RETURN(const base::JsonObject object, base::JsonObject::From(words));
  TENON_ASSIGN_OR_RETURN(const std::string name, object.String("connector"));
  TENON_ASSIGN_OR_RETURN(const base::JsonObject plain, object.Object("options"));
  TENON_ASSIGN_OR_RETURN(const std::shared_ptr<Connector> connector, registry_.Find(name));
  Options options;
  for (const auto& entry : plain.value().items()) {
    if (entry.value().is_string()) options.Set(entry.key(), entry.value().get<std::string>());
  }
  TENON_RETURN_IF_ERROR(FetchSecrets(object, name, &options));
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<Recovery> recovery,
                         OpenAbilityAs<Recovery>(*connector, options, context));
  if (recovery == nullptr) {
    return Status::Unsupported("Connector cannot tell what became of a call: connector=" + name +
                               " ability=" + std::string(Recovery::kId));
  }
  return recovery;
}

Result<Outcome> Settler::Settle(const runstate::UnsettledCall& call) const {
#if defined(TENON_FAILPOINTS) && TENON_FAILPOINTS
  // The counter-test of the killer: who guesses instead of asking loses or doubles rows.
  if (std::getenv("TENON_FAIL_GUESS") != nullptr) return Outcome::kNever;
#endif
  const Clock::time_point deadline = Clock::now() + patience_;
  const HungCall limit(host_, stop_, longest_);
  const TaskContext& context = limit.context();
  for (int attempt = 1;; ++attempt) {
    const auto ask = [&]() -> Result<Outcome> {
      TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Recovery> recovery,
                             OpenRecovery(call.reopen, context));
      return recovery->Settle(call.call, call.seq, call.covers, call.prepared, call.places,
                              context);
    };
    Result<Outcome> outcome = ask();
    if (outcome.ok() || outcome.status().Is(StatusCode::kConflict)) return outcome;
    const auto delay = RetryDelay(kAskAgain, outcome.status(), attempt);
    const bool again = outcome.status().Is(StatusCode::kUnavailable) &&
                       Clock::now() + delay < deadline && Pause(delay, context.stop()).ok();
    if (!again) return OutcomeUnknown(call, outcome.status());
  }
}

Status Settler::Discard(const runstate::Garbage& garbage, const SinkCall& call) const {
  const HungCall limit(host_, stop_, patience_);
  const TaskContext& context = limit.context();
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Recovery> recovery,
                         OpenRecovery(garbage.reopen, context));
  return recovery->Discard(call, garbage.places, garbage.messages, context);
}

Status OutcomeUnknown(const runstate::UnsettledCall& call, const Status& cause) {
  return Status::Unavailable("A sink gave no answer, nothing was guessed: sink=" + call.call.sink +
                             " run=" + call.call.run + " seq=" + std::to_string(call.seq) +
                             " cause=" + cause.ToString())
      .WithNumber(base::kErrOutcomeUnknown)
      .WithHint("When it can be reached again: tenon run recover " + call.call.job +
                ". If it never can be: tenon run forget " + call.call.job + " --undecided.");
}

}  // namespace tenon::engine
