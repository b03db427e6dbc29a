// A small random generator (splitmix64): a schedule is a function of its seed, on every machine.
#pragma once

#include <cstdint>

namespace tenon::runstate {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t mixed = state_ += 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
    return mixed ^ mixed >> 31;
  }
  // 0 … bound - 1. REQUIRES: bound > 0.
  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>((Next() >> 32) * bound >> 32); }
  // True `times` times out of `of`.
  bool Chance(uint32_t times, uint32_t of) { return Below(of) < times; }

 private:
  uint64_t state_;
};

}  // namespace tenon::runstate
