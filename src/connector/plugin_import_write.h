// Sinks, writers and abilities of a plug-in.
#pragma once

#include <functional>
#include <memory>

#include "connector/plugin_import_task.h"
#include "tenon/connector.h"

namespace tenon::connector {

// `task` is what the table was opened with.
Result<std::unique_ptr<Sink>> ImportSink(OwnedTable<tenon_sink> table,
                                         std::unique_ptr<LentTask> task);
std::unique_ptr<WriterFactory> ImportWriterFactory(OwnedTable<tenon_writer_factory> table,
                                                   std::unique_ptr<LentTask> task);
std::unique_ptr<Recovery> ImportRecovery(OwnedTable<tenon_recovery> table,
                                         std::unique_ptr<LentTask> task);
std::unique_ptr<Catalog> ImportCatalog(OwnedTable<tenon_catalog> table,
                                       std::unique_ptr<LentTask> task);

// Calls `call` with the request as a plug-in takes it.
Status WithWriteRequest(const WriteRequest& request,
                        const std::function<Status(const tenon_write_request*)>& call);

}  // namespace tenon::connector
