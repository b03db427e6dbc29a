// The lanes for x86-64 with AVX2. Private to csv_lanes*.cc.
#pragma once

#include "connectors/files/csv/csv_lanes.h"

namespace tenon::files::csv {

#if defined(__x86_64__)
extern const LaneKernels kAvx2Lanes;
#endif

}  // namespace tenon::files::csv
