// DuckDB's names for our types.
#pragma once

#include <memory>

#include "sql/duckdb_api.h"
#include "tenon/schema.h"

namespace tenon::sql {

// Destroys what it holds by the table it came from.
class LogicalType {
 public:
  LogicalType(const DuckDbApi& api, duckdb_logical_type type) : api_(&api), type_(type) {}
  LogicalType(LogicalType&& other) noexcept
      : api_(other.api_), type_(std::exchange(other.type_, nullptr)) {}
  LogicalType& operator=(LogicalType&&) = delete;
  ~LogicalType() {
    if (type_ != nullptr) api_->destroy_logical_type(&type_);
  }
  duckdb_logical_type get() const { return type_; }

 private:
  const DuckDbApi* api_;
  duckdb_logical_type type_;
};

// kUnsupported for a type that DuckDB has no equal of (decimals of more than 38 digits), with the column's path.
Result<LogicalType> ToLogicalType(const DuckDbApi& api, const DataType& type,
                                  std::string_view path);

}  // namespace tenon::sql
