// The reading half of jdbc.h's adapter: a Driver seen as a Source and as readers. Private to the door.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "door/jdbc_sql.h"

namespace tenon::jdbc::internal {

// What all that is made of one OpenSource or OpenReaders needs; immutable.
struct Database {
  std::shared_ptr<const Driver> driver;
  Options options;  // All, for Connect.
  JdbcOptions own;
};
using DatabasePtr = std::shared_ptr<const Database>;

std::unique_ptr<Source> MakeSource(DatabasePtr database, std::string name);
Result<std::unique_ptr<ReaderFactory>> MakeReaders(DatabasePtr database, const ScanState& state);

// "-12.50" as an unscaled number of `scale` digits behind the point. kDataError when it is no such number, or does not
// fit into `precision` digits without a loss.
Result<Decimal128> ParseDecimal(std::string_view text, int precision, int scale);

}  // namespace tenon::jdbc::internal
