// The words of Spark against the door: what each interface becomes. tests/door/words_test.cc reads whole connectors.
#include "tenon/spark.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tenon/check_connector.h"
#include "testing/matchers.h"

namespace tenon::spark {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsError;
using testing::IsOk;

// --- A reader with every mix-in: ids 0 to 99, `name` null for each third ---------------------------

struct TableRows : InputPartitionReader {
  TableRows(int64_t first, int64_t end, std::vector<std::string> wanted)
      : id(first - 1), last(end), columns(std::move(wanted)) {}
  Result<bool> Next() override { return ++id < last; }
  void Get(BatchBuilder& row) override {
    for (size_t i = 0; i < columns.size(); ++i) {
      ColumnBuilder& cell = row.column(static_cast<int>(i));
      if (columns[i] == "id") {
        cell.Append(id);
      } else if (id % 3 != 0) {
        cell.Append("n" + std::to_string(id));
      }
    }
    row.EndRow();
  }
  int64_t id, last;
  std::vector<std::string> columns;
};

struct TablePartition : InputPartition {
  TablePartition(int64_t first, int64_t end) : begin(first), last(end) {}
  std::string Serialize() const override { return Pack(1, begin, last); }
  std::vector<std::string> PreferredLocations() const override { return {"host-a"}; }
  Result<std::unique_ptr<InputPartitionReader>> CreatePartitionReader(
      const ReadContext& context) const override {
    if (context.options.Has("broken")) return Status::Unavailable("Server is away");
    return std::make_unique<TableRows>(begin, last, context.required_schema.names());
  }
  int64_t begin, last;
};

// Takes `id >= n` wholly, `id < n` by half (it reads whole tens), and nothing else.
struct TableReader : DataSourceReader,
                     SupportsPushDownFilters,
                     SupportsPushDownRequiredColumns,
                     SupportsReportStatistics,
                     SupportsOffsets {
  Result<Schema> ReadSchema(const TaskContext&) override { return schema; }
  void PruneColumns(const Schema& required) override { schema = required; }
  std::vector<Filter> PushFilters(std::vector<Filter> filters) override {
    std::vector<Filter> rest;
    for (Filter& filter : filters) {
      const int64_t* bound =
          filter.values.empty() ? nullptr : std::get_if<int64_t>(&filter.values[0].value);
      const bool low = filter.op == Op::kGreaterOrEqual, high = filter.op == Op::kLess;
      if (bound != nullptr && low) begin = std::max(begin, *bound);
      if (bound != nullptr && high) end = std::min(end, (*bound + 9) / 10 * 10);
      if (bound != nullptr && (low || high)) pushed.push_back(filter);
      if (bound == nullptr || !low) rest.push_back(std::move(filter));
    }
    return rest;
  }
  std::vector<Filter> PushedFilters() const override { return pushed; }
  Statistics EstimateStatistics() const override {
    return {.num_rows = std::max<int64_t>(end - begin, 0)};
  }
  Status SetOffsetRange(std::optional<std::string> start,
                        std::optional<std::string> until) override {
    if (start) begin = std::max(begin, static_cast<int64_t>(std::stoll(*start)));
    if (until) end = std::min(end, static_cast<int64_t>(std::stoll(*until)));
    return Status::Ok();
  }
  std::string GetEndOffset() const override { return "100"; }
  Result<std::vector<std::unique_ptr<InputPartition>>> PlanInputPartitions(
      const TaskContext&) override {
    std::vector<std::unique_ptr<InputPartition>> planned;
    for (int64_t first = begin; first < end; first += 40)
      planned.push_back(std::make_unique<TablePartition>(first, std::min(first + 40, end)));
    return planned;
  }
  Schema schema = Schema({{"id", DataType::Long()}, {"name", DataType::String()}});
  std::vector<Filter> pushed;
  int64_t begin = 0, end = 100;
};

// Says what it does with filters otherwise than the words allow.
struct ForgetfulReader : TableReader {
  std::vector<Filter> PushFilters(std::vector<Filter>) override { return {}; }
};

struct Table : DataSourceV2, ReadSupport {
  Registration Register() const override {
    static const std::vector<OptionDescription> known = {{.name = "broken"}, {.name = "forgetful"}};
    return {.name = "table", .class_names = {"com.example.Table"}, .options = known};
  }
  Result<std::unique_ptr<DataSourceReader>> CreateReader(
      const DataSourceOptions& options) const override {
    if (options.Has("forgetful")) return std::make_unique<ForgetfulReader>();
    return std::make_unique<TableReader>();
  }
  Result<std::unique_ptr<InputPartition>> ParsePartition(std::string_view bytes) const override {
    int64_t first = 0, end = 0;
    TENON_RETURN_IF_ERROR(Unpack(bytes, 1, &first, &end));
    return std::make_unique<TablePartition>(first, end);
  }
};

Result<std::unique_ptr<Source>> OpenTable(const Options& options = {}) {
  return ConnectorOf<Table>().OpenSource(options, {});
}

Predicate Id(Op op, int64_t value) { return Predicate::Compare(op, "id", Literal::Long(value)); }

TEST(SparkTest, TheConformanceChecksFindNothing) {
  ConnectorOf<Table> table;
  const ConnectorCheck check = CheckConnector(table, {});
  EXPECT_THAT(check.findings, ElementsAre());
  EXPECT_EQ(check.rows, 100);
  EXPECT_EQ(check.partitions, 3);
  EXPECT_EQ(check.filters_taken, 2);
}

TEST(SparkTest, InfoFollowsFromTheRegistrationAndTheInterfaces) {
  const ConnectorInfo info = ConnectorOf<Table>().info();
  EXPECT_EQ(info.name, "table");
  EXPECT_THAT(info.class_names, ElementsAre("com.example.Table"));
  EXPECT_THAT(info.options_schema, HasSubstr("\"broken\""));
  EXPECT_TRUE(info.can.read);
  EXPECT_FALSE(info.can.write);
}

TEST(SparkTest, SparksTwoListsOfFiltersBecomeAnswers) {
  ASSERT_OK_AND_ASSIGN(auto source, OpenTable());
  ScanRequest request;
  request.where = {Id(Op::kGreaterOrEqual, 20), Id(Op::kLess, 35), Predicate::IsNull("name")};
  ASSERT_OK_AND_ASSIGN(const ScanOffer offer, source->Offer(request, {}));
  EXPECT_THAT(offer.where, ElementsAre(PushDown::kExact, PushDown::kInexact, PushDown::kNone));
  EXPECT_EQ(offer.rows, 20);  // Whole tens.
  EXPECT_EQ(offer.bytes, -1);
}

TEST(SparkTest, AFilterThatIsForgottenIsNamed) {
  Options options;
  options.Set("forgetful", "yes");
  ASSERT_OK_AND_ASSIGN(auto source, OpenTable(options));
  ScanRequest request;
  request.where = {Id(Op::kEqual, 1)};
  EXPECT_THAT(source->Offer(request, {}),
              IsError(StatusCode::kInternal,
                      HasSubstr("neither returned by PushFilters nor in PushedFilters: filter=")));
}

TEST(SparkTest, PlanRefusesWhatWasNotOffered) {
  ASSERT_OK_AND_ASSIGN(auto source, OpenTable());
  ScanRequest limit;
  limit.limit = 1;
  EXPECT_THAT(source->Plan(limit, {}),
              IsError(StatusCode::kInternal, HasSubstr("not offered: connector=table")));
  ScanRequest filter;
  filter.where = {Predicate::IsNull("name")};
  EXPECT_THAT(source->Plan(filter, {}),
              IsError(StatusCode::kInternal, HasSubstr("takes a filter once and not again")));
}

TEST(SparkTest, AnUnknownColumnIsNamedWithTheNearest) {
  ASSERT_OK_AND_ASSIGN(auto source, OpenTable());
  EXPECT_THAT(source->Offer({.columns = {{"nmae"}}}, {}),
              IsError(StatusCode::kInvalidArgument,
                      AllOf(HasSubstr("column=nmae"), HasSubstr("Did you mean name?"))));
}

TEST(SparkTest, OffsetsBecomePositions) {
  ASSERT_OK_AND_ASSIGN(auto source, OpenTable());
  ASSERT_OK_AND_ASSIGN(auto scan, source->Plan({}, {}));
  EXPECT_EQ(scan->end()->json, R"({"v":1,"offset":100})");
  ScanRequest request;
  request.after = Position{"{\"row\":5}"};
  EXPECT_THAT(source->Plan(request, {}),
              IsError(StatusCode::kInvalidArgument,
                      AllOf(HasSubstr("not this connector's"), HasSubstr("Reset the bookmark."))));
}

TEST(SparkTest, AReadersErrorComesThrough) {
  ConnectorOf<Table> table;
  Options options;
  options.Set("broken", "yes");
  ASSERT_OK_AND_ASSIGN(auto readers,
                       table.OpenReaders(options, {"", Schema({{"id", DataType::Long()}})}, {}));
  Partition partition;
  partition.payload = Pack(1, int64_t{0}, int64_t{5});
  EXPECT_THAT(readers->Open(partition, {}),
              IsError(StatusCode::kUnavailable, HasSubstr("Server is away")));
  EXPECT_THAT(table.OpenReaders({}, {"", {}}, {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("it has no schema")));
}

// --- Writing ---------------------------------------------------------------------------------------

// Where a fake store's rows go: staged by writers, visible by Commit. Kept by the test.
struct Store {
  std::map<std::string, std::vector<std::string>> staged;
  std::vector<std::string> visible;
  int aborted_writers = 0, aborted_jobs = 0;
  bool commit_fails = false;
};

Store& TheStore() {
  static const auto store = std::make_unique<Store>();
  return *store;
}

struct StoreWriter : DataWriter {
  explicit StoreWriter(std::string given) : part(std::move(given)) {}
  Status Write(const InternalRow& row) override {
    if (row.IsNullAt(0)) return Status::DataError("Row has no id");
    TheStore().staged[part].push_back(std::to_string(row.GetLong(0)) + "=" +
                                      std::string(row.IsNullAt(1) ? "null" : row.GetString(1)));
    return Status::Ok();
  }
  Result<WriterCommitMessage> Commit() override { return part; }
  void Abort() override {
    ++TheStore().aborted_writers;
    TheStore().staged.erase(part);
  }
  std::string part;
};

struct StoreFactory : DataWriterFactory {
  explicit StoreFactory(std::string given) : uuid(std::move(given)) {}
  std::string Serialize() const override { return Pack(1, uuid); }
  Result<std::unique_ptr<DataWriter>> CreateDataWriter(int partition_id, int attempt,
                                                       const WriteContext&) const override {
    return std::make_unique<StoreWriter>(uuid + "/" + std::to_string(partition_id) + "-" +
                                         std::to_string(attempt));
  }
  std::string uuid;
};

struct StoreJob : DataSourceWriter {
  explicit StoreJob(std::string given) : uuid(std::move(given)) {}
  Result<std::unique_ptr<DataWriterFactory>> CreateWriterFactory() override {
    return std::make_unique<StoreFactory>(uuid);
  }
  Status Commit(std::span<const WriterCommitMessage> messages, const TaskContext&) override {
    if (TheStore().commit_fails) return Status::Unavailable("Store is away");
    for (const auto& part : messages)
      for (const std::string& row : TheStore().staged[part]) TheStore().visible.push_back(row);
    return Status::Ok();
  }
  void Abort(std::span<const WriterCommitMessage>) override {
    ++TheStore().aborted_jobs;
    throw std::runtime_error("an abort that fails");  // Nobody may meet it.
  }
  std::string uuid;
};

struct StoreSource : DataSourceV2, WriteSupport {
  Registration Register() const override { return {.name = "store"}; }
  Result<std::unique_ptr<DataSourceWriter>> CreateWriter(const std::string& write_uuid,
                                                         const Schema&, SaveMode mode,
                                                         const DataSourceOptions&) const override {
    if (mode != SaveMode::kAppend) return Status::Unsupported("Store only appends");
    return std::make_unique<StoreJob>(write_uuid);
  }
  Result<std::unique_ptr<DataWriterFactory>> ParseWriterFactory(
      std::string_view bytes) const override {
    std::string uuid;
    TENON_RETURN_IF_ERROR(Unpack(bytes, 1, &uuid));
    return std::make_unique<StoreFactory>(std::move(uuid));
  }
};

class SparkWriteTest : public ::testing::Test {
 protected:
  SparkWriteTest() { TheStore() = Store(); }

  static SchemaPtr Columns() {
    return std::make_shared<const Schema>(
        Schema({{"id", DataType::Long()}, {"name", DataType::String()}}));
  }
  static WriteRequest Request(WriteMode mode = WriteMode::kAppend) {
    WriteRequest request;
    request.call.token = "0123";
    request.schema = *Columns();
    request.mode = mode;
    return request;
  }
  static Status WriteRow(PartitionWriter& writer, std::optional<int64_t> id, const char* name) {
    BatchBuilder rows(Columns());
    rows.Append(id, name);
    TENON_ASSIGN_OR_RETURN(RecordBatch batch, rows.Finish());
    return writer.Write(std::move(batch));
  }

  ConnectorOf<StoreSource> connector_;
};

TEST_F(SparkWriteTest, RowsAreVisibleOnceTheJobCommits) {
  ASSERT_OK_AND_ASSIGN(auto sink, connector_.OpenSink({}, Request(), {}));
  EXPECT_EQ(sink->commit_class(), CommitClass::kAppendOnly);
  ASSERT_OK_AND_ASSIGN(auto writers, connector_.OpenWriters({}, sink->state(), {}));
  std::vector<std::string> messages;
  for (const int attempt : {0, 1}) {
    ASSERT_OK_AND_ASSIGN(auto writer, writers->Open({3, attempt}, {}));
    ASSERT_THAT(WriteRow(*writer, attempt, "x"), IsOk());
    ASSERT_OK_AND_ASSIGN(std::string message, writer->Commit());
    messages.push_back(std::move(message));
  }
  EXPECT_THAT(messages, ElementsAre("0123/3-0", "0123/3-1"));
  EXPECT_TRUE(TheStore().visible.empty());
  ASSERT_THAT(sink->Commit(1, "", {{messages[1]}}, {}), IsOk());
  EXPECT_THAT(TheStore().visible, ElementsAre("1=x"));
  sink.reset();
  EXPECT_EQ(TheStore().aborted_jobs + TheStore().aborted_writers, 0);
}

TEST_F(SparkWriteTest, WhatIsGivenUpIsAborted) {
  ASSERT_OK_AND_ASSIGN(auto sink, connector_.OpenSink({}, Request(), {}));
  ASSERT_OK_AND_ASSIGN(auto writers, connector_.OpenWriters({}, sink->state(), {}));
  ASSERT_OK_AND_ASSIGN(auto writer, writers->Open({}, {}));
  EXPECT_THAT(WriteRow(*writer, std::nullopt, "x"),
              IsError(StatusCode::kDataError, HasSubstr("Row has no id")));
  writer.reset();
  sink.reset();
  EXPECT_EQ(TheStore().aborted_writers, 1);
  EXPECT_EQ(TheStore().aborted_jobs, 1);
  EXPECT_TRUE(TheStore().staged.empty());
}

TEST_F(SparkWriteTest, AFailedCommitAbortsAndKeepsItsError) {
  ASSERT_OK_AND_ASSIGN(auto sink, connector_.OpenSink({}, Request(), {}));
  TheStore().commit_fails = true;
  EXPECT_THAT(sink->Commit(1, "", {}, {}),
              IsError(StatusCode::kUnavailable, HasSubstr("Store is away")));
  sink.reset();
  EXPECT_EQ(TheStore().aborted_jobs, 1);
}

TEST_F(SparkWriteTest, ModesAndSchemasThatHaveNoWordAreRefused) {
  EXPECT_THAT(connector_.OpenSink({}, Request(WriteMode::kReplace), {}),
              IsError(StatusCode::kUnsupported, HasSubstr("Store only appends")));
  EXPECT_THAT(connector_.OpenSink({}, Request(WriteMode::kUpsert), {}),
              IsError(StatusCode::kUnsupported, HasSubstr("mode=upsert")));
  WriteRequest no_schema = Request();
  no_schema.schema.reset();
  const auto sink = connector_.OpenSink({}, no_schema, {});
  EXPECT_THAT(sink, IsError(StatusCode::kUnsupported, HasSubstr("needs the columns")));
  EXPECT_EQ(sink.status().number(), 3101);  // The engine then finds the schema first.
  EXPECT_THAT(connector_.OpenSource({}, {}),
              IsError(StatusCode::kUnsupported, HasSubstr("cannot read: connector=store")));
}

}  // namespace
}  // namespace tenon::spark
