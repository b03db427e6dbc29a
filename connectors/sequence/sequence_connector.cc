#include <memory>
#include <utility>

#include "sequence.h"
#include "sequence_options.h"
#include "sequence_scan.h"

namespace tenon {
namespace {

class SequenceConnector : public Connector {
 public:
  ConnectorInfo info() const override {
    return {.name = "sequence",
            .version = "1",
            .help =
                "Makes rows out of nothing, with delays and faults on request: for tests and "
                "measurements.",
            .options_schema = sequence::SequenceSpec().JsonSchema(),
            .can = {.write = false}};
  }

  Result<std::unique_ptr<Source>> OpenSource(const Options& options, const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(sequence::Shape shape, sequence::ParseShape(options));
    return sequence::MakeSource(std::move(shape));
  }

  Result<std::unique_ptr<ReaderFactory>> OpenReaders(const Options& options, const ScanState& state,
                                                     const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(sequence::Shape shape, sequence::ParseShape(options));
    return sequence::MakeReaderFactory(std::move(shape), state);
  }
};

}  // namespace

std::unique_ptr<Connector> MakeSequenceConnector() { return std::make_unique<SequenceConnector>(); }

}  // namespace tenon
