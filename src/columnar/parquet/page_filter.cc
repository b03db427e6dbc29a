#include "columnar/parquet/page_filter.h"

#include <parquet/bloom_filter_reader.h>
#include <parquet/column_reader.h>
#include <parquet/exception.h>
#include <parquet/metadata.h>
#include <parquet/page_index.h>

#include <utility>

namespace tenon::columnar {
namespace {

// Counts the data pages of one chunk as they pass.
class PageCounter {
 public:
  explicit PageCounter(PageChoice choice) : choice_(std::move(choice)) {}

  bool operator()(const parquet::DataPageStats& page) {
    const bool right = next_ < choice_.rows.size() && HasRows(page, choice_.rows[next_]);
    if (!right)
      throw parquet::ParquetException(kWrong);  // Tidy: Arrow's reader hands it to Guarded.
    return choice_.skipped[next_++];
  }

 private:
  static constexpr const char* kWrong = "Column has other pages than its offset index says";

  bool HasRows(const parquet::DataPageStats& page, int64_t rows) const {
    return (!choice_.flat || page.num_values == rows) && (!page.num_rows || *page.num_rows == rows);
  }

  PageChoice choice_;
  size_t next_ = 0;
};

class FilteredGroup : public parquet::RowGroupReader::Contents {
 public:
  FilteredGroup(std::shared_ptr<parquet::RowGroupReader> inner,
                const parquet::ReaderProperties& properties, const PageFilter& filter,
                int row_group)
      : inner_(std::move(inner)), properties_(properties), filter_(filter), group_(row_group) {}

  std::unique_ptr<parquet::PageReader> GetColumnPageReader(int leaf) override {
    std::unique_ptr<parquet::PageReader> pages = inner_->GetColumnPageReader(leaf);
    if (const PageChoice* choice = filter_.Find(group_, leaf)) {
      pages->set_data_page_filter(PageCounter(*choice));
    } else {
      // Arrow takes a page without values, which its own writer makes, for the end of the column.
      pages->set_data_page_filter(
          [](const parquet::DataPageStats& page) { return page.num_values == 0; });
    }
    return pages;
  }
  const parquet::RowGroupMetaData* metadata() const override { return inner_->metadata(); }
  const parquet::ReaderProperties* properties() const override { return &properties_; }

 private:
  std::shared_ptr<parquet::RowGroupReader> inner_;
  const parquet::ReaderProperties& properties_;
  const PageFilter& filter_;
  const int group_;
};

class FilteredFile : public parquet::ParquetFileReader::Contents {
 public:
  FilteredFile(std::unique_ptr<Contents> inner, parquet::ReaderProperties properties,
               const PageFilter& filter)
      : inner_(std::move(inner)), properties_(std::move(properties)), filter_(filter) {}

  void Close() override { inner_->Close(); }
  std::shared_ptr<parquet::RowGroupReader> GetRowGroup(int i) override {
    return std::make_shared<parquet::RowGroupReader>(
        std::make_unique<FilteredGroup>(inner_->GetRowGroup(i), properties_, filter_, i));
  }
  std::shared_ptr<parquet::FileMetaData> metadata() const override { return inner_->metadata(); }
  std::shared_ptr<parquet::PageIndexReader> GetPageIndexReader() override {
    return inner_->GetPageIndexReader();
  }
  parquet::BloomFilterReader& GetBloomFilterReader() override {
    return inner_->GetBloomFilterReader();
  }

 private:
  std::unique_ptr<Contents> inner_;
  const parquet::ReaderProperties properties_;
  const PageFilter& filter_;
};

}  // namespace

void PageFilter::Choose(int row_group, PageChoices pages) {
  row_group_ = row_group;
  pages_ = std::move(pages);
}

const PageChoice* PageFilter::Find(int row_group, int leaf) const {
  if (row_group != row_group_) return nullptr;
  const auto found = pages_.find(leaf);
  return found == pages_.end() ? nullptr : &found->second;
}

std::unique_ptr<parquet::ParquetFileReader::Contents> Filtered(
    std::unique_ptr<parquet::ParquetFileReader::Contents> inner,
    const parquet::ReaderProperties& properties, const PageFilter& filter) {
  return std::make_unique<FilteredFile>(std::move(inner), properties, filter);
}

}  // namespace tenon::columnar
