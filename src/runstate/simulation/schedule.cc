#include "runstate/simulation/schedule.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "runstate/simulation/process.h"
#include "runstate/simulation/random.h"
#include "runstate/simulation/world.h"

namespace tenon::runstate {
namespace {

constexpr uint32_t kMostSteps = 120;
constexpr uint32_t kMostCleanSteps = 400;
constexpr size_t kMostProcesses = 2;

class Schedule {
 public:
  Schedule(const Configuration& configuration, uint64_t seed, Mutant mutant)
      : configuration_(configuration),
        random_(seed ^ std::hash<std::string>()(configuration.name)),
        world_(configuration, mutant) {}

  ScheduleResult Run() {
    const uint32_t steps = 10 + random_.Below(kMostSteps);
    for (; result_.steps < steps && world_.violation().empty(); ++result_.steps) {
      Event();
      world_.Check();
    }
    if (world_.violation().empty()) Finish();
    result_.violation = world_.violation();
    return result_;
  }

 private:
  // Mostly a step of a process; the rest is what the world does.
  void Event() {
    const uint32_t die = random_.Below(100);
    if (die < 8) {
      if (!world_.Arrive(static_cast<int>(random_.Below(2)), &random_)) StepAny();
    } else if (die < 16 && !world_.under_way().empty()) {
      DecideAny();
    } else if (die < 22) {
      Start();
    } else if (die < 25 && !processes_.empty()) {
      processes_.erase(processes_.begin() + AnyProcess());
    } else if (die < 27 && configuration_.power_cuts) {
      processes_.clear();
      const size_t moments = world_.disk().moments();
      world_.disk().PowerCut(random_.Below(static_cast<uint32_t>(moments)));
    } else {
      StepAny();
    }
  }

  void Start() {
    if (started_ >= configuration_.starts || processes_.size() >= kMostProcesses ||
        world_.completed())
      return;
    ++started_;
    const size_t script = random_.Below(static_cast<uint32_t>(configuration_.scripts.size()));
    processes_.push_back(
        std::make_unique<Process>(world_, configuration_.scripts[script], false, random_));
  }

  void StepAny() {
    if (processes_.empty()) return Start();
    const std::ptrdiff_t chosen = AnyProcess();
    Process& process = *processes_[static_cast<size_t>(chosen)];
    switch (process.Step()) {
      case Process::State::kRunning: break;
      case Process::State::kWaiting:
        if (random_.Chance(1, 8))
          process.LoseReply();
        else if (!world_.under_way().empty())
          DecideAny();
        break;
      case Process::State::kEnded: processes_.erase(processes_.begin() + chosen); break;
    }
  }

  void DecideAny() {
    const uint32_t index = random_.Below(static_cast<uint32_t>(world_.under_way().size()));
    world_.Decide(index, random_.Chance(3, 4));
  }

  std::ptrdiff_t AnyProcess() { return random_.Below(static_cast<uint32_t>(processes_.size())); }

  // Everything dies, commits under way are applied or lost, and nothing fails any more.
  void Finish() {
    processes_.clear();
    while (!world_.under_way().empty()) {
      world_.Decide(0, random_.Chance(1, 2));
      world_.Check();
    }
    const size_t script = random_.Below(static_cast<uint32_t>(configuration_.scripts.size()));
    for (int run = 0; run < 2 && !world_.completed() && world_.violation().empty(); ++run)
      CleanRun(configuration_.scripts[script]);
    if (world_.violation().empty() && !result_.refused) CheckFinished(script);
  }

  void CleanRun(const Script& script) {
    Process process(world_, script, true, random_);
    for (uint32_t step = 0;; ++step) {
      const Process::State state = process.Step();
      if (state == Process::State::kWaiting) world_.Decide(0, true);
      world_.Check();
      if (!world_.violation().empty()) return;
      if (state == Process::State::kEnded) break;
      if (step == kMostCleanSteps) return world_.Violate("clean run does not end");
    }
    if (process.ending() == Process::Ending::kDone) return;
    if (process.ending() == Process::Ending::kRefused && configuration_.may_refuse) {
      result_.refused = true;
      return;
    }
    world_.Violate("clean run ended with " + process.error());
  }

  void CheckFinished(size_t script) {
    if (configuration_.bookmarks && configuration_.scripts.size() > 1) return;
    for (const Slot& slot : world_.journal().slots)
      return world_.Violate("journal is not empty after two clean runs: sink " + slot.sink);
    if (!configuration_.repeatable[0] || !configuration_.repeatable[1]) return;
    for (int source : {0, 1}) {
      const int top = world_.Top(source);
      const Bookmark bookmark = world_.journal().FindBookmark(SourceName(source));
      if (configuration_.bookmarks && configuration_.rows[source] > 0 &&
          PositionToRow(bookmark.position) != top)
        world_.Violate("bookmark of " + SourceName(source) + " is not at the end");
    }
    for (const Operation& operation : configuration_.scripts[script]) {
      if (operation.kind != Operation::Kind::kWrite) continue;
      for (int source : operation.sources)
        if ((world_.RowsBetween(source, 0, world_.Top(source)) &
             ~world_.sink(operation.index).rows) != 0)
          world_.Violate("sink " + SinkName(operation.index) + " lacks rows after two clean runs");
    }
  }

  const Configuration& configuration_;
  Random random_;
  World world_;
  std::vector<std::unique_ptr<Process>> processes_;
  int started_ = 0;
  ScheduleResult result_;
};

}  // namespace

ScheduleResult RunSchedule(const Configuration& configuration, uint64_t seed, Mutant mutant) {
  return Schedule(configuration, seed, mutant).Run();
}

}  // namespace tenon::runstate
