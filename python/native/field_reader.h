// Some fields of Python records back into columns, types found as record_reader.h says. Keeps values, no records.
//
//   FieldReader reader(batch.schema(), names);
//   for (…) if (!reader.Add(record, &problem)) …;
//   RecordBatch columns = reader.Build();
#pragma once

#include <nanobind/nanobind.h>

#include <cstdint>
#include <string>
#include <vector>

#include "record_reader.h"

namespace tenon::python {

// REQUIRES: the GIL, always.
class FieldReader {
 public:
  // `names` are str, and borrowed.
  FieldReader(const Schema& before, const std::vector<nanobind::object>& names);

  // False: the record can be no row; `*problem` says why, with the field's name.
  bool Add(PyObject* record, std::string* problem);
  // The fields that some record had: those of the schema in its order, then others by who came first. Once.
  Result<RecordBatch> Build();

 private:
  struct Place {
    nanobind::handle name;
    int column;  // Of the schema, or -1.
    Seen seen;
    int64_t first = -1;                    // The first row that has it.
    std::vector<nanobind::object> values;  // One a row; null where it is absent.
  };

  std::vector<Place> places_;
  int64_t rows_ = 0;
};

}  // namespace tenon::python
