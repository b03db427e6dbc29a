// The tables of the writing classes. Private to the door.
#pragma once

#include <memory>

#include "door/plugin_task.h"
#include "tenon/connector.h"

namespace tenon::internal {

// kInvalidArgument when the schema in it has no place here.
Result<WriteRequest> ReadWriteRequest(const tenon_write_request& given);

// Each fills *out, which takes the objects over. `task` is what they were opened with.
void ExportSink(std::unique_ptr<Sink> sink, std::unique_ptr<PluginTask> task, tenon_sink* out);
void ExportWriterFactory(std::unique_ptr<WriterFactory> factory, std::unique_ptr<PluginTask> task,
                         tenon_writer_factory* out);
void ExportRecovery(std::unique_ptr<Recovery> recovery, std::unique_ptr<PluginTask> task,
                    tenon_recovery* out);
void ExportCatalog(std::unique_ptr<Catalog> catalog, std::unique_ptr<PluginTask> task,
                   tenon_catalog* out);

}  // namespace tenon::internal
