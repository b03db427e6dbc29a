#include <arrow/buffer.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/utf8.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "columnar/parquet/dictionary_indices.h"
#include "columnar/parquet/flat_column.h"

namespace tenon::columnar {
namespace {

using Bytes = std::span<const uint8_t>;
using parquet::Encoding;

constexpr size_t kAtOnce = DictionaryIndices::kAtOnce;

arrow::Status Wrong(const char* what) { return arrow::Status::IOError(what); }

// Texts and bytes.
class TextColumn : public FlatColumn {
 public:
  TextColumn(arrow::MemoryPool* pool, bool text) : FlatColumn(pool), text_(text) {}

 private:
  // Texts are copied in steps of so many bytes, into room behind what is there.
  static constexpr size_t kStep = 32;

  struct Word {
    uint32_t at = 0;
    uint32_t bytes = 0;
  };

  arrow::Status Begin(int64_t rows) override {
    const int64_t guess =
        rows_before_ > 0 ? bytes_before_ / rows_before_ * rows + bytes_before_ / 8 : rows * 16;
    ARROW_ASSIGN_OR_RAISE(data_, arrow::AllocateResizableBuffer(guess + 4 * kStep, pool_));
    ARROW_ASSIGN_OR_RAISE(
        offsets_, arrow::AllocateBuffer((rows + 1) * static_cast<int64_t>(sizeof(int32_t)), pool_));
    ends_ = reinterpret_cast<int32_t*>(offsets_->mutable_data()) + 1;
    ends_[-1] = 0;
    bytes_ = 0;
    return arrow::Status::OK();
  }

  arrow::Status TakeDictionary(Bytes values, int64_t count) override {
    if (count < 0 || static_cast<uint64_t>(count) > values.size() / sizeof(uint32_t))
      return Wrong("Dictionary is shorter than it says");
    const auto size = static_cast<int64_t>(values.size());
    ARROW_ASSIGN_OR_RAISE(texts_, arrow::AllocateBuffer(size + int64_t{kStep}, pool_));
    if (size > 0) std::memcpy(texts_->mutable_data(), values.data(), values.size());
    std::memset(texts_->mutable_data() + size, 0, kStep);
    words_.clear();
    words_.reserve(static_cast<size_t>(count));
    words_checked_ = true;
    longest_word_ = 0;
    Bytes rest = values;
    for (int64_t i = 0; i < count; ++i) {
      Bytes text;
      if (!Take(&rest, &text)) return Wrong("Dictionary is shorter than it says");
      words_.push_back(
          {static_cast<uint32_t>(text.data() - values.data()), static_cast<uint32_t>(text.size())});
      longest_word_ = std::max(longest_word_, text.size());
      words_checked_ =
          words_checked_ &&
          (!text_ || arrow::util::ValidateUTF8(text.data(), static_cast<int64_t>(text.size())));
    }
    return arrow::Status::OK();
  }

  arrow::Status StartPage(Encoding::type encoding, Bytes values) override {
    dictionary_ = IsDictionary(encoding);
    if (dictionary_) return indices_.Start(values, words_.size());
    if (encoding != Encoding::PLAIN)
      return Wrong("Page has an encoding that its column does not name");
    plain_ = values;
    return arrow::Status::OK();
  }

  arrow::Status Append(int64_t at, int64_t count) override {
    if (!dictionary_) return AppendPlain(at, count);
    checked_ &= words_checked_;
    while (count > 0) {
      RunReader::Run run;
      ARROW_RETURN_NOT_OK(indices_.Next(std::min<int64_t>(count, kAtOnce), &run));
      ARROW_RETURN_NOT_OK(run.repeated ? AppendRepeated(at, run) : AppendWords(at, run.count));
      at += static_cast<int64_t>(run.count);
      count -= static_cast<int64_t>(run.count);
    }
    return arrow::Status::OK();
  }

  arrow::Status AppendWords(int64_t at, size_t count) {
    const uint32_t* const some = indices_.some();
    uint64_t bytes = 0;
    for (size_t i = 0; i < count; ++i) bytes += words_[some[i]].bytes;
    ARROW_RETURN_NOT_OK(NeedRoom(bytes));
    // Lengths that change from row to row are not branched on.
    if (longest_word_ <= kStep / 2) {
      CopyWords(at, count, [](const uint8_t* text, size_t, uint8_t* out) {
        std::memcpy(out, text, kStep / 2);
      });
    } else if (longest_word_ <= kStep) {
      CopyWords(at, count,
                [](const uint8_t* text, size_t, uint8_t* out) { std::memcpy(out, text, kStep); });
    } else {
      CopyWords(at, count, &Copy);
    }
    return arrow::Status::OK();
  }

  // REQUIRES: there is room.
  template <typename CopyWord>
  void CopyWords(int64_t at, size_t count, CopyWord copy) {
    const uint32_t* const some = indices_.some();
    const uint8_t* const texts = texts_->data();
    const Word* const words = words_.data();
    uint8_t* const data = data_->mutable_data();
    int32_t* const ends = ends_ + at;
    auto end = static_cast<size_t>(bytes_);
    for (size_t i = 0; i < count; ++i) {
      const Word word = words[some[i]];
      copy(texts + word.at, word.bytes, data + end);
      end += word.bytes;
      ends[i] = static_cast<int32_t>(end);
    }
    bytes_ = static_cast<int64_t>(end);
  }

