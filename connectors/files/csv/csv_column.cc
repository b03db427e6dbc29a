#include "connectors/files/csv/csv_column.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>
#include <type_traits>
#include <utility>

#include "connectors/files/buffers/arrow_arrays.h"
#include "connectors/files/csv/csv_value.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tenon::files {
namespace {

constexpr size_t kReadablePadding = 64;
constexpr size_t kShortTextBytes = 32;

int64_t WidthOf(const DataType& type) {
  switch (type.id()) {
    case TypeId::kBoolean:
    case TypeId::kByte: return 1;
    case TypeId::kShort: return 2;
    case TypeId::kInt:
    case TypeId::kFloat:
    case TypeId::kString:
    case TypeId::kDate: return 4;
    case TypeId::kDecimal: return 16;
    default: return 8;
  }
}

// Of types that are always read singly.
struct NoLanes {
  template <typename T>
  uint32_t operator()(const csv::LaneRun&, T*, csv::LaneNulls*) const {
    return 0;
  }
};

// Of its values as they stand in the text.
size_t BytesOf(const csv::LaneRun& run) {
  size_t bytes = 0;
  const uint32_t* end = run.end;
  for (uint32_t record = 0; record < run.records; ++record, end += run.stride) {
    bytes += static_cast<size_t>(std::max(static_cast<int32_t>(*end - end[-1]) - 1, 0));
  }
  return bytes;
}

// The next batch may be a little larger.
size_t WithSome(size_t count) { return count + count / 16; }

// Whether text[0, size) holds `wanted`. REQUIRES: 64 readable bytes behind it.
inline bool Holds(const uint8_t* text, size_t size, uint8_t wanted) {
#if defined(__SSE2__)
  if (size <= kShortTextBytes) {
    const __m128i all = _mm_set1_epi8(static_cast<char>(wanted));
    const auto* const from = reinterpret_cast<const __m128i*>(text);
    const auto low =
        static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(from), all)));
    const auto high =
        static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(from + 1), all)));
    return ((uint64_t{high} << 16 | low) & ((uint64_t{1} << size) - 1)) != 0;
  }
#endif
  return std::memchr(text, wanted, size) != nullptr;
}

}  // namespace

CsvColumn::CsvColumn(DataType type, const CsvDialect& dialect, CsvKernel kernel,
                     std::shared_ptr<BufferPool> pool)
    : type_(std::move(type)),
      dialect_(dialect),
      lanes_(csv::LanesOf(kernel, dialect)),
      pool_(std::move(pool)),
      width_(WidthOf(type_)) {}

// Room for that many values more; where the next one goes.
template <typename T>
T* CsvColumn::RoomFor(uint32_t rows) {
  // Of texts the offset behind the last row is the next one's beginning.
  const bool offsets = type_.id() == TypeId::kString && rows_ > 0;
  const size_t used = (static_cast<size_t>(rows_) + (offsets ? 1 : 0)) * sizeof(T);
  const size_t wanted =
      (std::max<size_t>(static_cast<size_t>(rows_) + rows, expected_rows_) + 1) * sizeof(T);
  if (values_.capacity() < wanted) pool_->Grow(values_, used, wanted);
  return values_.as<T>() + rows_;
}

// Values of quotes that hold more than themselves, and of escapes.
template <typename T, typename Read>
bool CsvColumn::ReadAgain(const uint8_t* text, size_t size, T* out, const Read& read) {
  const bool quoted = dialect_.quote == *text;
  if (quoted) {
    ++text;
    size -= 2;
  }
  if (size > 0 && read(text, size, out)) return true;
  if (!dialect_.escaper && !quoted) return false;
  // With the bytes before it that a reader of numbers may load.
  unescaped_.resize(size + 2 * kReadablePadding);
  uint8_t* const to = unescaped_.data() + kReadablePadding;
  const size_t unescaped = CsvUnescape(dialect_, quoted, text, size, to);
  return unescaped > 0 && read(to, unescaped, out);
}

