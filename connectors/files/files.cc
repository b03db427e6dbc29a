#include "connectors/files/files.h"

#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "columnar/parquet_writer.h"
#include "connectors/files/read/file_source.h"
#include "connectors/files/read/read_options.h"
#include "connectors/files/write/file_sink.h"
#include "connectors/files/write/file_writer.h"
#include "connectors/files/write/sink_records.h"
#include "connectors/files/write/write_options.h"

namespace tenon::files {
namespace {

// Parquet's library takes longer to load than a small file to write.
class ParquetWarmUp : public WarmUp {
 private:
  std::jthread loading_{&columnar::LoadParquetLibrary};
};

std::unique_ptr<WarmUp> WarmUpFor(bool parquet) {
  try {
    if (parquet) return std::make_unique<ParquetWarmUp>();
  } catch (const std::system_error&) {
    // No thread is to be had: the library is loaded when it is needed.
  }
  return std::make_unique<WarmUp>();
}

class FilesConnector : public Connector {
 public:
  ConnectorInfo info() const override {
    ConnectorInfo info;
    info.name = "files";
    info.version = "0.1.0";
    info.help = "Reads and writes JSON lines, CSV and Parquet, in local folders and on S3.";
    info.options_schema = ReadOptionsSchema();
    info.sink_options_schema = SinkOptionsSchema();
    info.abilities = {std::string(Recovery::kId), std::string(WarmUp::kId)};
    return info;
  }

  Result<std::unique_ptr<Source>> OpenSource(const Options& options,
                                             const TaskContext& context) override {
    TENON_ASSIGN_OR_RETURN(ReadOptions read, ParseReadOptions(options));
    return OpenFileSource(std::move(read), context.stop());
  }

  Result<std::unique_ptr<ReaderFactory>> OpenReaders(const Options& options, const ScanState& state,
                                                     const TaskContext& context) override {
    TENON_ASSIGN_OR_RETURN(const ReadOptions read, ParseReadOptions(options));
    return OpenFileReaders(read, state, context.stop());
  }

  Result<std::unique_ptr<Sink>> OpenSink(const Options& options, const WriteRequest& request,
                                         const TaskContext& context) override {
    TENON_ASSIGN_OR_RETURN(const SinkOptions sink, ParseSinkOptions(options));
    return OpenFileSink(sink, request, context.stop());
  }

  Result<std::unique_ptr<WriterFactory>> OpenWriters(const Options& options,
                                                     std::string_view sink_state,
                                                     const TaskContext& context) override {
    TENON_ASSIGN_OR_RETURN(const SinkOptions sink, ParseSinkOptions(options));
    TENON_ASSIGN_OR_RETURN(SinkPlaces places, SinkPlaces::FromJson(sink_state));
    return OpenFileWriters(sink, std::move(places), context.stop());
  }

  Result<std::unique_ptr<Ability>> OpenAbility(std::string_view id, const Options& options,
                                               const TaskContext&) override {
    if (id == Recovery::kId) return MakeFileRecovery();
    if (id == WarmUp::kId) {
      TENON_ASSIGN_OR_RETURN(const SinkOptions sink, ParseSinkOptions(options));
      return WarmUpFor(sink.is_parquet());
    }
    return std::unique_ptr<Ability>();
  }
};

}  // namespace

std::unique_ptr<WarmUp> WarmUpToWrite(std::string_view format) {
  return WarmUpFor(format == "parquet" || format == "glueparquet");
}

std::unique_ptr<Connector> MakeFilesConnector() { return std::make_unique<FilesConnector>(); }

}  // namespace tenon::files
