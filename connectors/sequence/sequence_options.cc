#include "sequence_options.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace tenon::sequence {
namespace {

constexpr int64_t kMostColumns = 10000;
constexpr double kMostRows = 4e18;  // Row numbers stay below the largest long.

const std::vector<std::string>& FailCodes() {
  static const std::vector<std::string> codes = {"invalid_argument",
                                                 "not_found",
                                                 "permission_denied",
                                                 "unavailable",
                                                 "slow_down",
                                                 "data_error",
                                                 "internal",
                                                 "conflict",
                                                 "resource_exhausted",
                                                 "throw",
                                                 "throw_int",
                                                 "bad_alloc",
                                                 "crash",
                                                 "hang"};
  return codes;
}

Status WrongType(const std::string& text, const Status& cause) {
  return Status::InvalidArgument("Option has a type that is not known: option=types value=" + text +
                                 " reason=" + std::string(cause.message()))
      .WithHint(std::string(cause.hint()));
}

std::string NameOf(const SequenceOptions& options, size_t column) {
  if (column < options.names.size()) return options.names[column];
  return column == 0 ? "value" : "value_" + std::to_string(column + 1);
}

Result<SchemaPtr> MakeSchema(const SequenceOptions& options) {
  if (options.types.empty()) return Status::InvalidArgument("Option is empty: option=types");
  const size_t count = options.columns ? static_cast<size_t>(*options.columns)
                                       : std::max(options.types.size(), options.names.size());
  std::vector<Field> fields;
  for (size_t column = 0; column < count; ++column) {
    const std::string& text = options.types[column % options.types.size()];
    Result<DataType> type = DataType::Parse(text);
    if (!type.ok()) return WrongType(text, type.status());
    fields.push_back({NameOf(options, column), *std::move(type)});
  }
  return std::make_shared<const Schema>(std::move(fields));
}

// Some options exclude each other, because a row's value would not be what the documentation says.
Status CheckTogether(const SequenceOptions& options, const Schema& schema) {
  if (options.start > 0 && options.start > std::numeric_limits<int64_t>::max() - options.rows) {
    return Status::InvalidArgument(
        "Rows do not fit a long: option=start value=" + std::to_string(options.start) +
        " rows=" + std::to_string(options.rows));
  }
  if (!options.reuse) return Status::Ok();
  const std::pair<const char*, bool> others[] = {{"drift", options.drift != "none"},
                                                 {"self_describing", options.self_describing},
                                                 {"bad_rows_every", options.bad_rows_every > 0}};
  for (const auto& [name, given] : others) {
    if (given)
      return Status::InvalidArgument("Option does not go with reuse: option=" + std::string(name));
  }
  if (schema.size() == 0)
    return Status::InvalidArgument("Option does not go with reuse: option=columns value=0");
  return Status::Ok();
}

}  // namespace

bool Shape::value_is_row() const {
  return typed() && !options.reuse && schema->size() > 0 &&
         schema->field(0).type.id() == TypeId::kLong && schema->IndexOf(schema->field(0).name) == 0;
}

const OptionSpec<SequenceOptions>& SequenceSpec() {
  using S = SequenceOptions;
  static const OptionSpec<S> spec =
      OptionSpec<S>()
          .Add("rows", &S::rows,
               {.help = "How many rows there are.",
                .required = true,
                .minimum = 0,
                .maximum = kMostRows})
          .Add("start", &S::start,
               {.help = "The number of the first row.", .minimum = 0, .maximum = kMostRows})
          .Add("partitions", &S::partitions,
               {.help = "In how many parts the rows are read; absent: as many as the engine wants.",
                .minimum = 1})
          .Add("skew", &S::skew,
               {.help =
                    "0 makes equal partitions; with s, partition i has a share of 1 / (i + 1)^s.",
                .minimum = 0,
                .maximum = 8})
          .Add("types", &S::types,
               {.help = "The columns' types; a JSON list when a type has commas in it."})
          .Add("names", &S::names,
               {.help = "The columns' names; absent: value, value_2, value_3 and so on."})
          .Add("columns", &S::columns,
               {.help = "How many columns there are; types are repeated in turn.",
                .minimum = 0,
                .maximum = kMostColumns})
          .Add("nulls_every", &S::nulls_every,
               {.help = "Every n-th cell of a column is null, one row later in each next column; "
                        "0: none.",
                .minimum = 0})
          .Add("batch_rows", &S::batch_rows,
               {.help = "Rows of a batch; 0: as the engine limits them.", .minimum = 0})
          .Add("delay_ms", &S::delay_ms, {.help = "How long each batch takes.", .minimum = 0})
          .Add("reuse", &S::reuse,
               {.help = "Every batch holds the values of the first rows, in buffers made once: as "
                        "fast as memory."})
          .Add("splittable", &S::splittable,
               {.help = "A running partition gives half of its rest away when asked."})
          .Add("self_describing", &S::self_describing,
               {.help = "Declares no schema: each batch carries its own."})
          .Add("drift", &S::drift,
               {.help = "How the schema changes from block to block of drift_rows rows: not at "
                        "all; every second block lacks the last column; or the first column is as "
                        "declared, a choice of long and string, gone.",
                .choices = {"none", "columns", "types"}})
          .Add("drift_rows", &S::drift_rows,
               {.help = "Rows of a block of one schema.", .minimum = 1})
          .Add("bad_rows_every", &S::bad_rows_every,
               {.help = "Every n-th row is reported as bad and left out; 0: none.", .minimum = 0})
          .Add("fail_in", &S::fail_in,
               {.help = "Which call fails when fail_code is set.",
                .choices = {"schema", "offer", "plan", "open", "next"}})
          .Add("fail_code", &S::fail_code, {.help = "How it fails.", .choices = FailCodes()})
          .Add("fail_at_row", &S::fail_at_row,
               {.help = "In next: rows before this number are still returned.", .minimum = 0})
          .Add("fail_times", &S::fail_times,
               {.help = "How often it fails in one scan before it works; absent: always.",
                .minimum = 0})
          .Add("retry_after_ms", &S::retry_after_ms,
               {.help = "What an unavailable or slow_down failure asks for.", .minimum = 0})
          .Add("lie", &S::lie,
               {.help = "Which promise of the reader or scan is broken.",
                .choices = {"none", "unequal_lengths", "changed_schema", "batch_after_end",
                            "over_limit", "bad_offsets", "bad_utf8", "partition_after_end",
                            "end_moves", "false_order"}});
  return spec;
}

Result<Shape> ParseShape(const Options& options) {
  Shape shape;
  TENON_ASSIGN_OR_RETURN(shape.options, SequenceSpec().Parse(options));
  TENON_ASSIGN_OR_RETURN(shape.schema, MakeSchema(shape.options));
  TENON_RETURN_IF_ERROR(CheckTogether(shape.options, *shape.schema));
  if (shape.options.drift == "columns") shape.drift = Drift::kColumns;
  if (shape.options.drift == "types") shape.drift = Drift::kTypes;
  return shape;
}

}  // namespace tenon::sequence