template <typename T, typename Read>
void CsvColumn::ReadSingly(const csv::LaneRun& given, uint32_t first, std::vector<uint32_t>* bad,
                           const Read& read) {
  const csv::LaneRun run = given;
  T* out = values_.as<T>() + rows_;
  const int quote = dialect_.quote ? *dialect_.quote : -1;
  const uint32_t* end = run.end;
  for (uint32_t record = 0; record < run.records; ++record, ++out, end += run.stride) {
    const uint32_t begin = end[-1] + 1;
    const auto size = static_cast<int32_t>(*end - begin);
    if (size <= 0) {
      *out = T{};
      nulls_.push_back(static_cast<uint32_t>(rows_) + record);
      continue;
    }
    const uint8_t* const text = run.text + begin;
    if (*text != quote && read(text, static_cast<size_t>(size), out)) continue;
    if (!ReadAgain(text, static_cast<size_t>(size), out, read)) {
      *out = T{};
      bad->push_back(first + record);
    }
  }
  rows_ += run.records;
}

// `in_lanes(run, nulls)` gives how many it took.
template <typename InLanes>
uint32_t CsvColumn::TakeInLanes(const csv::LaneRun& run, const InLanes& in_lanes) {
  if (lane_nulls_.size() < run.records) lane_nulls_.resize(run.records);
  csv::LaneNulls nulls{lane_nulls_.data()};
  const uint32_t taken = in_lanes(run, &nulls);
  for (uint32_t i = 0; i < nulls.count; ++i) {
    nulls_.push_back(static_cast<uint32_t>(rows_) + nulls.at[i]);
  }
  rows_ += taken;
  return taken;
}

template <typename T, typename InLanes, typename Read>
void CsvColumn::AppendValues(const csv::LaneRun& run, uint32_t first, std::vector<uint32_t>* bad,
                             const InLanes& in_lanes, const Read& read) {
  RoomFor<T>(run.records);
  constexpr bool kHasLanes = !std::is_same_v<InLanes, NoLanes>;
  const int64_t before = rows_ - first;
  csv::TakeRun(
      run, kHasLanes && lanes_ != nullptr,
      [&](const csv::LaneRun& rest) {
        return TakeInLanes(rest, [&](const csv::LaneRun& lanes, csv::LaneNulls* nulls) {
          return in_lanes(lanes, values_.as<T>() + rows_, nulls);
        });
      },
      [&](const csv::LaneRun& few) {
        ReadSingly<T>(few, static_cast<uint32_t>(rows_ - before), bad, read);
        return few.records;
      });
}

template <typename T>
void CsvColumn::AppendWhole(const csv::LaneRun& run, uint32_t first, std::vector<uint32_t>* bad) {
  const auto in_lanes = [this](const csv::LaneRun& rest, T* out, csv::LaneNulls* nulls) {
    if constexpr (sizeof(T) == 8) return lanes_->longs(rest, out, nulls);
    if constexpr (sizeof(T) == 4) return lanes_->ints(rest, out, nulls);
    return uint32_t{0};
  };
  AppendValues<T>(
      run, first, bad, in_lanes,
      [](const uint8_t* text, size_t size, T* out) __attribute__((always_inline)) {
        int64_t value = 0;
        if (!csv::ReadLong(text, size, &value)) return false;
        *out = static_cast<T>(value);
        return *out == value;
      });
}

void CsvColumn::AppendDecimals(const csv::LaneRun& run, uint32_t first,
                               std::vector<uint32_t>* bad) {
  const int precision = type_.precision();
  const int scale = type_.scale();
  AppendValues<csv::Int128>(
      run, first, bad,
      [&](const csv::LaneRun& rest, csv::Int128* out, csv::LaneNulls* nulls) {
        return lanes_->decimals(rest, precision, scale, out, nulls);
      },
      [ precision, scale ](const uint8_t* text, size_t size, csv::Int128* out) __attribute__((
          always_inline)) { return csv::ReadDecimal(text, size, precision, scale, out); });
}

