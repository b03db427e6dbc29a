// What a source, a sink and a connector do when their author says nothing.
#include "tenon/connector.h"

namespace tenon {
namespace {

Status Cannot(const Connector& connector, std::string_view what) {
  return Status::Unsupported("Connector cannot " + std::string(what) +
                             ": connector=" + connector.info().name);
}

}  // namespace

Result<ScanOffer> Source::Offer(const ScanRequest&, const TaskContext&) { return ScanOffer(); }

Status Sink::CheckSchema(const Schema&) const { return Status::Ok(); }

Result<std::unique_ptr<Source>> Connector::OpenSource(const Options&, const TaskContext&) {
  return Cannot(*this, "read");
}

Result<std::unique_ptr<ReaderFactory>> Connector::OpenReaders(const Options&, const ScanState&,
                                                              const TaskContext&) {
  return Cannot(*this, "open readers");
}

Result<std::unique_ptr<Sink>> Connector::OpenSink(const Options&, const WriteRequest&,
                                                  const TaskContext&) {
  return Cannot(*this, "write");
}

Result<std::unique_ptr<WriterFactory>> Connector::OpenWriters(const Options&, std::string_view,
                                                              const TaskContext&) {
  return Cannot(*this, "open writers");
}

Result<std::unique_ptr<Ability>> Connector::OpenAbility(std::string_view, const Options&,
                                                        const TaskContext&) {
  return std::unique_ptr<Ability>();
}

}  // namespace tenon
