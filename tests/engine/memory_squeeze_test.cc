// R7: one row of 200 MiB, a budget of 256 MiB, a sink that is slow at times.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <map>
#include <string>

namespace tenon {
namespace {

constexpr int64_t kMiB = 1 << 20;
constexpr int64_t kBudget = 256 * kMiB;
constexpr int64_t kGiantBytes = 200 * kMiB;
constexpr int64_t kRowBytes = 64 << 10;

// What the program printed: a name and a number a line.
std::map<std::string, int64_t> RunProgram() {
  // AddressSanitizer must not keep what was freed: the peak would be its own.
  const std::string command =
      "ASAN_OPTIONS=quarantine_size_mb=0:thread_local_quarantine_size_kb=0:detect_leaks=0:$ASAN_OPTIONS "
      "exec \"" TENON_MEMORY_SQUEEZE "\"";
  std::FILE* program = popen(command.c_str(), "r");
  if (program == nullptr) return {};
  std::map<std::string, int64_t> figures;
  char name[32];
  long long figure = 0;
  while (std::fscanf(program, "%31s %lld", name, &figure) == 2) figures[name] = figure;
  const int status = pclose(program);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  return figures;
}

TEST(MemorySqueezeTest, R7AGiantRowShrinksTheBatchesBehindItAndMemoryStaysBounded) {
  std::map<std::string, int64_t> seen = RunProgram();
  ASSERT_EQ(seen["rows"], 8000);
  EXPECT_EQ(seen["giants"], 1);
  EXPECT_EQ(seen["beside_giant"], 0);
  // A batch ends behind the row that fills it.
  EXPECT_GT(seen["largest"], 2 * kMiB);
  EXPECT_LE(seen["largest"], 16 * kMiB + 64 * kRowBytes);
  // While the sink held the giant, the reader was told to make small batches, and did.
  EXPECT_GE(seen["squeezed"], 2);
  EXPECT_LE(seen["largest_squeezed"], 1 * kMiB + 2 * kRowBytes);
  // One worker reads ahead: two batches wait, one is being read, one being written, one was just taken.
  EXPECT_LE(seen["lead"], 5);
  EXPECT_LE(seen["peak_kib"] * 1024, 2 * kGiantBytes + kBudget);
}

}  // namespace
}  // namespace tenon
