// Rows as a table that people read: a head of names and types, cells of bounded width.
//
//   TableText table(schema, {.colour = true});
//   table.Add(batch, &out);
//   table.Finish(&out);
//
// The widths of columns are those of the first rows, which are held back until they are known; longer cells are cut.
// One thread at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tenon/record_batch.h"

namespace tenon::columnar {

struct TableStyle {
  size_t cell_columns = 40;  // The widest cell, in columns of a terminal. At least 4.
  bool colour = false;
};

class TableText {
 public:
  static constexpr size_t kRowsForWidths = 1000;

  explicit TableText(SchemaPtr schema, TableStyle style = {});

  // REQUIRES: a canonical batch of the schema.
  void Add(const RecordBatch& batch, std::string* out);
  // What was held back. Called once, last.
  void Finish(std::string* out);

 private:
  using Row = std::vector<std::string>;

  void PrintHeld(std::string* out);
  void PrintRow(const Row& row, bool dim, std::string* out) const;

  const SchemaPtr schema_;
  const TableStyle style_;
  std::vector<size_t> widths_;
  std::vector<Row> held_;
  bool head_printed_ = false;
};

// How many columns of a terminal UTF-8 text takes: two for wide letters, none for combining ones.
size_t DisplayColumns(std::string_view text);

}  // namespace tenon::columnar
