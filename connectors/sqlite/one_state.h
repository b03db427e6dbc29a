// Connections that all read one state of a database.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "connectors/sqlite/database.h"
#include "tenon/result.h"

namespace tenon::sqlite {

// So many connections in one read transaction each. While they begin, a transaction of this process keeps writers out;
// where that is not allowed (a file or folder that is only read), the file is looked at before and after, and they
// begin again when it changed. TN2301: locked for longer than `wait_ms`, or changed again and again.
Result<std::vector<std::unique_ptr<Database>>> OpenOneState(const std::string& path, int count,
                                                            int64_t wait_ms);

}  // namespace tenon::sqlite
