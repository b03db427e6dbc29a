#include "record_reader.h"

#include <datetime.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>

#include "decimal_text.h"

namespace nb = nanobind;

namespace tenon::python {
namespace {

constexpr int kDecimalPrecision = 38, kDecimalScale = 18;

// decimal.Decimal; kept for as long as the process lives.
PyObject* DecimalClass() {
  static PyObject* const kind =
      nb::object(nb::module_::import_("decimal").attr("Decimal")).release().ptr();
  return kind;
}

bool IsDecimal(PyObject* value) { return PyObject_IsInstance(value, DecimalClass()) == 1; }

std::optional<Decimal128> ToDecimal(PyObject* value, int precision, int scale) {
  const nb::object text = nb::steal(PyObject_CallMethod(value, "__format__", "s", "f"));
  const char* words = text.is_valid() ? PyUnicode_AsUTF8(text.ptr()) : nullptr;
  if (words == nullptr) {
    PyErr_Clear();
    return std::nullopt;
  }
  return DecimalFromText(words, precision, scale);
}

// None: larger than 64 bits.
std::optional<int64_t> ToWhole(PyObject* value) {
  int overflow = 0;
  const long long whole = PyLong_AsLongLongAndOverflow(value, &overflow);
  if (overflow != 0) return std::nullopt;
  return static_cast<int64_t>(whole);
}

bool InRange(int64_t value, TypeId type) {
  switch (type) {
    case TypeId::kByte: return value >= -128 && value <= 127;
    case TypeId::kShort: return value >= -32'768 && value <= 32'767;
    case TypeId::kInt:
      return value >= std::numeric_limits<int32_t>::min() &&
             value <= std::numeric_limits<int32_t>::max();
    case TypeId::kLong: return true;
    default: return false;
  }
}

// Whether 32 bits hold it.
bool IsFloat(double value) {
  return std::isnan(value) || std::isinf(value) ||
         (std::fabs(value) <= std::numeric_limits<float>::max() &&
          static_cast<double>(static_cast<float>(value)) == value);
}

int64_t DaysOf(PyObject* date) {
  const std::chrono::year_month_day day{
      std::chrono::year{PyDateTime_GET_YEAR(date)},
      std::chrono::month{static_cast<unsigned>(PyDateTime_GET_MONTH(date))},
      std::chrono::day{static_cast<unsigned>(PyDateTime_GET_DAY(date))}};
  return std::chrono::sys_days{day}.time_since_epoch().count();
}

int64_t MicrosOfDay(int hour, int minute, int second, int micros) {
  return ((hour * int64_t{60} + minute) * 60 + second) * 1'000'000 + micros;
}

int64_t TimeOf(PyObject* time) {
  return MicrosOfDay(PyDateTime_TIME_GET_HOUR(time), PyDateTime_TIME_GET_MINUTE(time),
                     PyDateTime_TIME_GET_SECOND(time), PyDateTime_TIME_GET_MICROSECOND(time));
}

// Naive moments are in UTC; others are brought there.
int64_t TimestampOf(PyObject* moment) {
  int64_t micros =
      DaysOf(moment) * 86'400'000'000 +
      MicrosOfDay(PyDateTime_DATE_GET_HOUR(moment), PyDateTime_DATE_GET_MINUTE(moment),
                  PyDateTime_DATE_GET_SECOND(moment), PyDateTime_DATE_GET_MICROSECOND(moment));
  const nb::object offset = nb::steal(PyObject_CallMethod(moment, "utcoffset", nullptr));
  if (offset.is_valid() && PyDelta_Check(offset.ptr())) {
    micros -= (PyDateTime_DELTA_GET_DAYS(offset.ptr()) * int64_t{86'400} +
               PyDateTime_DELTA_GET_SECONDS(offset.ptr())) *
                  1'000'000 +
              PyDateTime_DELTA_GET_MICROSECONDS(offset.ptr());
  }
  PyErr_Clear();
  return micros;
}

bool IsSequence(PyObject* value) {
  return PyList_Check(value) || PyTuple_Check(value) || PyAnySet_Check(value);
}

std::string_view TextOf(PyObject* value) {
  if (PyUnicode_IS_COMPACT_ASCII(value)) {
    return {static_cast<const char*>(PyUnicode_DATA(value)),
            static_cast<size_t>(PyUnicode_GET_LENGTH(value))};
  }
  Py_ssize_t size = 0;
  const char* text = PyUnicode_AsUTF8AndSize(value, &size);
  if (text == nullptr) {
    PyErr_Clear();
    return {};
  }
  return {text, static_cast<size_t>(size)};
}

bool IsUtf8(PyObject* text) {
  if (PyUnicode_IS_COMPACT_ASCII(text)) return true;
  Py_ssize_t size = 0;
  if (PyUnicode_AsUTF8AndSize(text, &size) != nullptr) return true;
  PyErr_Clear();
  return false;
}

// numpy's numbers and their like, as Python's own; else the value itself.
nb::object Plain(PyObject* value) {
  nb::object plain = nb::borrow(value);
  if (PyIndex_Check(value)) {
    plain = nb::steal(PyNumber_Index(value));
  } else if (PyNumber_Check(value) && !PyComplex_Check(value) && !IsDecimal(value)) {
    plain = nb::steal(PyNumber_Float(value));
  }
  if (plain.is_valid()) return plain;
  PyErr_Clear();
  return nb::borrow(value);
}

}  // namespace

void Seen::Expect(const DataType& type) {
  switch (type.id()) {
    case TypeId::kChoice:
      for (const Field& member : type.fields()) Expect(member.type);
      return;
    case TypeId::kStruct:
      for (const Field& field : type.fields()) {
        nb::object name = nb::cast(field.name.c_str());
        auto [place, added] = fields_.places.emplace(field.name, fields_.in_order.size());
        if (added) fields_.in_order.push_back({std::move(name), std::make_unique<Seen>()});
        fields_.in_order[place->second].seen->Expect(field.type);
      }
      return;
    case TypeId::kArray:
      if (element_ == nullptr) element_ = std::make_unique<Seen>();
      return element_->Expect(type.element());
    case TypeId::kMap:
      expects_map_ = true;
      if (value_ == nullptr) value_ = std::make_unique<Seen>();
      return value_->Expect(type.element());
    case TypeId::kNull: return;
    default: expected_.push_back({type});
  }
}

int Seen::Fitting(PyObject* value) const {
  for (size_t i = 0; i < expected_.size(); ++i) {
    const DataType& type = expected_[i].type;
    bool fits = false;
    switch (type.id()) {
      case TypeId::kBoolean: fits = PyBool_Check(value); break;
      case TypeId::kByte:
      case TypeId::kShort:
      case TypeId::kInt:
      case TypeId::kLong: {
        if (!PyLong_Check(value) || PyBool_Check(value)) break;
        const std::optional<int64_t> whole = ToWhole(value);
        fits = whole && InRange(*whole, type.id());
        break;
      }
      case TypeId::kFloat: fits = PyFloat_Check(value) && IsFloat(PyFloat_AS_DOUBLE(value)); break;
      case TypeId::kDouble: fits = PyFloat_Check(value); break;
      case TypeId::kString: fits = PyUnicode_Check(value); break;
      case TypeId::kBinary: fits = PyBytes_Check(value); break;
      case TypeId::kDate: fits = PyDate_Check(value) && !PyDateTime_Check(value); break;
      case TypeId::kTime: fits = PyTime_Check(value); break;
      case TypeId::kTimestamp:
      case TypeId::kTimestampNtz: fits = PyDateTime_Check(value); break;
      case TypeId::kDecimal:
        fits = IsDecimal(value) && ToDecimal(value, type.precision(), type.scale()).has_value();
        break;
      default: break;
    }
    if (fits) return static_cast<int>(i);
  }
  return -1;
}

bool Seen::Look(PyObject* value, std::string* problem) {
  present_ = true;
  if (value == Py_None) return true;
  if (PyUnicode_Check(value) && !IsUtf8(value)) {
    *problem = "text that is no valid Unicode";
    return false;
  }
  if (const int fitting = Fitting(value); fitting >= 0) {
    expected_[static_cast<size_t>(fitting)].used = true;
    return true;
  }
  if (PyBool_Check(value)) return kinds_[kBoolean] = true;
  if (PyLong_Check(value)) {
    const std::optional<int64_t> whole = ToWhole(value);
    if (!whole) {
      *problem = "a whole number of more than 64 bits";
      return false;
    }
    return kinds_[InRange(*whole, TypeId::kInt) ? kInt : kLong] = true;
  }
  if (PyFloat_Check(value)) return kinds_[kDouble] = true;
  if (PyUnicode_Check(value)) return kinds_[kString] = true;
  if (PyDict_Check(value)) {
    return expects_map_ ? LookAtValues(value, problem) : LookAtFields(value, problem);
  }
  if (IsSequence(value)) return LookAtElements(value, problem);
  if (PyBytes_Check(value)) return kinds_[kBinary] = true;
  if (PyDateTime_Check(value)) return kinds_[kTimestamp] = true;
  if (PyDate_Check(value)) return kinds_[kDate] = true;
  if (PyTime_Check(value)) return kinds_[kTime] = true;
  if (IsDecimal(value)) {
    const bool other = std::any_of(expected_.begin(), expected_.end(), [](const Expected& one) {
      return one.type.id() == TypeId::kDecimal;
    });
    if (!other && ToDecimal(value, kDecimalPrecision, kDecimalScale))
      return kinds_[kDecimal] = true;
    *problem = "a decimal of more digits than its column has";
    return false;
  }
  if (const nb::object plain = Plain(value); plain.ptr() != value)
    return Look(plain.ptr(), problem);
  *problem =
      std::string("a value of type ") + Py_TYPE(value)->tp_name + ", which no column can have";
  return false;
}

bool Seen::LookAtElements(PyObject* sequence, std::string* problem) {
  arrays_ = true;
  if (element_ == nullptr) element_ = std::make_unique<Seen>();
  const nb::object iterator = nb::steal(PyObject_GetIter(sequence));
  while (PyObject* next = PyIter_Next(iterator.ptr())) {
    const nb::object value = nb::steal(next);
    if (!element_->Look(value.ptr(), problem)) return false;
  }
  return true;
}

bool Seen::LookAtValues(PyObject* dict, std::string* problem) {
  maps_ = true;
  PyObject *key = nullptr, *value = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(dict, &at, &key, &value) != 0;) {
    if (!PyUnicode_Check(key)) {
      *problem = "a key that is no text";
      return false;
    }
    if (!value_->Look(value, problem)) return false;
  }
  return true;
}

std::optional<size_t> Seen::FieldOf(PyObject* key, size_t guess, std::string* problem) {
  auto& fields = fields_.in_order;
  if (guess < fields.size() && fields[guess].name.ptr() == key) return guess;
  if (!PyUnicode_Check(key) || !IsUtf8(key)) {
    *problem = "a field whose name is no text";
    return std::nullopt;
  }
  const auto [place, added] = fields_.places.emplace(std::string(TextOf(key)), fields.size());
  if (added) fields.push_back({nb::borrow(key), std::make_unique<Seen>()});
  fields[place->second].name = nb::borrow(key);  // The same object comes again.
  return place->second;
}

std::optional<size_t> Seen::KnownField(PyObject* key, size_t guess) const {
  const auto& fields = fields_.in_order;
  if (guess < fields.size() && fields[guess].name.ptr() == key) return guess;
  if (!PyUnicode_Check(key)) return std::nullopt;
  const auto found = fields_.places.find(std::string(TextOf(key)));
  if (found == fields_.places.end() || !fields[found->second].seen->present_) return std::nullopt;
  return found->second;
}

bool Seen::LookAtFields(PyObject* dict, std::string* problem) {
  structs_ = true;
  PyObject *key = nullptr, *value = nullptr;
  size_t guess = 0;
  for (Py_ssize_t at = 0; PyDict_Next(dict, &at, &key, &value) != 0; ++guess) {
    const std::optional<size_t> place = FieldOf(key, guess, problem);
    if (!place) return false;
    guess = *place;
    if (fields_.in_order[guess].seen->Look(value, problem)) continue;
    if (problem->find(" field=") == std::string::npos)
      *problem += " field=" + std::string(TextOf(key));
    return false;
  }
  return true;
}

std::vector<Field> Seen::SettleFields() {
  std::vector<Field> fields;
  for (NamedSeen& field : fields_.in_order) {
    if (!field.seen->present_) continue;
    field.place = static_cast<int>(fields.size());
    fields.push_back({std::string(TextOf(field.name.ptr())), field.seen->Settle()});
  }
  return fields;
}

DataType Seen::Settle() {
  std::map<std::string, std::pair<DataType, std::vector<int*>>> types;  // By name, as in a choice.
  const auto add = [&types](DataType type, int* member) {
    auto& place = types[std::string(type.name())];
    place.first = std::move(type);
    place.second.push_back(member);
  };
  for (Expected& one : expected_) {
    if (one.used) add(one.type, &one.member);
  }
  const DataType of_kind[] = {DataType::Boolean(),
                              DataType::Int(),
                              DataType::Long(),
                              DataType::Double(),
                              DataType::String(),
                              DataType::Binary(),
                              DataType::Decimal(kDecimalPrecision, kDecimalScale),
                              DataType::Date(),
                              DataType::Time(),
                              DataType::Timestamp()};
  for (int kind = 0; kind < kKinds; ++kind) {
    if (kinds_[kind]) add(of_kind[kind], &members_[kind]);
  }
  if (structs_) add(DataType::Struct(SettleFields()), &struct_member_);
  if (arrays_) add(DataType::Array(element_->Settle()), &array_member_);
  if (maps_) add(DataType::Map(value_->Settle()), &map_member_);
  choice_ = types.size() > 1;
  if (types.empty()) return DataType::Null();
  if (!choice_) return types.begin()->second.first;
  std::vector<DataType> members;
  for (auto& [name, type] : types) {
    for (int* member : type.second) *member = static_cast<int>(members.size());
    members.push_back(type.first);
  }
  return DataType::Choice(std::move(members)).value();
}

template <typename Column>
void Seen::AppendFields(PyObject* dict, const Column& column) const {
  PyObject *key = nullptr, *value = nullptr;
  size_t guess = 0;
  for (Py_ssize_t at = 0; PyDict_Next(dict, &at, &key, &value) != 0; ++guess) {
    const std::optional<size_t> known = KnownField(key, guess);
    if (!known) continue;
    guess = *known;
    const NamedSeen& field = fields_.in_order[guess];
    field.seen->Append(value, column(field.place));
  }
}

void Seen::Append(PyObject* value, ColumnBuilder& column) const {
  if (value == Py_None) return column.AppendNull();
  const auto at = [&](int member) -> ColumnBuilder& {
    return choice_ ? column.member(member) : column;
  };
  const auto end = [&](int member) {
    if (choice_) column.EndChoice(member);
  };
  const auto scalar = [&](int member, const auto& converted) {
    at(member).Append(converted);
    end(member);
  };
  int member = 0;
  int precision = kDecimalPrecision, scale = kDecimalScale;
  const int fitting = Fitting(value);
  const auto member_of = [&](int kind) {
    return fitting >= 0 ? expected_[static_cast<size_t>(fitting)].member : members_[kind];
  };
  if (fitting >= 0) {
    precision = expected_[static_cast<size_t>(fitting)].type.precision();
    scale = expected_[static_cast<size_t>(fitting)].type.scale();
  }
  if (PyBool_Check(value)) return scalar(member_of(kBoolean), value == Py_True);
  if (PyLong_Check(value)) {
    const int64_t whole = *ToWhole(value);
    return scalar(member_of(InRange(whole, TypeId::kInt) ? kInt : kLong), whole);
  }
  if (PyFloat_Check(value)) return scalar(member_of(kDouble), PyFloat_AS_DOUBLE(value));
  if (PyUnicode_Check(value)) return scalar(member_of(kString), TextOf(value));
  if (PyDict_Check(value)) {
    member = expects_map_ ? map_member_ : struct_member_;
    ColumnBuilder& dict = at(member);
    if (expects_map_) {
      PyObject *key = nullptr, *below = nullptr;
      for (Py_ssize_t next = 0; PyDict_Next(value, &next, &key, &below) != 0;) {
        dict.key().Append(TextOf(key));
        value_->Append(below, dict.value());
      }
      dict.EndMap();
    } else {
      AppendFields(value, [&dict](int i) -> ColumnBuilder& { return dict.field(i); });
      dict.EndStruct();
    }
    return end(member);
  }
  if (IsSequence(value)) {
    ColumnBuilder& array = at(array_member_);
    const nb::object iterator = nb::steal(PyObject_GetIter(value));
    while (PyObject* next = PyIter_Next(iterator.ptr())) {
      const nb::object element = nb::steal(next);
      element_->Append(element.ptr(), array.element());
    }
    array.EndArray();
    return end(array_member_);
  }
  if (PyBytes_Check(value)) {
    return scalar(
        member_of(kBinary),
        std::string_view(PyBytes_AS_STRING(value), static_cast<size_t>(PyBytes_GET_SIZE(value))));
  }
  if (PyDateTime_Check(value)) return scalar(member_of(kTimestamp), TimestampOf(value));
  if (PyDate_Check(value)) return scalar(member_of(kDate), DaysOf(value));
  if (PyTime_Check(value)) return scalar(member_of(kTime), TimeOf(value));
  if (IsDecimal(value)) return scalar(member_of(kDecimal), *ToDecimal(value, precision, scale));
  Append(Plain(value).ptr(), column);
}

void UseDatetime() {
  if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
}

RecordReader::RecordReader(const Schema& before) {
  UseDatetime();
  root_.Expect(DataType::Struct(before.fields()));
}

Status RecordReader::Take(const std::vector<nb::object>& records) {
  Schema schema(root_.SettleFields());
  if (rows_ && *schema_ != schema) {
    TENON_ASSIGN_OR_RETURN(batches_.emplace_back(), rows_->Finish());
    rows_.reset();
  }
  if (!rows_) {
    schema_ = std::make_shared<const Schema>(std::move(schema));
    rows_.emplace(schema_, BatchLimits{.max_rows = std::numeric_limits<int32_t>::max()});
  }
  rows_->ExpectRows(rows_->num_rows() + static_cast<int64_t>(records.size()));
  for (const nb::object& record : records) {
    root_.AppendFields(record.ptr(), [this](int i) -> ColumnBuilder& { return rows_->column(i); });
    rows_->EndRow();
  }
  return Status::Ok();
}

Result<std::vector<RecordBatch>> RecordReader::Finish() {
  if (rows_) {
    TENON_ASSIGN_OR_RETURN(batches_.emplace_back(), rows_->Finish());
  }
  return std::move(batches_);
}

}  // namespace tenon::python
