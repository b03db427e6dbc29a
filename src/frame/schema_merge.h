// The schema of a frame: what the schemas of all its batches are together, by Glue's rules.
//
// Null gives way to any type. Equal types stay; of two decimals the left one. Different types become a choice, which
// keeps one member of each type name, ordered by it. Structs keep the left's fields in their order, then the right's
// new ones; arrays and maps merge what they hold. Values and pure functions; a SchemaMerger is used by one thread at a
// time.
#pragma once

#include <cstdint>
#include <vector>

#include "tenon/schema.h"

namespace tenon::frame {

DataType MergeTypes(const DataType& left, const DataType& right);
Schema MergeSchemas(const Schema& left, const Schema& right);

// Merges schema after schema. One that was met before, as a pointer or as a value, costs a comparison.
class SchemaMerger {
 public:
  void Add(const SchemaPtr& schema, int64_t rows = 0);

  // Never null; without fields before the first Add. The pointer changes only when the schema does.
  const SchemaPtr& merged() const { return merged_; }
  int64_t rows() const { return rows_; }

 private:
  static constexpr size_t kRemembered = 16;

  SchemaPtr merged_ = std::make_shared<const Schema>();
  std::vector<SchemaPtr> seen_;  // The latest ones that are part of merged_.
  size_t next_ = 0;
  int64_t rows_ = 0;
  bool started_ = false;
};

}  // namespace tenon::frame
