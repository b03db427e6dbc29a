#include "expression/column_bits.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>
#include <unordered_set>

#include "base/dcheck.h"
#include "expression/fold.h"
#include "expression/number.h"

namespace tenon::expression {
namespace {

// Lists longer than this are looked up in a hash set.
constexpr size_t kMaxScannedList = 8;

// Packs test(row) into words. The inner loop has a fixed length and no branch, so that compilers unroll it.
template <typename Test>
Words Pack(int64_t rows, const Test& test) {
  Words words(WordCount(rows));
  const int64_t full = rows / 64;
  for (int64_t word = 0; word < full; ++word) {
    uint64_t bits = 0;
    for (int64_t bit = 0; bit < 64; ++bit)
      bits |= static_cast<uint64_t>(test(word * 64 + bit)) << bit;
    words[static_cast<size_t>(word)] = bits;
  }
  for (int64_t row = full * 64; row < rows; ++row) {
    words[static_cast<size_t>(full)] |= static_cast<uint64_t>(test(row)) << (row % 64);
  }
  return words;
}

// Calls pack(test) with the test of `op` over values that order(row) compares: a.less, a.equal. NaN is the largest
// value and equals itself, so that for a literal that is a number "not <=" is "greater".
template <typename T, typename Get>
Words CompareNumbers(Op op, int64_t rows, T literal, const Get& get) {
  switch (op) {
    case Op::kEqual: return Pack(rows, [=](int64_t r) { return get(r) == literal; });
    case Op::kNotEqual: return Pack(rows, [=](int64_t r) { return !(get(r) == literal); });
    case Op::kLess: return Pack(rows, [=](int64_t r) { return get(r) < literal; });
    case Op::kLessOrEqual: return Pack(rows, [=](int64_t r) { return get(r) <= literal; });
    case Op::kGreater: return Pack(rows, [=](int64_t r) { return !(get(r) <= literal); });
    case Op::kGreaterOrEqual: return Pack(rows, [=](int64_t r) { return !(get(r) < literal); });
    default: TENON_DCHECK(false); return Words(WordCount(rows));
  }
}

// A comparison with NaN itself.
template <typename Get>
Words CompareToNan(Op op, int64_t rows, const Get& get) {
  const auto all = [rows](bool value) { return Pack(rows, [value](int64_t) { return value; }); };
  switch (op) {
    case Op::kEqual:
    case Op::kGreaterOrEqual: return Pack(rows, [=](int64_t r) { return std::isnan(get(r)); });
    case Op::kNotEqual:
    case Op::kLess: return Pack(rows, [=](int64_t r) { return !std::isnan(get(r)); });
    case Op::kLessOrEqual: return all(true);
    default: return all(false);
  }
}

template <typename T, typename Get>
Words InNumbers(int64_t rows, std::vector<T> list, const Get& get) {
  if (list.size() <= kMaxScannedList) {
    return Pack(rows, [&list, &get](int64_t r) {
      const T value = get(r);
      bool found = false;
      for (const T& candidate : list) found |= value == candidate;
      return found;
    });
  }
  std::sort(list.begin(), list.end());
  return Pack(rows, [&list, &get](int64_t r) {
    return std::binary_search(list.begin(), list.end(), get(r));
  });
}

void Invert(int64_t rows, Words* words) {
  for (uint64_t& word : *words) word = ~word;
  if (rows % 64 != 0) words->back() &= (uint64_t{1} << (rows % 64)) - 1;
}

template <typename T>
const T* Values(const ColumnRows& column) {
  return static_cast<const T*>(column.array->buffers[1]) + column.offset;
}

template <typename T>
Words MatchWhole(const ColumnRows& column, const Predicate& condition) {
  const T* values = Values<T>(column);
  const auto get = [values](int64_t r) { return values[r]; };
  if (condition.op == Op::kIn) {
    std::vector<T> list;
    for (const Literal& literal : condition.values)
      list.push_back(static_cast<T>(std::get<int64_t>(literal.value)));
    return InNumbers<T>(column.rows, std::move(list), get);
  }
  return CompareNumbers<T>(condition.op, column.rows,
                           static_cast<T>(std::get<int64_t>(condition.values[0].value)), get);
}

template <typename T>
Words MatchReal(const ColumnRows& column, const Predicate& condition) {
  const T* values = Values<T>(column);
  const auto get = [values](int64_t r) { return values[r]; };
  if (condition.op == Op::kIn) {
    std::vector<T> list;
    bool nan = false;
    for (const Literal& literal : condition.values) {
      const double value = std::get<double>(literal.value);
      if (std::isnan(value)) {
        nan = true;
      } else {
        list.push_back(static_cast<T>(value));
      }
    }
    std::sort(list.begin(), list.end());
    return Pack(column.rows, [&list, nan, values](int64_t r) {
      const T value = values[r];
      return std::isnan(value) ? nan : std::binary_search(list.begin(), list.end(), value);
    });
  }
  const double literal = std::get<double>(condition.values[0].value);
  if (std::isnan(literal)) return CompareToNan(condition.op, column.rows, get);
  return CompareNumbers<T>(condition.op, column.rows, static_cast<T>(literal), get);
}

Words MatchBoolean(const ColumnRows& column, const Predicate& condition) {
  const auto* bits = static_cast<const uint8_t*>(column.array->buffers[1]);
  const auto get = [bits, offset = column.offset](int64_t r) {
    return static_cast<uint8_t>((bits[(r + offset) / 8] >> ((r + offset) % 8)) & 1);
  };
  if (condition.op == Op::kIn) {
    std::vector<uint8_t> list;
    for (const Literal& literal : condition.values)
      list.push_back(std::get<bool>(literal.value) ? 1 : 0);
    return InNumbers<uint8_t>(column.rows, std::move(list), get);
  }
  const uint8_t literal = std::get<bool>(condition.values[0].value) ? 1 : 0;
  return CompareNumbers<uint8_t>(condition.op, column.rows, literal, get);
}

// A decimal of 256 bits, ordered: the high word with its sign first.
struct Int256 {
  uint64_t words[4];  // Lowest first.
  static Int256 Of(Decimal128 value) {
    const uint64_t sign = value.high < 0 ? ~uint64_t{0} : 0;
    return {{value.low, static_cast<uint64_t>(value.high), sign, sign}};
  }
  bool operator==(const Int256& other) const { return std::equal(words, words + 4, other.words); }
  bool operator<(const Int256& other) const {
    if (words[3] != other.words[3])
      return static_cast<int64_t>(words[3]) < static_cast<int64_t>(other.words[3]);
    for (int i = 2; i >= 0; --i) {
      if (words[i] != other.words[i]) return words[i] < other.words[i];
    }
    return false;
  }
  bool operator<=(const Int256& other) const { return !(other < *this); }
};

template <typename T, typename Of>
Words MatchDecimal(const ColumnRows& column, const Predicate& condition, const Of& of) {
  const char* bytes = static_cast<const char*>(column.array->buffers[1]) +
                      column.offset * static_cast<int64_t>(sizeof(T));
  const auto get = [bytes](int64_t r) {
    T value;
    std::memcpy(&value, bytes + r * static_cast<int64_t>(sizeof(T)), sizeof(T));
    return value;
  };
  if (condition.op == Op::kIn) {
    std::vector<T> list;
    for (const Literal& literal : condition.values)
      list.push_back(of(std::get<Decimal128>(literal.value)));
    return InNumbers<T>(column.rows, std::move(list), get);
  }
  return CompareNumbers<T>(condition.op, column.rows,
                           of(std::get<Decimal128>(condition.values[0].value)), get);
}

// The texts of a string or binary column.
class Texts {
 public:
  explicit Texts(const ColumnRows& column)
      : offsets_(static_cast<const int32_t*>(column.array->buffers[1]) + column.offset),
        data_(static_cast<const char*>(column.array->buffers[2])) {}
  std::string_view operator()(int64_t r) const {
    const auto length = static_cast<size_t>(offsets_[r + 1] - offsets_[r]);
    return length == 0 ? std::string_view() : std::string_view(data_ + offsets_[r], length);
  }

