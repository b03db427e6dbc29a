// Runs many schedules and prints what they came to; exit code 1 when one violated the protocol.
//
//   run_state_simulator [--schedules N] [--seed S] [--config NAME|all] [--mutant NAME|none|all]
//   [--threads N]
//
// A violation names the seed that shows it: give that seed with --schedules 1 and the same
// configuration and mutant.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "runstate/simulation/schedule.h"

namespace tenon::runstate {
namespace {

struct Request {
  uint64_t schedules = 100'000;
  uint64_t seed = 1;
  std::string configuration = "all";
  std::string mutant = "none";
  unsigned threads = std::max(1u, std::thread::hardware_concurrency());
};

// A line of text, as printf makes it.
[[gnu::format(printf, 2, 3)]] void Print(std::FILE* file, const char* format, ...) {
  std::array<char, 1024> text;
  va_list values;
  va_start(values, format);
  std::vsnprintf(text.data(), text.size(), format, values);
  va_end(values);
  std::fputs(text.data(), file);
}

struct Tally {
  uint64_t schedules = 0, steps = 0, refused = 0, violations = 0, first_seed = 0;
  std::string first_violation;
  double seconds = 0;
};

Tally RunMany(const Configuration& configuration, Mutant mutant, const Request& request,
              uint64_t count, bool stop_at_first) {
  Tally tally;
  std::mutex mutex;
  std::atomic<uint64_t> next{0};
  const auto begin = std::chrono::steady_clock::now();
  const auto work = [&] {
    for (;;) {
      const uint64_t index = next.fetch_add(1);
      if (index >= count) return;
      const ScheduleResult result = RunSchedule(configuration, request.seed + index, mutant);
      std::lock_guard guard(mutex);
      ++tally.schedules;
      tally.steps += result.steps;
      tally.refused += result.refused;
      if (result.violation.empty()) continue;
      ++tally.violations;
      if (tally.first_violation.empty() || request.seed + index < tally.first_seed) {
        tally.first_seed = request.seed + index;
        tally.first_violation = result.violation;
      }
      if (stop_at_first) next.store(count);
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < request.threads; ++i) threads.emplace_back(work);
  threads.clear();
  tally.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return tally;
}

int RunProtocol(const Request& request) {
  Tally total;
  size_t configurations = 0;
  for (const Configuration& each : Configurations())
    configurations += request.configuration == "all" || request.configuration == each.name;
  if (configurations == 0) {
    Print(stderr, "no such configuration: %s\n", request.configuration.c_str());
    return 2;
  }
  size_t seen = 0;
  for (const Configuration& each : Configurations()) {
    if (request.configuration != "all" && request.configuration != each.name) continue;
    // The first ones take what does not divide.
    const uint64_t count =
        request.schedules / configurations + (seen++ < request.schedules % configurations);
    const Tally tally = RunMany(each, Mutant::kNone, request, count, false);
    Print(stdout,
          "%-20s sinks=%-3s schedules=%8llu steps=%10llu refused=%7llu violations=%llu %6.1fs\n",
          each.name.c_str(), each.sinks.c_str(), static_cast<unsigned long long>(tally.schedules),
          static_cast<unsigned long long>(tally.steps),
          static_cast<unsigned long long>(tally.refused),
          static_cast<unsigned long long>(tally.violations), tally.seconds);
    if (tally.violations > 0)
      Print(stdout, "  seed=%llu: %s\n", static_cast<unsigned long long>(tally.first_seed),
            tally.first_violation.c_str());
    std::fflush(stdout);
    total.schedules += tally.schedules;
    total.steps += tally.steps;
    total.refused += tally.refused;
    total.violations += tally.violations;
    total.seconds += tally.seconds;
  }
  Print(stdout,
        "TOTAL configurations=%zu schedules=%llu steps=%llu refused=%llu violations=%llu "
        "seconds=%.1f schedules/s=%.0f\n",
        configurations, static_cast<unsigned long long>(total.schedules),
        static_cast<unsigned long long>(total.steps),
        static_cast<unsigned long long>(total.refused),
        static_cast<unsigned long long>(total.violations), total.seconds,
        static_cast<double>(total.schedules) / std::max(total.seconds, 1e-9));
  return total.violations == 0 ? 0 : 1;
}

int RunMutants(const Request& request) {
  int survived = 0, known = 0;
  for (const MutantInfo& info : Mutants()) {
    if (request.mutant != "all" && request.mutant != info.name) continue;
    ++known;
    const std::string_view where = request.configuration == "all"
                                       ? info.configuration
                                       : std::string_view(request.configuration);
    const Configuration* configuration = FindConfiguration(where);
    if (configuration == nullptr) return 2;
    const Tally tally = RunMany(*configuration, info.mutant, request, request.schedules, true);
    if (tally.violations == 0) {
      ++survived;
      Print(stdout, "%-22s SURVIVED %llu schedules of %s\n", std::string(info.name).c_str(),
            static_cast<unsigned long long>(tally.schedules), configuration->name.c_str());
      continue;
    }
    Print(stdout, "%-22s killed in %s after %llu schedules, seed=%llu: %s\n",
          std::string(info.name).c_str(), configuration->name.c_str(),
          static_cast<unsigned long long>(tally.schedules),
          static_cast<unsigned long long>(tally.first_seed), tally.first_violation.c_str());
  }
  Print(stdout, "killed %d of %d mutants\n", known - survived, known);
  return known > 0 && survived == 0 ? 0 : 1;
}

int Main(int count, char** arguments) {
  Request request;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = arguments[i];
    const char* value = arguments[i + 1];
    if (name == "--schedules")
      request.schedules = std::strtoull(value, nullptr, 10);
    else if (name == "--seed")
      request.seed = std::strtoull(value, nullptr, 10);
    else if (name == "--config")
      request.configuration = value;
    else if (name == "--mutant")
      request.mutant = value;
    else if (name == "--threads")
      request.threads = static_cast<unsigned>(std::max(1, std::atoi(value)));
    else
      count = 0;  // Usage.
  }
  if (count == 0 || count % 2 == 0) {
    Print(stderr,
          "usage: run_state_simulator [--schedules N] [--seed S] [--config NAME|all]\n"
          "                           [--mutant NAME|none|all] [--threads N]\n");
    return 2;
  }
  return request.mutant == "none" ? RunProtocol(request) : RunMutants(request);
}

}  // namespace
}  // namespace tenon::runstate

int main(int count, char** arguments) { return tenon::runstate::Main(count, arguments); }
