// Batches as tests write and read them: a schema in words and rows as JSON.
//
//   RecordBatch batch = Rows("id:int, tags:array<string>", R"({"id": 1, "tags": ["a"]} {"id": 2})");
//   EXPECT_EQ(RowTexts(batch), (std::vector<std::string>{R"({"id":1,"tags":["a"]})", R"({"id":2})"}));
//
// Decimals, dates, times and timestamps are text in the form that a cast reads, binary is its bytes. A value of a
// choice goes to the first member that its JSON kind fits; {"$double": 1} names the member. What does not fit ends the
// program: it is a fault of the test. Any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "columnar/column.h"
#include "tenon/record_batch.h"

namespace tenon::testing {

// Of "a:int, b:choice<int,string>".
SchemaPtr SchemaOf(std::string_view fields);

// `rows` holds JSON objects, with blanks or line ends between them.
RecordBatch Rows(std::string_view fields, std::string_view rows);
RecordBatch Rows(SchemaPtr schema, std::string_view rows);
RecordBatch Rows(SchemaPtr schema, const std::vector<nlohmann::ordered_json>& rows);
std::vector<nlohmann::ordered_json> ParseRows(std::string_view rows);
// Each column with the type that its values have, as JSON lines are read: whole numbers are int where they fit, else
// long, and values of several types make a choice.
RecordBatch InferredRows(const std::vector<nlohmann::ordered_json>& rows);

// A column of these JSON values: "[1, null, 3]".
columnar::Column ColumnOf(const DataType& type, std::string_view values);

// Each row as compact JSON without nulls.
std::vector<std::string> RowTexts(const RecordBatch& batch);
// "[1,null,3]"
std::string ColumnText(const columnar::Column& column);

}  // namespace tenon::testing
