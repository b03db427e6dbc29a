#include "base/failpoint.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/text.h"

namespace tenon::base {
namespace {

constexpr std::array<std::string_view, 30> kNames = {
    "K01", "K02", "K03", "K04", "K05", "K06", "K07", "K08", "K09", "K10",
    "K11", "K12", "K13", "K14", "K15", "K16", "K17", "K18", "K19", "K20",
    "K21", "K22", "K23", "K24", "K27", "K28", "S01", "S02", "S03", "S04"};
constexpr int kBadScriptExit = 97;
constexpr int kMaxStallMs = 600'000;

enum class Action { kKill, kExit, kStall, kStop, kError };

Status BadScript(std::string_view what, std::string_view part) {
  return Status::InvalidArgument("TENON_FAIL cannot be understood: " + std::string(what) + "=" +
                                 std::string(part))
      .WithHint(
          "Write NAME:kill, NAME:stop, NAME:error, NAME:exit:code=3 or NAME:stall:ms=200, then :hit=2 "
          "or :at=TEXT, with ; between several. Names are K01 to K24, K27, K28 and S01 to S04.");
}

}  // namespace

struct FailpointScript::Rule {
  std::string name, at;
  Action action = Action::kKill;
  int64_t hit = 0;     // 0: every time.
  int64_t amount = 0;  // Milliseconds or exit code.
  int64_t passed = 0;
};

struct FailpointScript::State {
  std::mutex mutex;
  std::vector<Rule> rules;
};

std::span<const std::string_view> FailpointNames() { return kNames; }

FailpointScript::FailpointScript(std::unique_ptr<State> state) : state_(std::move(state)) {}
FailpointScript::~FailpointScript() = default;

Result<std::unique_ptr<FailpointScript>> FailpointScript::Parse(std::string_view text) {
  auto state = std::make_unique<State>();
  for (std::string_view entry : Split(text, ';')) {
    if (entry.empty()) continue;
    const std::vector<std::string_view> parts = Split(entry, ':');
    Rule rule;
    rule.name = parts[0];
    if (!std::binary_search(kNames.begin(), kNames.end(), parts[0]))
      return BadScript("name", parts[0]);
    if (parts.size() < 2) return BadScript("entry", entry);
    if (parts[1] == "kill") {
      rule.action = Action::kKill;
    } else if (parts[1] == "stop") {
      rule.action = Action::kStop;
    } else if (parts[1] == "error") {
      rule.action = Action::kError;
    } else if (parts[1] == "exit") {
      rule.action = Action::kExit;
      rule.amount = 1;
    } else if (parts[1] == "stall") {
      rule.action = Action::kStall;
    } else {
      return BadScript("action", parts[1]);
    }
    for (size_t i = 2; i < parts.size(); ++i) {
      const size_t equals = parts[i].find('=');
      if (equals == std::string_view::npos) return BadScript("word", parts[i]);
      const std::string_view key = parts[i].substr(0, equals), value = parts[i].substr(equals + 1);
      if (key == "at") {
        rule.at = value;
        continue;
      }
      const std::optional<int64_t> parsed = ParseInteger(value);
      if (!parsed || *parsed < 0) return BadScript("number", parts[i]);
      const int64_t number = *parsed;
      if (key == "hit" && number > 0) {
        rule.hit = number;
      } else if ((key == "code" && rule.action == Action::kExit && number < 256) ||
                 (key == "ms" && rule.action == Action::kStall && number <= kMaxStallMs)) {
        rule.amount = number;
      } else {
        return BadScript("word", parts[i]);
      }
    }
    state->rules.push_back(std::move(rule));
  }
  return std::unique_ptr<FailpointScript>(new FailpointScript(std::move(state)));
}

Status FailpointScript::Pass(std::string_view name, std::string_view detail) {
  int64_t stall_ms = 0;
  bool fail = false, stop = false;
  {
    std::lock_guard guard(state_->mutex);
    for (Rule& rule : state_->rules) {
      if (rule.name != name || (!rule.at.empty() && rule.at != detail)) continue;
      ++rule.passed;
      if (rule.hit != 0 && rule.passed != rule.hit) continue;
      if (rule.action == Action::kKill) kill(getpid(), SIGKILL);
      if (rule.action == Action::kExit)
        _exit(static_cast<int>(rule.amount));  // Tidy: what it is for
      if (rule.action == Action::kStall) stall_ms += rule.amount;
      if (rule.action == Action::kStop) stop = true;
      if (rule.action == Action::kError) fail = true;
    }
  }
  if (stop) kill(getpid(), SIGSTOP);
  if (stall_ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(stall_ms));
  if (!fail) return Status::Ok();
  return Status::Unavailable("Failpoint was told to fail: name=" + std::string(name));
}

Status PassFailpoint(std::string_view name, std::string_view detail) {
  // Read once and never changed: the environment of a test's child process.
  static const std::unique_ptr<FailpointScript> script = [] {
    const char* text = std::getenv("TENON_FAIL");
    Result<std::unique_ptr<FailpointScript>> parsed = FailpointScript::Parse(text ? text : "");
    if (!parsed.ok()) {
      std::fprintf(stderr, "%s\n", parsed.status().ToString().c_str());  // Tidy: a test child only
      _exit(kBadScriptExit);                                             // Tidy: a test child only
    }
    return std::move(parsed).value();
  }();
  return script->Pass(name, detail);
}

}  // namespace tenon::base
