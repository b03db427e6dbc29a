#include "columnar/cast.h"

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "columnar/buffers.h"
#include "columnar/cast_value.h"
#include "columnar/column_ops.h"
#include "columnar/json_text.h"
#include "columnar/slice.h"

namespace tenon::columnar {
namespace {

// Types that the same conversions apply to.
enum class Kind {
  kNull,
  kTruth,
  kWhole,
  kReal,
  kDecimal,
  kText,
  kRaw,
  kDay,
  kClock,
  kInstant,
  kNested
};

Kind KindOf(const DataType& type) {
  switch (type.id()) {
    case TypeId::kNull: return Kind::kNull;
    case TypeId::kBoolean: return Kind::kTruth;
    case TypeId::kByte:
    case TypeId::kShort:
    case TypeId::kInt:
    case TypeId::kLong: return Kind::kWhole;
    case TypeId::kFloat:
    case TypeId::kDouble: return Kind::kReal;
    case TypeId::kDecimal: return Kind::kDecimal;
    case TypeId::kString: return Kind::kText;
    case TypeId::kBinary: return Kind::kRaw;
    case TypeId::kDate: return Kind::kDay;
    case TypeId::kTime: return Kind::kClock;
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: return Kind::kInstant;
    default: return Kind::kNested;
  }
}

bool CanCastScalar(Kind from, Kind to) {
  if (from == to || to == Kind::kText) return true;
  const bool to_number = to == Kind::kWhole || to == Kind::kReal || to == Kind::kDecimal;
  switch (from) {
    case Kind::kText: return true;
    case Kind::kTruth: return to_number;
    case Kind::kWhole:
    case Kind::kReal:
    case Kind::kDecimal: return to_number || to == Kind::kTruth || to == Kind::kInstant;
    case Kind::kDay: return to == Kind::kInstant;
    case Kind::kInstant: return to_number || to == Kind::kDay;
    default: return false;
  }
}

std::optional<int> MemberOf(const DataType& choice, const DataType& type) {
  for (size_t k = 0; k < choice.fields().size(); ++k) {
    if (choice.fields()[k].type.name() == type.name()) return static_cast<int>(k);
  }
  return std::nullopt;
}

// The nulls of a column under way: those of the source, then those of values that could not be converted.
class CastNulls {
 public:
  explicit CastNulls(const Column& in) : rows_(in.length()) {
    const ArrayNode& node = *in.node();
    if (HasNoNulls(node)) return;
    bits_ = AllocateValidity(0, rows_);
    for (int64_t done = 0; done < rows_; done += 64) {
      const int64_t count = std::min<int64_t>(64, rows_ - done);
      StoreBits(bits_.get(), done, count,
                LoadBits(node.buffer<uint8_t>(0), node.offset + done, count));
    }
    nulls_ = in.CountNulls();
  }
  bool IsNull(int64_t row) const { return bits_ != nullptr && !GetBit(bits_.get(), row); }
  void Fail(int64_t row) {
    if (bits_ == nullptr) bits_ = AllocateValidity(0, rows_);
    ClearBit(bits_.get(), row);
    ++failed_;
  }
  int64_t failed() const { return failed_; }

  CastResult Finish(const DataType& type, std::vector<BufferRef> values) && {
    auto node = std::make_shared<ArrayNode>();
    node->length = rows_;
    node->null_count = nulls_ + failed_;
    node->buffer_count = static_cast<int>(values.size()) + 1;
    if (bits_ != nullptr) node->buffers[0] = Freeze(std::move(bits_));
    for (size_t i = 0; i < values.size(); ++i) node->buffers[i + 1] = std::move(values[i]);
    return {Column(type, std::move(node)), failed_};
  }

