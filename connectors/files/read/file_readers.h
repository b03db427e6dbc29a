// The readers of a scan of files in one process, and the state that carries the scan there.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/files/read/added_columns.h"
#include "connectors/files/read/read_options.h"
#include "tenon/source.h"

namespace tenon::files {

// What a scan hands to its readers. A value.
struct FileScanState {
  AddedColumns added;
  std::optional<std::vector<std::string>>
      wanted;                    // Columns of the batches in their order; none: all.
  int32_t threads = 1;           // That the job reads with.
  std::string format_bytes;      // The format's own state.
  std::optional<Schema> schema;  // Of the batches; none: self-describing.

  // As the format gave it.
  ScanState OfFormat() const;
  ScanState Pack() const;
  // kInvalidArgument: not a state of ours.
  static Result<FileScanState> Parse(const ScanState& state);
};

Result<std::unique_ptr<ReaderFactory>> MakeFileReaders(const ReadOptions& options,
                                                       const ScanState& state,
                                                       ReadResources resources);

}  // namespace tenon::files