void CsvColumn::ReadTextsSingly(const csv::LaneRun& given) {
  const csv::LaneRun run = given;
  const int quote = dialect_.quote ? *dialect_.quote : -1;
  int32_t* offset = values_.as<int32_t>() + rows_ + 1;
  uint8_t* out = text_.data() + text_bytes_;
  const uint32_t* end = run.end;
  for (uint32_t record = 0; record < run.records; ++record, end += run.stride) {
    const uint32_t begin = end[-1] + 1;
    const auto length = static_cast<int32_t>(*end - begin);
    if (length <= 0) {
      nulls_.push_back(static_cast<uint32_t>(rows_) + record);
      *offset++ = static_cast<int32_t>(out - text_.data());
      continue;
    }
    const uint8_t* text = run.text + begin;
    auto size = static_cast<size_t>(length);
    const bool quoted = *text == quote;
    if (quoted) {
      ++text;
      size -= 2;
    }
    if ((quoted && Holds(text, size, static_cast<uint8_t>(quote))) ||
        (dialect_.escaper && Holds(text, size, *dialect_.escaper))) {
      size = CsvUnescape(dialect_, quoted, text, size, out);
    } else if (size <= kShortTextBytes) {
      std::memcpy(out, text, kShortTextBytes);
    } else {
      std::memcpy(out, text, size);
    }
    out += size;
    *offset++ = static_cast<int32_t>(out - text_.data());
  }
  text_bytes_ = static_cast<size_t>(out - text_.data());
  rows_ += run.records;
}

void CsvColumn::MakeTextRoom(size_t bytes) {
  const size_t wanted = text_bytes_ + bytes + kReadablePadding;
  if (text_.capacity() < wanted) pool_->Grow(text_, text_bytes_, wanted);
}

void CsvColumn::AppendTexts(const csv::LaneRun& run) {
  if (text_.data() == nullptr) {
    if (expected_text_bytes_ == 0) {
      // The first run tells what the first batch needs.
      const size_t bytes = BytesOf(run);
      if (bytes == 0) return AppendNulls(run.records);
      expected_text_bytes_ = bytes / run.records * std::max<size_t>(expected_rows_, run.records);
    }
    MakeTextRoom(expected_text_bytes_);
  }
  auto* const offset = RoomFor<int32_t>(run.records);
  if (rows_ == 0) *offset = 0;
  const int quote = dialect_.quote ? *dialect_.quote : -1;
  csv::TakeRun(
      run, lanes_ != nullptr && !dialect_.escaper,
      [&](const csv::LaneRun& rest) {
        return TakeInLanes(rest, [&](const csv::LaneRun& lanes, csv::LaneNulls* nulls) {
          csv::LaneTexts texts{.bytes = text_.data(),
                               .used = text_bytes_,
                               .room = text_.capacity() - kReadablePadding,
                               .ends = values_.as<int32_t>() + rows_ + 1};
          const uint32_t taken = lanes_->texts(lanes, quote, &texts, nulls);
          text_bytes_ = texts.used;
          return taken;
        });
      },
      [&](const csv::LaneRun& few) {
        MakeTextRoom(BytesOf(few));
        ReadTextsSingly(few);
        return few.records;
      });
}

void CsvColumn::AppendNulls(uint32_t rows) {
  nulls_.resize(nulls_.size() + rows);
  std::iota(nulls_.end() - rows, nulls_.end(), static_cast<uint32_t>(rows_));
  if (type_.id() == TypeId::kString) {
    auto* const offsets = RoomFor<int32_t>(rows);
    if (rows_ == 0) *offsets = 0;
    std::fill_n(offsets + 1, rows, static_cast<int32_t>(text_bytes_));
  } else {
    const size_t used = static_cast<size_t>(rows_ * width_);
    const size_t more = static_cast<size_t>(rows * width_);
    if (values_.capacity() < used + more + 1) pool_->Grow(values_, used, used + more + 1);
    std::memset(values_.data() + used, 0, more);
  }
  rows_ += rows;
}

