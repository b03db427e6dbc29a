// Sources and readers of a plug-in.
#pragma once

#include <memory>

#include "connector/plugin_import_task.h"
#include "tenon/source.h"

namespace tenon::connector {

// `task` is what the table was opened with.
std::unique_ptr<Source> ImportSource(OwnedTable<tenon_source> table,
                                     std::unique_ptr<LentTask> task);
// Batches whose schema equals `declared`, which may be null, share its pointer.
std::unique_ptr<ReaderFactory> ImportReaderFactory(OwnedTable<tenon_reader_factory> table,
                                                   std::unique_ptr<LentTask> task,
                                                   SchemaPtr declared);

}  // namespace tenon::connector
