// Rows in one form of output. Made for each write; used by one thread at a time.
#pragma once

#include <memory>

#include "connectors/console/descriptor_writer.h"
#include "tenon/options.h"
#include "tenon/record_batch.h"

namespace tenon::console {

class RowPrinter {
 public:
  virtual ~RowPrinter() = default;
  virtual Status CheckSchema(const Schema& schema) const = 0;
  virtual Status Print(RecordBatch batch) = 0;
  // The end of the output. Called once, last.
  virtual Status Finish() = 0;
};

// By the option `format`. `schema`: of all rows; null when each batch brings its own. TN3101: this form needs the
// schema of all rows. kInvalidArgument, kUnsupported: an option or a format that is not there.
Result<std::unique_ptr<RowPrinter>> MakeRowPrinter(const Options& options, SchemaPtr schema,
                                                   const ConsoleSettings& settings);

}  // namespace tenon::console