  arrow::Status AppendRepeated(int64_t at, const RunReader::Run& run) {
    const Word word = words_[run.value];
    ARROW_RETURN_NOT_OK(NeedRoom(uint64_t{word.bytes} * run.count));
    for (size_t i = 0; i < run.count; ++i) {
      Copy(texts_->data() + word.at, word.bytes, data_->mutable_data() + bytes_);
      bytes_ += word.bytes;
      ends_[at + static_cast<int64_t>(i)] = static_cast<int32_t>(bytes_);
    }
    return arrow::Status::OK();
  }

  arrow::Status AppendPlain(int64_t at, int64_t count) {
    checked_ = checked_ && !text_;
    // No more than the page has, however often Copy steps beyond a text.
    ARROW_RETURN_NOT_OK(NeedRoom(plain_.size() < size_t(count) * 64 ? plain_.size() : 0));
    for (int64_t i = 0; i < count; ++i) {
      Bytes text;
      if (!Take(&plain_, &text)) return Wrong("Page ends before its values do");
      ARROW_RETURN_NOT_OK(NeedRoom(text.size()));
      if (plain_.size() >= kStep) {
        Copy(text.data(), text.size(), data_->mutable_data() + bytes_);
      } else if (!text.empty()) {
        std::memcpy(data_->mutable_data() + bytes_, text.data(), text.size());
      }
      bytes_ += static_cast<int64_t>(text.size());
      ends_[at + i] = static_cast<int32_t>(bytes_);
    }
    return arrow::Status::OK();
  }

  // Reads and writes up to kStep bytes beyond the text.
  static void Copy(const uint8_t* text, size_t bytes, uint8_t* out) {
    if (bytes <= kStep) {
      std::memcpy(out, text, kStep);
    } else {
      std::memcpy(out, text, bytes);
    }
  }

  // A text behind its length; false: it does not end within `rest`.
  static bool Take(Bytes* rest, Bytes* text) {
    uint32_t bytes = 0;
    if (rest->size() < sizeof(bytes)) return false;
    std::memcpy(&bytes, rest->data(), sizeof(bytes));
    if (bytes > rest->size() - sizeof(bytes)) return false;
    *text = rest->subspan(sizeof(bytes), bytes);
    *rest = rest->subspan(sizeof(bytes) + bytes);
    return true;
  }

  arrow::Status NeedRoom(uint64_t more) {
    const uint64_t needed = static_cast<uint64_t>(bytes_) + more;
    if (needed > std::numeric_limits<int32_t>::max())
      return arrow::Status::CapacityError("A batch of one column holds more than 2 GiB of text");
    const auto capacity = static_cast<int64_t>(needed + 2 * kStep);
    if (capacity <= data_->size()) return arrow::Status::OK();
    return data_->Resize(std::max(capacity, data_->size() + data_->size() / 2), false);
  }

  void Spread(int64_t at, int64_t rows, const uint8_t* valid, int64_t values) override {
    // A row without a value ends where those before it do; the first rows, where none is missing, stand as they should.
    int32_t* const ends = ends_ + at;
    for (int64_t row = rows - 1; row >= values; --row) {
      ends[row] = ends[values - 1];
      values -= arrow::bit_util::GetBit(valid, at + row) ? 1 : 0;
    }
  }

  std::vector<std::shared_ptr<arrow::Buffer>> Finish(int64_t rows) override {
    rows_before_ = rows;
    bytes_before_ = bytes_;
    return {nullptr, std::move(offsets_), arrow::SliceBuffer(std::move(data_), 0, bytes_)};
  }

  const bool text_;
  std::shared_ptr<arrow::Buffer> texts_;  // Of the dictionary, with room behind.
  std::vector<Word> words_;
  size_t longest_word_ = 0;
  bool words_checked_ = true;
  bool dictionary_ = false;
  DictionaryIndices indices_;
  Bytes plain_;
  std::shared_ptr<arrow::Buffer> offsets_;
  std::shared_ptr<arrow::ResizableBuffer> data_;
  int32_t* ends_ = nullptr;  // Of each row's text; [-1] is the first one's begin.
  int64_t bytes_ = 0;
  int64_t rows_before_ = 0;
  int64_t bytes_before_ = 0;
};

}  // namespace

std::unique_ptr<FlatColumn> FlatColumn::MakeText(parquet::Type::type stored,
                                                 const arrow::DataType& type,
                                                 arrow::MemoryPool* pool) {
  const bool text = type.id() == arrow::Type::STRING;
  if (stored != parquet::Type::BYTE_ARRAY || (!text && type.id() != arrow::Type::BINARY))
    return nullptr;
  arrow::util::InitializeUTF8();
  return std::make_unique<TextColumn>(pool, text);
}

}  // namespace tenon::columnar
