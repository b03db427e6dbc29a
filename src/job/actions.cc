#include "job/actions.h"

namespace tenon::job {

ReadDecision DecideRead(const SourceRead& source, ActionKind kind) {
  if (source.spool) return {ReadWay::kFromSpool, "it is spooled already"};
  if (kind == ActionKind::kOther) {
    return {ReadWay::kSpool, "an action that is no final write reads it"};
  }
  if (!source.info.can.replayable) return {ReadWay::kSpool, "it cannot repeat a read"};
  if (source.planned && source.pin.empty() && !source.end) {
    return {ReadWay::kSpool, "it has neither a pin nor an end to read up to again"};
  }
  return {ReadWay::kStream, {}};
}

}  // namespace tenon::job
