#include "base/dcheck.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace tenon::base {

void DcheckFailed(const char* file, int line, const char* condition) {
  const std::string text = "TENON_DCHECK failed: " + std::string(file) + ":" +
                           std::to_string(line) + ": " + condition + "\n";
  std::fputs(text.c_str(), stderr);
  std::abort();  // Tidy: only checked builds come here.
}

}  // namespace tenon::base
