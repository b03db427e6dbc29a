#include "sql/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <string>
#include <thread>

#include "columnar/validate.h"
#include "tenon/batch_builder.h"
#include "tenon/column_view.h"
#include "testing/matchers.h"

namespace tenon::sql {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;
using ::testing::UnorderedElementsAreArray;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Batches made beforehand.
class Given : public BatchStream {
 public:
  Given(SchemaPtr schema, std::vector<RecordBatch> batches)
      : schema_(std::move(schema)), batches_(std::move(batches)) {}
  const SchemaPtr& schema() const override { return schema_; }
  Result<std::optional<RecordBatch>> Next() override {
    if (next_ == batches_.size()) return std::nullopt;
    return std::move(batches_[next_++]);
  }

 private:
  SchemaPtr schema_;
  std::vector<RecordBatch> batches_;
  size_t next_ = 0;
};

// Rows 0, 1, 2… in batches made as they are asked for; fails or goes on for ever on request.
class Counting : public BatchStream {
 public:
  explicit Counting(int64_t rows, Status at_end = Status::Ok())
      : rows_(rows), at_end_(std::move(at_end)) {}
  const SchemaPtr& schema() const override { return schema_; }
  Result<std::optional<RecordBatch>> Next() override {
    if (next_ >= rows_) {
      TENON_RETURN_IF_ERROR(at_end_);
      return std::nullopt;
    }
    BatchBuilder builder(schema_);
    for (int64_t end = std::min(rows_, next_ + 10000); next_ < end; ++next_) {
      builder.Append(next_, "row " + std::to_string(next_ % 1000));
    }
    TENON_ASSIGN_OR_RETURN(RecordBatch batch, builder.Finish());
    return batch;
  }

 private:
  int64_t rows_, next_ = 0;
  Status at_end_;
  SchemaPtr schema_ = std::make_shared<const Schema>(
      Schema({{"n", DataType::Long()}, {"text", DataType::String()}}));
};

class SmallBatches final : public TaskHost {
 public:
  BatchLimits Limits() override { return {.max_rows = 5'000, .max_bytes = 16 << 20}; }
  void AddError(ErrorRecord) override {}
  void Count(std::string_view, int64_t) override {}
  void Log(LogLevel, std::string_view) override {}
  bool SplitWanted() override { return false; }
  bool GiveAway(const Partition&, const Partition&) override { return false; }
};

template <typename... Streams>
std::vector<std::unique_ptr<BatchStream>> Inputs(Streams... streams) {
  std::vector<std::unique_ptr<BatchStream>> inputs;
  (inputs.push_back(std::move(streams)), ...);
  return inputs;
}

std::string Cell(const ColumnView& column, int64_t row) {
  if (column.is_null(row)) return "null";
  switch (column.type().id()) {
    case TypeId::kString:
    case TypeId::kBinary: return std::string(column.GetString(row));
    case TypeId::kBoolean: return column.GetBoolean(row) ? "true" : "false";
    case TypeId::kFloat:
    case TypeId::kDouble:
      return std::isnan(column.GetDouble(row)) ? "NaN" : std::to_string(column.GetDouble(row));
    case TypeId::kDecimal:
      return std::to_string(column.GetDecimal(row).high) + ":" +
             std::to_string(column.GetDecimal(row).low);
    default: return std::to_string(column.GetLong(row));
  }
}

// Every row as text, "1|Ada|null".
Result<std::vector<std::string>> Rows(BatchStream& stream) {
  std::vector<std::string> rows;
  for (;;) {
    TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, stream.Next());
    if (!batch) return rows;
    BatchView view(*batch);
    for (int64_t row = 0; row < view.num_rows(); ++row) {
      std::string text;
      for (int column = 0; column < batch->num_columns(); ++column) {
        text += (column == 0 ? "" : "|") + Cell(view.column(column), row);
      }
      rows.push_back(std::move(text));
    }
  }
}

class DatabaseTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = Database::Open({.library_paths = {TENON_TEST_DUCKDB_LIBRARY},
                                  .memory_bytes = int64_t{256} << 20,
                                  .threads = 2,
                                  .spill_folder = ::testing::TempDir() + "tenon_sql_test"});
    ASSERT_TRUE(opened.ok()) << opened.status().ToString();
    database_ = *std::move(opened);
  }

  Result<std::vector<std::string>> Answer(const Result<Query>& query,
                                          std::vector<std::unique_ptr<BatchStream>> inputs,
                                          const TaskContext& context = {}) {
    if (!query.ok()) return query.status();
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<BatchStream> stream,
                           database_->Run(*query, std::move(inputs), context));
    return Rows(*stream);
  }

  std::unique_ptr<Database> database_;
};

