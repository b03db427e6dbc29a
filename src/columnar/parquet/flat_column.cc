#include "columnar/parquet/flat_column.h"

#include <arrow/buffer.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>
#include <arrow/util/decimal.h>
#include <arrow/util/utf8.h>
#include <parquet/schema.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "columnar/delta_reader.h"

namespace tenon::columnar {
namespace {

using Bytes = std::span<const uint8_t>;
using parquet::Encoding;

// Indices that are looked up together.
constexpr size_t kIndices = 1024;
constexpr int kMostIndexBits = 32;

arrow::Status Wrong(const char* what) { return arrow::Status::IOError(what); }

bool IsDictionary(Encoding::type encoding) {
  return encoding == Encoding::RLE_DICTIONARY || encoding == Encoding::PLAIN_DICTIONARY;
}

// The indices of one page.
class Indices {
 public:
  arrow::Status Start(Bytes values, size_t dictionary) {
    dictionary_ = dictionary;
    // A page of nothing but nulls may lack the width.
    const int width = values.empty() ? 0 : values[0];
    if (width > kMostIndexBits) return Wrong("Dictionary indices have an impossible width");
    runs_ = RunReader(values.subspan(values.empty() ? 0 : 1), width);
    return arrow::Status::OK();
  }

  // Some of the next `most` indices, all within the dictionary: repeated ones alone, or looked at one by one.
  arrow::Status Next(int64_t most, RunReader::Run* run) {
    if (!runs_.Next(static_cast<size_t>(most), run))
      return Wrong("Dictionary indices end before the page does");
    uint32_t highest = run->value;
    if (!run->repeated) {
      Unpack(run->packed, run->at, runs_.width(), run->count, some_.data());
      highest = 0;
      for (size_t i = 0; i < run->count; ++i) highest = std::max(highest, some_[i]);
    }
    return highest < dictionary_ ? arrow::Status::OK() : Wrong("Index lies beyond the dictionary");
  }
  const uint32_t* some() const { return some_.data(); }

 private:
  RunReader runs_;
  size_t dictionary_ = 0;
  std::array<uint32_t, kIndices> some_;
};

// Numbers and decimals: stored as Stored, given as Out.
template <typename Stored, typename Out>
class FixedColumn : public FlatColumn {
 public:
  // No value reaches `bound`, which is 0 where there is none.
  FixedColumn(arrow::MemoryPool* pool, Stored bound) : FlatColumn(pool), bound_(bound) {}

 private:
  arrow::Status Begin(int64_t rows) override {
    ARROW_ASSIGN_OR_RAISE(values_,
                          arrow::AllocateBuffer(rows * static_cast<int64_t>(sizeof(Out)), pool_));
    out_ = reinterpret_cast<Out*>(values_->mutable_data());
    return arrow::Status::OK();
  }

  arrow::Status TakeDictionary(Bytes values, int64_t count) override {
    if (count < 0 || static_cast<uint64_t>(count) > values.size() / sizeof(Stored))
      return Wrong("Dictionary is shorter than it says");
    ARROW_ASSIGN_OR_RAISE(dictionary_,
                          arrow::AllocateBuffer(count * static_cast<int64_t>(sizeof(Out)), pool_));
    words_ = {reinterpret_cast<Out*>(dictionary_->mutable_data()), static_cast<size_t>(count)};
    words_checked_ = Widen(values.data(), words_.size(), words_.data());
    return arrow::Status::OK();
  }

  arrow::Status StartPage(Encoding::type encoding, Bytes values) override {
    encoding_ = encoding;
    if (encoding == Encoding::PLAIN) {
      plain_ = values;
      return arrow::Status::OK();
    }
    if (IsDictionary(encoding)) return indices_.Start(values, words_.size());
    if constexpr (std::is_integral_v<Stored>) {
      if (encoding == Encoding::DELTA_BINARY_PACKED)
        return deltas_.Start(values) ? arrow::Status::OK() : Wrong("Differences are damaged");
    }
    return Wrong("Page has an encoding that its column does not name");
  }

  arrow::Status Append(int64_t at, int64_t count) override {
    if (IsDictionary(encoding_)) return AppendWords(out_ + at, count);
    if (encoding_ == Encoding::PLAIN) {
      const size_t bytes = static_cast<size_t>(count) * sizeof(Stored);
      if (bytes > plain_.size()) return Wrong("Page ends before its values do");
      checked_ &= Widen(plain_.data(), static_cast<size_t>(count), out_ + at);
      plain_ = plain_.subspan(bytes);
      return arrow::Status::OK();
    }
    if constexpr (std::is_integral_v<Stored>) return AppendDeltas(out_ + at, count);
    return Wrong("Page has an unknown encoding");
  }

