#include <arrow/buffer.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>
#include <utility>

#include "columnar/delta_reader.h"
#include "columnar/parquet/dictionary_indices.h"
#include "columnar/parquet/flat_column.h"

namespace tenon::columnar {
namespace {

using Bytes = std::span<const uint8_t>;
using parquet::Encoding;

constexpr size_t kAtOnce = DictionaryIndices::kAtOnce;

arrow::Status Wrong(const char* what) { return arrow::Status::IOError(what); }

// Moves `values` values from the front of `rows` rows to those whose bit is set, the others become zero.
template <typename T>
void SpreadValues(const uint8_t* valid, int64_t at, int64_t rows, int64_t values, T* out) {
  // From behind; when as many values are left as rows, all stand where they should.
  for (int64_t row = rows - 1; row >= values; --row) {
    const int64_t there = arrow::bit_util::GetBit(valid, at + row) ? 1 : 0;
    values -= there;
    // Not branched on: nulls come without order. A value that is moved is one that is there.
    const T value = out[values];
    out[row] = there != 0 ? value : T{};
  }
}

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
      ARROW_RETURN_NOT_OK(indices_.Next(std::min<int64_t>(count, kAtOnce), &run));
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
      std::array<Stored, kAtOnce> some;
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
    SpreadValues(valid, at, rows, values, out_ + at);
  }

  std::vector<std::shared_ptr<arrow::Buffer>> Finish(int64_t) override {
    return {nullptr, std::move(values_)};
  }

  const Stored bound_;
  std::shared_ptr<arrow::Buffer> dictionary_;  // Counts as memory of the file.
  std::span<Out> words_;
  bool words_checked_ = true;
  Encoding::type encoding_ = Encoding::PLAIN;
  DictionaryIndices indices_;
  Bytes plain_;
  DeltaReader deltas_;
  std::shared_ptr<arrow::Buffer> values_;
  Out* out_ = nullptr;
};

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

}  // namespace

std::unique_ptr<FlatColumn> FlatColumn::MakeFixed(parquet::Type::type stored,
                                                  const arrow::DataType& type,
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
    default: return nullptr;
  }
}

}  // namespace tenon::columnar
