// Rows of a batch as Python records: dicts by column name, structs as records too, arrays as lists, maps as dicts.
//
// Numbers are int and float, decimals decimal.Decimal, dates and times those of datetime; timestamps are naive and in
// UTC. Null columns of a self-describing frame are left out of the record.
#pragma once

#include <nanobind/nanobind.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tenon/column_view.h"
#include "tenon/record_batch.h"

namespace tenon::python {

class RecordMaker {
 public:
  // `record_type`: a subclass of dict, made without its __init__. Borrows the batch. REQUIRES: the GIL, always.
  RecordMaker(const RecordBatch& batch, nanobind::handle record_type, bool with_nulls);

  // A new reference, or null with a Python error: a value that Python's types do not hold, as a date in the year 0.
  nanobind::object Make(int64_t row) const;

 private:
  struct Cell {
    ColumnView view;
    nanobind::object name;
    std::vector<Cell> below;  // Fields of a struct, members of a choice, keys and values, elements.
  };

  static Cell MakeCell(ColumnView view, const std::string& name);
  PyObject* Value(const Cell& cell, int64_t row) const;
  PyObject* Record(const std::vector<Cell>& cells, int64_t row, bool with_nulls) const;
  PyObject* List(const Cell& cell, int64_t row) const;
  PyObject* Map(const Cell& cell, int64_t row) const;

  nanobind::handle type_;
  nanobind::object no_arguments_;
  nanobind::object decimal_;
  bool with_nulls_;
  std::vector<Cell> cells_;
};

}  // namespace tenon::python
