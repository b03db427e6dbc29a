#include "connectors/files/format/read_format.h"

#include <utility>

namespace tenon::files {

Result<std::optional<Schema>> ReadFormat::SchemaOf(const std::vector<FileRange>&,
                                                   const ReadResources&, const TaskContext&,
                                                   std::string*) const {
  return std::nullopt;
}

Status ReadFormat::Offer(const ScanRequest&, const std::optional<Schema>& schema,
                         ScanOffer* offer) const {
  offer->schema = schema;
  return Status::Ok();
}

Result<ScanState> ReadFormat::StateOf(const ScanRequest&, const std::optional<Schema>& schema,
                                      const std::string&) const {
  return ScanState{.bytes = {}, .schema = schema};
}

Result<std::vector<FileRange>> ReadFormat::Prune(std::vector<FileRange> ranges, const ScanState&,
                                                 const ReadResources&, const TaskContext&) const {
  return ranges;
}

}  // namespace tenon::files
