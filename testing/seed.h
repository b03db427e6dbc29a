// The seed of a random test: TENON_TEST_SEED, else another one each time. It is printed, so that a failure can be had
// again.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace tenon::testing {

inline uint64_t Seed() {
  const char* const given = std::getenv("TENON_TEST_SEED");
  const uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
  std::printf("TENON_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

}  // namespace tenon::testing
