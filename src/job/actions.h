// What an action reads: the source itself, or a spool of it.
//
// A source instance is read once per run. The first action that is not a final sink write spools it;
// later consumers read the spool. A first sink write streams; when a second action follows, the
// source is planned again with the same interval and pin and what it gives is compared. A source
// that cannot promise the same rows again is spooled from the start.
#pragma once

#include <string>
#include <string_view>

#include "job/plan_node.h"

namespace tenon::job {

enum class ActionKind { kSinkWrite, kOther };

enum class ReadWay {
  kFromSpool,  // The rows are there already.
  kSpool,      // Read the source into a spool, then read that.
  kStream,     // From the source straight into the consumer.
};

struct ReadDecision {
  ReadWay way = ReadWay::kStream;
  std::string_view reason;  // Of a spool, for EXPLAIN.
};

// REQUIRES: source.planned, else only what is known before planning decides.
ReadDecision DecideRead(const SourceRead& source, ActionKind kind);

}  // namespace tenon::job