  arrow::Status AppendWords(Out* out, int64_t count) {
    checked_ &= words_checked_;
    const Out* const words = words_.data();
    while (count > 0) {
      RunReader::Run run;
      ARROW_RETURN_NOT_OK(indices_.Next(std::min<int64_t>(count, kIndices), &run));
      if (run.repeated) {
        std::fill_n(out, run.count, words[run.value]);
      } else {
        const uint32_t* const some = indices_.some();
        for (size_t i = 0; i < run.count; ++i) out[i] = words[some[i]];
      }
      out += run.count;
      count -= static_cast<int64_t>(run.count);
    }
    return arrow::Status::OK();
  }

  arrow::Status AppendDeltas(Out* out, int64_t count) {
    if constexpr (sizeof(Stored) == sizeof(Out)) {
      if (deltas_.Read(static_cast<size_t>(count), out)) return arrow::Status::OK();
    } else {
      std::array<Stored, kIndices> some;
      for (int64_t done = 0; done < count;) {
        const auto part = std::min<size_t>(static_cast<size_t>(count - done), some.size());
        if (!deltas_.Read(part, some.data())) return Wrong("Differences are damaged");
        checked_ &= Widen(reinterpret_cast<const uint8_t*>(some.data()), part, out + done);
        done += static_cast<int64_t>(part);
      }
      return arrow::Status::OK();
    }
    return Wrong("Differences are damaged");
  }

  // False when one reaches the bound.
  bool Widen(const uint8_t* stored, size_t count, Out* out) const {
    if (count == 0) return true;
    if constexpr (sizeof(Stored) == sizeof(Out)) {
      std::memcpy(out, stored, count * sizeof(Out));
      return true;
    } else {
      bool within = true;
      for (size_t i = 0; i < count; ++i) {
        Stored value;
        std::memcpy(&value, stored + i * sizeof(Stored), sizeof(Stored));
        within &= (value < bound_) & (value > -bound_);
        out[i] = value;
      }
      return within;
    }
  }

  void Spread(int64_t at, int64_t rows, const uint8_t* valid, int64_t values) override {
    for (int64_t row = rows - 1; row >= 0; --row) {
      const bool there = arrow::bit_util::GetBit(valid, at + row);
      out_[at + row] = there ? out_[at + --values] : Out{};
    }
  }

  std::vector<std::shared_ptr<arrow::Buffer>> Finish(int64_t) override {
    return {nullptr, std::move(values_)};
  }

