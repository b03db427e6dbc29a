// The options of the sequence connector, checked, and what follows from them. Values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tenon/option_spec.h"
#include "tenon/schema.h"

namespace tenon::sequence {

struct SequenceOptions {
  int64_t rows = 0;
  int64_t start = 0;
  std::optional<int64_t> partitions;
  double skew = 0;
  std::vector<std::string> types = {"long"};
  std::vector<std::string> names;
  std::optional<int64_t> columns;
  int64_t nulls_every = 0;
  int64_t batch_rows = 0;
  int64_t delay_ms = 0;
  bool reuse = false;
  bool splittable = true;
  bool self_describing = false;
  std::string drift = "none";
  int64_t drift_rows = 1000;
  int64_t bad_rows_every = 0;
  std::string fail_in = "next";
  std::optional<std::string> fail_code;
  int64_t fail_at_row = 0;
  std::optional<int64_t> fail_times;
  int64_t retry_after_ms = 0;
  std::string lie = "none";
};

// Where rows stop having one schema.
enum class Drift { kNone, kColumns, kTypes };

// Options and the schema that they describe.
struct Shape {
  SequenceOptions options;
  SchemaPtr schema;  // Of rows without drift.
  Drift drift = Drift::kNone;

  bool typed() const { return !options.self_describing && drift == Drift::kNone; }
  // The row after the last one, by number.
  int64_t end() const { return options.start + options.rows; }
  // True when the first column holds the row's number as a long, so that comparisons with it are ranges of rows.
  bool value_is_row() const;
};

const OptionSpec<SequenceOptions>& SequenceSpec();

// kInvalidArgument names the option that is wrong or does not go with another.
Result<Shape> ParseShape(const Options& options);

}  // namespace tenon::sequence
