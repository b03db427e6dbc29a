// Reading. All readers of a scan see one state of the database: their connections have begun to read while nobody could
// write.
#pragma once

#include <memory>

#include "connectors/sqlite/sqlite_options.h"
#include "tenon/source.h"

namespace tenon::sqlite {

std::unique_ptr<Source> MakeSource(SourceOptions options);

}  // namespace tenon::sqlite
