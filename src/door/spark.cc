#include "tenon/spark.h"

#include "door/spark_read.h"
#include "door/spark_write.h"

namespace tenon::spark {
namespace {

// The interface I of the author's class, kept alive with it; null when it has none.
template <typename I>
std::shared_ptr<const I> As(const std::shared_ptr<const DataSourceV2>& source) {
  return std::dynamic_pointer_cast<const I>(source);
}

}  // namespace

ConnectorInfo DataSourceConnector::info() const {
  ConnectorInfo info = tenon::internal::InfoOf(source_->Register());
  info.can.read = As<ReadSupport>(source_) != nullptr;
  info.can.write = As<WriteSupport>(source_) != nullptr;
  return info;
}

Result<std::unique_ptr<Source>> DataSourceConnector::OpenSource(const Options& options,
                                                                const TaskContext& context) {
  const auto read = As<ReadSupport>(source_);
  if (!read) return Connector::OpenSource(options, context);
  const Registration registration = source_->Register();
  TENON_RETURN_IF_ERROR(tenon::internal::CheckOptions(options, registration));
  // A wrong value is told here, before any I/O.
  TENON_RETURN_IF_ERROR(read->CreateReader(options).status());
  return internal::MakeSource(read, registration.name, options);
}

Result<std::unique_ptr<ReaderFactory>> DataSourceConnector::OpenReaders(
    const Options& options, const ScanState& state, const TaskContext& context) {
  const auto read = As<ReadSupport>(source_);
  if (!read) return Connector::OpenReaders(options, state, context);
  return internal::MakeReaders(read, options, state);
}

Result<std::unique_ptr<Sink>> DataSourceConnector::OpenSink(const Options& options,
                                                            const WriteRequest& request,
                                                            const TaskContext& context) {
  const auto write = As<WriteSupport>(source_);
  if (!write) return Connector::OpenSink(options, request, context);
  TENON_RETURN_IF_ERROR(tenon::internal::CheckOptions(options, source_->Register()));
  return internal::OpenSink(*write, options, request);
}

Result<std::unique_ptr<WriterFactory>> DataSourceConnector::OpenWriters(
    const Options& options, std::string_view sink_state, const TaskContext& context) {
  const auto write = As<WriteSupport>(source_);
  if (!write) return Connector::OpenWriters(options, sink_state, context);
  return internal::OpenWriters(*write, options, sink_state);
}

}  // namespace tenon::spark
