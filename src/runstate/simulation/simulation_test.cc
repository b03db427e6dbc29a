// The run protocol under random schedules. The nightly long run is `run_state_simulator --schedules
// 1000000`.
#include <cstdlib>
#include <iostream>
#include <random>

#include "runstate/simulation/schedule.h"
#include "testing/matchers.h"

namespace tenon::runstate {
namespace {

// Another slice of seeds each time, unless TENON_TEST_SEED names one; a failure prints it.
uint64_t FirstSeed() {
  if (const char* text = std::getenv("TENON_TEST_SEED")) return std::strtoull(text, nullptr, 10);
  static const uint64_t seed = uint64_t{std::random_device()()} << 20;
  return seed;
}

class SimulationTest : public ::testing::TestWithParam<Configuration> {};

TEST_P(SimulationTest, NothingIsLostOrDoubled) {
  constexpr uint64_t kSchedules = 1500;
  for (uint64_t i = 0; i < kSchedules; ++i) {
    const ScheduleResult result = RunSchedule(GetParam(), FirstSeed() + i, Mutant::kNone);
    ASSERT_EQ(result.violation, "") << "TENON_TEST_SEED=" << FirstSeed() + i;
  }
}

INSTANTIATE_TEST_SUITE_P(Configurations, SimulationTest,
                         ::testing::ValuesIn(Configurations().begin(), Configurations().end()),
                         [](const auto& info) {
                           std::string name = info.param.name;
                           for (char& c : name)
                             if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
                           return name;
                         });

class MutantTest : public ::testing::TestWithParam<MutantInfo> {};

TEST_P(MutantTest, DamageIsFoundWithTheProtectionSwitchedOff) {
  constexpr uint64_t kMostSchedules = 200'000;
  const Configuration* configuration = FindConfiguration(GetParam().configuration);
  ASSERT_NE(configuration, nullptr);
  for (uint64_t i = 0; i < kMostSchedules; ++i)
    if (!RunSchedule(*configuration, FirstSeed() + i, GetParam().mutant).violation.empty()) return;
  FAIL() << "survived " << kMostSchedules << " schedules: " << GetParam().what
         << "; TENON_TEST_SEED=" << FirstSeed();
}

INSTANTIATE_TEST_SUITE_P(Mutants, MutantTest,
                         ::testing::ValuesIn(Mutants().begin(), Mutants().end()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ScheduleTest, IsAFunctionOfItsSeed) {
  const Configuration& configuration = *FindConfiguration("branching");
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    const ScheduleResult first = RunSchedule(configuration, seed, Mutant::kNoDoublingGuard);
    const ScheduleResult second = RunSchedule(configuration, seed, Mutant::kNoDoublingGuard);
    EXPECT_EQ(first.violation, second.violation);
    EXPECT_EQ(first.steps, second.steps);
  }
}

}  // namespace
}  // namespace tenon::runstate
