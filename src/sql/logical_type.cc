#include "sql/logical_type.h"

#include <utility>
#include <vector>

namespace tenon::sql {
namespace {

duckdb_type ScalarType(TypeId id) {
  switch (id) {
    case TypeId::kNull: return DUCKDB_TYPE_SQLNULL;
    case TypeId::kBoolean: return DUCKDB_TYPE_BOOLEAN;
    case TypeId::kByte: return DUCKDB_TYPE_TINYINT;
    case TypeId::kShort: return DUCKDB_TYPE_SMALLINT;
    case TypeId::kInt: return DUCKDB_TYPE_INTEGER;
    case TypeId::kLong: return DUCKDB_TYPE_BIGINT;
    case TypeId::kFloat: return DUCKDB_TYPE_FLOAT;
    case TypeId::kDouble: return DUCKDB_TYPE_DOUBLE;
    case TypeId::kString: return DUCKDB_TYPE_VARCHAR;
    case TypeId::kBinary: return DUCKDB_TYPE_BLOB;
    case TypeId::kDate: return DUCKDB_TYPE_DATE;
    case TypeId::kTime: return DUCKDB_TYPE_TIME;
    case TypeId::kTimestamp: return DUCKDB_TYPE_TIMESTAMP_TZ;
    case TypeId::kTimestampNtz: return DUCKDB_TYPE_TIMESTAMP;
    default: return DUCKDB_TYPE_INVALID;
  }
}

// Of a struct or a choice: its members' types and names.
struct Members {
  std::vector<LogicalType> owned;
  std::vector<duckdb_logical_type> types;
  std::vector<const char*> names;
};

Result<Members> ToMembers(const DuckDbApi& api, const DataType& type, std::string_view path) {
  Members members;
  for (const Field& field : type.fields()) {
    TENON_ASSIGN_OR_RETURN(LogicalType member,
                           ToLogicalType(api, field.type, std::string(path) + "." + field.name));
    members.types.push_back(member.get());
    members.names.push_back(field.name.c_str());
    members.owned.push_back(std::move(member));
  }
  return members;
}

}  // namespace

Result<LogicalType> ToLogicalType(const DuckDbApi& api, const DataType& type,
                                  std::string_view path) {
  switch (type.id()) {
    case TypeId::kDecimal:
      if (type.precision() > 38) {
        return Status::Unsupported(
                   "Decimals of more than 38 digits cannot be joined or sorted: column=" +
                   std::string(path) + " type=" + type.ToString())
            .WithHint("Cast the column to decimal(38,s) or to string first.");
      }
      return LogicalType(api, api.create_decimal_type(static_cast<uint8_t>(type.precision()),
                                                      static_cast<uint8_t>(type.scale())));
    case TypeId::kStruct: {
      TENON_ASSIGN_OR_RETURN(Members members, ToMembers(api, type, path));
      return LogicalType(api, api.create_struct_type(members.types.data(), members.names.data(),
                                                     members.types.size()));
    }
    case TypeId::kChoice: {
      TENON_ASSIGN_OR_RETURN(Members members, ToMembers(api, type, path));
      return LogicalType(api, api.create_union_type(members.types.data(), members.names.data(),
                                                    members.types.size()));
    }
    case TypeId::kArray: {
      TENON_ASSIGN_OR_RETURN(LogicalType element,
                             ToLogicalType(api, type.element(), std::string(path) + "[]"));
      return LogicalType(api, api.create_list_type(element.get()));
    }
    case TypeId::kMap: {
      TENON_ASSIGN_OR_RETURN(LogicalType value,
                             ToLogicalType(api, type.element(), std::string(path) + "{}"));
      LogicalType key(api, api.create_logical_type(DUCKDB_TYPE_VARCHAR));
      return LogicalType(api, api.create_map_type(key.get(), value.get()));
    }
    default: return LogicalType(api, api.create_logical_type(ScalarType(type.id())));
  }
}

}  // namespace tenon::sql