std::unique_ptr<BatchStream> Doubles(std::vector<std::optional<double>> values) {
  auto schema = std::make_shared<const Schema>(Schema({{"x", DataType::Double()}}));
  BatchBuilder builder(schema);
  for (const auto& value : values) {
    if (value) {
      builder.Append(*value);
    } else {
      builder.Append(nullptr);
    }
  }
  std::vector<RecordBatch> batches;
  batches.push_back(*builder.Finish());
  return std::make_unique<Given>(schema, std::move(batches));
}

TEST_F(DatabaseTest, SortsNullsFirstAndNaNLast) {
  auto input = Doubles({1.5, kNaN, std::nullopt, -2.0, std::numeric_limits<double>::infinity()});
  auto query = Query::Sort(*input->schema(), {{"x"}});
  auto rows = Answer(query, Inputs(std::move(input)));
  ASSERT_TRUE(rows.ok()) << rows.status().ToString();
  EXPECT_THAT(*rows, ElementsAre("null", "-2.000000", "1.500000", "inf", "NaN"));
}

TEST_F(DatabaseTest, ZeroAndMinusZeroAreOneKeyAndSoAreNaNs) {
  auto input = Doubles({0.0, -0.0, kNaN, -kNaN, std::nullopt, std::nullopt});
  auto query = Query::Group(*input->schema(), {"x"}, {{AggregateKind::kCountRows, "", "rows"}});
  auto rows = Answer(query, Inputs(std::move(input)));
  ASSERT_TRUE(rows.ok()) << rows.status().ToString();
  EXPECT_THAT(*rows, UnorderedElementsAre("0.000000|2", "NaN|2", "null|2"));
}

TEST_F(DatabaseTest, DistinctKeepsOneOfEachRowNullsIncluded) {
  auto input = Doubles({1.0, 1.0, std::nullopt, std::nullopt, 2.0});
  auto query = Query::Distinct(*input->schema());
  auto rows = Answer(query, Inputs(std::move(input)));
  ASSERT_TRUE(rows.ok()) << rows.status().ToString();
  EXPECT_THAT(*rows, UnorderedElementsAre("1.000000", "null", "2.000000"));
}

TEST_F(DatabaseTest, JoinsEveryRowOnceOverManyBatchesAndThreads) {
  constexpr int64_t kRows = 200000;
  const Schema schema = *Counting(0).schema();
  auto joined = Query::Join(schema, schema, JoinKind::kInner, {{"n", "n"}});
  ASSERT_TRUE(joined.ok());
  auto stream = database_->Run(
      *joined, Inputs(std::make_unique<Counting>(kRows), std::make_unique<Counting>(kRows / 2)),
      {});
  ASSERT_TRUE(stream.ok()) << stream.status().ToString();
  std::vector<bool> seen(kRows, false);
  int64_t count = 0;
  for (;;) {
    auto batch = (*stream)->Next();
    ASSERT_TRUE(batch.ok()) << batch.status().ToString();
    if (!*batch) break;
    BatchView view(**batch);
    for (int64_t row = 0; row < view.num_rows(); ++row, ++count) {
      const int64_t n = view.column(0).GetLong(row);
      ASSERT_EQ(view.column(2).GetLong(row), n);
      ASSERT_EQ(view.column(1).GetString(row), "row " + std::to_string(n % 1000));
      ASSERT_FALSE(seen[static_cast<size_t>(n)]) << n;
      seen[static_cast<size_t>(n)] = true;
    }
  }
  EXPECT_EQ(count, kRows / 2);
}

TEST_F(DatabaseTest, ANullKeyJoinsNothingAndAnOuterJoinKeepsItsRow) {
  auto left = Doubles({1.0, std::nullopt}), right = Doubles({std::nullopt, 1.0, -0.0});
  auto query = Query::Join(*left->schema(), *right->schema(), JoinKind::kFull, {{"x", "x"}});
  auto rows = Answer(query, Inputs(std::move(left), std::move(right)));
  ASSERT_TRUE(rows.ok()) << rows.status().ToString();
  EXPECT_THAT(
      *rows, UnorderedElementsAre("1.000000|1.000000", "null|null", "null|null", "null|-0.000000"));
}

