#include "field_reader.h"

#include <nanobind/stl/string.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

namespace nb = nanobind;

namespace tenon::python {

FieldReader::FieldReader(const Schema& before, const std::vector<nb::object>& names) {
  UseDatetime();
  for (const nb::object& name : names) {
    const auto column = before.IndexOf(nb::cast<std::string>(name));
    Place& place = places_.emplace_back(Place{name, column.value_or(-1), {}, -1, {}});
    if (column) place.seen.Expect(before.field(*column).type);
  }
}

bool FieldReader::Add(PyObject* record, std::string* problem) {
  for (Place& place : places_) {
    PyObject* value = PyDict_GetItemWithError(record, place.name.ptr());
    if (value != nullptr && !place.seen.Look(value, problem)) {
      if (problem->find(" field=") == std::string::npos)
        *problem += " field=" + nb::cast<std::string>(place.name);
      for (Place& other : places_) other.values.resize(static_cast<size_t>(rows_));
      return false;
    }
    place.values.push_back(nb::borrow(value));
    if (value != nullptr && place.first < 0) place.first = rows_;
  }
  ++rows_;
  return true;
}

Result<RecordBatch> FieldReader::Build() {
  std::vector<Place*> there;
  for (Place& place : places_) {
    if (place.first >= 0 && place.first < rows_) there.push_back(&place);
  }
  std::stable_sort(there.begin(), there.end(), [](const Place* a, const Place* b) {
    if (a->column >= 0 || b->column >= 0) {
      return static_cast<unsigned>(a->column) < static_cast<unsigned>(b->column);
    }
    return a->first < b->first;
  });
  if (there.empty()) return RecordBatch::RowCount(rows_);
  std::vector<Field> fields;
  for (Place* place : there)
    fields.push_back({nb::cast<std::string>(place->name), place->seen.Settle()});
  BatchBuilder rows(std::make_shared<const Schema>(std::move(fields)),
                    {.max_rows = std::numeric_limits<int32_t>::max()});
  rows.ExpectRows(rows_);
  for (int64_t row = 0; row < rows_; ++row) {
    for (size_t i = 0; i < there.size(); ++i) {
      PyObject* value = there[i]->values[static_cast<size_t>(row)].ptr();
      if (value != nullptr) there[i]->seen.Append(value, rows.column(static_cast<int>(i)));
    }
    rows.EndRow();
  }
  return rows.Finish();
}

}  // namespace tenon::python
