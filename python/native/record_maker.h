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

  // A record without fields.
  nanobind::object Empty() const;
  // The column of this name (a str), or -1.
  int Find(nanobind::handle name) const;
  // Whether the record of a row has the column.
  bool Has(int column, int64_t row) const {
    return with_nulls_ || !cells_.all[static_cast<size_t>(column)].view.is_null(row);
  }
  // A new reference to its value there, or null with a Python error.
  nanobind::object Field(int column, int64_t row) const;

 private:
  struct Cell;
  struct Cells {
    std::vector<Cell> all;
    // Of records: the first names, those that most records have, in a dict whose copy need not grow.
    nanobind::object first;
    size_t first_count = 0;
  };
  struct Cell {
    ColumnView view;
    nanobind::object name;
    Cells below;  // Fields of a struct, members of a choice, keys and values, elements.
  };

  Cell MakeCell(ColumnView view, const std::string& name) const;
  void FindFirst(Cells* cells) const;
  PyObject* Value(const Cell& cell, int64_t row) const;
  PyObject* Record(const Cells& cells, int64_t row) const;
  PyObject* List(const Cell& cell, int64_t row) const;
  PyObject* Map(const Cell& cell, int64_t row) const;

  nanobind::handle type_;
  nanobind::object no_arguments_;
  nanobind::object decimal_;
  bool with_nulls_;
  Cells cells_;
};

}  // namespace tenon::python
