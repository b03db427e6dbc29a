// What libtenon_arrow.so does with Arrow C++: the halves of columnar's functions that need it. Private to the module.
// Each does what the function of the public header says; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "columnar/arrow/module.h"

namespace tenon::columnar::arrow_module {

// normalise.h. REQUIRES: batch.layout() != nullptr.
Result<RecordBatch> Normalise(RecordBatch batch);

// untrusted.h.
Status CheckUntrusted(const RecordBatch& batch, const std::vector<bool>& checked);
// What Arrow's own full check says of a column; ok, or the rule that is broken.
Status ValidateColumn(const DataType& type, const ArrowArray& array);

// slice.h: one column, all of its parts.
Result<Column> Concatenate(const Field& field, const std::vector<Column>& parts);
// slice.h. REQUIRES: a bit for each row; a row index that exists.
Result<std::vector<Column>> Filter(const std::vector<Column>& columns, const uint8_t* keep_bitmap,
                                   int64_t rows);
Result<std::vector<Column>> TakeRows(const std::vector<Column>& columns,
                                     std::span<const int64_t> indices);

// ipc_file.h, ipc_stream.h.
Result<std::unique_ptr<IpcWriter>> CreateIpcFile(std::string path);
Result<std::unique_ptr<IpcReader>> OpenIpcFile(const std::string& path);
Result<std::unique_ptr<IpcStreamWriter>> MakeIpcStream(ByteSink& sink, SchemaPtr schema);

}  // namespace tenon::columnar::arrow_module
