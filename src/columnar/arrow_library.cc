#include "columnar/arrow_library.h"

#include <string>
#include <utility>

#include "columnar/ipc_file.h"
#include "columnar/ipc_stream.h"
#include "columnar/module_file.h"
#include "columnar/normalise.h"
#include "columnar/untrusted.h"

namespace tenon::columnar {
namespace {

Result<const ArrowModule*> Open() {
  TENON_ASSIGN_OR_RETURN(
      const void* module,
      OpenModuleFile("Arrow library", "libtenon_arrow.so", kArrowModuleEntry, kArrowModuleVersion));
  return static_cast<const ArrowModule*>(module);
}

}  // namespace

const Result<const ArrowModule*>& ArrowLibrary() {
  static const Result<const ArrowModule*> module = Open();
  return module;
}

// What public headers offer and the library does.

Result<RecordBatch> Normalise(RecordBatch batch) {
  if (batch.layout() == nullptr) return batch;
  TENON_ASSIGN_OR_RETURN(const ArrowModule* arrow, ArrowLibrary());
  return arrow->normalise(std::move(batch));
}

Status CheckUntrusted(const RecordBatch& batch, const std::vector<bool>& checked) {
  TENON_ASSIGN_OR_RETURN(const ArrowModule* arrow, ArrowLibrary());
  return arrow->check_untrusted(batch, checked);
}

Result<std::unique_ptr<IpcWriter>> IpcWriter::Create(std::string path) {
  TENON_ASSIGN_OR_RETURN(const ArrowModule* arrow, ArrowLibrary());
  return arrow->create_ipc_file(std::move(path));
}

Result<std::unique_ptr<IpcReader>> IpcReader::Open(const std::string& path) {
  TENON_ASSIGN_OR_RETURN(const ArrowModule* arrow, ArrowLibrary());
  return arrow->open_ipc_file(path);
}

Result<std::unique_ptr<IpcStreamWriter>> IpcStreamWriter::Make(ByteSink& sink, SchemaPtr schema) {
  TENON_ASSIGN_OR_RETURN(const ArrowModule* arrow, ArrowLibrary());
  return arrow->make_ipc_stream(sink, std::move(schema));
}

}  // namespace tenon::columnar
