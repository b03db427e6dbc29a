// Columns as the reader hands them out: what other names an Arrow writer left in the footer is taken off where our
// types have no word for it, by renaming types above unchanged buffers. Private to the module; any thread.
#pragma once

#include <arrow/array/data.h>
#include <arrow/type_fwd.h>
#include <parquet/arrow/schema.h>
#include <parquet/schema.h>

#include <memory>

namespace tenon::columnar {

// INT96 becomes an instant, durations long, extensions their storage, a map whose keys are no strings a list of its
// entries.
std::shared_ptr<arrow::DataType> PlainType(const parquet::arrow::SchemaField& field,
                                           const parquet::SchemaDescriptor& schema);

// The same buffers under `type`, which is PlainType of the data's own.
std::shared_ptr<arrow::ArrayData> WithPlainType(const std::shared_ptr<arrow::ArrayData>& data,
                                                const std::shared_ptr<arrow::DataType>& type);

}  // namespace tenon::columnar
