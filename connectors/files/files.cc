#include "connectors/files/files.h"

#include <utility>

#include "connectors/files/file_options.h"
#include "connectors/files/file_source.h"

namespace tenon::files {
namespace {

class FilesConnector : public Connector {
 public:
  ConnectorInfo info() const override {
    ConnectorInfo info;
    info.name = "files";
    info.version = "0.1.0";
    info.help = "Reads JSON lines, writes Parquet and JSON lines, in local folders.";
    info.options_schema = SourceOptionsSchema();
    info.sink_options_schema = SinkOptionsSchema();
    return info;
  }

  Result<std::unique_ptr<Source>> OpenSource(const Options& options, const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(FileSelection selection, ParseSourceOptions(options));
    return OpenFileSource(std::move(selection));
  }

  Result<std::unique_ptr<ReaderFactory>> OpenReaders(const Options&, const ScanState&,
                                                     const TaskContext&) override {
    return MakeFileReaders();
  }
};

}  // namespace

std::unique_ptr<Connector> MakeFilesConnector() { return std::make_unique<FilesConnector>(); }

}  // namespace tenon::files
