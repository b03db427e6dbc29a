#include "functions.h"

#include <nanobind/stl/string.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "field_reader.h"
#include "record_maker.h"
#include "record_reader.h"
#include "touched_record.h"

namespace nb = nanobind;

namespace tenon::python {
namespace {

// So many records live at once: few enough that Python's collector of cycles seldom runs because of them.
constexpr int64_t kRecordsAtOnce = 256;

// "ValueError: no number"; the error that is set goes.
std::string TakeErrorText() {
  PyObject *type = nullptr, *value = nullptr, *trace = nullptr;
  PyErr_Fetch(&type, &value, &trace);
  PyErr_NormalizeException(&type, &value, &trace);
  const nb::object kind = nb::steal(type), error = nb::steal(value), where = nb::steal(trace);
  std::string text = reinterpret_cast<PyTypeObject*>(kind.ptr())->tp_name;
  const nb::object words = nb::steal(PyObject_Str(error.ptr()));
  const char* said = words.is_valid() ? PyUnicode_AsUTF8(words.ptr()) : nullptr;
  PyErr_Clear();
  if (said != nullptr && *said != 0) text += std::string(": ") + said;
  return text;
}

std::string ReprOf(PyObject* value) {
  const nb::object text = nb::steal(PyObject_Repr(value));
  const char* words = text.is_valid() ? PyUnicode_AsUTF8(text.ptr()) : nullptr;
  PyErr_Clear();
  return words != nullptr ? words : "";
}

void AddError(const TaskContext& context, std::string message, nb::handle record) {
  context.AddError({std::move(message), record.is_valid() ? ReprOf(record.ptr()) : "", ""});
}

// What is no Exception is not the record's fault.
bool IsOfRecord() { return PyErr_ExceptionMatches(PyExc_Exception) != 0; }

// Objects that are let go of under the GIL, whichever thread drops the last plan that has them.
class Held {
 public:
  Held(nb::object function, FunctionStyle style, std::shared_ptr<Raised> raised)
      : function(std::move(function)), style(std::move(style)), raised(std::move(raised)) {}
  ~Held() {
    if (!nb::is_alive()) {
      static_cast<void>(function.release());
      static_cast<void>(style.record_type.release());
      for (nb::object& name : Touched()) static_cast<void>(name.release());
      return;
    }
    const nb::gil_scoped_acquire gil;
    function.reset();
    style.record_type.reset();
    Touched().clear();
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  nb::object function;
  FunctionStyle style;
  const std::shared_ptr<Raised> raised;

 private:
  std::vector<nb::object>& Touched() {
    if (!style.touched) style.touched.emplace();
    return *style.touched;
  }
};

// The records of a batch that a function is called with, one at a time.
class Records {
 public:
  // Borrows both.
  Records(const RecordMaker& maker, const FunctionStyle& style) : maker_(maker) {
    if (style.touched) touched_.emplace(maker, *style.touched);
  }

  // Null with a Python error.
  nb::object Next(int64_t row) { return touched_ ? touched_->Fill(row) : maker_.Make(row); }

  // Whether it is the one object that all records of the batch are made of.
  bool IsShared(const nb::object& record) const { return touched_ && touched_->Is(record); }

  // What the function raised, or what is wrong with what it gave, as an error of the row.
  void AddError(const TaskContext& context, std::string message, int64_t row,
                const nb::object& record) const {
    const nb::object whole = touched_ ? touched_->Whole(row) : record;
    if (!whole.is_valid()) PyErr_Clear();
    python::AddError(context, std::move(message), whole);
  }
  // Whether the whole record has a field, when the part of it that was made last has none.
  bool IsTrue(int64_t row) const {
    if (!touched_) return false;
    if (touched_->HasFields()) return true;
    const nb::object whole = touched_->Whole(row);
    if (!whole.is_valid()) PyErr_Clear();
    return whole.is_valid() && PyDict_GET_SIZE(whole.ptr()) > 0;
  }

 private:
  const RecordMaker& maker_;
  std::optional<TouchedRecord> touched_;
};

class PythonMap final : public RowFunction {
 public:
  PythonMap(nb::object function, FunctionStyle style, std::shared_ptr<Raised> raised)
      : held_(std::move(function), std::move(style), std::move(raised)) {}

