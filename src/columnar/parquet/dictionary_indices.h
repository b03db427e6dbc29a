// The indices of one page into its column's dictionary. Private to the module. One thread.
#pragma once

#include <arrow/status.h>
#include <parquet/types.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "columnar/bit_runs.h"

namespace tenon::columnar {

inline bool IsDictionary(parquet::Encoding::type encoding) {
  return encoding == parquet::Encoding::RLE_DICTIONARY ||
         encoding == parquet::Encoding::PLAIN_DICTIONARY;
}

class DictionaryIndices {
 public:
  // How many are looked up together.
  static constexpr size_t kAtOnce = 1024;

  arrow::Status Start(std::span<const uint8_t> values, size_t dictionary) {
    dictionary_ = dictionary;
    // A page of nothing but nulls may lack the width.
    const int width = values.empty() ? 0 : values[0];
    if (width > kMostBits)
      return arrow::Status::IOError("Dictionary indices have an impossible width");
    runs_ = RunReader(values.subspan(values.empty() ? 0 : 1), width);
    return arrow::Status::OK();
  }

  // Some of the next `most` indices, kAtOnce at most, all within the dictionary: one that is repeated, or those of
  // `some`. IOError: they are damaged.
  arrow::Status Next(int64_t most, RunReader::Run* run) {
    if (!runs_.Next(static_cast<size_t>(most), run))
      return arrow::Status::IOError("Dictionary indices end before the page does");
    uint32_t highest = run->value;
    if (!run->repeated) {
      Unpack(run->packed, run->at, runs_.width(), run->count, some_.data());
      highest = 0;
      for (size_t i = 0; i < run->count; ++i) highest = std::max(highest, some_[i]);
    }
    return highest < dictionary_ ? arrow::Status::OK()
                                 : arrow::Status::IOError("Index lies beyond the dictionary");
  }
  const uint32_t* some() const { return some_.data(); }

 private:
  static constexpr int kMostBits = 32;

  RunReader runs_;
  size_t dictionary_ = 0;
  std::array<uint32_t, kAtOnce> some_;
};

}  // namespace tenon::columnar
