// Some rows, column by column: a schema and one Arrow struct array (the C Data Interface), owned and moved.
//
// A batch owns its buffers: it outlives the reader, the scan and the connector that made it. It is move-only; one
// thread at a time. Canonical layout of each type, as Arrow format strings: null n, boolean b, byte c, short s,
// int i, long l, float f, double g, decimal d:p,s (128 bits; d:p,s,256 above 38 digits), string u, binary z,
// date tdD, time ttu, timestamp tsu:UTC, timestamp_ntz tsu:, struct +s, array +l, map +m, choice +us:0,1,… (a
// sparse union: children named by type name, unselected slots null in every child, a null row carries type code 0).
// The struct array itself has no nulls. Absent and null are one thing.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "tenon/arrow_abi.h"
#include "tenon/result.h"
#include "tenon/schema.h"

namespace tenon {

class RecordBatch {
 public:
  RecordBatch() = default;  // No columns, no rows.
  RecordBatch(RecordBatch&& other) noexcept;
  RecordBatch& operator=(RecordBatch&& other) noexcept;
  ~RecordBatch();

  // Takes `*array` over, whose layout is the canonical one of `schema`. kInternal when the counts of columns or
  // the lengths disagree (only that is looked at: full checks are the engine's); `*array` is released then.
  static Result<RecordBatch> Take(SchemaPtr schema, ArrowArray* array);
  // Takes an array of any layout that Arrow has for these types (large, view, dictionary, other units). Its
  // schema becomes the logical one; layout() keeps the physical one until the host has normalised it.
  // kUnsupported names a column whose type has no logical one. Both structures are released in any case.
  static Result<RecordBatch> TakeForeign(ArrowSchema* layout, ArrowArray* array);
  // The same for a batch whose schema and layout were read before: `layout` is null when it is canonical.
  static Result<RecordBatch> TakeForeign(SchemaPtr schema,
                                         std::shared_ptr<const ArrowSchema> layout,
                                         ArrowArray* array);
  // No columns, only a number of rows: what a scan of zero columns returns.
  static RecordBatch RowCount(int64_t rows);

  const Schema& schema() const { return *schema_; }
  const SchemaPtr& schema_ptr() const { return schema_; }
  int64_t num_rows() const { return array_.length; }
  int num_columns() const { return schema_->size(); }
  // Borrowed: valid while this batch is unchanged. array().children[i] is column i.
  const ArrowArray& array() const { return array_; }
  // Null when the layout is canonical.
  const ArrowSchema* layout() const { return layout_.get(); }

  // Keeps the columns at these positions, in this order, under the schema given; moves pointers, copies no value.
  // REQUIRES: positions differ; schema->size() == positions.size(); types are those of the columns.
  RecordBatch Project(std::span<const int> positions, SchemaPtr schema) &&;

  // Gives the array away: the caller must call its release. This batch is empty afterwards.
  ArrowArray Release() &&;

 private:
  SchemaPtr schema_ = EmptySchema();
  ArrowArray array_{};
  std::shared_ptr<const ArrowSchema> layout_;

  static const SchemaPtr& EmptySchema();
};

// The canonical layout of a schema as an Arrow struct schema. The caller calls out->release.
void ExportSchema(const Schema& schema, ArrowSchema* out);
// The logical schema of an Arrow struct schema; `in` is only read. kUnsupported names the column and its format.
Result<Schema> ImportSchema(const ArrowSchema& in);
// True when `layout` stores every column as the header of this file says.
bool IsCanonical(const ArrowSchema& layout);

}  // namespace tenon
