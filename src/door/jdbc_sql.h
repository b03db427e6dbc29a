// The SQL that jdbc.h's adapter sends: its options, queries, conditions and partitions. Private to the door. Pure
// functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/jdbc.h"

namespace tenon::jdbc::internal {

struct JdbcOptions {
  Secret url, password;
  std::string user, db_table, query, filter_predicate;
  std::optional<std::string> partition_column;
  std::optional<int64_t> lower_bound, upper_bound, num_partitions;
};

// The declaration of those. An author's options come beside them: parse what PickOwn returns.
const OptionSpec<JdbcOptions>& Spec();
// The options of Spec() alone, and checked against each other: dbTable or query, all four of partitioning or none.
Result<JdbcOptions> ParseOwn(const Options& options);

// "name", with the dialect's quotes, doubled inside.
std::string Quoted(std::string_view name, const Dialect& dialect);

// How much of the conjunct the database decides by itself: kExact or kNone.
PushDown AnswerTo(const Predicate& conjunct, const Schema& schema, const Dialect& dialect);
// As SQL. REQUIRES: AnswerTo is kExact.
std::string ConditionOf(const Predicate& predicate, const Dialect& dialect);

// SELECT columns FROM what the options name WHERE every condition. No columns: SELECT 1. Empty conditions are left out.
std::string SelectOf(const JdbcOptions& options, const std::vector<std::string>& columns,
                     const std::vector<std::string>& conditions, const Dialect& dialect);

// The conditions of Spark's partitions, exactly: the first takes NULLs and all below, the last all above, so that
// bounds never drop a row. One empty condition when the options ask for one partition.
std::vector<std::string> PartitionConditions(const JdbcOptions& options, const Dialect& dialect);

}  // namespace tenon::jdbc::internal
