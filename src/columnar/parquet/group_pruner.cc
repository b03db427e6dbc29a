#include "columnar/parquet/group_pruner.h"

#include <parquet/bloom_filter_reader.h>
#include <parquet/exception.h>
#include <parquet/metadata.h>
#include <parquet/statistics.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace tenon::columnar {
namespace {

bool SameLetters(const std::string& a, const std::string& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return std::tolower(static_cast<unsigned char>(x)) ==
                  std::tolower(static_cast<unsigned char>(y));
         });
}

const parquet::arrow::SchemaField* FieldOf(const std::vector<parquet::arrow::SchemaField>& fields,
                                           const std::string& name) {
  for (const auto& field : fields)
    if (field.field->name() == name) return &field;
  for (const auto& field : fields)
    if (SameLetters(field.field->name(), name)) return &field;
  return nullptr;
}

// The rows of each page; empty when the index contradicts itself.
std::vector<int64_t> PageRows(const parquet::OffsetIndex& index, int64_t rows) {
  std::vector<int64_t> out;
  const auto& pages = index.page_locations();
  for (size_t i = 0; i < pages.size(); ++i) {
    const int64_t end = i + 1 < pages.size() ? pages[i + 1].first_row_index : rows;
    if ((i == 0 && pages[0].first_row_index != 0) || end <= pages[i].first_row_index) return {};
    out.push_back(end - pages[i].first_row_index);
  }
  return out;
}

}  // namespace

GroupPruner::GroupPruner(parquet::ParquetFileReader& file,
                         const parquet::arrow::SchemaManifest& manifest,
                         std::vector<Predicate> where, std::vector<int> leaves)
    : file_(file), manifest_(manifest), where_(std::move(where)), leaves_(std::move(leaves)) {}

GroupPruner::Place GroupPruner::FindPlace(const std::string& column) const {
  const auto* field = FieldOf(manifest_.schema_fields, column);
  if (field == nullptr) {
    if (column.find('`') != std::string::npos) return {};
    const auto* fields = &manifest_.schema_fields;
    for (size_t at = 0; at <= column.size();) {
      const size_t dot = std::min(column.find('.', at), column.size());
      field = FieldOf(*fields, column.substr(at, dot - at));
      // A path may mean more than this knows; a plain name that is not there is not there.
      if (field == nullptr) return {.missing = at == 0 && dot == column.size()};
      fields = &field->children;
      at = dot + 1;
    }
  }
  if (!field->is_leaf() || manifest_.descr->Column(field->column_index)->max_repetition_level() > 0)
    return {};
  return {.leaf = field->column_index};
}

const GroupPruner::Place& GroupPruner::PlaceOf(const std::string& column) {
  const auto found = places_.find(column);
  if (found != places_.end()) return found->second;
  return places_.emplace(column, FindPlace(column)).first->second;
}

const LeafValues& GroupPruner::ValuesOf(int leaf) {
  const auto found = values_.find(leaf);
  if (found != values_.end()) return found->second;
  return values_.emplace(leaf, LeafValues(*manifest_.descr->Column(leaf))).first->second;
}

bool GroupPruner::MayHoldByStatistics(const parquet::RowGroupMetaData& group,
                                      const Predicate& leaf) {
  const Place& place = PlaceOf(leaf.column);
  ValueRange range;
  range.may_be_value = !place.missing;
  if (place.leaf >= 0) {
    const auto chunk = group.ColumnChunk(place.leaf);
    range.may_be_null = manifest_.descr->Column(place.leaf)->max_definition_level() > 0;
    const std::shared_ptr<parquet::EncodedStatistics> statistics =
        chunk->is_stats_set() ? chunk->encoded_statistics() : nullptr;
    if (statistics != nullptr) {
      const LeafValues& values = ValuesOf(place.leaf);
      range.scale = values.scale();
      if (statistics->has_min) range.least = values.Bound(statistics->min());
      if (statistics->has_max) range.greatest = values.Bound(statistics->max());
      range.exact = values.fixed_width();
      if (statistics->has_null_count) {
        range.may_be_null = range.may_be_null && statistics->null_count > 0;
        range.may_be_value = statistics->null_count < chunk->num_values();
      }
    }
  }
  return MayHold(leaf, range);
}

bool GroupPruner::MayHoldByBloomFilter(int group, const Predicate& leaf) {
  if (leaf.op != Op::kEqual && leaf.op != Op::kNullSafeEqual && leaf.op != Op::kIn) return true;
  const Place& place = PlaceOf(leaf.column);
  if (place.leaf < 0 ||
      !file_.metadata()->RowGroup(group)->ColumnChunk(place.leaf)->bloom_filter_offset())
    return true;
  try {
    const auto filters = file_.GetBloomFilterReader().RowGroup(group);
    const auto filter = filters == nullptr ? nullptr : filters->GetColumnBloomFilter(place.leaf);
    if (filter == nullptr) return true;
    return std::any_of(leaf.values.begin(), leaf.values.end(), [&](const Literal& literal) {
      if (literal.is_null()) return leaf.op == Op::kNullSafeEqual;
      return ValuesOf(place.leaf).MayContain(*filter, literal);
    });
  } catch (const parquet::ParquetException&) {
    return true;
  }
}

