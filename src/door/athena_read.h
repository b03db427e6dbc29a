// The planning half of athena.h's adapter: a handler's table seen as a Source. Private to the door.
#pragma once

#include <memory>
#include <string>

#include "tenon/athena.h"

namespace tenon::athena::internal {

struct TableOptions {
  std::string schema_name, table_name;
};

// schemaName and tableName. An author's options come beside them.
const OptionSpec<TableOptions>& Spec();

std::unique_ptr<Source> MakeSource(std::shared_ptr<const CompositeHandler> handler,
                                   const Options& options, TableName table, std::string name);
Result<std::unique_ptr<ReaderFactory>> MakeReaders(std::shared_ptr<const CompositeHandler> handler,
                                                   const Options& options, TableName table,
                                                   const ScanState& state);
// Its schemas and tables, page by page.
std::unique_ptr<Catalog> MakeCatalog(std::shared_ptr<const CompositeHandler> handler,
                                     const Options& options);

}  // namespace tenon::athena::internal
