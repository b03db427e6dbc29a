// Feeds one fuzz target its kept inputs, cut and changed ones, and random bytes. The sanitizers judge.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr int kRandomInputs = 2000;
constexpr size_t kMaxBytes = 300;

void Feed(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

std::vector<std::string> KeptInputs() {
  std::vector<std::string> inputs;
  if (!std::filesystem::is_directory(TENON_FUZZ_CORPUS)) return inputs;
  for (const auto& entry : std::filesystem::directory_iterator(TENON_FUZZ_CORPUS)) {
    std::ifstream file(entry.path(), std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

uint64_t Seed() {
  const char* given = std::getenv("TENON_TEST_SEED");
  return given ? std::strtoull(given, nullptr, 10) : std::random_device()();
}

TEST(ReplayTest, KeptInputsAreTakenWhole) {
  for (const std::string& input : KeptInputs()) Feed(input);
  Feed("");
}

TEST(ReplayTest, KeptInputsAreTakenCutAndChanged) {
  const uint64_t seed = Seed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (const std::string& input : KeptInputs()) {
    for (size_t length = 0; length < std::min(input.size(), kMaxBytes); ++length) {
      Feed(input.substr(0, length));
      std::string changed = input;
      changed[length] = static_cast<char>(random());
      Feed(changed);
    }
  }
}

TEST(ReplayTest, RandomBytesAreTaken) {
  const uint64_t seed = Seed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::printf("TENON_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < kRandomInputs; ++i) {
    std::string input(random() % kMaxBytes, '\0');
    for (char& byte : input) byte = static_cast<char>(random());
    Feed(input);
  }
}

}  // namespace
