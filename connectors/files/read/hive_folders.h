// Folders named key=value, as Hive and Spark lay out partitions: their columns, their types, and which of them a
// predicate rules out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/expression.h"
#include "tenon/result.h"
#include "tenon/schema.h"

namespace tenon::files {

struct HiveValue {
  std::string key;
  std::optional<std::string> text;  // None: __HIVE_DEFAULT_PARTITION__, a null.
  bool operator==(const HiveValue&) const = default;
};

// Whether a folder of this name is a column: "year=2024". Those that begin with a dot are not.
bool IsHiveFolder(std::string_view name);

// The values of all folders in `folders`, the outermost first, with % escapes undone. Of equal keys the innermost
// counts. `folders` is a path without a file's name.
std::vector<HiveValue> HiveValuesOf(std::string_view folders);

// Finds the columns of many folders. One thread.
class HiveColumns {
 public:
  void Add(const std::vector<HiveValue>& values);
  // In the order in which they were met: int, long, double or date when all texts of a key are that, else string.
  std::vector<Field> fields() const;

 private:
  struct Column {
    std::string key;
    bool whole = true, small = true, real = true, date = true, any = false;
  };
  std::vector<Column> columns_;
};

// The text as a value of one of these types; null when there is none or it is not of the type.
Literal HiveLiteral(const DataType& type, const std::optional<std::string>& text);

// The conjuncts that folders alone decide. Immutable; any thread.
class HiveFilter {
 public:
  // `keys` of the folders; `types`: of their columns, if they are known. Conjuncts that name any other column are left
  // out: they are somebody else's.
  HiveFilter(const std::vector<Predicate>& conjuncts, std::vector<std::string> keys,
             std::vector<Field> types);

  static bool Decides(const Predicate& conjunct, const std::vector<std::string>& keys);
  bool empty() const { return conjuncts_.empty(); }
  // Whether rows below these folders may belong. `whole`: there are no folders further down, and keys that are missing
  // are null. Errors as expression::Evaluate.
  Result<bool> MayHold(const std::vector<HiveValue>& values, bool whole) const;

 private:
  std::vector<Predicate> conjuncts_;
  std::vector<Field> types_;
};

}  // namespace tenon::files
