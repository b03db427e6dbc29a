// Python functions of records, as a job's maps and filters call them.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "tenon/job.h"

namespace tenon::python {

// What a function raised that is not an error of a record (Ctrl-C, sys.exit): it ends the action and is raised by it.
class Raised {
 public:
  // Takes the error that is set. REQUIRES: the GIL.
  Status Take();
  // Sets it again. False: there is none.
  bool Restore();
  // Drops it. REQUIRES: the GIL.
  void Forget();

  // Stands for a thread that runs a function, for as long as it does. REQUIRES: the GIL.
  class Inside {
   public:
    explicit Inside(Raised& owner);
    ~Inside();
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    Raised& owner_;
  };
  // Raises KeyboardInterrupt in the functions that run; one that waits for the system sees it when that is over.
  // REQUIRES: the GIL.
  void Interrupt();

 private:
  std::set<unsigned long> threads_;  // Guarded by the GIL.
  std::mutex mutex_;
  PyObject *type_ = nullptr, *value_ = nullptr, *trace_ = nullptr;
};

// How a function is called, and its records are made.
struct FunctionStyle {
  nanobind::object record_type;  // A subclass of dict.
  bool with_nulls = false;       // Records have the columns that are null.
  // The function takes an iterator of {"record": …} and gives such ones: mapPartitions; with the number of its call
  // before: mapPartitionsWithIndex.
  bool of_partitions = false, with_index = false;
  // When set, a function of single records touches no fields but these (str), and keeps no record; what it gives is its
  // record or nothing, or else never its record.
  std::optional<std::vector<nanobind::object>> touched;
  bool gives_record = false;
};

// Both: `raised` outlives the action; made and destroyed under the GIL.
std::shared_ptr<const RowFunction> MakeRowFunction(nanobind::object function, FunctionStyle style,
                                                   std::shared_ptr<Raised> raised);
std::shared_ptr<const RowPredicate> MakeRowPredicate(nanobind::object function, FunctionStyle style,
                                                     std::shared_ptr<Raised> raised);

}  // namespace tenon::python
