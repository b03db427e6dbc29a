// SQLite databases, read and written by SQLite itself.
//
// A read sees one state of the database, however many threads share it. A write is one transaction that ends with the
// commit register. Options and types: docs/connectors/sqlite.md.
#pragma once

#include <memory>

#include "tenon/connector.h"

namespace tenon::sqlite {

std::unique_ptr<Connector> MakeSqliteConnector();

}  // namespace tenon::sqlite