  Result<MadeRows> Apply(const RecordBatch& batch, const TaskContext& context) const override {
    const nb::gil_scoped_acquire gil;
    const Raised::Inside inside(*held_.raised);
    MadeRows made;
    try {
      const RecordMaker maker(batch, held_.style.record_type, held_.style.with_nulls);
      if (held_.style.touched && held_.style.gives_record) return Edit(maker, batch, context);
      const int64_t at_once = held_.style.of_partitions ? batch.num_rows() : kRecordsAtOnce;
      RecordReader reader(batch.schema());
      std::vector<nb::object> kept;
      const auto take = [&](int64_t, const nb::object& record, std::string* problem) {
        if (!reader.Look(record.ptr(), problem)) return false;
        kept.push_back(record);
        return true;
      };
      for (int64_t begin = 0; begin < batch.num_rows(); begin += at_once) {
        const int64_t end = std::min(batch.num_rows(), begin + at_once);
        TENON_RETURN_IF_ERROR(held_.style.of_partitions
                                  ? CallOnce(maker, end, context, take)
                                  : CallEach(maker, begin, end, context, take));
        TENON_RETURN_IF_ERROR(reader.Take(kept));
        kept.clear();
      }
      TENON_ASSIGN_OR_RETURN(made.batches, reader.Finish());
    } catch (nb::python_error& error) {
      error.restore();
      return held_.raised->Take();
    }
    return made;
  }

 private:
  // What the function did to the fields that it touches.
  Result<MadeRows> Edit(const RecordMaker& maker, const RecordBatch& batch,
                        const TaskContext& context) const {
    MadeRows made;
    MadeRows::Edited& edited = made.edited.emplace();
    edited.rows.resize(static_cast<size_t>((batch.num_rows() + 7) / 8));
    for (const nb::object& name : *held_.style.touched)
      edited.names.push_back(nb::cast<std::string>(name));
    for (int64_t begin = 0; begin < batch.num_rows(); begin += kRecordsAtOnce) {
      const int64_t end = std::min(batch.num_rows(), begin + kRecordsAtOnce);
      FieldReader reader(batch.schema(), *held_.style.touched);
      const auto take = [&](int64_t row, const nb::object& record, std::string* problem) {
        if (!reader.Add(record.ptr(), problem)) return false;
        edited.rows[static_cast<size_t>(row / 8)] |= static_cast<uint8_t>(1 << (row % 8));
        return true;
      };
      TENON_RETURN_IF_ERROR(CallEach(maker, begin, end, context, take));
      TENON_ASSIGN_OR_RETURN(made.batches.emplace_back(), reader.Build());
    }
    return made;
  }

  // `take` gets each record that the function gives, and says what is wrong with it.
  template <typename Take>
  Status CallEach(const RecordMaker& maker, int64_t begin, int64_t end, const TaskContext& context,
                  const Take& take) const {
    Records records(maker, held_.style);
    for (int64_t row = begin; row < end; ++row) {
      TENON_RETURN_IF_ERROR(context.CheckCancelled());
      const nb::object record = records.Next(row);
      nb::object result;
      if (record.is_valid()) {
        result = nb::steal(PyObject_CallOneArg(held_.function.ptr(), record.ptr()));
      }
      // The function gives one object again and again, or may change it later.
      if (result.is_valid() && PyDict_Check(result.ptr()) &&
          Py_REFCNT(result.ptr()) > (result.is(record) ? 2 : 1) && !records.IsShared(result))
        result = nb::steal(PyDict_Copy(result.ptr()));
      std::string problem;
      if (!result.is_valid()) {
        if (!IsOfRecord()) return held_.raised->Take();
        problem = TakeErrorText();
      } else {
        problem = WhyNoRecord(result, result.is(record) && records.IsTrue(row));
        if (problem.empty()) {
          if (take(row, result, &problem)) continue;
          problem = "User-specified function returned " + problem;
        }
      }
      records.AddError(context, std::move(problem), row, record);
    }
    return Status::Ok();
  }

  template <typename Take>
  Status CallOnce(const RecordMaker& maker, int64_t rows, const TaskContext& context,
                  const Take& take) const {
    nb::list records;
    for (int64_t row = 0; row < rows; ++row) {
      const nb::object record = maker.Make(row);
      if (!record.is_valid()) {
        AddError(context, TakeErrorText(), nb::handle());
        continue;
      }
      nb::dict entry;
      entry["record"] = record;
      records.append(entry);
    }
    const nb::object iterator = nb::steal(PyObject_GetIter(records.ptr()));
    nb::object results =
        held_.style.with_index ? held_.function(next_index_++, iterator) : held_.function(iterator);
    for (nb::handle entry : results) {
      const nb::object record = nb::borrow(
          PyDict_Check(entry.ptr()) ? PyDict_GetItemString(entry.ptr(), "record") : nullptr);
      if (!record.is_valid()) {
        AddError(context, "User-specified function gave an entry without a record", entry);
        continue;
      }
      std::string problem = WhyNoRecord(record, false);
      if (problem.empty()) {
        if (take(0, record, &problem)) continue;
        problem = "User-specified function returned " + problem;
      }
      AddError(context, std::move(problem), record);
    }
    return Status::Ok();
  }

