#include "base/dcheck.h"

#include <gtest/gtest.h>

namespace tenon::base {
namespace {

TEST(DcheckTest, AbortsWithThePlaceOnlyInCheckedBuilds) {
  const int two = 2;
  TENON_DCHECK(two == 2);
#if defined(TENON_DCHECKS) && TENON_DCHECKS
  EXPECT_DEATH(TENON_DCHECK(two == 3), "TENON_DCHECK failed: .*dcheck_test.cc:[0-9]+: two == 3");
#else
  TENON_DCHECK(two == 3);
#endif
}

}  // namespace
}  // namespace tenon::base
