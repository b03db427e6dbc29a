#include "base/dcheck.h"

#include <cstdio>
#include <cstdlib>

namespace tenon::base {

void DcheckFailed(const char* file, int line, const char* condition) {
  // Only checked builds come here.
  std::fprintf(stderr, "TENON_DCHECK failed: %s:%d: %s\n", file, line, condition);  // Tidy: a check
  std::abort();  // Tidy: a check
}

}  // namespace tenon::base
