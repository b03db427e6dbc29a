// Every type, with null, smallest, largest, typical and awkward values, written in each format and read again as
// what it was declared to be, from Parquet as what it was: not a bit is lost.
#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "columnar/schema_text.h"
#include "connectors/files/scratch_folder_test.h"
#include "connectors/files/sink_call_test.h"
#include "testing/matchers.h"
#include "testing/typed_text.h"

namespace tenon::files {
namespace {

using tenon::testing::IsOk;

template <typename Value>
using Limits = std::numeric_limits<Value>;
using Put = std::function<void(ColumnBuilder&)>;

struct TypeValues {
  DataType type;
  std::vector<Put> values;  // One a row; null behind the last.
};

template <typename Value>
std::vector<Put> Each(const std::vector<Value>& values) {
  std::vector<Put> puts;
  for (const Value& value : values)
    puts.push_back([value](ColumnBuilder& column) { column.Append(value); });
  return puts;
}

template <typename Whole>
std::vector<Put> Wholes() {
  return Each<int64_t>({Limits<Whole>::min(), Limits<Whole>::max(), 42, 0, -1});
}

std::vector<TypeValues> FlatTypes() {
  constexpr int64_t kDay = int64_t{86'400} * 1'000'000;
  const std::vector<int64_t> instants = {-62135596800000000, 253402300799999999, 1767225600000001,
                                         0, -1};
  const Decimal128 least{static_cast<int64_t>(0xb4c4b357a5793b85), 0xf675ddc000000001};
  const Decimal128 most{0x4b3b4ca85a86c47a, 0x098a223fffffffff};
  return {
      {DataType::Boolean(), Each<bool>({false, true})},
      {DataType::Byte(), Wholes<int8_t>()},
      {DataType::Short(), Wholes<int16_t>()},
      {DataType::Int(), Wholes<int32_t>()},
      {DataType::Long(), Wholes<int64_t>()},
      {DataType::Float(), Each<double>({Limits<float>::lowest(), Limits<float>::max(),
                                        Limits<float>::denorm_min(), double{0.1F}, -0.0})},
      {DataType::Double(), Each<double>({Limits<double>::lowest(), Limits<double>::max(),
                                         Limits<double>::denorm_min(), 0.1, -0.0, 1e22})},
      {DataType::Decimal(38, 0), Each<Decimal128>({least, most, {0, 1}, {-1, UINT64_MAX}})},
      {DataType::Decimal(38, 38), Each<Decimal128>({least, most, {0, 1}, {-1, UINT64_MAX}})},
      {DataType::Decimal(9, 2), Each<Decimal128>({{0, 999'999'999}, {0, 0}, {0, 150}, {0, 5}})},
      {DataType::String(),
       Each<std::string>({"", "\xf4\x8f\xbf\xbf", "plain",
                          "a,b;\"c\"\\d\te\r\nf'g \xc3\xbc\xe2\x80\xa8", " ", "null", "\"", "\\",
                          "\\n", "0", "NaN", std::string("\x01\x1f\x7f", 3)})},
      {DataType::Binary(),
       Each<std::string>({std::string("\0\xff\x80", 3), "plain", std::string(1, '\0')})},
      {DataType::Date(), Each<int64_t>({-719162, 2932896, 20454, 0, -1})},
      {DataType::Time(), Each<int64_t>({0, kDay - 1, 45'296'000'000, 1})},
      {DataType::Timestamp(), Each<int64_t>(instants)},
      {DataType::TimestampNtz(), Each<int64_t>(instants)},
  };
}

// Arrays, maps and structs of every flat type.
std::vector<TypeValues> NestedTypes() {
  std::vector<TypeValues> nested;
  for (const TypeValues& flat : FlatTypes()) {
    const std::vector<Put>& values = flat.values;
    nested.push_back({DataType::Array(flat.type),
                      {[values](ColumnBuilder& column) {
                         for (const Put& put : values) put(column.element());
                         column.element().AppendNull();
                         column.EndArray();
                       },
                       [](ColumnBuilder& column) { column.EndArray(); }}});
    nested.push_back({DataType::Map(flat.type), {[values](ColumnBuilder& column) {
                        column.key().Append("a\"\\key");
                        values[0](column.value());
                        column.key().Append("");
                        column.value().AppendNull();
                        column.EndMap();
                      }}});
    nested.push_back({DataType::Struct({{"in", flat.type}, {"absent", flat.type}}),
                      {[values](ColumnBuilder& column) {
                        values[1](column.field(0));
                        column.field(1).AppendNull();
                        column.EndStruct();
                      }}});
  }
  return nested;
}

Schema SchemaOf(const std::vector<TypeValues>& types) {
  std::vector<Field> fields;
  for (const TypeValues& each : types)
    fields.push_back({.name = "c" + std::to_string(fields.size()), .type = each.type});
  return Schema(std::move(fields));
}

RecordBatch BatchOf(const std::vector<TypeValues>& types) {
  size_t most = 0;
  for (const TypeValues& each : types) most = std::max(most, each.values.size());
  BatchBuilder rows(std::make_shared<const Schema>(SchemaOf(types)));
  for (size_t row = 0; row <= most; ++row) {
    for (size_t i = 0; i < types.size(); ++i) {
      ColumnBuilder& column = rows.column(static_cast<int>(i));
      if (row < types[i].values.size()) {
        types[i].values[row](column);
      } else {
        column.AppendNull();
      }
    }
    rows.EndRow();
  }
  return rows.Finish().value();
}

std::vector<std::string> RowsOf(const RecordBatch& batch) {
  std::vector<std::string> rows;
  for (int64_t row = 0; row < batch.num_rows(); ++row)
    rows.push_back(testing::TypedRow(batch, row));
  return rows;
}

Result<std::vector<std::string>> ReadAgain(const std::string& path, const std::string& format,
                                           const Schema& schema) {
  const TaskContext context;
  Options options;
  options.Set("paths", "[\"" + path + "\"]").Set("format", format);
  if (format == "csv") {
    std::string columns;
    for (const Field& field : schema.fields())
      columns += (columns.empty() ? "" : ",") + field.name + ":" + field.type.ToString();
    options.Set("columns", columns).Set("withHeader", "true").Set("multiLine", "true");
  } else if (format == "json") {
    options.Set("withSchema", columnar::SchemaJson(schema));
  }
  const std::unique_ptr<Connector> connector = MakeFilesConnector();
  TENON_ASSIGN_OR_RETURN(const auto source, connector->OpenSource(options, context));
  TENON_ASSIGN_OR_RETURN(const auto scan, source->Plan({}, context));
  TENON_ASSIGN_OR_RETURN(const auto readers,
                         connector->OpenReaders(options, scan->state(), context));
  TENON_ASSIGN_OR_RETURN(const std::vector<Partition> partitions, scan->NextPartitions(context));
  std::vector<std::string> rows;
  for (const Partition& partition : partitions) {
    TENON_ASSIGN_OR_RETURN(const auto reader, readers->Open(partition, context));
    for (;;) {
      TENON_ASSIGN_OR_RETURN(const std::optional<RecordBatch> batch, reader->Next());
      if (!batch) break;
      EXPECT_EQ(batch->schema().ToString(), schema.ToString());
      for (std::string& row : RowsOf(*batch)) rows.push_back(std::move(row));
    }
  }
  return rows;
}

void ExpectSameAgain(const std::vector<TypeValues>& types, const std::string& format) {
  SCOPED_TRACE(format);
  const ScratchFolder folder;
  Call call(folder / "out", format);
  call.request.schema = SchemaOf(types);
  ASSERT_THAT(call.Open(), IsOk());
  std::vector<RecordBatch> batches;
  batches.push_back(BatchOf(types));
  const std::vector<std::string> written = RowsOf(batches[0]);
  ASSERT_THAT(call.WritePartition({.partition = 0}, std::move(batches)), IsOk());
  ASSERT_THAT(call.Commit(), IsOk());
  const Result<std::vector<std::string>> read =
      ReadAgain(folder / "out", format, *call.request.schema);
  ASSERT_THAT(read.status(), IsOk());
  ASSERT_EQ(read->size(), written.size());
  for (size_t row = 0; row < written.size(); ++row) EXPECT_EQ((*read)[row], written[row]);
}

TEST(OwnRoundTripTest, FlatTypesComeBackFromJsonAndCsv) {
  ExpectSameAgain(FlatTypes(), "json");
  // A column of CSV is not declared as binary.
  std::vector<TypeValues> types = FlatTypes();
  std::erase_if(types, [](const TypeValues& each) { return each.type.id() == TypeId::kBinary; });
  ExpectSameAgain(types, "csv");
}

TEST(OwnRoundTripTest, NestedTypesComeBackFromJson) { ExpectSameAgain(NestedTypes(), "json"); }

TEST(OwnRoundTripTest, AllTypesComeBackFromParquet) {
  ExpectSameAgain(FlatTypes(), "parquet");
  ExpectSameAgain(NestedTypes(), "parquet");
}

}  // namespace
}  // namespace tenon::files
