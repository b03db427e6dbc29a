// Whether a sink call of a rerun is to be written, is written already, or cannot be told: rules 5
// and 6 of the run protocol, as a function of the journal's records and nothing else.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "runstate/records.h"

namespace tenon::runstate {

// A sink call that is about to begin.
struct SinkQuestion {
  std::string sink;
  bool derived_sink = false;
  std::string target;
  std::string selection;
  std::string run;
  uint64_t epoch = 0;  // Of the attempt that asks.
  uint32_t part = 0;
  uint32_t n = 1;
  std::vector<Cover> covers;
};

struct SinkVerdict {
  enum class Kind { kWrite, kSkip, kAnotherWay };
  Kind kind = Kind::kWrite;
  // Published slots that hold rows of the call, by seq; the one that holds them all comes first
  // when kSkip.
  std::vector<uint64_t> shared;
  std::string difference;  // When kAnotherWay: what tells the first of them from the call.
};

// A slot is considered when it is published, of an earlier attempt, of the same sink (or, where the
// sink's id is derived from the script, of the same target), not in `visited`, and shares rows with
// the call:
//   covers with bookmarks    an interval that overlaps
//   no cover with a bookmark the same run and the same part of it
SinkVerdict JudgeSinkCall(const JobState& state, const std::set<uint64_t>& visited,
                          const SinkQuestion& question);

// The published slot, not in `visited` and of an attempt before `epoch`, whose interval of this
// source a rerun reads again; null when the source may be read afresh. Valid until `state` changes.
// `*cover` is its cover of the source.
const Slot* IntervalToReplay(const JobState& state, const std::set<uint64_t>& visited,
                             uint64_t epoch, std::string_view context, const Cover** cover);

// The slot of an append-only call that was cut while sending and is the very call asked about; its
// token is used again, so that a receiver with idempotency keys takes it for the same one. Null
// when there is none.
const Slot* CallToSendAgain(const JobState& state, const SinkQuestion& question);

// True when some source of the slot is bookmarked; else the slot belongs to its run alone.
bool IsBookmarked(const std::vector<Cover>& covers);

}  // namespace tenon::runstate
