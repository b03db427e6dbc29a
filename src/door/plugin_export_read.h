// The tables of the reading classes. Private to the door.
#pragma once

#include <memory>

#include "door/plugin_task.h"
#include "tenon/source.h"

namespace tenon::internal {

// Each fills *out, which takes the objects over. `task` is what they were opened with.
void ExportSource(std::unique_ptr<Source> source, std::unique_ptr<PluginTask> task,
                  tenon_source* out);
void ExportReaderFactory(std::unique_ptr<ReaderFactory> factory, std::unique_ptr<PluginTask> task,
                         tenon_reader_factory* out);

}  // namespace tenon::internal
