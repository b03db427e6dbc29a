// Records of the fields alone that a function touches, for functions that keep no record (tenon/footprint.py).
//
//   TouchedRecord record(maker, names);
//   for (…) result = call(record.Fill(row));
#pragma once

#include <nanobind/nanobind.h>

#include <cstdint>
#include <vector>

#include "record_maker.h"

namespace tenon::python {

// REQUIRES: the GIL, always.
class TouchedRecord {
 public:
  // Borrows both; `names` are str.
  TouchedRecord(const RecordMaker& maker, const std::vector<nanobind::object>& names);

  // The record of a row: the same object as before, unless somebody keeps that. Null with a Python error.
  nanobind::object Fill(int64_t row);
  // All fields of the row, those that are touched as the record has them now. Null with a Python error.
  nanobind::object Whole(int64_t row) const;
  bool Is(const nanobind::object& record) const { return record.is(record_); }
  bool HasFields() const { return record_.is_valid() && PyDict_GET_SIZE(record_.ptr()) > 0; }

 private:
  struct Place {
    nanobind::handle name;
    int column;  // -1: none of the batch.
  };

  const RecordMaker& maker_;
  std::vector<Place> places_;
  nanobind::object record_;
};

}  // namespace tenon::python
