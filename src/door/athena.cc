#include "tenon/athena.h"

#include "door/athena_read.h"

namespace tenon::athena {
namespace {

Result<TableName> TableOf(const Options& options) {
  TENON_ASSIGN_OR_RETURN(internal::TableOptions table, internal::Spec().Parse(options));
  return TableName{std::move(table.schema_name), std::move(table.table_name)};
}

}  // namespace

Result<std::vector<std::string>> CompositeHandler::DoListSchemaNames(
    const ListSchemasRequest&) const {
  return std::vector<std::string>();
}

Result<std::vector<std::string>> CompositeHandler::DoListTables(const ListTablesRequest&) const {
  return std::vector<std::string>();
}

Status CompositeHandler::GetPartitions(BlockWriter&, const GetTableLayoutRequest& request) const {
  return Status::Internal("Table has partition columns and the handler no GetPartitions: table=" +
                          request.table_name.table_name);
}

ConnectorInfo HandlerConnector::info() const {
  ConnectorInfo info = tenon::internal::InfoOf(handler_->Register(), internal::Spec().known());
  info.abilities = {std::string(Catalog::kId)};
  return info;
}

Result<std::unique_ptr<Source>> HandlerConnector::OpenSource(const Options& options,
                                                             const TaskContext&) {
  Registration registration = handler_->Register();
  TENON_RETURN_IF_ERROR(
      tenon::internal::CheckOptions(options, registration, internal::Spec().known()));
  TENON_ASSIGN_OR_RETURN(TableName table, TableOf(options));
  return internal::MakeSource(handler_, options, std::move(table), std::move(registration.name));
}

Result<std::unique_ptr<ReaderFactory>> HandlerConnector::OpenReaders(const Options& options,
                                                                     const ScanState& state,
                                                                     const TaskContext&) {
  TENON_ASSIGN_OR_RETURN(TableName table, TableOf(options));
  return internal::MakeReaders(handler_, options, std::move(table), state);
}

Result<std::unique_ptr<Ability>> HandlerConnector::OpenAbility(std::string_view id,
                                                               const Options& options,
                                                               const TaskContext&) {
  if (id != Catalog::kId) return std::unique_ptr<Ability>();
  return std::unique_ptr<Ability>(internal::MakeCatalog(handler_, options));
}

}  // namespace tenon::athena
