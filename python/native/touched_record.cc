#include "touched_record.h"

namespace nb = nanobind;

namespace tenon::python {
namespace {

// Removes a key that may be there. False: a Python error.
bool Drop(PyObject* dict, PyObject* key) {
  const int there = PyDict_Contains(dict, key);
  return there == 0 || (there > 0 && PyDict_DelItem(dict, key) == 0);
}

}  // namespace

TouchedRecord::TouchedRecord(const RecordMaker& maker, const std::vector<nb::object>& names)
    : maker_(maker) {
  for (const nb::object& name : names) places_.push_back({name, maker.Find(name)});
}

nb::object TouchedRecord::Fill(int64_t row) {
  if (!record_.is_valid() || Py_REFCNT(record_.ptr()) > 1) record_ = maker_.Empty();
  if (!record_.is_valid()) return {};
  for (const Place& place : places_) {
    if (place.column < 0 || !maker_.Has(place.column, row)) {
      if (!Drop(record_.ptr(), place.name.ptr())) return {};
      continue;
    }
    const nb::object value = maker_.Field(place.column, row);
    if (!value.is_valid() || PyDict_SetItem(record_.ptr(), place.name.ptr(), value.ptr()) < 0)
      return {};
  }
  return record_;
}

nb::object TouchedRecord::Whole(int64_t row) const {
  nb::object whole = maker_.Make(row);
  if (!whole.is_valid() || !record_.is_valid()) return whole;
  for (const Place& place : places_) {
    PyObject* value = PyDict_GetItemWithError(record_.ptr(), place.name.ptr());
    const bool done = value != nullptr ? PyDict_SetItem(whole.ptr(), place.name.ptr(), value) == 0
                                       : Drop(whole.ptr(), place.name.ptr());
    if (!done) return {};
  }
  return whole;
}

}  // namespace tenon::python
