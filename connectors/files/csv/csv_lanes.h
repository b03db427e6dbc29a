// Values of one column, several records at once: the kernels for machines that have AVX2.
//
// A kernel takes the values of a run as long as they are usual (plain text, short, as their type is mostly written) or
// null, and stops before the first few among which one is not: its caller reads those one by one. Values come out as
// csv_value.h reads them and types as csv_types.h finds them. Text has 64 readable bytes before and behind it.
// Any thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "connectors/files/csv/csv_dialect.h"
#include "connectors/files/csv/csv_split.h"
#include "connectors/files/csv/csv_value.h"

namespace tenon::files::csv {

// One field of `records` records, which end at end[0], end[stride] and so on and begin behind end[-1], end[stride - 1].
struct LaneRun {
  const uint8_t* text = nullptr;
  const uint32_t* end = nullptr;
  size_t stride = 0;
  uint32_t records = 0;

  LaneRun Behind(uint32_t taken) const {
    return {text, end + taken * stride, stride, records - taken};
  }
};

// Nulls among the records taken, by their numbers in the run; `at` has room for all records.
struct LaneNulls {
  uint32_t* at = nullptr;
  uint32_t count = 0;
};

// Where texts go: they are added behind bytes[0, used) as long as they end in bytes[0, room), behind which are 64 bytes
// more; ends[i] becomes where that of record i ends.
struct LaneTexts {
  uint8_t* bytes = nullptr;
  size_t used = 0;
  size_t room = 0;
  int32_t* ends = nullptr;
};

// What the numbers taken look like; a null changes nothing.
struct LaneNumbers {
  uint32_t whole_digits = 0;  // The most before the dot.
  uint32_t least_scale = UINT32_MAX;
  uint32_t most_scale = 0;
};

// Each gives how many records it took.
struct LaneKernels {
  uint32_t (*ints)(const LaneRun& run, int32_t* out, LaneNulls* nulls);
  uint32_t (*longs)(const LaneRun& run, int64_t* out, LaneNulls* nulls);
  uint32_t (*decimals)(const LaneRun& run, int precision, int scale, Int128* out, LaneNulls* nulls);
  uint32_t (*dates)(const LaneRun& run, int32_t* out, LaneNulls* nulls);
  // Texts that need not be unescaped. REQUIRES: no escaper. `quote` -1: none.
  uint32_t (*texts)(const LaneRun& run, int quote, LaneTexts* out, LaneNulls* nulls);
  // Without values: whole numbers that an int holds (or, when `longs`, a long), numbers with a dot, dates.
  uint32_t (*pass_wholes)(const LaneRun& run, bool longs, LaneNumbers* seen);
  uint32_t (*pass_fixed)(const LaneRun& run, LaneNumbers* seen);
  uint32_t (*pass_dates)(const LaneRun& run);
};

// Null: this kernel has none, or the dialect gives a meaning of its own to a character of numbers.
const LaneKernels* LanesOf(CsvKernel kernel, const CsvDialect& dialect);

// Takes a run: what `in_lanes(run)` takes at once, the next few by `singly(run)`, and so on, until `singly` takes fewer
// than it was given. Without lanes all singly. How many were taken.
template <typename InLanes, typename Singly>
uint32_t TakeRun(LaneRun run, bool with_lanes, const InLanes& in_lanes, const Singly& singly) {
  constexpr uint32_t kFew = 4;
  constexpr uint32_t kMany = 256;
  const uint32_t records = run.records;
  uint32_t few = with_lanes ? kFew : records;
  while (run.records > 0) {
    if (with_lanes) {
      const uint32_t taken = in_lanes(run);
      run = run.Behind(taken);
      // More the more often lanes were tried in vain.
      few = taken > 0 ? kFew : std::min(2 * few, kMany);
    }
    LaneRun next = run;
    next.records = std::min(few, run.records);
    const uint32_t taken = singly(next);
    run = run.Behind(taken);
    if (taken < next.records) break;
  }
  return records - run.records;
}

}  // namespace tenon::files::csv