  const Stored bound_;
  std::shared_ptr<arrow::Buffer> dictionary_;  // Counts as memory of the file.
  std::span<Out> words_;
  bool words_checked_ = true;
  Encoding::type encoding_ = Encoding::PLAIN;
  Indices indices_;
  Bytes plain_;
  DeltaReader deltas_;
  std::shared_ptr<arrow::Buffer> values_;
  Out* out_ = nullptr;
};

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
    Bytes rest = values;
    for (int64_t i = 0; i < count; ++i) {
      Bytes text;
      if (!Take(&rest, &text)) return Wrong("Dictionary is shorter than it says");
      words_.push_back(
          {static_cast<uint32_t>(text.data() - values.data()), static_cast<uint32_t>(text.size())});
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
      ARROW_RETURN_NOT_OK(indices_.Next(std::min<int64_t>(count, kIndices), &run));
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
    const uint8_t* const texts = texts_->data();
    uint8_t* out = data_->mutable_data() + bytes_;
    int32_t end = static_cast<int32_t>(bytes_);
    for (size_t i = 0; i < count; ++i) {
      const Word word = words_[some[i]];
      Copy(texts + word.at, word.bytes, out);
      out += word.bytes;
      end += static_cast<int32_t>(word.bytes);
      ends_[at + static_cast<int64_t>(i)] = end;
    }
    bytes_ = end;
    return arrow::Status::OK();
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
    if (bytes <= kStep / 2) {
      std::memcpy(out, text, kStep / 2);
    } else if (bytes <= kStep) {
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
    for (int64_t row = rows - 1; row >= 0; --row) {
      // A row without a value ends where those before it do.
      ends_[at + row] = ends_[at + values - 1];
      if (arrow::bit_util::GetBit(valid, at + row)) --values;
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
  bool words_checked_ = true;
  bool dictionary_ = false;
  Indices indices_;
  Bytes plain_;
  std::shared_ptr<arrow::Buffer> offsets_;
  std::shared_ptr<arrow::ResizableBuffer> data_;
  int32_t* ends_ = nullptr;  // Of each row's text; [-1] is the first one's begin.
  int64_t bytes_ = 0;
  int64_t rows_before_ = 0;
  int64_t bytes_before_ = 0;
};

bool IsKnown(const std::vector<Encoding::type>& encodings, bool whole_numbers) {
  return std::all_of(encodings.begin(), encodings.end(), [&](Encoding::type encoding) {
    // The last two are those of levels.
    return encoding == Encoding::PLAIN || IsDictionary(encoding) || encoding == Encoding::RLE ||
           encoding == Encoding::BIT_PACKED ||
           (whole_numbers && encoding == Encoding::DELTA_BINARY_PACKED);
  });
}

template <typename Stored>
std::unique_ptr<FlatColumn> MakeDecimals(const arrow::DataType& type, arrow::MemoryPool* pool) {
  const int digits = static_cast<const arrow::DecimalType&>(type).precision();
  // All that Stored holds has at most this many digits.
  constexpr int kMostDigits = sizeof(Stored) == 4 ? 9 : 18;
  if (digits < 1 || digits > kMostDigits) return nullptr;
  Stored bound = 1;
  for (int i = 0; i < digits; ++i) bound *= 10;
  return std::make_unique<FixedColumn<Stored, __int128>>(pool, bound);
}

std::unique_ptr<FlatColumn> MakeFlat(parquet::Type::type stored, const arrow::DataType& type,
                                     arrow::MemoryPool* pool) {
  using arrow::Type;
  const Type::type id = type.id();
  switch (stored) {
    case parquet::Type::INT32:
      if (id == Type::DECIMAL128) return MakeDecimals<int32_t>(type, pool);
      if (id == Type::INT32 || id == Type::DATE32)
        return std::make_unique<FixedColumn<int32_t, int32_t>>(pool, 0);
      return nullptr;
    case parquet::Type::INT64:
      if (id == Type::DECIMAL128) return MakeDecimals<int64_t>(type, pool);
      if (id == Type::INT64 || id == Type::TIMESTAMP)
        return std::make_unique<FixedColumn<int64_t, int64_t>>(pool, 0);
      return nullptr;
    case parquet::Type::FLOAT:
      if (id != Type::FLOAT) return nullptr;
      return std::make_unique<FixedColumn<float, float>>(pool, 0);
    case parquet::Type::DOUBLE:
      if (id != Type::DOUBLE) return nullptr;
      return std::make_unique<FixedColumn<double, double>>(pool, 0);
    case parquet::Type::BYTE_ARRAY:
      if (id != Type::STRING && id != Type::BINARY) return nullptr;
      return std::make_unique<TextColumn>(pool, id == Type::STRING);
    default: return nullptr;
  }
}

}  // namespace

std::unique_ptr<FlatColumn> FlatColumn::Open(parquet::RowGroupReader& group, int leaf,
                                             std::shared_ptr<arrow::DataType> type,
                                             arrow::MemoryPool* pool) {
  const parquet::ColumnDescriptor& column = *group.metadata()->schema()->Column(leaf);
  const auto chunk = group.metadata()->ColumnChunk(leaf);
  const bool whole = column.physical_type() == parquet::Type::INT32 ||
                     column.physical_type() == parquet::Type::INT64;
  if (column.max_repetition_level() != 0 || column.max_definition_level() > 1 ||
      !IsKnown(chunk->encodings(), whole))
    return nullptr;
  std::unique_ptr<FlatColumn> flat = MakeFlat(column.physical_type(), *type, pool);
  if (flat == nullptr) return nullptr;
  arrow::util::InitializeUTF8();
  flat->pages_ = group.GetColumnPageReader(leaf);
  flat->type_ = std::move(type);
  flat->optional_ = column.max_definition_level() == 1;
  return flat;
}

arrow::Status FlatColumn::StartLevels(const parquet::DataPage& page, Bytes* values) {
  size_t bytes = 0, skipped = 0;
  if (page.type() == parquet::PageType::DATA_PAGE_V2) {
    const auto& second = static_cast<const parquet::DataPageV2&>(page);
    const int levels = second.definition_levels_byte_length();
    if (levels < 0 || second.repetition_levels_byte_length() != 0)
      return Wrong("Levels have an impossible length");
    bytes = static_cast<size_t>(levels);
  } else if (optional_) {
    if (static_cast<const parquet::DataPageV1&>(page).definition_level_encoding() ==
        Encoding::BIT_PACKED)
      return StartOldLevels(page.num_values(), values);
    uint32_t levels = 0;
    if (values->size() < sizeof(levels)) return Wrong("Page is shorter than its levels");
    std::memcpy(&levels, values->data(), sizeof(levels));
    skipped = sizeof(levels);
    bytes = levels;
  }
  if (bytes > values->size() - skipped) return Wrong("Page is shorter than its levels");
  levels_ = RunReader(values->subspan(skipped, bytes), 1);
  *values = values->subspan(skipped + bytes);
  return arrow::Status::OK();
}

arrow::Status FlatColumn::StartOldLevels(int64_t count, Bytes* values) {
  const auto bytes = static_cast<size_t>(arrow::bit_util::BytesForBits(count));
  if (bytes > values->size()) return Wrong("Page is shorter than its levels");
  // One packed run of as many groups, each byte the other way round.
  old_levels_.clear();
  for (uint64_t head = bytes << 1 | 1;; head >>= 7) {
    old_levels_.push_back(static_cast<uint8_t>(head > 127 ? head | 128 : head));
    if (head <= 127) break;
  }
  for (const uint8_t byte : values->first(bytes)) {
    uint8_t turned = 0;
    for (int bit = 0; bit < 8; ++bit)
      turned |= static_cast<uint8_t>((byte >> bit & 1) << (7 - bit));
    old_levels_.push_back(turned);
  }
  levels_ = RunReader(old_levels_, 1);
  *values = values->subspan(bytes);
  return arrow::Status::OK();
}

arrow::Status FlatColumn::NextPage(int64_t rows_missing) {
  page_ = pages_->NextPage();
  if (page_ == nullptr)
    return arrow::Status::IOError(
        "Pages have another number of rows than the footer says: ", "rows_missing=", rows_missing);
  Bytes bytes(page_->data(), static_cast<size_t>(page_->size()));
  if (page_->type() == parquet::PageType::DICTIONARY_PAGE) {
    const auto& dictionary = static_cast<const parquet::DictionaryPage&>(*page_);
    if (dictionary.encoding() != Encoding::PLAIN &&
        dictionary.encoding() != Encoding::PLAIN_DICTIONARY)
      return Wrong("Dictionary has an unknown encoding");
    return TakeDictionary(bytes, dictionary.num_values());
  }
  if (page_->type() != parquet::PageType::DATA_PAGE &&
      page_->type() != parquet::PageType::DATA_PAGE_V2)
    return arrow::Status::OK();
  const auto& data = static_cast<const parquet::DataPage&>(*page_);
  if (data.num_values() < 0) return Wrong("Page has an impossible number of values");
  ARROW_RETURN_NOT_OK(StartLevels(data, &bytes));
  page_left_ = data.num_values();
  return StartPage(data.encoding(), bytes);
}

arrow::Status FlatColumn::NeedValidity() {
  if (valid_ != nullptr) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(valid_, arrow::AllocateBuffer(arrow::bit_util::BytesForBits(rows_), pool_));
  std::memset(valid_->mutable_data(), 0xff, static_cast<size_t>(valid_->size()));
  return arrow::Status::OK();
}

arrow::Result<int64_t> FlatColumn::ReadLevels(int64_t at, int64_t rows) {
  if (!optional_) return rows;
  int64_t values = 0;
  for (int64_t done = 0; done < rows;) {
    RunReader::Run run;
    if (!levels_.Next(static_cast<size_t>(rows - done), &run)) return Wrong("Levels are damaged");
    const auto count = static_cast<int64_t>(run.count);
    if (run.repeated && run.value > 1) return Wrong("A level lies above the highest");
    if (run.repeated && run.value == 1) {
      values += count;
    } else {
      ARROW_RETURN_NOT_OK(NeedValidity());
      uint8_t* const valid = valid_->mutable_data();
      if (run.repeated) {
        arrow::bit_util::SetBitsTo(valid, at + done, count, false);
      } else {
        const auto from = static_cast<int64_t>(run.at);
        arrow::internal::CopyBitmap(run.packed.data(), from, count, valid, at + done);
        values += arrow::internal::CountSetBits(run.packed.data(), from, count);
      }
    }
    done += count;
  }
  return values;
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> FlatColumn::Read(int64_t rows) {
  checked_ = true;
  rows_ = rows;
  nulls_ = 0;
  valid_ = nullptr;
  ARROW_RETURN_NOT_OK(Begin(rows));
  for (int64_t done = 0; done < rows;) {
    if (page_left_ == 0) {
      ARROW_RETURN_NOT_OK(NextPage(rows - done));
      continue;
    }
    const int64_t some = std::min(page_left_, rows - done);
    ARROW_ASSIGN_OR_RAISE(const int64_t values, ReadLevels(done, some));
    ARROW_RETURN_NOT_OK(Append(done, values));
    if (values < some) Spread(done, some, valid_->data(), values);
    nulls_ += some - values;
    page_left_ -= some;
    done += some;
  }
  std::vector<std::shared_ptr<arrow::Buffer>> buffers = Finish(rows);
  buffers[0] = nulls_ > 0 ? std::move(valid_) : nullptr;
  return arrow::ArrayData::Make(type_, rows, std::move(buffers), nulls_);
}

}  // namespace tenon::columnar
