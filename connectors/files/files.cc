#include "connectors/files/files.h"

#include <string>
#include <utility>

#include "connectors/files/read/file_source.h"
#include "connectors/files/read/read_options.h"
#include "connectors/files/write/file_sink.h"
#include "connectors/files/write/file_writer.h"
#include "connectors/files/write/sink_records.h"
#include "connectors/files/write/write_options.h"

namespace tenon::files {
namespace {

constexpr int64_t kBatchesHeld = 5;

class FilesConnector : public Connector {
 public:
  ConnectorInfo info() const override {
    ConnectorInfo info;
    info.name = "files";
    info.version = "0.1.0";
    info.help = "Reads and writes JSON lines, CSV and Parquet, in local folders and on S3.";
    info.options_schema = ReadOptionsSchema();
    info.sink_options_schema = SinkOptionsSchema();
    info.abilities = {std::string(Recovery::kId)};
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
    TENON_ASSIGN_OR_RETURN(SinkOptions sink, ParseSinkOptions(options));
    TENON_ASSIGN_OR_RETURN(SinkPlaces places, SinkPlaces::FromJson(sink_state));
    // With little memory, batches are small, and so is what a writer holds back.
    sink.most_held_bytes = kBatchesHeld * context.limits().max_bytes;
    return OpenFileWriters(sink, std::move(places), context.stop());
  }

  Result<std::unique_ptr<Ability>> OpenAbility(std::string_view id, const Options&,
                                               const TaskContext&) override {
    if (id == Recovery::kId) return MakeFileRecovery();
    return std::unique_ptr<Ability>();
  }
};

}  // namespace

std::unique_ptr<Connector> MakeFilesConnector() { return std::make_unique<FilesConnector>(); }

}  // namespace tenon::files
