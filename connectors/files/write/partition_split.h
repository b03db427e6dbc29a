// Which folder each row goes into when files are written by partition keys: `key=value/` for each key, in their order,
// as Hive names them.
//
// A null and an empty text become __HIVE_DEFAULT_PARTITION__; characters that folders cannot have, or that mean
// something in them, become %XX.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tenon/column_view.h"
#include "tenon/record_batch.h"
#include "tenon/result.h"

namespace tenon::files {

// "a b" stays, "a/b" becomes "a%2Fb": what Hive and Spark escape, and the byte 0.
std::string EscapeForFolder(std::string_view text);

// The keys of a schema, and the schema of what is written. A value.
struct PartitionKeys {
  std::vector<int> keys;    // Positions in the schema, in the order of the keys.
  std::vector<int> others;  // All other columns, in their order.
  SchemaPtr rows;           // Of the others.

  // kInvalidArgument (TN1040): a key that is no column (with the nearest name), is given twice, is nested, binary or a
  // choice; or keys that leave no column.
  static Result<PartitionKeys> Of(const Schema& schema, const std::vector<std::string>& names);
};

// One batch, sorted out.
struct SplitRows {
  struct Part {
    int folder = 0;  // See PartitionSplit::folder.
    std::vector<int64_t> rows;
  };
  RecordBatch others;       // All rows, without the keys.
  std::vector<Part> parts;  // In the order of their first rows; each row once.
};

// Sorts the rows of one writer's batches. Remembers every folder it has seen. One thread.
class PartitionSplit {
 public:
  // `schema`: of all batches.
  PartitionSplit(SchemaPtr schema, PartitionKeys keys);

  Result<SplitRows> Split(RecordBatch batch);
  int folder_count() const { return static_cast<int>(folders_.size()); }
  // "year=2026/name=a%2Fb"
  const std::string& folder(int index) const { return folders_[static_cast<size_t>(index)]; }

 private:
  int FolderOf(const std::vector<ColumnView>& keys, int64_t row);

  const SchemaPtr schema_;
  const PartitionKeys keys_;
  SchemaPtr key_texts_;
  std::vector<std::string> folders_;
  std::unordered_map<std::string, int> known_;  // By the keys' values, made unmistakable.
  std::string values_, last_values_;            // Of the present row and the one before.
  int last_folder_ = -1;
};

}  // namespace tenon::files