 private:
  const int32_t* offsets_;
  const char* data_;  // May be null when every text is empty.
};

Words CompareTexts(Op op, int64_t rows, std::string_view literal, const Texts& get) {
  switch (op) {
    case Op::kEqual: return Pack(rows, [=](int64_t r) { return get(r) == literal; });
    case Op::kNotEqual: return Pack(rows, [=](int64_t r) { return get(r) != literal; });
    case Op::kLess: return Pack(rows, [=](int64_t r) { return get(r).compare(literal) < 0; });
    case Op::kLessOrEqual:
      return Pack(rows, [=](int64_t r) { return get(r).compare(literal) <= 0; });
    case Op::kGreater: return Pack(rows, [=](int64_t r) { return get(r).compare(literal) > 0; });
    case Op::kGreaterOrEqual:
      return Pack(rows, [=](int64_t r) { return get(r).compare(literal) >= 0; });
    case Op::kStartsWith: return Pack(rows, [=](int64_t r) { return get(r).starts_with(literal); });
    case Op::kEndsWith: return Pack(rows, [=](int64_t r) { return get(r).ends_with(literal); });
    case Op::kContains:
      return Pack(rows, [=](int64_t r) { return get(r).find(literal) != std::string_view::npos; });
    default: TENON_DCHECK(false); return Words(WordCount(rows));
  }
}

Words MatchText(const ColumnRows& column, const Predicate& condition) {
  const Texts get(column);
  if (condition.op != Op::kIn) {
    return CompareTexts(condition.op, column.rows, std::get<std::string>(condition.values[0].value),
                        get);
  }
  std::unordered_set<std::string_view> list;
  for (const Literal& literal : condition.values) list.insert(std::get<std::string>(literal.value));
  return Pack(column.rows, [&list, &get](int64_t r) { return list.contains(get(r)); });
}

Words Match(const ColumnRows& column, const Predicate& condition) {
  switch (column.type.id()) {
    case TypeId::kBoolean: return MatchBoolean(column, condition);
    case TypeId::kByte: return MatchWhole<int8_t>(column, condition);
    case TypeId::kShort: return MatchWhole<int16_t>(column, condition);
    case TypeId::kInt:
    case TypeId::kDate: return MatchWhole<int32_t>(column, condition);
    case TypeId::kLong:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: return MatchWhole<int64_t>(column, condition);
    case TypeId::kFloat: return MatchReal<float>(column, condition);
    case TypeId::kDouble: return MatchReal<double>(column, condition);
    case TypeId::kDecimal:
      if (column.type.precision() > 38) return MatchDecimal<Int256>(column, condition, Int256::Of);
      return MatchDecimal<Int128>(column, condition, ToInt128);
    case TypeId::kString:
    case TypeId::kBinary: return MatchText(column, condition);
    default: TENON_DCHECK(false); return Words(WordCount(column.rows));
  }
}

// 64 bits from any position; bits beyond the end of the rows may be anything. `count` of them are needed.
uint64_t LoadBits(const uint8_t* bits, int64_t position, int64_t count) {
  uint64_t word = 0;
  const int64_t shift = position % 8;
  const int64_t bytes = (shift + count + 7) / 8;
  std::memcpy(&word, bits + position / 8, static_cast<size_t>(std::min<int64_t>(bytes, 8)));
  word >>= shift;
  if (bytes > 8) word |= static_cast<uint64_t>(bits[position / 8 + 8]) << (64 - shift);
  return word;
}

}  // namespace

void ClearNulls(const ColumnRows& column, Words* bits) {
  for (const Validity& validity : column.validity) {
    if (validity.bits == nullptr) continue;
    for (size_t word = 0; word < bits->size(); ++word) {
      const int64_t row = static_cast<int64_t>(word) * 64;
      (*bits)[word] &=
          LoadBits(validity.bits, row + validity.offset, std::min<int64_t>(64, column.rows - row));
    }
  }
}

Words ValidBits(const ColumnRows& column) {
  Words bits(WordCount(column.rows));
  Invert(column.rows, &bits);
  ClearNulls(column, &bits);
  return bits;
}

Words MatchBits(const ColumnRows& column, const Predicate& condition, bool negated) {
  if (column.rows == 0) return {};
  Words bits = Match(column, condition);
  if (negated) Invert(column.rows, &bits);
  return bits;
}

}  // namespace tenon::expression
