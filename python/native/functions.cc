#include "functions.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "record_maker.h"
#include "record_reader.h"

namespace nb = nanobind;

namespace tenon::python {
namespace {

// So many records live at once.
constexpr int64_t kRecordsAtOnce = 4096;

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

void AddError(const TaskContext& context, std::string message, PyObject* record) {
  context.AddError({std::move(message), record != nullptr ? ReprOf(record) : "", ""});
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
      return;
    }
    const nb::gil_scoped_acquire gil;
    function.reset();
    style.record_type.reset();
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  nb::object function;
  FunctionStyle style;
  const std::shared_ptr<Raised> raised;
};

class PythonMap final : public RowFunction {
 public:
  PythonMap(nb::object function, FunctionStyle style, std::shared_ptr<Raised> raised)
      : held_(std::move(function), std::move(style), std::move(raised)) {}

  Result<std::vector<RecordBatch>> Apply(const RecordBatch& batch,
                                         const TaskContext& context) const override {
    const nb::gil_scoped_acquire gil;
    const Raised::Inside inside(*held_.raised);
    std::vector<RecordBatch> made;
    try {
      const RecordMaker maker(batch, held_.style.record_type, held_.style.with_nulls);
      const int64_t at_once = held_.style.of_partitions ? batch.num_rows() : kRecordsAtOnce;
      for (int64_t begin = 0; begin < batch.num_rows(); begin += at_once) {
        const int64_t end = std::min(batch.num_rows(), begin + at_once);
        RecordReader reader(batch.schema());
        std::vector<nb::object> kept;
        TENON_RETURN_IF_ERROR(held_.style.of_partitions
                                  ? CallOnce(maker, end, context, reader, kept)
                                  : CallEach(maker, begin, end, context, reader, kept));
        TENON_ASSIGN_OR_RETURN(made.emplace_back(), reader.Build(kept));
      }
    } catch (nb::python_error& error) {
      error.restore();
      return held_.raised->Take();
    }
    return made;
  }

 private:
  Status CallEach(const RecordMaker& maker, int64_t begin, int64_t end, const TaskContext& context,
                  RecordReader& reader, std::vector<nb::object>& kept) const {
    for (int64_t row = begin; row < end; ++row) {
      TENON_RETURN_IF_ERROR(context.CheckCancelled());
      const nb::object record = maker.Make(row);
      nb::object result;
      if (record.is_valid()) {
        result = nb::steal(PyObject_CallOneArg(held_.function.ptr(), record.ptr()));
      }
      if (!result.is_valid()) {
        if (!IsOfRecord()) return held_.raised->Take();
        AddError(context, TakeErrorText(), record.ptr());
        continue;
      }
      Keep(std::move(result), record.ptr(), context, reader, kept);
    }
    return Status::Ok();
  }

  Status CallOnce(const RecordMaker& maker, int64_t rows, const TaskContext& context,
                  RecordReader& reader, std::vector<nb::object>& kept) const {
    nb::list records;
    for (int64_t row = 0; row < rows; ++row) {
      const nb::object record = maker.Make(row);
      if (!record.is_valid()) {
        AddError(context, TakeErrorText(), nullptr);
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
      PyObject* record =
          PyDict_Check(entry.ptr()) ? PyDict_GetItemString(entry.ptr(), "record") : nullptr;
      if (record == nullptr) {
        AddError(context, "User-specified function gave an entry without a record", entry.ptr());
      } else {
        Keep(nb::borrow(record), record, context, reader, kept);
      }
    }
    return Status::Ok();
  }

  static void Keep(nb::object result, PyObject* record, const TaskContext& context,
                   RecordReader& reader, std::vector<nb::object>& kept) {
    const int truth = PyObject_IsTrue(result.ptr());
    std::string problem;
    if (truth < 0) {
      problem = TakeErrorText();
    } else if (truth == 0) {
      problem = "User-specified function returned None instead of DynamicRecord";
    } else if (!PyDict_Check(result.ptr())) {
      problem = std::string("User-specified function returned ") + Py_TYPE(result.ptr())->tp_name +
                " instead of DynamicRecord";
    } else if (reader.Look(result.ptr(), &problem)) {
      kept.push_back(std::move(result));
      return;
    } else {
      problem = "User-specified function returned " + problem;
    }
    AddError(context, std::move(problem), record);
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
      for (int64_t row = 0; row < batch.num_rows(); ++row) {
        TENON_RETURN_IF_ERROR(context.CheckCancelled());
        const nb::object record = maker.Make(row);
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
          AddError(context, TakeErrorText(), record.ptr());
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
