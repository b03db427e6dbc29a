// The queries DuckDB runs for us: built here from plans, never from a user's text. Their answers are Spark's: nulls
// first when ascending, NaN equal to itself and largest, 0.0 and -0.0 one key, sums and averages of Spark's types.
//
// Columns are named by position inside a query, so no name of a user ever stands in its text. Immutable values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tenon/schema.h"
#include "tenon/source.h"

namespace tenon::sql {

enum class AggregateKind { kCount, kCountRows, kCountDistinct, kSum, kAverage, kMinimum, kMaximum };

struct Aggregate {
  AggregateKind kind = AggregateKind::kCountRows;
  std::string column;  // Not of kCountRows.
  std::string name;    // Of the result.
};

enum class JoinKind { kInner, kLeft, kRight, kFull, kLeftSemi, kLeftAnti };

struct JoinKey {
  std::string left, right;
};

class Query {
 public:
  // All of these: kInvalidArgument names a column that is not there and the nearest that is; kUnsupported names a type
  // that cannot be compared (structs, choices…).
  static Result<Query> Sort(const Schema& input, const std::vector<SortKey>& keys,
                            std::optional<int64_t> limit = std::nullopt);
  static Result<Query> Distinct(const Schema& input);
  static Result<Query> Group(const Schema& input, const std::vector<std::string>& keys,
                             const std::vector<Aggregate>& aggregates);
  // Rows whose keys are equal; a null equals nothing. Output: the left's columns, then the right's, whose names get a
  // dot before them where the left has the name too; only the left's for semi and anti joins. Keys of a pair must have
  // one type, or both be whole, or both floating numbers.
  static Result<Query> Join(const Schema& left, const Schema& right, JoinKind kind,
                            const std::vector<JoinKey>& keys);

  // Of a join: the rows of both inputs whose keys fall into this part of so many, from 0. The parts together give what
  // the whole gives; each needs memory for its share only.
  Query Part(int part, int parts) const;

  // Of the result.
  const SchemaPtr& schema() const { return schema_; }
  int inputs() const { return inputs_; }
  // The statement over inputs of these numbers (InputTable).
  std::string Text(const std::vector<int64_t>& numbers) const;

 private:
  Query(Schema schema, int inputs, std::string text)
      : schema_(std::make_shared<const Schema>(std::move(schema))),
        inputs_(inputs),
        text_(std::move(text)) {}
  SchemaPtr schema_;
  int inputs_;
  std::string text_;                 // With {0}, {1} where the inputs stand.
  std::vector<std::string> hashes_;  // Of a join: of each input's keys.
};

}  // namespace tenon::sql
