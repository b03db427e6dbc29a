// One random schedule: arrivals, starts at any instant (a second process takes over from a living
// one), kills, lost and late commits, lost replies, power cuts; then everything dies and two clean
// runs must finish all. What must hold is checked after every step. A schedule is a function of
// configuration, seed and mutant.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "runstate/simulation/configuration.h"
#include "runstate/simulation/mutant.h"

namespace tenon::runstate {

struct ScheduleResult {
  std::string violation;  // Empty: none.
  bool refused = false;   // A clean run ended with exit 6, as its configuration allows.
  uint32_t steps = 0;
};

ScheduleResult RunSchedule(const Configuration& configuration, uint64_t seed, Mutant mutant);

}  // namespace tenon::runstate