RowSpans GroupPruner::RowsByPageIndex(parquet::RowGroupPageIndexReader& index, int64_t rows,
                                      const Predicate& leaf) {
  const Place& place = PlaceOf(leaf.column);
  if (place.leaf < 0) return AllRows(rows);
  const auto offsets = index.GetOffsetIndex(place.leaf);
  const auto columns = index.GetColumnIndex(place.leaf);
  if (offsets == nullptr || columns == nullptr) return AllRows(rows);
  const std::vector<int64_t> page_rows = PageRows(*offsets, rows);
  const size_t pages = page_rows.size();
  if (pages == 0 || columns->null_pages().size() != pages ||
      columns->encoded_min_values().size() != pages ||
      columns->encoded_max_values().size() != pages ||
      (columns->has_null_counts() && columns->null_counts().size() != pages))
    return AllRows(rows);
  const LeafValues& values = ValuesOf(place.leaf);
  const bool optional = manifest_.descr->Column(place.leaf)->max_definition_level() > 0;
  RowSpans spans;
  int64_t begin = 0;
  for (size_t page = 0; page < pages; ++page) {
    ValueRange range;
    range.scale = values.scale();
    range.may_be_null = optional;
    range.may_be_value = !columns->null_pages()[page];
    if (range.may_be_value) {
      range.least = values.Bound(columns->encoded_min_values()[page]);
      range.greatest = values.Bound(columns->encoded_max_values()[page]);
      range.exact = values.fixed_width();
      if (columns->has_null_counts())
        range.may_be_null = optional && columns->null_counts()[page] > 0;
    }
    const int64_t end = begin + page_rows[page];
    if (MayHold(leaf, range)) AppendSpan({begin, end}, &spans);
    begin = end;
  }
  return spans;
}

std::optional<RowSpans> GroupPruner::AtPageBorders(parquet::RowGroupPageIndexReader& index,
                                                   int64_t rows, const RowSpans& spans,
                                                   PageChoices* pages) {
  RowSpans wide = spans;
  std::vector<std::vector<int64_t>> borders;
  for (const int leaf : leaves_) {
    const auto offsets = index.GetOffsetIndex(leaf);
    PageChoice choice;
    if (offsets != nullptr) choice.rows = PageRows(*offsets, rows);
    if (choice.rows.empty()) return std::nullopt;
    choice.flat = manifest_.descr->Column(leaf)->max_repetition_level() == 0;
    borders.push_back({0});
    for (const int64_t count : choice.rows) borders.back().push_back(borders.back().back() + count);
    pages->emplace(leaf, std::move(choice));
  }
  // Widening for one column may leave the borders of another.
  for (RowSpans before; before != wide;) {
    before = wide;
    for (const std::vector<int64_t>& each : borders) wide = WidenTo(wide, each);
  }
  for (size_t i = 0; i < leaves_.size(); ++i) {
    PageChoice& choice = pages->at(leaves_[i]);
    auto span = wide.begin();
    for (size_t page = 0; page < choice.rows.size(); ++page) {
      while (span != wide.end() && span->end <= borders[i][page]) ++span;
      choice.skipped.push_back(span == wide.end() || span->begin > borders[i][page]);
    }
  }
  return wide;
}

bool GroupPruner::ChoosePages(int group, int64_t rows, bool shared, Choice* choice,
                              ParquetReadCounts* counts) {
  try {
    const auto reader = file_.GetPageIndexReader();
    // In one read, not one for each column.
    if (reader != nullptr)
      reader->WillNeed({group}, {}, {.column_index = true, .offset_index = true});
    const auto index = reader == nullptr ? nullptr : reader->RowGroup(group);
    if (index == nullptr) return false;
    RowSpans spans = AllRows(rows);
    for (const Predicate& each : where_) {
      spans = Intersect(spans, CandidateRows(each, rows, [&](const Predicate& leaf) {
                          return RowsByPageIndex(*index, rows, leaf);
                        }));
    }
    if (spans.empty()) return true;
    if (CountRows(spans) == rows || leaves_.empty()) return false;
    PageChoices pages;
    const std::optional<RowSpans> wide = AtPageBorders(*index, rows, spans, &pages);
    if (!wide || CountRows(*wide) == rows) return false;
    for (const auto& [leaf, each] : pages)
      counts->pages_skipped += std::count(each.skipped.begin(), each.skipped.end(), true);
    choice->rows = CountRows(*wide);
    choice->pages = std::move(pages);
    counts->rows_skipped += rows - choice->rows;
    return false;
  } catch (const parquet::ParquetStatusException& error) {
    // Another reader may have had more luck, and would take its share of other rows.
    choice->unread = shared && (error.status().IsIOError() || error.status().IsOutOfMemory());
    return false;
  } catch (const parquet::ParquetException&) {
    return false;
  }
}

GroupPruner::Choice GroupPruner::Choose(int group, bool shared, ParquetReadCounts* counts) {
  const auto metadata = file_.metadata()->RowGroup(group);
  Choice choice;
  choice.rows = metadata->num_rows();
  ++counts->row_groups;
  if (where_.empty() || choice.rows == 0) return choice;
  const auto none_may = [&](const auto& may_hold) {
    return std::any_of(where_.begin(), where_.end(), [&](const Predicate& each) {
      return CandidateRows(each, choice.rows,
                           [&](const Predicate& leaf) {
                             return may_hold(leaf) ? AllRows(choice.rows) : RowSpans();
                           })
          .empty();
    });
  };
  if (none_may([&](const Predicate& leaf) { return MayHoldByStatistics(*metadata, leaf); })) {
    ++counts->skipped_by_statistics;
    choice.skipped = true;
  } else if (none_may([&](const Predicate& leaf) { return MayHoldByBloomFilter(group, leaf); })) {
    ++counts->skipped_by_bloom_filter;
    choice.skipped = true;
  } else if (ChoosePages(group, choice.rows, shared, &choice, counts)) {
    ++counts->skipped_by_page_index;
    choice.skipped = true;
  }
  if (choice.skipped) counts->rows_skipped += choice.rows;
  return choice;
}

}  // namespace tenon::columnar
