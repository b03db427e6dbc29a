// One schema for files that were written at different times, and their batches under it.
//
// Columns, and fields of structs, are the same when their names are, else when they are ignoring ASCII case; they are
// spelled as the first file has them and stand in the order of their appearance. Types widen: null to anything, whole
// numbers among themselves, float to double, decimals to the digits of both; what is nested, member by member.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "tenon/record_batch.h"
#include "tenon/result.h"
#include "tenon/schema.h"

namespace tenon::files {

// The type that holds the values of both; nullopt: there is none.
std::optional<DataType> WidenedType(const DataType& a, const DataType& b);

// Position of the field that `name` means, as above.
std::optional<size_t> FindField(const std::vector<Field>& fields, const std::string& name);

// Collects schemas of files one after the other. One thread at a time.
class MergedSchema {
 public:
  // kDataError names the column, both types and both files.
  Status Add(const Schema& schema, const std::string& file);
  Schema Take() { return Schema(std::move(fields_)); }

 private:
  std::vector<Field> fields_;
  std::vector<std::string> files_;  // The one that a column's type is from.
};

// The rows of a batch under `target`: columns it lacks are null, narrower ones are cast. A batch that is so already
// keeps its buffers. kDataError: a column that cannot become what `target` says.
Result<RecordBatch> BringUnder(RecordBatch batch, const SchemaPtr& target);

}  // namespace tenon::files
