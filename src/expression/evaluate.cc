#include "expression/evaluate.h"

#include <bit>
#include <cstring>

#include "base/error_catalog.h"
#include "base/text.h"
#include "expression/bind.h"
#include "expression/column_bits.h"
#include "expression/column_path.h"

namespace tenon::expression {
namespace {

void AddValidity(const ArrowArray& array, TypeId type, int64_t offset, ColumnRows* column) {
  // A choice and a column of nulls have no bitmap of their own.
  if (type == TypeId::kChoice || type == TypeId::kNull || array.null_count == 0) return;
  if (array.buffers[0] != nullptr)
    column->validity.push_back({static_cast<const uint8_t*>(array.buffers[0]), offset});
}

ColumnRows FindRows(const RecordBatch& batch, const ColumnPlace& place) {
  ColumnRows column;
  column.rows = batch.num_rows();
  const ArrowArray* array = &batch.array();
  DataType type;
  for (size_t level = 0; level < place.path.size(); ++level) {
    const auto index = static_cast<size_t>(place.path[level]);
    type = level == 0 ? DataType(batch.schema().fields()[index].type)
                      : DataType(type.fields()[index].type);
    column.offset += array->offset;
    array = array->children[index];
    AddValidity(*array, type.id(), column.offset + array->offset, &column);
  }
  column.offset += array->offset;
  column.array = array;
  column.type = std::move(type);
  return column;
}

class Evaluator {
 public:
  explicit Evaluator(const RecordBatch& batch) : batch_(batch), rows_(batch.num_rows()) {}

  // Bits of the rows for which `predicate`, or its negation, is true. Whoever asks for what is true needs no more of
  // the three values: NOT is carried down to the leaves, and AND and OR of what is true are true where both or one is.
  Result<Words> True(const Predicate& predicate, bool negated) const {
    switch (predicate.op) {
      case Op::kAlwaysTrue:
      case Op::kAlwaysFalse: return All((predicate.op == Op::kAlwaysTrue) != negated);
      case Op::kAnd:
      case Op::kOr: return TrueOfArgs(predicate, negated);
      case Op::kNot:
        if (predicate.args.size() != 1) {
          return Status::InvalidArgument("NOT needs one condition").WithNumber(base::kErrPredicate);
        }
        return True(predicate.args[0], !negated);
      case Op::kText:
        return Status::Unsupported("Predicate is in the source's own words: text=" +
                                   base::ShortText(predicate.text, 200))
            .WithHint("Only the source itself can take it.")
            .WithNumber(base::kErrTextPredicate);
      default: return TrueOfLeaf(predicate, negated);
    }
  }

 private:
  Words All(bool value) const {
    Words bits(WordCount(rows_));
    if (!value) return bits;
    for (uint64_t& word : bits) word = ~uint64_t{0};
    if (rows_ % 64 != 0) bits.back() = (uint64_t{1} << (rows_ % 64)) - 1;
    return bits;
  }

  Result<Words> TrueOfArgs(const Predicate& predicate, bool negated) const {
    const bool is_and = (predicate.op == Op::kAnd) != negated;
    Words bits = All(is_and);
    for (const Predicate& arg : predicate.args) {
      TENON_ASSIGN_OR_RETURN(const Words more, True(arg, negated));
      for (size_t word = 0; word < bits.size(); ++word) {
        bits[word] = is_and ? bits[word] & more[word] : bits[word] | more[word];
      }
    }
    return bits;
  }

  Result<Words> TrueOfLeaf(const Predicate& leaf, bool negated) const {
    const std::optional<ColumnPlace> place = FindColumn(batch_.schema(), leaf.column);
    if (!place) {
      ColumnRows absent;
      absent.rows = rows_;
      return TrueOfColumn(leaf, negated, absent);
    }
    const ColumnRows column = FindRows(batch_, *place);
    if (column.type.id() == TypeId::kChoice) return TrueOfChoice(leaf, negated, column);
    return TrueOfColumn(leaf, negated, column);
  }

