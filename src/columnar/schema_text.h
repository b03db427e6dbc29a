// Schemas as AWS Glue writes them: the tree of printSchema() and the JSON of schema().jsonValue(). Pure functions.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "tenon/result.h"
#include "tenon/schema.h"

namespace tenon::columnar {

// "root\n|-- id: long\n|-- tags: array\n|    |-- element: string\n": one line per field, members of a choice by type
// name in alphabetical order, decimals with precision and scale.
std::string SchemaTree(const Schema& schema);

// {"dataType":"struct","properties":{},"fields":[{"name":…,"container":{…},"properties":{}}…]} in one line.
std::string SchemaJson(const Schema& schema);
nlohmann::ordered_json TypeToJson(const DataType& type);

// kInvalidArgument names the place and what is wrong there. `set` is read as an array, `enum` as a string and
// `unknown` as null; a choice of one member as that member; properties are not kept.
Result<Schema> SchemaFromJson(std::string_view text);
Result<DataType> TypeFromJson(const nlohmann::ordered_json& json);

}  // namespace tenon::columnar
