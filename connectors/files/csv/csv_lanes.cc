#include "connectors/files/csv/csv_lanes.h"

#include <string_view>

#include "connectors/files/csv/csv_lanes_avx2.h"

namespace tenon::files::csv {

const LaneKernels* LanesOf(CsvKernel kernel, const CsvDialect& dialect) {
  constexpr std::string_view kOfNumbers = "0123456789.-";
  for (const std::optional<uint8_t> c : {dialect.quote, dialect.escaper}) {
    if (c && kOfNumbers.find(static_cast<char>(*c)) != std::string_view::npos) return nullptr;
  }
#if defined(__x86_64__)
  if (kernel != CsvKernel::kScalar) return &kAvx2Lanes;
#endif
  static_cast<void>(kernel);
  return nullptr;
}

}  // namespace tenon::files::csv
