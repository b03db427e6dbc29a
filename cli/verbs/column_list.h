// Lists of columns as the command line gives them, turned into the arguments of transforms (tenon/job.h). A name with
// blanks, commas or dots stands in backticks; a dot leads into a struct. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.h"

namespace tenon::cli {

struct ColumnList {
  std::string arguments;             // JSON of the transform.
  std::vector<std::string> columns;  // Top-level columns of the source, each once.
};

// "id, customer.name as name": apply_mapping. A nested column is named by its last part unless it is renamed.
// kInvalidArgument (TN1103) shows the item that cannot be read.
Result<ColumnList> ParseSelect(std::string_view text);
// "region, price desc nulls first": sort.
Result<ColumnList> ParseOrderBy(std::string_view text);

// "id long, price decimal(10,2)", or with colons, as "id:long,price:decimal(10,2)". kInvalidArgument names what is no
// type.
Result<std::string> ParseColumnTypes(std::string_view text);

}  // namespace tenon::cli
