// What libtenon_arrow.so gives to the library that opens it. Private to src/columnar.
//
// Arrow C++ takes longer to load than a small job to run, and most jobs need none of it: their batches are made,
// changed and written by our own code. So what does need it is a library of its own, opened at the first use.
//
// Both sides come from one build: the entry is found by its C name and its version is compared, then C++ objects may
// pass. Classes that cross are visible on both sides.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "columnar/byte_sink.h"
#include "columnar/column.h"
#include "columnar/ipc_file.h"
#include "columnar/ipc_stream.h"
#include "tenon/record_batch.h"
#include "tenon/result.h"

namespace tenon::columnar {

constexpr int kArrowModuleVersion = 2;

// functions.h says what each does.
struct ArrowModule {
  int version;
  Result<RecordBatch> (*normalise)(RecordBatch batch);
  Status (*check_untrusted)(const RecordBatch& batch, const std::vector<bool>& checked);
  Status (*validate_column)(const DataType& type, const ArrowArray& array);
  Result<Column> (*concatenate)(const Field& field, const std::vector<Column>& parts);
  Result<std::vector<Column>> (*filter)(const std::vector<Column>& columns,
                                        const uint8_t* keep_bitmap, int64_t rows);
  Result<std::vector<Column>> (*take_rows)(const std::vector<Column>& columns,
                                           std::span<const int64_t> indices);
  Result<std::unique_ptr<IpcWriter>> (*create_ipc_file)(std::string path);
  Result<std::unique_ptr<IpcReader>> (*open_ipc_file)(const std::string& path);
  Result<std::unique_ptr<IpcStreamWriter>> (*make_ipc_stream)(ByteSink& sink, SchemaPtr schema);
};

constexpr const char* kArrowModuleEntry = "tenon_arrow_module";

}  // namespace tenon::columnar