  // Empty: it is one. `is_true` spares asking.
  static std::string WhyNoRecord(const nb::object& result, bool is_true) {
    const int truth = is_true ? 1 : PyObject_IsTrue(result.ptr());
    if (truth < 0) return TakeErrorText();
    if (truth == 0) return "User-specified function returned None instead of DynamicRecord";
    if (PyDict_Check(result.ptr())) return "";
    return std::string("User-specified function returned ") + Py_TYPE(result.ptr())->tp_name +
           " instead of DynamicRecord";
  }

  const Held held_;
  mutable std::atomic<int64_t> next_index_ = 0;
};

class PythonPredicate final : public RowPredicate {
 public:
  PythonPredicate(nb::object function, FunctionStyle style, std::shared_ptr<Raised> raised)
      : held_(std::move(function), std::move(style), std::move(raised)) {}

  Result<std::vector<uint8_t>> Keep(const RecordBatch& batch,
                                    const TaskContext& context) const override {
    const nb::gil_scoped_acquire gil;
    const Raised::Inside inside(*held_.raised);
    std::vector<uint8_t> keep(static_cast<size_t>((batch.num_rows() + 7) / 8), 0);
    try {
      const RecordMaker maker(batch, held_.style.record_type, held_.style.with_nulls);
      Records records(maker, held_.style);
      for (int64_t row = 0; row < batch.num_rows(); ++row) {
        TENON_RETURN_IF_ERROR(context.CheckCancelled());
        const nb::object record = records.Next(row);
        nb::object result;
        if (record.is_valid()) {
          result = nb::steal(PyObject_CallOneArg(held_.function.ptr(), record.ptr()));
        }
        const int truth = result.is_valid() ? PyObject_IsTrue(result.ptr()) : -1;
        if (truth > 0) keep[static_cast<size_t>(row / 8)] |= static_cast<uint8_t>(1 << (row % 8));
        if (truth >= 0) continue;
        if (!IsOfRecord()) return held_.raised->Take();
        if (IsPlainNo()) {
          PyErr_Clear();
        } else {
          records.AddError(context, TakeErrorText(), row, record);
        }
      }
    } catch (nb::python_error& error) {
      error.restore();
      return held_.raised->Take();
    }
    return keep;
  }

 private:
  // As in Glue: a record without the field, or with another type in it, does not pass.
  static bool IsPlainNo() {
    return PyErr_ExceptionMatches(PyExc_KeyError) != 0 ||
           PyErr_ExceptionMatches(PyExc_ValueError) != 0 ||
           PyErr_ExceptionMatches(PyExc_TypeError) != 0;
  }

  const Held held_;
};

}  // namespace

Raised::Inside::Inside(Raised& owner) : owner_(owner) {
  owner_.threads_.insert(PyThread_get_thread_ident());
}

Raised::Inside::~Inside() { owner_.threads_.erase(PyThread_get_thread_ident()); }

void Raised::Interrupt() {
  for (const unsigned long thread : threads_) {
    PyThreadState_SetAsyncExc(thread, PyExc_KeyboardInterrupt);
  }
}

Status Raised::Take() {
  const std::lock_guard lock(mutex_);
  if (type_ == nullptr) {
    PyErr_Fetch(&type_, &value_, &trace_);
  } else {
    PyErr_Clear();
  }
  return Status::Cancelled("The function that takes the records raised");
}

bool Raised::Restore() {
  const std::lock_guard lock(mutex_);
  if (type_ == nullptr) return false;
  PyErr_Restore(std::exchange(type_, nullptr), std::exchange(value_, nullptr),
                std::exchange(trace_, nullptr));
  return true;
}

void Raised::Forget() {
  const std::lock_guard lock(mutex_);
  Py_CLEAR(type_);
  Py_CLEAR(value_);
  Py_CLEAR(trace_);
}

std::shared_ptr<const RowFunction> MakeRowFunction(nb::object function, FunctionStyle style,
                                                   std::shared_ptr<Raised> raised) {
  return std::make_shared<PythonMap>(std::move(function), std::move(style), std::move(raised));
}

std::shared_ptr<const RowPredicate> MakeRowPredicate(nb::object function, FunctionStyle style,
                                                     std::shared_ptr<Raised> raised) {
  return std::make_shared<PythonPredicate>(std::move(function), std::move(style),
                                           std::move(raised));
}

}  // namespace tenon::python
