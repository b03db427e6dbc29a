// Which row groups and pages of a file may hold rows that a read wants, by statistics, bloom filters and page indexes.
// Private to the module. One thread.
#pragma once

#include <parquet/arrow/schema.h>
#include <parquet/file_reader.h>
#include <parquet/page_index.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "columnar/parquet/leaf_values.h"
#include "columnar/parquet/page_filter.h"
#include "columnar/parquet_reader.h"
#include "columnar/row_spans.h"
#include "columnar/value_range.h"

namespace tenon::columnar {

class GroupPruner {
 public:
  struct Choice {
    bool skipped = false;
    int64_t rows = 0;     // That the group's pages give.
    PageChoices pages;    // Empty: all.
    bool unread = false;  // Shared, and the page index could not be read: there is no choice.
  };

  // `leaves` are the columns that will be read. Borrows `file` and `manifest`.
  GroupPruner(parquet::ParquetFileReader& file, const parquet::arrow::SchemaManifest& manifest,
              std::vector<Predicate> where, std::vector<int> leaves);

  // Adds what it saves to `counts`. Damaged bloom filters and page indexes are taken as absent: they only help.
  // `shared`: other readers take other rows of what is chosen here, so all must choose alike.
  Choice Choose(int group, bool shared, ParquetReadCounts* counts);

 private:
  // Where a condition's column is.
  struct Place {
    bool missing = false;  // Null in every row.
    int leaf = -1;         // -1: no leaf that a row has one value of.
  };

  const Place& PlaceOf(const std::string& column);
  Place FindPlace(const std::string& column) const;
  const LeafValues& ValuesOf(int leaf);

  bool MayHoldByStatistics(const parquet::RowGroupMetaData& group, const Predicate& leaf);
  bool MayHoldByBloomFilter(int group, const Predicate& leaf);
  RowSpans RowsByPageIndex(parquet::RowGroupPageIndexReader& index, int64_t rows,
                           const Predicate& leaf);
  // Spans widened to borders of pages in all columns that are read; nullopt: not all of them have an index.
  std::optional<RowSpans> AtPageBorders(parquet::RowGroupPageIndexReader& index, int64_t rows,
                                        const RowSpans& spans, PageChoices* pages);
  bool ChoosePages(int group, int64_t rows, bool shared, Choice* choice, ParquetReadCounts* counts);

  parquet::ParquetFileReader& file_;
  const parquet::arrow::SchemaManifest& manifest_;
  const std::vector<Predicate> where_;
  const std::vector<int> leaves_;
  std::unordered_map<std::string, Place> places_;
  std::unordered_map<int, LeafValues> values_;
};

}  // namespace tenon::columnar
