// A file of which single pages can be left out: what Arrow's reader then sees are shorter row groups. Private to the
// module. One thread.
#pragma once

#include <parquet/file_reader.h>
#include <parquet/properties.h>

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace tenon::columnar {

// The data pages of one column chunk, in order.
struct PageChoice {
  std::vector<int64_t> rows;  // Of each page, as the offset index says.
  std::vector<bool> skipped;
  bool flat = false;  // A page has as many values as rows.
};
using PageChoices = std::map<int, PageChoice>;  // By leaf column.

// Where Choose puts what the next row group's pages are.
class PageFilter {
 public:
  void Choose(int row_group, PageChoices pages);
  // Null: all pages of it.
  const PageChoice* Find(int row_group, int leaf) const;

 private:
  int row_group_ = -1;
  PageChoices pages_;
};

// `inner`, whose column chunks lose the pages that `filter` skips. A page that has not the rows that were promised for
// it ends the read with a ParquetException. Borrows `filter`.
std::unique_ptr<parquet::ParquetFileReader::Contents> Filtered(
    std::unique_ptr<parquet::ParquetFileReader::Contents> inner,
    const parquet::ReaderProperties& properties, const PageFilter& filter);

}  // namespace tenon::columnar