  Result<Words> TrueOfColumn(const Predicate& leaf, bool negated, const ColumnRows& column) const {
    TENON_ASSIGN_OR_RETURN(Predicate bound, BindLeaf(leaf, negated, column.type));
    negated = bound.op == Op::kNot;
    if (negated) {
      Predicate inner = std::move(bound.args[0]);
      bound = std::move(inner);
    }
    switch (bound.op) {
      case Op::kAlwaysTrue: return All(true);
      case Op::kAlwaysFalse: return All(false);
      case Op::kIsNull:
        return column.type.id() == TypeId::kNull ? All(true) : Not(ValidBits(column));
      case Op::kIsNotNull:
        return column.type.id() == TypeId::kNull ? All(false) : ValidBits(column);
      case Op::kNullSafeEqual: {
        bound.op = Op::kEqual;
        Words bits = MatchBits(column, bound, false);
        ClearNulls(column, &bits);
        return negated ? Not(std::move(bits)) : std::move(bits);
      }
      default: {
        Words bits = MatchBits(column, bound, negated);
        ClearNulls(column, &bits);
        return bits;
      }
    }
  }

  // Each member answers for its own rows. A literal that cannot be one of a member's values gives null there.
  Result<Words> TrueOfChoice(const Predicate& leaf, bool negated, const ColumnRows& column) const {
    const auto* codes = static_cast<const int8_t*>(column.array->buffers[0]) + column.offset;
    Words bits = All(false);
    for (size_t member = 0; member < column.type.fields().size(); ++member) {
      const ArrowArray& array = *column.array->children[member];
      ColumnRows rows = column;
      rows.type = column.type.fields()[member].type;
      rows.array = &array;
      rows.offset = column.offset + array.offset;
      AddValidity(array, rows.type.id(), rows.offset, &rows);
      Result<Words> answer = TrueOfColumn(leaf, negated, rows);
      if (!answer.ok()) {
        if (answer.status().number() != base::kErrPredicate) return answer;
        continue;
      }
      for (size_t word = 0; word < bits.size(); ++word) {
        if ((*answer)[word] != 0)
          bits[word] |= (*answer)[word] & RowsOf(codes, static_cast<int8_t>(member), word);
      }
    }
    return bits;
  }

  // Bits of the rows in word `word` whose type code is `member`.
  uint64_t RowsOf(const int8_t* codes, int8_t member, size_t word) const {
    const int64_t begin = static_cast<int64_t>(word) * 64;
    uint64_t bits = 0;
    for (int64_t row = begin; row < std::min(begin + 64, rows_); ++row) {
      bits |= static_cast<uint64_t>(codes[row] == member) << (row - begin);
    }
    return bits;
  }

  Words Not(Words bits) const {
    for (uint64_t& word : bits) word = ~word;
    if (rows_ % 64 != 0) bits.back() &= (uint64_t{1} << (rows_ % 64)) - 1;
    return bits;
  }

  const RecordBatch& batch_;
  const int64_t rows_;
};

std::vector<uint8_t> ToBitmap(const Words& words, int64_t rows) {
  static_assert(std::endian::native == std::endian::little);
  std::vector<uint8_t> bitmap(static_cast<size_t>((rows + 7) / 8));
  if (!bitmap.empty()) std::memcpy(bitmap.data(), words.data(), bitmap.size());
  return bitmap;
}

}  // namespace

Result<std::vector<uint8_t>> Evaluate(const Predicate& predicate, const RecordBatch& batch) {
  TENON_ASSIGN_OR_RETURN(const Words words, Evaluator(batch).True(predicate, false));
  return ToBitmap(words, batch.num_rows());
}

Result<std::vector<uint8_t>> EvaluateAll(const std::vector<Predicate>& conjuncts,
                                         const RecordBatch& batch) {
  return Evaluate(Predicate::And(conjuncts), batch);
}

int64_t CountTrue(const std::vector<uint8_t>& bitmap) {
  int64_t count = 0;
  for (const uint8_t byte : bitmap) count += std::popcount(byte);
  return count;
}

}  // namespace tenon::expression
