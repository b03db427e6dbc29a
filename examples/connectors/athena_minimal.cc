// A table of ten rows, partitioned by year, in the words of Athena's federation. Copy it.
#include "tenon/athena.h"

namespace {
using namespace tenon;
using namespace tenon::athena;

struct PeopleOptions {
  Secret password;  // Of a store that would ask for one: handlers get it, splits do not.
};

const OptionSpec<PeopleOptions>& Spec() {
  static const auto spec = OptionSpec<PeopleOptions>().Add("password", &PeopleOptions::password,
                                                           {.help = "Not looked at."});
  return spec;
}

struct People : CompositeHandler {
  Registration Register() const override {
    return {.name = "athena_minimal",
            .class_names = {"com.example.athena.People"},
            .options = Spec().known()};
  }

  Result<std::vector<std::string>> DoListSchemaNames(const ListSchemasRequest&) const override {
    return std::vector<std::string>{"main"};
  }
  Result<std::vector<std::string>> DoListTables(const ListTablesRequest&) const override {
    return std::vector<std::string>{"people"};
  }
  Result<GetTableResponse> DoGetTable(const GetTableRequest& request) const override {
    if (request.table_name.table_name != "people")
      return Status::NotFound("No such table: tableName=" + request.table_name.table_name);
    return GetTableResponse{
        .schema = Schema(
            {{"id", DataType::Long()}, {"name", DataType::String()}, {"year", DataType::Int()}}),
        .partition_columns = {"year"}};
  }

  Status GetPartitions(BlockWriter& partitions, const GetTableLayoutRequest&) const override {
    for (const int year : {2019, 2020}) partitions.WriteRow(year);
    return Status::Ok();
  }
  Result<GetSplitsResponse> DoGetSplits(const GetSplitsRequest& request) const override {
    GetSplitsResponse response;
    const BatchView partitions(request.partitions);
    for (int64_t i = 0; i < partitions.num_rows(); ++i)
      response.splits.push_back({{"year", std::to_string(partitions.column(0).GetLong(i))}});
    return response;
  }

  Status ReadWithConstraint(BlockSpiller& spiller, const ReadRecordsRequest& request,
                            const QueryStatusChecker& checker) const override {
    const auto year = request.split.find("year");
    if (year == request.split.end()) return Status::InvalidArgument("Split has no year");
    const int64_t first = year->second == "2019" ? 0 : 5;
    for (int64_t id = first; id < first + 5 && checker.IsQueryRunning(); ++id) {
      if (!spiller.WriteRow(id, "name " + std::to_string(id), std::stoi(year->second))) break;
    }
    return Status::Ok();
  }
};

}  // namespace

TENON_PLUGIN(tenon::athena::ConnectorOf<People>)