// Keys whose widths differ, nulls, NaN and both zeros fall into the same parts.
TEST_F(DatabaseTest, ThePartsOfAJoinGiveWhatTheWholeGives) {
  const auto make = [](const Schema& schema, int64_t rows, int64_t step) {
    BatchBuilder builder(std::make_shared<const Schema>(schema));
    for (int64_t i = 0; i < rows; ++i) {
      const int64_t key = i * step % 97;
      const double zero = i % 2 == 0 ? 0.0 : -0.0;
      if (key != 13) builder.column(0).Append(key);
      if (key != 2) {
        builder.column(1).Append(key == 1 ? kNaN : key == 0 ? zero : static_cast<double>(key) / 4);
      }
      builder.column(2).Append("key " + std::to_string(key));
      builder.EndRow();
    }
    std::vector<RecordBatch> batches;
    batches.push_back(*builder.Finish());
    return std::make_unique<Given>(batches[0].schema_ptr(), std::move(batches));
  };
  const Schema narrow(
      {{"li", DataType::Int()}, {"lx", DataType::Float()}, {"ls", DataType::String()}});
  const Schema wide(
      {{"ri", DataType::Long()}, {"rx", DataType::Double()}, {"rs", DataType::String()}});
  const auto left = [&] { return make(narrow, 900, 5); };
  const auto right = [&] { return make(wide, 120, 7); };
  const std::vector<std::vector<JoinKey>> all_keys = {
      {{"li", "ri"}}, {{"lx", "rx"}}, {{"ls", "rs"}}, {{"li", "ri"}, {"lx", "rx"}, {"ls", "rs"}}};
  for (const auto& keys : all_keys) {
    for (const JoinKind kind : {JoinKind::kInner, JoinKind::kFull, JoinKind::kLeftAnti}) {
      const Result<Query> query = Query::Join(narrow, wide, kind, keys);
      ASSERT_TRUE(query.ok()) << query.status().ToString();
      auto whole = Answer(query, Inputs(left(), right()));
      ASSERT_TRUE(whole.ok()) << whole.status().ToString();
      std::vector<std::string> parts;
      size_t used = 0;
      for (int part = 0; part < 5; ++part) {
        auto rows = Answer(query->Part(part, 5), Inputs(left(), right()));
        ASSERT_TRUE(rows.ok()) << rows.status().ToString();
        if (!rows->empty()) ++used;
        parts.insert(parts.end(), rows->begin(), rows->end());
      }
      EXPECT_THAT(parts, UnorderedElementsAreArray(*whole)) << keys.size();
      if (kind == JoinKind::kInner) {
        EXPECT_GE(used, 4U);
      }
    }
  }
}

TEST_F(DatabaseTest, CountsWithoutReadingAColumn) {
  auto query = Query::Group(*Counting(0).schema(), {}, {{AggregateKind::kCountRows, "", "rows"}});
  auto rows = Answer(query, Inputs(std::make_unique<Counting>(123456)));
  ASSERT_TRUE(rows.ok()) << rows.status().ToString();
  EXPECT_THAT(*rows, ElementsAre("123456"));
}

TEST_F(DatabaseTest, AnInputsOwnErrorComesOutUnchanged) {
  auto query = Query::Distinct(*Counting(0).schema());
  EXPECT_THAT(Answer(query, Inputs(std::make_unique<Counting>(
                                50000, Status::DataError("row 50000 is torn: file=a")))),
              IsError(StatusCode::kDataError, HasSubstr("row 50000 is torn: file=a")));
}

TEST_F(DatabaseTest, AStoppedContextCancelsTheQuery) {
  auto query = Query::Distinct(*Counting(0).schema());
  std::stop_source stop;
  std::jthread stopper([&stop] { stop.request_stop(); });
  const TaskContext context(nullptr, stop.get_token());
  EXPECT_THAT(Answer(query, Inputs(std::make_unique<Counting>(std::numeric_limits<int64_t>::max())),
                     context),
              IsError(StatusCode::kCancelled, HasSubstr("cancelled")));
}

