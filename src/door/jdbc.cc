#include "tenon/jdbc.h"

#include "door/jdbc_read.h"

namespace tenon::jdbc {
namespace {

constexpr int kMaxPrecision = 38;
constexpr int kUnknownScale = 18;

Status HasNo(const char* getter, int column) {
  return Status::Unsupported("ResultSet has no " + std::string(getter) +
                             ": column=" + std::to_string(column));
}

Result<internal::DatabasePtr> MakeDatabase(std::shared_ptr<const Driver> driver,
                                           const Options& options) {
  TENON_ASSIGN_OR_RETURN(internal::JdbcOptions own, internal::ParseOwn(options));
  return std::make_shared<const internal::Database>(
      internal::Database{std::move(driver), options, std::move(own)});
}

}  // namespace

DataType TypeOf(const ColumnMetaData& column) {
  switch (column.type) {
    case Types::kBit:
    case Types::kBoolean: return DataType::Boolean();
    case Types::kTinyInt:
    case Types::kSmallInt: return DataType::Short();
    case Types::kInteger: return DataType::Int();
    case Types::kBigInt: return DataType::Long();
    case Types::kReal:
    case Types::kFloat: return DataType::Float();
    case Types::kDouble: return DataType::Double();
    case Types::kNumeric:
    case Types::kDecimal:
      if (column.precision <= 0) return DataType::Decimal(kMaxPrecision, kUnknownScale);
      return DataType::Decimal(std::min(column.precision, kMaxPrecision), column.scale);
    case Types::kDate: return DataType::Date();
    case Types::kTimestamp: return DataType::TimestampNtz();
    case Types::kTimestampWithTimezone: return DataType::Timestamp();
    case Types::kBinary:
    case Types::kVarBinary:
    case Types::kBlob: return DataType::Binary();
    default: return DataType::String();
  }
}

Result<int64_t> ResultSet::GetLong(int column) { return HasNo("GetLong", column); }
Result<double> ResultSet::GetDouble(int column) { return HasNo("GetDouble", column); }
Result<std::string_view> ResultSet::GetString(int column) { return HasNo("GetString", column); }

ConnectorInfo DriverConnector::info() const {
  return tenon::internal::InfoOf(driver_->Register(), internal::Spec().known());
}

Result<std::unique_ptr<Source>> DriverConnector::OpenSource(const Options& options,
                                                            const TaskContext&) {
  Registration registration = driver_->Register();
  TENON_RETURN_IF_ERROR(
      tenon::internal::CheckOptions(options, registration, internal::Spec().known()));
  TENON_ASSIGN_OR_RETURN(internal::DatabasePtr database, MakeDatabase(driver_, options));
  return internal::MakeSource(std::move(database), std::move(registration.name));
}

Result<std::unique_ptr<ReaderFactory>> DriverConnector::OpenReaders(const Options& options,
                                                                    const ScanState& state,
                                                                    const TaskContext&) {
  TENON_ASSIGN_OR_RETURN(internal::DatabasePtr database, MakeDatabase(driver_, options));
  return internal::MakeReaders(std::move(database), state);
}

}  // namespace tenon::jdbc
