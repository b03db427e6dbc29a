#include <cstdint>
#include <cstdlib>

#include "brittle.h"

namespace brittle {
namespace {

// What the compiler cannot see through.
volatile uintptr_t nowhere = 8;
volatile int depth = 1'000'000'000;

int Deeper(int left) {
  volatile char frame[512];
  frame[0] = static_cast<char>(left);
  return left == 0 ? frame[0] : Deeper(left - 1) + frame[0];
}

}  // namespace

void BreakAsAsked(const std::string& how) {
  if (how == "segv") *reinterpret_cast<volatile int*>(nowhere) = 1;
  if (how == "abort") std::abort();
  if (how == "overflow") depth = Deeper(depth);
}

}  // namespace brittle