// What has spilled goes also when the process ends next.
TEST_F(DatabaseTest, SortsMoreThanItsMemoryBySpilling) {
  const std::string folder = ::testing::TempDir() + "tenon_sql_spill";
  std::filesystem::remove_all(folder);
  auto small = Database::Open({.library_paths = {TENON_TEST_DUCKDB_LIBRARY},
                               .memory_bytes = int64_t{24} << 20,
                               .threads = 1,
                               .spill_folder = folder,
                               .process_ends = true});
  ASSERT_TRUE(small.ok()) << small.status().ToString();
  auto query = Query::Sort(*Counting(0).schema(), {{"n", true}});
  auto stream = (*small)->Run(*query, Inputs(std::make_unique<Counting>(1500000)), {});
  ASSERT_TRUE(stream.ok()) << stream.status().ToString();
  int64_t expected = 1500000;
  for (;;) {
    auto batch = (*stream)->Next();
    ASSERT_TRUE(batch.ok()) << batch.status().ToString();
    if (!*batch) break;
    BatchView view(**batch);
    for (int64_t row = 0; row < view.num_rows(); ++row)
      ASSERT_EQ(view.column(0).GetLong(row), --expected);
  }
  EXPECT_EQ(expected, 0);
  EXPECT_FALSE(std::filesystem::is_empty(folder));
  *stream = nullptr;
  *small = nullptr;
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

// In a process of its own, which ends without looking for what was not freed.
TEST(DatabaseAtTheEndTest, ADatabaseThatIsLeftOpenLeavesNoFolder) {
  const std::string folder = ::testing::TempDir() + "tenon_sql_end";
  std::filesystem::remove_all(folder);
  const pid_t child = fork();
  if (child == 0) {
    auto opened = Database::Open({.library_paths = {TENON_TEST_DUCKDB_LIBRARY},
                                  .memory_bytes = int64_t{64} << 20,
                                  .spill_folder = folder,
                                  .process_ends = true});
    const bool made = opened.ok() && !std::filesystem::is_empty(folder);
    if (made) *opened = nullptr;
    _exit(made ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST_F(DatabaseTest, NestedColumnsAndDecimalsPassThroughUnchanged) {
  auto schema = std::make_shared<const Schema>(Schema(
      {{"id", DataType::Long()},
       {"money", DataType::Decimal(20, 4)},
       {"tags",
        DataType::Array(DataType::Struct({{"k", DataType::String()}, {"v", DataType::Int()}}))},
       {"at", DataType::Timestamp()}}));
  BatchBuilder builder(schema);
  for (int64_t i = 0; i < 5000; ++i) {
    builder.column(0).Append(i);
    builder.column(1).Append(Decimal128{0, static_cast<uint64_t>(i * 10001)});
    for (int64_t j = 0; j < i % 3; ++j) {
      builder.column(2).element().field(0).Append("k" + std::to_string(j));
      builder.column(2).element().field(1).Append(i + j);
      builder.column(2).element().EndStruct();
    }
    builder.column(2).EndArray();
    builder.column(3).Append(i * 1000000);
    builder.EndRow();
  }
  std::vector<RecordBatch> batches;
  batches.push_back(*builder.Finish());
  auto query = Query::Sort(*schema, {{"id", true}});
  auto stream =
      database_->Run(*query, Inputs(std::make_unique<Given>(schema, std::move(batches))), {});
  ASSERT_TRUE(stream.ok()) << stream.status().ToString();
  auto batch = (*stream)->Next();
  ASSERT_TRUE(batch.ok()) << batch.status().ToString();
  ASSERT_TRUE(batch->has_value());
  EXPECT_EQ((*batch)->schema().ToString(), schema->ToString());
  BatchView view(**batch);
  ASSERT_EQ(view.num_rows(), 5000);
  for (int64_t row = 0; row < 5000; ++row) {
    const int64_t i = 4999 - row;
    ASSERT_EQ(view.column(0).GetLong(row), i);
    ASSERT_EQ(view.column(1).GetDecimal(row).low, static_cast<uint64_t>(i * 10001));
    const auto range = view.column(2).range(row);
    ASSERT_EQ(range.end - range.begin, i % 3);
    for (int64_t j = 0; j < i % 3; ++j) {
      ASSERT_EQ(view.column(2).elements().child(1).GetLong(range.begin + j), i + j);
    }
    ASSERT_EQ(view.column(3).GetLong(row), i * 1000000);
  }
}

// Each type's values, with nulls at awkward places, more than a batch of them, in the order given.
TEST_F(DatabaseTest, ValuesOfEveryPlainTypePassThroughUnchanged) {
  constexpr int64_t kRows = 70'000;
  const auto schema = std::make_shared<const Schema>(Schema({{"n", DataType::Long()},
                                                             {"flag", DataType::Boolean()},
                                                             {"byte", DataType::Byte()},
                                                             {"short", DataType::Short()},
                                                             {"int", DataType::Int()},
                                                             {"float", DataType::Float()},
                                                             {"double", DataType::Double()},
                                                             {"d4", DataType::Decimal(4, 1)},
                                                             {"d9", DataType::Decimal(9, 2)},
                                                             {"d18", DataType::Decimal(18, 3)},
                                                             {"d38", DataType::Decimal(38, 10)},
                                                             {"text", DataType::String()},
                                                             {"bytes", DataType::Binary()},
                                                             {"date", DataType::Date()},
                                                             {"time", DataType::Time()},
                                                             {"at", DataType::Timestamp()},
                                                             {"local", DataType::TimestampNtz()},
                                                             {"nothing", DataType::Null()}}));
  const auto make = [&schema](int64_t begin, int64_t end) {
    BatchBuilder rows(schema, {.max_rows = kRows, .max_bytes = 1 << 30});
    for (int64_t i = begin; i < end; ++i) {
      rows.column(0).Append(i);
      // Each column has its own rows without a value; the first thousand rows have them all.
      const auto has = [i](int column) { return i < 1000 || (i * 7 + column) % 11 != 0; };
      const int64_t sign = i % 2 == 0 ? 1 : -1;
      const auto decimal = [&](int64_t value) {
        return Decimal128{sign < 0 ? -1 : 0, static_cast<uint64_t>(sign * value)};
      };
      if (has(1)) rows.column(1).Append(i % 3 == 0);
      if (has(2)) rows.column(2).Append(i % 256 - 128);
      if (has(3)) rows.column(3).Append(sign * (i % 32'768));
      if (has(4)) rows.column(4).Append(sign * i * 30'000);
      if (has(5)) rows.column(5).Append(static_cast<double>(sign * i) / 4);
      if (has(6)) rows.column(6).Append(static_cast<double>(sign * i) / 3);
      if (has(7)) rows.column(7).Append(decimal(i % 10'000));
      if (has(8)) rows.column(8).Append(decimal(i * 14'000));
      if (has(9)) rows.column(9).Append(decimal(i * 14'000'000'000'000));
      if (has(10)) rows.column(10).Append(Decimal128{sign * i, static_cast<uint64_t>(i * 31)});
      // Of 0 to 39 bytes: with 12 and less DuckDB stores them in their place.
      if (has(11)) rows.column(11).Append(std::string(static_cast<size_t>(i % 40), 'a' + i % 26));
      if (has(12))
        rows.column(12).Append(std::string(static_cast<size_t>(i % 14), static_cast<char>(i)));
      if (has(13)) rows.column(13).Append(sign * i);
      if (has(14)) rows.column(14).Append(i * 1'234'567 % 86'400'000'000);
      if (has(15)) rows.column(15).Append(sign * i * 1'000'000'007);
      if (has(16)) rows.column(16).Append(sign * i * 1'000'000'009);
      rows.EndRow();
    }
    return *rows.Finish();
  };
  std::vector<RecordBatch> batches;
  for (const auto& [begin, end] : {std::pair<int64_t, int64_t>{40'000, kRows}, {0, 40'000}})
    batches.push_back(make(begin, end));
  const Result<Query> query = Query::Sort(*schema, {{"n"}});
  ASSERT_OK_AND_ASSIGN(
      const auto stream,
      database_->Run(*query, Inputs(std::make_unique<Given>(schema, std::move(batches))), {}));
  const RecordBatch wanted = make(0, kRows);
  const BatchView expected(wanted);
  int64_t seen = 0;
  for (;;) {
    ASSERT_OK_AND_ASSIGN(const std::optional<RecordBatch> batch, stream->Next());
    if (!batch) break;
    EXPECT_THAT(columnar::ValidateFull(*batch), IsOk());
    const BatchView view(*batch);
    for (int column = 0; column < schema->size(); ++column) {
      for (int64_t row = 0; row < view.num_rows(); ++row) {
        ASSERT_EQ(Cell(view.column(column), row), Cell(expected.column(column), seen + row))
            << schema->field(column).name << " of row " << seen + row;
      }
    }
    seen += view.num_rows();
  }
  EXPECT_EQ(seen, kRows);
}

TEST_F(DatabaseTest, BatchesEndWhereTheLimitsAre) {
  SmallBatches host;
  const Result<Query> query = Query::Sort(*Counting(0).schema(), {{"n"}});
  ASSERT_OK_AND_ASSIGN(
      const auto stream,
      database_->Run(*query, Inputs(std::make_unique<Counting>(20'000)), TaskContext(&host, {})));
  int64_t rows = 0;
  for (;;) {
    ASSERT_OK_AND_ASSIGN(const std::optional<RecordBatch> batch, stream->Next());
    if (!batch) break;
    EXPECT_LT(batch->num_rows(), 5'000 + 2'048);
    rows += batch->num_rows();
  }
  EXPECT_EQ(rows, 20'000);
}

}  // namespace
}  // namespace tenon::sql
