// Python records back into a batch, types found from their values.
//
//   RecordReader reader(batch.schema());
//   for (…) if (reader.Look(record, &problem)) kept.push_back(record);
//   reader.Take(kept);  // Those that were looked at; as often as is liked.
//   std::vector<RecordBatch> made = reader.Finish();
//
// A value that fits the type its column had keeps that type. Else: int is int where it fits 32 bits, then long; float
// is double; str string; bytes binary; bool boolean; Decimal decimal(38,18); date, time and datetime (timestamp, naive
// ones in UTC) as named; dict a struct, or a map where the column was one; list, tuple and set an array. Values of
// several types make a choice.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tenon/batch_builder.h"
#include "tenon/record_batch.h"

namespace tenon::python {

// What was seen at one place of the records.
class Seen {
 public:
  // The types that values had at this place before.
  void Expect(const DataType& type);
  // False: no column can have the value; `*problem` says why.
  bool Look(PyObject* value, std::string* problem);
  // The type of the place, once all was looked at; settles where each kind of value goes.
  DataType Settle();
  // REQUIRES: settled, and looked at.
  void Append(PyObject* value, ColumnBuilder& column) const;

  // As Look and Append, of the fields of a dict.
  bool LookAtFields(PyObject* dict, std::string* problem);
  std::vector<Field> SettleFields();
  template <typename Column>
  void AppendFields(PyObject* dict, const Column& column) const;

 private:
  enum Kind {
    kBoolean,
    kInt,
    kLong,
    kDouble,
    kString,
    kBinary,
    kDecimal,
    kDate,
    kTime,
    kTimestamp,
    kKinds
  };
  struct Expected {
    DataType type;
    bool used = false;
    int member = 0;
  };
  struct NamedSeen {
    nanobind::object name;
    std::unique_ptr<Seen> seen;
    int place = 0;  // Among the fields that are present; settled.
  };
  struct Fields {
    std::vector<NamedSeen> in_order;
    std::unordered_map<std::string, size_t> places;
  };

  // The place in expected_ of the first type that the value fits, or -1.
  int Fitting(PyObject* value) const;
  bool LookAtElements(PyObject* sequence, std::string* problem);
  bool LookAtValues(PyObject* dict, std::string* problem);
  // Its place in fields_.in_order; new ones are added.
  std::optional<size_t> FieldOf(PyObject* key, size_t guess, std::string* problem);
  // The place of a key that was looked at; none: somebody put it there since.
  std::optional<size_t> KnownField(PyObject* key, size_t guess) const;

  std::vector<Expected> expected_;  // Types without parts.
  bool kinds_[kKinds] = {};
  int members_[kKinds] = {};
  bool structs_ = false, arrays_ = false,
       maps_ = false;  // Seen, or made a map of by what was expected.
  bool expects_map_ = false;
  int struct_member_ = 0, array_member_ = 0, map_member_ = 0;
  Fields fields_;
  std::unique_ptr<Seen> element_, value_;
  bool choice_ = false;
  bool present_ = false;  // Some record had it, be it None.
};

// What dates and times are made with; before the first Seen looks.
void UseDatetime();

// REQUIRES: the GIL, for all of this.
class RecordReader {
 public:
  explicit RecordReader(const Schema& before);
  // False: the record can be no row; `*problem` says why, with the field's name.
  bool Look(PyObject* record, std::string* problem) { return root_.LookAtFields(record, problem); }
  // The records as rows. They must be those that were looked at since the last call.
  Status Take(const std::vector<nanobind::object>& records);
  // All rows; a new batch begins where types were found that no record before had. Once.
  Result<std::vector<RecordBatch>> Finish();

 private:
  Seen root_;
  SchemaPtr schema_;
  std::optional<BatchBuilder> rows_;
  std::vector<RecordBatch> batches_;
};

}  // namespace tenon::python
