// Feeds one fuzz target its kept inputs, cut and changed ones, and random bytes. The sanitizers judge.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
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

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr int kRandomInputs = 2000;
constexpr size_t kMaxBytes = 300;

// The input that is fed now, told in hexadecimal when the process dies of it: `xxd -r -p` makes a kept input of it.
std::string& Current() {
  static auto* const input = new std::string();
  return *input;
}

void TellInput() {
  std::string told = "input: ";
  for (const char c : Current()) {
    constexpr char kDigits[] = "0123456789abcdef";
    told += kDigits[static_cast<uint8_t>(c) >> 4];
    told += kDigits[static_cast<uint8_t>(c) & 15];
  }
  told += '\n';
  (void)!write(STDERR_FILENO, told.data(), told.size());
}

void TellInputWhenDying() {
  std::signal(SIGABRT, [](int) {
    TellInput();
    std::signal(SIGABRT, SIG_DFL);
    std::raise(SIGABRT);
  });
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_set_death_callback(TellInput);
#endif
}

void Feed(const std::string& input) {
  static const bool heard = (TellInputWhenDying(), true);
  (void)heard;
  Current() = input;
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

// Printed at once: a sanitizer ends the process without a word of the test's.
uint64_t Seed() {
  const char* given = std::getenv("TENON_TEST_SEED");
  const uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device()();
  std::printf("TENON_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  return seed;
}

TEST(ReplayTest, KeptInputsAreTakenWhole) {
  for (const std::string& input : KeptInputs()) Feed(input);
  Feed("");
}

TEST(ReplayTest, KeptInputsAreTakenCutAndChanged) {
  std::mt19937_64 random(Seed());
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
  std::mt19937_64 random(Seed());
  for (int i = 0; i < kRandomInputs; ++i) {
    std::string input(random() % kMaxBytes, '\0');
    for (char& byte : input) byte = static_cast<char>(random());
    Feed(input);
  }
}

}  // namespace
