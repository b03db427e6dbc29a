// Seeded files for benchmarks: the same bytes for the same size, everywhere.
#pragma once

#include <cstdint>
#include <string>

#include "tenon/status.h"

namespace tenon::bench {

// Rows of orders, 16 columns: a long, three ints, four decimals of two digits, two short texts, three dates, three
// texts. Two texts are always quoted; commas in 10 % of them, doubled quotes in 1 %, a line break in 0.1 %; two columns
// lack 2 % of their values. With a header. Every row is on its own line but for those breaks.
Status MakeOrdersCsv(const std::string& path, int64_t bytes);

// Documents of about 500 bytes, one a line: structs three deep, arrays of structs and of strings, ten optional fields,
// six paths with values of two kinds, explicit nulls, 3 % with their fields in another order.
Status MakeNestedJson(const std::string& path, int64_t bytes);

}  // namespace tenon::bench