void CsvColumn::Append(const CsvGrid& grid, int field, uint32_t from, uint32_t to,
                       std::vector<uint32_t>* bad) {
  before_ = {rows_, text_bytes_, nulls_.size()};
  if (from == to) return;
  if (field < 0) return AppendNulls(to - from);
  const csv::LaneRun run{.text = grid.text,
                         .end = grid.ends + static_cast<ptrdiff_t>(from * grid.stride) + field,
                         .stride = grid.stride,
                         .records = to - from};
  const NoLanes none;
  switch (type_.id()) {
    case TypeId::kBoolean: return AppendValues<uint8_t>(run, from, bad, none, csv::ReadBoolean);
    case TypeId::kByte: return AppendWhole<int8_t>(run, from, bad);
    case TypeId::kShort: return AppendWhole<int16_t>(run, from, bad);
    case TypeId::kInt: return AppendWhole<int32_t>(run, from, bad);
    case TypeId::kLong: return AppendWhole<int64_t>(run, from, bad);
    case TypeId::kFloat: return AppendValues<float>(run, from, bad, none, csv::ReadFloat);
    case TypeId::kDouble:
      return AppendValues<double>(
          run, from, bad, none,
          [](const uint8_t* text, size_t size, double* out)
              __attribute__((always_inline)) { return csv::ReadDouble(text, size, out); });
    case TypeId::kDecimal: return AppendDecimals(run, from, bad);
    case TypeId::kDate:
      return AppendValues<int32_t>(
          run, from, bad,
          [this](const csv::LaneRun& rest, int32_t* out, csv::LaneNulls* nulls) {
            return lanes_->dates(rest, out, nulls);
          },
          [](const uint8_t* text, size_t size, int32_t* out)
              __attribute__((always_inline)) { return csv::ReadDate(text, size, out); });
    case TypeId::kTime: return AppendValues<int64_t>(run, from, bad, none, csv::ReadTime);
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz:
      return AppendValues<int64_t>(
          run, from, bad, none,
          [](const uint8_t* text, size_t size, int64_t* out)
              __attribute__((always_inline)) { return csv::ReadTimestamp(text, size, out); });
    default: return AppendTexts(run);
  }
}

void CsvColumn::TakeBack() {
  rows_ = before_.rows;
  text_bytes_ = before_.text_bytes;
  nulls_.resize(before_.nulls);
}

ArrowArray CsvColumn::Finish() {
  if (rows_ == 0) AppendNulls(0);
  ArrayParts parts{.length = rows_, .null_count = static_cast<int64_t>(nulls_.size())};
  Buffer valid;
  if (!nulls_.empty()) {
    const size_t bytes = static_cast<size_t>(rows_ + 7) / 8;
    valid = pool_->Take(bytes);
    const bool none = parts.null_count == rows_;
    std::memset(valid.data(), none ? 0 : 0xff, bytes);
    for (const uint32_t row : none ? std::span<const uint32_t>() : std::span(nulls_)) {
      valid.data()[row / 8] &= static_cast<uint8_t>(~(1u << (row % 8)));
    }
  }
  parts.buffers.push_back(std::move(valid));
  expected_rows_ = WithSome(static_cast<size_t>(rows_));
  expected_text_bytes_ = WithSome(text_bytes_);
  if (type_.id() == TypeId::kBoolean) {
    Buffer bits = pool_->Take(static_cast<size_t>(rows_ + 7) / 8);
    PackEqual(values_.data(), 1, rows_, bits.data());
    parts.buffers.push_back(std::move(bits));
    pool_->Give(std::exchange(values_, Buffer()));
  } else {
    parts.buffers.push_back(std::exchange(values_, Buffer()));
  }
  if (type_.id() == TypeId::kString) {
    if (text_.data() == nullptr) text_ = pool_->Take(1);
    parts.buffers.push_back(std::exchange(text_, Buffer()));
  }
  rows_ = 0;
  text_bytes_ = 0;
  nulls_.clear();
  return MakeArrowArray(pool_, std::move(parts));
}

}  // namespace tenon::files
