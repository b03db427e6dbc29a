// Random predicates over random rows: Evaluate against a slow evaluator that takes one row at a time, knows three
// values and was written apart. TENON_TEST_SEED repeats a run.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <limits>
#include <random>

#include "expression/bind.h"
#include "expression/evaluate.h"
#include "expression/serialise.h"
#include "tenon/batch_builder.h"
#include "tenon/column_view.h"
#include "testing/matchers.h"

namespace tenon::expression {
namespace {

using Random = std::mt19937_64;
__extension__ typedef __int128 Wide;

uint64_t Seed() {
  const char* text = std::getenv("TENON_TEST_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : std::random_device()();
}

int64_t Pick(Random& random, int64_t low, int64_t high) {
  return std::uniform_int_distribution<int64_t>(low, high)(random);
}
bool OneIn(Random& random, int n) { return Pick(random, 1, n) == 1; }

// Few values, so that rows and literals meet often; the odd ends of each type among them.
int64_t RandomWhole(Random& random, int64_t min, int64_t max) {
  switch (Pick(random, 0, 9)) {
    case 0: return min;
    case 1: return max;
    default: return Pick(random, -3, 3);
  }
}

double RandomReal(Random& random) {
  static constexpr double kOdd[] = {
      0.0, -0.0, 1.5, -1.5, 0.5, HUGE_VAL, -HUGE_VAL, std::numeric_limits<double>::quiet_NaN()};
  return kOdd[Pick(random, 0, 7)];
}

std::string RandomText(Random& random) {
  static const char* const kPieces[] = {
      "a", "A", " ", "b", "ab", "\xC3\xA4", "\xF4\x8F\xBF\xBF", "\xEF\xBF\xBF"};
  std::string text;
  for (int64_t i = Pick(random, 0, 3); i > 0; --i) text += kPieces[Pick(random, 0, 7)];
  return text;
}

Decimal128 Unscaled(int64_t value) { return {value < 0 ? -1 : 0, static_cast<uint64_t>(value)}; }

std::vector<Field> AllColumns() {
  return {{"bool", DataType::Boolean()},      {"byte", DataType::Byte()},
          {"short", DataType::Short()},       {"int", DataType::Int()},
          {"long", DataType::Long()},         {"float", DataType::Float()},
          {"double", DataType::Double()},     {"dec", DataType::Decimal(12, 2)},
          {"wide", DataType::Decimal(50, 2)}, {"string", DataType::String()},
          {"binary", DataType::Binary()},     {"date", DataType::Date()},
          {"ts", DataType::Timestamp()}};
}

// A value of exactly this type.
Literal RandomLiteral(Random& random, const DataType& type) {
  switch (type.id()) {
    case TypeId::kBoolean: return {type, OneIn(random, 2)};
    case TypeId::kByte: return {type, RandomWhole(random, -128, 127)};
    case TypeId::kShort: return {type, RandomWhole(random, INT16_MIN, INT16_MAX)};
    case TypeId::kInt:
    case TypeId::kDate: return {type, RandomWhole(random, INT32_MIN, INT32_MAX)};
    case TypeId::kFloat:
    case TypeId::kDouble: return {type, RandomReal(random)};
    case TypeId::kDecimal: return {type, Unscaled(Pick(random, -150, 150) / 50 * 50)};
    case TypeId::kString:
    case TypeId::kBinary: return {type, RandomText(random)};
    default: return {type, RandomWhole(random, INT64_MIN, INT64_MAX)};
  }
}

void AppendRandom(Random& random, const DataType& type, ColumnBuilder& column) {
  if (OneIn(random, 5)) return column.AppendNull();
  const Literal literal = RandomLiteral(random, type);
  if (const bool* value = std::get_if<bool>(&literal.value)) return column.Append(*value);
  if (const int64_t* value = std::get_if<int64_t>(&literal.value)) return column.Append(*value);
  if (const double* value = std::get_if<double>(&literal.value)) return column.Append(*value);
  if (const Decimal128* value = std::get_if<Decimal128>(&literal.value))
    return column.Append(*value);
  column.Append(std::get<std::string>(literal.value));
}

// A flat batch of every type, the same columns again inside a struct that may be null.
RecordBatch RandomBatch(Random& random, int64_t rows) {
  std::vector<Field> fields = AllColumns();
  const size_t flat = fields.size();
  fields.push_back({"s", DataType::Struct(AllColumns())});
  BatchBuilder builder(std::make_shared<const Schema>(Schema(fields)));
  for (int64_t row = 0; row < rows; ++row) {
    for (size_t i = 0; i < flat; ++i)
      AppendRandom(random, fields[i].type, builder.column(static_cast<int>(i)));
    ColumnBuilder& nested = builder.column(static_cast<int>(flat));
    if (OneIn(random, 6)) {
      nested.AppendNull();
    } else {
      for (size_t i = 0; i < flat; ++i)
        AppendRandom(random, fields[i].type, nested.field(static_cast<int>(i)));
      nested.EndStruct();
    }
    builder.EndRow();
  }
  Result<RecordBatch> batch = builder.Finish();
  EXPECT_TRUE(batch.ok()) << batch.status().ToString();
  return *std::move(batch);
}

// A literal that the binder must restate: of another numeric type than the column.
Literal ForeignLiteral(Random& random) {
  switch (Pick(random, 0, 2)) {
    case 0: return Literal::Long(RandomWhole(random, INT64_MIN, INT64_MAX));
    case 1: return {DataType::Decimal(10, 1), Unscaled(Pick(random, -35, 35))};
    default: return {DataType::Decimal(12, 3), Unscaled(Pick(random, -3500, 3500))};
  }
}

bool IsWholeOrDecimal(TypeId id) {
  return (id >= TypeId::kByte && id <= TypeId::kLong) || id == TypeId::kDecimal;
}

Predicate RandomLeaf(Random& random) {
  const std::vector<Field> fields = AllColumns();
  const Field& field =
      fields[static_cast<size_t>(Pick(random, 0, static_cast<int64_t>(fields.size()) - 1))];
  const std::string column = OneIn(random, 3) ? "s." + field.name : field.name;
  const auto literal = [&] {
    if (OneIn(random, 12)) return Literal::Null(field.type);
    if (IsWholeOrDecimal(field.type.id()) && OneIn(random, 3)) return ForeignLiteral(random);
    return RandomLiteral(random, field.type);
  };
  const int64_t kind = Pick(random, 0, 9);
  if (kind == 0) return Predicate::IsNull(column);
  if (kind == 1) return Predicate::IsNotNull(column);
  if (kind <= 3) {
    std::vector<Literal> values;
    for (int64_t i = Pick(random, 1, 12); i > 0; --i) values.push_back(literal());
    return Predicate::In(column, std::move(values));
  }
  if (kind <= 5 && field.type.id() == TypeId::kString) {
    static constexpr Op kMatches[] = {Op::kStartsWith, Op::kEndsWith, Op::kContains};
    return Predicate::Compare(kMatches[Pick(random, 0, 2)], column,
                              Literal::String(RandomText(random)));
  }
  return Predicate::Compare(
      static_cast<Op>(Pick(random, 0, static_cast<int64_t>(Op::kGreaterOrEqual))), column,
      literal());
}

Predicate RandomTree(Random& random, int depth) {
  if (depth == 0 || OneIn(random, 3)) return RandomLeaf(random);
  if (OneIn(random, 3)) return Predicate::Not(RandomTree(random, depth - 1));
  std::vector<Predicate> args;
  for (int64_t i = Pick(random, 2, 3); i > 0; --i) args.push_back(RandomTree(random, depth - 1));
  return OneIn(random, 2) ? Predicate::And(std::move(args)) : Predicate::Or(std::move(args));
}

// --- The slow evaluator -------------------------------------------------------------------------------------------

enum class Truth { kFalse, kUnknown, kTrue };

struct Cell {
  bool null = true;
  Literal value;
};

Cell CellAt(const BatchView& view, const Schema& schema, const std::string& name, int64_t row) {
  const bool nested = name.starts_with("s.");
  const std::string field = nested ? name.substr(2) : name;
  const int index = *Schema(AllColumns()).IndexOf(field);
  const ColumnView* column = &view.column(index);
  ColumnView inner = *column;
  if (nested) {
    const ColumnView& outer = view.column(*schema.IndexOf("s"));
    if (outer.is_null(row)) return {};
    inner = outer.child(index);
    column = &inner;
  }
  if (column->is_null(row)) return {};
  const DataType& type = column->type();
  switch (type.id()) {
    case TypeId::kBoolean: return {false, {type, column->GetBoolean(row)}};
    case TypeId::kFloat:
    case TypeId::kDouble: return {false, {type, column->GetDouble(row)}};
    case TypeId::kDecimal: return {false, {type, column->GetDecimal(row)}};
    case TypeId::kString:
    case TypeId::kBinary: return {false, {type, std::string(column->GetString(row))}};
    default: return {false, {type, column->GetLong(row)}};
  }
}

// As a whole number of thousandths: every number of these tests is one.
Wide Thousandths(const Literal& literal) {
  if (const int64_t* whole = std::get_if<int64_t>(&literal.value))
    return static_cast<Wide>(*whole) * 1000;
  const Decimal128 decimal = std::get<Decimal128>(literal.value);
  Wide value = static_cast<Wide>(static_cast<int64_t>(decimal.low));  // These fit 64 bits.
  for (int scale = literal.type.scale(); scale < 3; ++scale) value *= 10;
  return value;
}

int Order(const Literal& a, const Literal& b) {
  if (const bool* x = std::get_if<bool>(&a.value))
    return static_cast<int>(*x) - static_cast<int>(std::get<bool>(b.value));
  if (const std::string* x = std::get_if<std::string>(&a.value)) {
    const std::string& y = std::get<std::string>(b.value);
    const int order = std::memcmp(x->data(), y.data(), std::min(x->size(), y.size()));
    if (order != 0) return order;
    return x->size() < y.size() ? -1 : x->size() > y.size() ? 1 : 0;
  }
  if (const double* x = std::get_if<double>(&a.value)) {
    const double y = std::get<double>(b.value);
    if (std::isnan(*x) && std::isnan(y)) return 0;
    if (std::isnan(*x)) return 1;
    if (std::isnan(y)) return -1;
    return *x < y ? -1 : *x > y ? 1 : 0;
  }
  const Wide x = Thousandths(a), y = Thousandths(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

Truth Of(bool value) { return value ? Truth::kTrue : Truth::kFalse; }

Truth Compared(Op op, const Cell& cell, const Literal& literal) {
  if (op == Op::kNullSafeEqual) {
    if (cell.null || literal.is_null()) return Of(cell.null && literal.is_null());
    return Of(Order(cell.value, literal) == 0);
  }
  if (cell.null || literal.is_null()) return Truth::kUnknown;
  if (op == Op::kStartsWith || op == Op::kEndsWith || op == Op::kContains) {
    const std::string& text = std::get<std::string>(cell.value.value);
    const std::string& part = std::get<std::string>(literal.value);
    const size_t at = text.find(part);
    if (op == Op::kContains) return Of(at != std::string::npos);
    if (part.size() > text.size()) return Truth::kFalse;
    if (op == Op::kStartsWith) return Of(text.substr(0, part.size()) == part);
    return Of(text.substr(text.size() - part.size()) == part);
  }
  const int order = Order(cell.value, literal);
  switch (op) {
    case Op::kEqual: return Of(order == 0);
    case Op::kNotEqual: return Of(order != 0);
    case Op::kLess: return Of(order < 0);
    case Op::kLessOrEqual: return Of(order <= 0);
    case Op::kGreater: return Of(order > 0);
    default: return Of(order >= 0);
  }
}

Truth SlowTruth(const Predicate& predicate, const BatchView& view, const Schema& schema,
                int64_t row) {
  switch (predicate.op) {
    case Op::kAnd: {
      Truth all = Truth::kTrue;
      for (const Predicate& arg : predicate.args)
        all = std::min(all, SlowTruth(arg, view, schema, row));
      return all;
    }
    case Op::kOr: {
      Truth any = Truth::kFalse;
      for (const Predicate& arg : predicate.args)
        any = std::max(any, SlowTruth(arg, view, schema, row));
      return any;
    }
    case Op::kNot:
      return static_cast<Truth>(2 -
                                static_cast<int>(SlowTruth(predicate.args[0], view, schema, row)));
    case Op::kAlwaysTrue: return Truth::kTrue;
    case Op::kAlwaysFalse: return Truth::kFalse;
    default: break;
  }
  const Cell cell = CellAt(view, schema, predicate.column, row);
  if (predicate.op == Op::kIsNull) return Of(cell.null);
  if (predicate.op == Op::kIsNotNull) return Of(!cell.null);
  if (predicate.op != Op::kIn) return Compared(predicate.op, cell, predicate.values[0]);
  Truth any = Truth::kFalse;
  for (const Literal& literal : predicate.values)
    any = std::max(any, Compared(Op::kEqual, cell, literal));
  return any;
}

void ExpectAsSlow(const Predicate& original, const Result<std::vector<uint8_t>>& bitmap,
                  const RecordBatch& batch) {
  ASSERT_TRUE(bitmap.ok()) << bitmap.status().ToString() << " of " << original.ToString();
  const BatchView view(batch);
  for (int64_t row = 0; row < batch.num_rows(); ++row) {
    const bool fast = (((*bitmap)[static_cast<size_t>(row / 8)] >> (row % 8)) & 1) != 0;
    ASSERT_EQ(fast, SlowTruth(original, view, batch.schema(), row) == Truth::kTrue)
        << "row=" << row << " predicate=" << original.ToString();
  }
}

TEST(EvaluateRandomTest, AgreesWithTheSlowEvaluator) {
  const uint64_t seed = Seed();
  std::cout << "TENON_TEST_SEED=" << seed << "\n";
  Random random(seed);
  for (int round = 0; round < 40 && !HasFatalFailure(); ++round) {
    const RecordBatch batch = RandomBatch(random, Pick(random, 0, 140));
    for (int i = 0; i < 12 && !HasFatalFailure(); ++i) {
      const Predicate predicate = RandomTree(random, 4);
      ExpectAsSlow(predicate, Evaluate(predicate, batch), batch);
    }
  }
}

TEST(EvaluateRandomTest, BindingAndSerialisingKeepWhichRowsBelong) {
  const uint64_t seed = Seed();
  std::cout << "TENON_TEST_SEED=" << seed << "\n";
  Random random(seed);
  const RecordBatch batch = RandomBatch(random, 130);
  for (int i = 0; i < 400 && !HasFatalFailure(); ++i) {
    const Predicate predicate = RandomTree(random, 4);
    const Result<std::vector<Predicate>> bound = BindPredicate(predicate, batch.schema());
    ASSERT_TRUE(bound.ok()) << bound.status().ToString() << " of " << predicate.ToString();
    for (const Predicate& conjunct : *bound) {
      ASSERT_EQ(conjunct.op == Op::kAnd, false) << conjunct.ToString();
      const Result<Predicate> back = FromJson(ToJson(conjunct));
      ASSERT_TRUE(back.ok()) << back.status().ToString();
      ASSERT_EQ(back->ToString(), conjunct.ToString());
    }
    ExpectAsSlow(predicate, EvaluateAll(*bound, batch), batch);
  }
}

}  // namespace
}  // namespace tenon::expression