 private:
  int64_t rows_;
  int64_t nulls_ = 0, failed_ = 0;
  std::shared_ptr<uint8_t> bits_;
};

// Converts row by row into slots of `width` bytes. `convert` gets a value and its slot.
template <typename Read, typename Convert>
CastResult IntoSlots(const Column& in, const DataType& target, int width, const Read& read,
                     const Convert& convert) {
  CastNulls nulls(in);
  auto values = AllocateZeroes(in.length() * width);
  uint8_t* slot = values.get();
  for (int64_t row = 0; row < in.length(); ++row, slot += width) {
    if (nulls.IsNull(row)) continue;
    if (!convert(read(row), slot)) {
      std::memset(slot, 0, static_cast<size_t>(width));
      nulls.Fail(row);
    }
  }
  return std::move(nulls).Finish(target, {Freeze(std::move(values))});
}

template <typename T, typename Read, typename Convert>
CastResult IntoFixed(const Column& in, const DataType& target, const Read& read,
                     const Convert& convert) {
  return IntoSlots(in, target, sizeof(T), read, [&](const auto& value, uint8_t* slot) {
    return convert(value, reinterpret_cast<T*>(slot));
  });
}

template <typename Read>
CastResult IntoBits(const Column& in, const DataType& target, const Read& read) {
  CastNulls nulls(in);
  auto bits = AllocateZeroes(BytesForBits(in.length()));
  for (int64_t row = 0; row < in.length(); ++row) {
    bool value = false;
    if (nulls.IsNull(row)) continue;
    if (!cast::ToTruth(read(row), &value)) {
      nulls.Fail(row);
    } else if (value) {
      SetBit(bits.get(), row);
    }
  }
  return std::move(nulls).Finish(target, {Freeze(std::move(bits))});
}

Status TooMuchText() {
  return Status::ResourceExhausted("Column would hold more than 2 GiB of text in one batch")
      .WithHint("Use smaller batches.");
}

// `append(row, text)` gives false for a value that has no text.
template <typename Append>
Result<CastResult> IntoText(const Column& in, const DataType& target, const Append& append) {
  CastNulls nulls(in);
  std::string text;
  auto offsets = AllocateZeroes((in.length() + 1) * static_cast<int64_t>(sizeof(int32_t)));
  auto* end = reinterpret_cast<int32_t*>(offsets.get()) + 1;
  for (int64_t row = 0; row < in.length(); ++row, ++end) {
    if (!nulls.IsNull(row) && !append(row, &text)) nulls.Fail(row);
    if (text.size() > static_cast<size_t>(std::numeric_limits<int32_t>::max()))
      return TooMuchText();
    *end = static_cast<int32_t>(text.size());
  }
  return std::move(nulls).Finish(target, {Freeze(std::move(offsets)), Freeze(std::move(text))});
}

template <typename T, typename Read>
CastResult IntoWhole(const Column& in, const DataType& target, const Read& read) {
  return IntoFixed<T>(in, target, read, [](const auto& value, T* out) {
    int64_t wide;
    return cast::ToWhole(value, &wide) && cast::Narrow(wide, out);
  });
}

template <typename Read>
CastResult IntoDecimal(const Column& in, const DataType& target, const Read& read) {
  const int width = target.precision() > 38 ? 32 : 16;
  std::string digits;
  return IntoSlots(in, target, width, read, [&](const auto& value, uint8_t* slot) {
    digits.clear();
    return cast::ToDigits(value, &digits) &&
           cast::StoreDecimal(digits, target.precision(), target.scale(), width, slot);
  });
}

template <typename Read>
Result<CastResult> CastWith(const Column& in, const DataType& target, const Read& read) {
  switch (target.id()) {
    case TypeId::kBoolean: return IntoBits(in, target, read);
    case TypeId::kByte: return IntoWhole<int8_t>(in, target, read);
    case TypeId::kShort: return IntoWhole<int16_t>(in, target, read);
    case TypeId::kInt: return IntoWhole<int32_t>(in, target, read);
    case TypeId::kLong: return IntoWhole<int64_t>(in, target, read);
    case TypeId::kFloat:
      return IntoFixed<float>(in, target, read, [](const auto& value, float* out) {
        return cast::ToSingle(value, out);
      });
    case TypeId::kDouble:
      return IntoFixed<double>(in, target, read, [](const auto& value, double* out) {
        return cast::ToReal(value, out);
      });
    case TypeId::kDecimal: return IntoDecimal(in, target, read);
    case TypeId::kString:
      return IntoText(in, target,
                      [&](int64_t row, std::string* out) { return cast::ToText(read(row), out); });
    case TypeId::kBinary:
      return IntoText(in, target,
                      [&](int64_t row, std::string* out) { return cast::ToRaw(read(row), out); });
    case TypeId::kDate:
      return IntoFixed<int32_t>(in, target, read, [](const auto& value, int32_t* out) {
        int64_t days;
        return cast::ToDay(value, &days) && cast::Narrow(days, out);
      });
    case TypeId::kTime:
      return IntoFixed<int64_t>(in, target, read, [](const auto& value, int64_t* out) {
        return cast::ToClock(value, out);
      });
    default:
      return IntoFixed<int64_t>(in, target, read, [](const auto& value, int64_t* out) {
        return cast::ToInstant(value, out);
      });
  }
}

template <typename T, typename Value>
Result<CastResult> CastNumbers(const Column& in, const DataType& target) {
  const T* values = in.node()->buffer<T>(1) + in.node()->offset;
  return CastWith(in, target, [values](int64_t row) { return Value{values[row]}; });
}

template <typename Value>
Result<CastResult> CastBytes(const Column& in, const DataType& target) {
  const auto* offsets = in.node()->buffer<int32_t>(1) + in.node()->offset;
  const auto* bytes = in.node()->buffer<char>(2);
  return CastWith(in, target, [offsets, bytes](int64_t row) {
    return Value{{bytes + offsets[row], static_cast<size_t>(offsets[row + 1] - offsets[row])}};
  });
}

Result<CastResult> CastDecimals(const Column& in, const DataType& target) {
  const int width = in.type().precision() > 38 ? 32 : 16, scale = in.type().scale();
  const auto* bytes = in.node()->buffer<uint8_t>(1) + in.node()->offset * width;
  return CastWith(in, target, [=](int64_t row) {
    return cast::Fixed{bytes + row * width, width, scale};
  });
}

Result<CastResult> CastScalar(const Column& in, const DataType& target) {
  switch (in.type().id()) {
    case TypeId::kBoolean: {
      const auto* bits = in.node()->buffer<uint8_t>(1);
      const int64_t offset = in.node()->offset;
      return CastWith(in, target,
                      [=](int64_t row) { return cast::Truth{GetBit(bits, offset + row)}; });
    }
    case TypeId::kByte: return CastNumbers<int8_t, cast::Whole>(in, target);
    case TypeId::kShort: return CastNumbers<int16_t, cast::Whole>(in, target);
    case TypeId::kInt: return CastNumbers<int32_t, cast::Whole>(in, target);
    case TypeId::kLong: return CastNumbers<int64_t, cast::Whole>(in, target);
    case TypeId::kFloat: return CastNumbers<float, cast::Single>(in, target);
    case TypeId::kDouble: return CastNumbers<double, cast::Real>(in, target);
    case TypeId::kDecimal: return CastDecimals(in, target);
    case TypeId::kString: return CastBytes<cast::Text>(in, target);
    case TypeId::kBinary: return CastBytes<cast::Raw>(in, target);
    case TypeId::kDate: return CastNumbers<int32_t, cast::Day>(in, target);
    case TypeId::kTime: return CastNumbers<int64_t, cast::Clock>(in, target);
    default: return CastNumbers<int64_t, cast::Instant>(in, target);
  }
}

CastResult AllImpossible(const Column& column, const DataType& target) {
  return {NullColumn(target, column.length()), column.length() - column.CountNulls()};
}

// Each value by its own type; a row has a value in one member at most.
Result<CastResult> CastFromChoice(const Column& choice, const DataType& target) {
  std::vector<Column> parts;
  int64_t impossible = 0;
  for (int k = 0; k < static_cast<int>(choice.type().fields().size()); ++k) {
    TENON_ASSIGN_OR_RETURN(CastResult part, CastColumn(TakeMember(choice, k), target));
    impossible += part.impossible;
    if (part.column.CountNulls() < part.column.length()) parts.push_back(std::move(part.column));
  }
  if (parts.empty()) return CastResult{NullColumn(target, choice.length()), impossible};
  TENON_ASSIGN_OR_RETURN(Column merged, MergeColumns(parts));
  return CastResult{std::move(merged), impossible};
}

Result<CastResult> CastToChoice(const Column& column, const DataType& target) {
  const std::optional<int> member = MemberOf(target, column.type());
  if (!member) return AllImpossible(column, target);
  const DataType& type = target.fields()[static_cast<size_t>(*member)].type;
  TENON_ASSIGN_OR_RETURN(CastResult cast, CastColumn(column, type));
  return CastResult{AsMember(cast.column, target, *member), cast.impossible};
}

Result<CastResult> CastStruct(const Column& column, const DataType& target) {
  std::vector<Column> fields;
  std::vector<Field> names;
  int64_t impossible = 0;
  for (const Field& field : target.fields()) {
    names.push_back({field.name, field.type});
    int index = -1;
    for (size_t i = 0; i < column.type().fields().size(); ++i) {
      if (column.type().fields()[i].name == field.name) index = static_cast<int>(i);
    }
    if (index < 0) {
      fields.push_back(NullColumn(field.type, column.length()));
      continue;
    }
    TENON_ASSIGN_OR_RETURN(CastResult cast, CastColumn(TakeField(column, index), field.type));
    impossible += cast.impossible;
    fields.push_back(std::move(cast.column));
  }
  return CastResult{Column(target, WithFields(column, std::move(names), fields).node()),
                    impossible};
}

Result<CastResult> CastNested(const Column& column, const DataType& target) {
  if (target.id() == TypeId::kString) {
    return IntoText(column, target, [&](int64_t row, std::string* out) {
      AppendJson(column, row, {.omit_nulls = true}, out);
      return true;
    });
  }
  if (target.id() != column.type().id()) return AllImpossible(column, target);
  if (target.id() == TypeId::kStruct) return CastStruct(column, target);
  const bool map = target.id() == TypeId::kMap;
  TENON_ASSIGN_OR_RETURN(
      CastResult below,
      CastColumn(map ? StoredValues(column) : StoredElements(column), target.element()));
  const Column whole = map ? WithValues(column, below.column) : WithElements(column, below.column);
  return CastResult{Column(target, whole.node()), below.impossible};
}

}  // namespace

bool CanCast(const DataType& from, const DataType& to) {
  if (from == to || from.id() == TypeId::kNull) return true;
  if (from.id() == TypeId::kChoice) {
    for (const Field& member : from.fields()) {
      if (CanCast(member.type, to)) return true;
    }
    return false;
  }
  if (to.id() == TypeId::kChoice) return MemberOf(to, from).has_value();
  if (from.is_nested()) {
    if (to.id() == TypeId::kString) return true;
    if (to.id() != from.id()) return false;
    return from.id() == TypeId::kStruct || CanCast(from.element(), to.element());
  }
  return !to.is_nested() && to.id() != TypeId::kNull && CanCastScalar(KindOf(from), KindOf(to));
}

Result<CastResult> CastColumn(const Column& column, const DataType& target) {
  const DataType& from = column.type();
  if (from == target) return CastResult{column, 0};
  if (from.id() == TypeId::kNull) return CastResult{NullColumn(target, column.length()), 0};
  if (from.id() == TypeId::kChoice && target.id() != TypeId::kChoice)
    return CastFromChoice(column, target);
  if (target.id() == TypeId::kChoice && from.id() != TypeId::kChoice)
    return CastToChoice(column, target);
  if (!CanCast(from, target) || from.id() == TypeId::kChoice) return AllImpossible(column, target);
  return from.is_nested() ? CastNested(column, target) : CastScalar(column, target);
}

}  // namespace tenon::columnar
