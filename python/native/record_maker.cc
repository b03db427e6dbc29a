#include "record_maker.h"

#include <datetime.h>

#include <algorithm>
#include <chrono>

#include "decimal_text.h"
#include "tenon/schema.h"

namespace nb = nanobind;

namespace tenon::python {
namespace {

// Rows that show which columns most records have.
constexpr int64_t kRowsOfGuess = 16;
constexpr int64_t kMicrosADay = 86'400'000'000;
// Of Python's dates: years 1 to 9999, in days since 1970.
constexpr int64_t kFirstDay = -719'162, kLastDay = 2'932'896;

struct Moment {
  int64_t days, micros;
};

Moment SplitMicros(int64_t micros) {
  int64_t days = micros / kMicrosADay, rest = micros % kMicrosADay;
  if (rest < 0) {
    rest += kMicrosADay;
    --days;
  }
  return {days, rest};
}

PyObject* OutOfRange(const char* what) {
  PyErr_Format(PyExc_OverflowError, "%s is outside of Python's years 1 to 9999", what);
  return nullptr;
}

PyObject* Date(int64_t days) {
  if (days < kFirstDay || days > kLastDay) return OutOfRange("date");
  const std::chrono::year_month_day day{std::chrono::sys_days{std::chrono::days{days}}};
  return PyDate_FromDate(int{day.year()}, static_cast<int>(unsigned{day.month()}),
                         static_cast<int>(unsigned{day.day()}));
}

struct Clock {
  int hour, minute, second, micros;
};

Clock ClockOf(int64_t micros) {
  const int64_t seconds = micros / 1'000'000;
  return {static_cast<int>(seconds / 3600), static_cast<int>(seconds / 60 % 60),
          static_cast<int>(seconds % 60), static_cast<int>(micros % 1'000'000)};
}

PyObject* Timestamp(int64_t micros) {
  const Moment moment = SplitMicros(micros);
  if (moment.days < kFirstDay || moment.days > kLastDay) return OutOfRange("timestamp");
  const std::chrono::year_month_day day{std::chrono::sys_days{std::chrono::days{moment.days}}};
  const Clock clock = ClockOf(moment.micros);
  return PyDateTime_FromDateAndTime(int{day.year()}, static_cast<int>(unsigned{day.month()}),
                                    static_cast<int>(unsigned{day.day()}), clock.hour, clock.minute,
                                    clock.second, clock.micros);
}

PyObject* Time(int64_t micros) {
  const Clock clock = ClockOf(micros);
  return PyTime_FromTime(clock.hour, clock.minute, clock.second, clock.micros);
}

PyObject* Text(std::string_view text) {
  return PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
}

}  // namespace

RecordMaker::RecordMaker(const RecordBatch& batch, nb::handle record_type, bool with_nulls)
    : type_(record_type), no_arguments_(nb::steal(PyTuple_New(0))), with_nulls_(with_nulls) {
  if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
  decimal_ = nb::module_::import_("decimal").attr("Decimal");
  const BatchView view(batch);
  for (int i = 0; i < batch.num_columns(); ++i) {
    cells_.all.push_back(MakeCell(view.column(i), batch.schema().field(i).name));
  }
  FindFirst(&cells_);
}

RecordMaker::Cell RecordMaker::MakeCell(ColumnView view, const std::string& name) const {
  PyObject* text = PyUnicode_FromStringAndSize(name.data(), static_cast<Py_ssize_t>(name.size()));
  if (text == nullptr) throw nb::python_error();
  PyUnicode_InternInPlace(&text);
  Cell cell{view, nb::steal(text), {}};
  const DataType& type = view.type();
  switch (type.id()) {
    case TypeId::kStruct:
    case TypeId::kChoice:
      for (size_t i = 0; i < type.fields().size(); ++i) {
        cell.below.all.push_back(MakeCell(view.child(static_cast<int>(i)), type.fields()[i].name));
      }
      FindFirst(&cell.below);
      break;
    case TypeId::kArray: cell.below.all.push_back(MakeCell(view.elements(), "")); break;
    case TypeId::kMap:
      cell.below.all.push_back(MakeCell(view.keys(), ""));
      cell.below.all.push_back(MakeCell(view.elements(), ""));
      break;
    default: break;
  }
  return cell;
}

nb::object RecordMaker::Make(int64_t row) const { return nb::steal(Record(cells_, row)); }

nb::object RecordMaker::Empty() const {
  auto* type = reinterpret_cast<PyTypeObject*>(type_.ptr());
  return nb::steal(type->tp_new(type, no_arguments_.ptr(), nullptr));
}

int RecordMaker::Find(nb::handle name) const {
  for (size_t i = 0; i < cells_.all.size(); ++i) {
    if (PyUnicode_Compare(cells_.all[i].name.ptr(), name.ptr()) == 0) return static_cast<int>(i);
  }
  return -1;
}

nb::object RecordMaker::Field(int column, int64_t row) const {
  return nb::steal(Value(cells_.all[static_cast<size_t>(column)], row));
}

void RecordMaker::FindFirst(Cells* cells) const {
  const auto is_there = [this](const Cell& cell) {
    const int64_t rows = std::min<int64_t>(cell.view.length(), kRowsOfGuess);
    for (int64_t row = 0; row < rows; ++row) {
      if (!with_nulls_ && cell.view.is_null(row)) return false;
    }
    return true;
  };
  cells->first = nb::steal(PyDict_New());
  for (const Cell& cell : cells->all) {
    if (!is_there(cell) || PyDict_Contains(cells->first.ptr(), cell.name.ptr()) != 0) break;
    if (PyDict_SetItem(cells->first.ptr(), cell.name.ptr(), Py_None) < 0) throw nb::python_error();
    ++cells->first_count;
  }
}

PyObject* RecordMaker::Record(const Cells& cells, int64_t row) const {
  nb::object record = Empty();
  if (!record.is_valid() || PyDict_Update(record.ptr(), cells.first.ptr()) < 0) return nullptr;
  for (size_t i = 0; i < cells.all.size(); ++i) {
    const Cell& cell = cells.all[i];
    if (!with_nulls_ && cell.view.is_null(row)) {
      if (i < cells.first_count && PyDict_DelItem(record.ptr(), cell.name.ptr()) < 0)
        return nullptr;
      continue;
    }
    const nb::object value = nb::steal(Value(cell, row));
    if (!value.is_valid() || PyDict_SetItem(record.ptr(), cell.name.ptr(), value.ptr()) < 0) {
      return nullptr;
    }
  }
  return record.release().ptr();
}

PyObject* RecordMaker::Value(const Cell& cell, int64_t row) const {
  const ColumnView& view = cell.view;
  if (view.is_null(row)) return Py_NewRef(Py_None);
  switch (view.type().id()) {
    case TypeId::kNull: return Py_NewRef(Py_None);
    case TypeId::kBoolean: return PyBool_FromLong(view.GetBoolean(row) ? 1 : 0);
    case TypeId::kByte:
    case TypeId::kShort:
    case TypeId::kInt:
    case TypeId::kLong: return PyLong_FromLongLong(view.GetLong(row));
    case TypeId::kFloat:
    case TypeId::kDouble: return PyFloat_FromDouble(view.GetDouble(row));
    case TypeId::kString: return Text(view.GetString(row));
    case TypeId::kBinary: {
      const std::string_view bytes = view.GetString(row);
      return PyBytes_FromStringAndSize(bytes.data(), static_cast<Py_ssize_t>(bytes.size()));
    }
    case TypeId::kDecimal: {
      const std::string text = DecimalToText(view.GetDecimal(row), view.type().scale());
      return PyObject_CallFunction(decimal_.ptr(), "s", text.c_str());
    }
    case TypeId::kDate: return Date(view.GetLong(row));
    case TypeId::kTime: return Time(view.GetLong(row));
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: return Timestamp(view.GetLong(row));
    case TypeId::kStruct: return Record(cell.below, row);
    case TypeId::kChoice: return Value(cell.below.all[static_cast<size_t>(view.choice(row))], row);
    case TypeId::kArray: return List(cell, row);
    case TypeId::kMap: return Map(cell, row);
  }
  PyErr_SetString(PyExc_TypeError, "column has a type that Python does not have");
  return nullptr;
}

PyObject* RecordMaker::List(const Cell& cell, int64_t row) const {
  const ColumnView::Range range = cell.view.range(row);
  nb::object list = nb::steal(PyList_New(static_cast<Py_ssize_t>(range.end - range.begin)));
  if (!list.is_valid()) return nullptr;
  for (int64_t i = range.begin; i < range.end; ++i) {
    PyObject* value = Value(cell.below.all[0], i);
    if (value == nullptr) return nullptr;
    PyList_SET_ITEM(list.ptr(), static_cast<Py_ssize_t>(i - range.begin), value);
  }
  return list.release().ptr();
}

PyObject* RecordMaker::Map(const Cell& cell, int64_t row) const {
  nb::object map = nb::steal(PyDict_New());
  if (!map.is_valid()) return nullptr;
  const ColumnView::Range range = cell.view.range(row);
  for (int64_t i = range.begin; i < range.end; ++i) {
    const nb::object key = nb::steal(Value(cell.below.all[0], i));
    const nb::object value = key.is_valid() ? nb::steal(Value(cell.below.all[1], i)) : nb::object();
    if (!value.is_valid() || PyDict_SetItem(map.ptr(), key.ptr(), value.ptr()) < 0) return nullptr;
  }
  return map.release().ptr();
}

}  // namespace tenon::python
