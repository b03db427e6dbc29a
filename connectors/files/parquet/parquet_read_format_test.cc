// Parquet as a format of a read: merged schemas, ranges, push-down, and that no condition ever costs a row.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "columnar/checksum.h"
#include "columnar/share.h"
#include "columnar/slice.h"
#include "connectors/files/parquet/parquet_format.h"
#include "expression/bind.h"
#include "expression/evaluate.h"
#include "expression/parse.h"
#include "object_store/local_store.h"
#include "tenon/column_view.h"
#include "testing/matchers.h"
#include "testing/parquet/parquet_files.h"
#include "testing/rows/rows.h"
#include "testing/seed.h"

namespace tenon::files {
namespace {

using columnar::ParquetReadCounts;
using columnar::RowChecksum;
using columnar::SharedBatch;
using tenon::testing::Bytes;
using tenon::testing::IsError;
using tenon::testing::IsOk;
using tenon::testing::ParquetFolder;
using tenon::testing::ReadBatches;
using tenon::testing::RowTexts;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Counters : TaskHost {
  std::map<std::string, int64_t, std::less<>> counts;
  BatchLimits Limits() override { return {}; }
  void AddError(ErrorRecord) override {}
  void Count(std::string_view metric, int64_t n) override { counts[std::string(metric)] += n; }
  void Log(LogLevel, std::string_view) override {}
  bool SplitWanted() override { return false; }
  bool GiveAway(const Partition&, const Partition&) override { return false; }
};

class ParquetReadFormatTest : public ::testing::Test {
 protected:
  FileRange Whole(const std::string& name) const {
    const auto bytes = static_cast<int64_t>(std::filesystem::file_size(folder_ / name));
    return {.path = folder_ / name, .begin = 0, .end = bytes, .file_bytes = bytes};
  }

  Result<std::optional<Schema>> SchemaOf(const std::vector<FileRange>& files) const {
    std::string seen;
    return format_->SchemaOf(files, {.store = store_, .pool = nullptr}, context_, &seen);
  }

  // Reads the ranges one after the other, as one partition.
  Result<std::vector<RecordBatch>> Read(const ScanRequest& request,
                                        const std::optional<Schema>& schema,
                                        std::vector<FileRange> ranges) const {
    TENON_ASSIGN_OR_RETURN(const ScanState state, format_->StateOf(request, schema, ""));
    TENON_ASSIGN_OR_RETURN(const auto readers,
                           format_->OpenReaders(state, {.store = store_, .pool = nullptr}));
    TENON_ASSIGN_OR_RETURN(const auto reader, readers->Open(std::move(ranges), context_));
    std::vector<RecordBatch> batches;
    for (;;) {
      TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, reader->Next());
      if (!batch) return batches;
      batches.push_back(*std::move(batch));
    }
  }

  const ParquetFolder folder_;
  const std::shared_ptr<object_store::LocalStore> store_ =
      std::make_shared<object_store::LocalStore>();
  const std::unique_ptr<ReadFormat> format_ = MakeParquetReadFormat();
  mutable Counters counters_;
  const TaskContext context_{&counters_, {}};
};

TEST_F(ParquetReadFormatTest, FilesOfDifferentTimesAreOneTable) {
  ASSERT_TRUE(folder_.Run(R"(
pq.write_table(pa.table({"id": pa.array([1, 2], pa.int32()), "x": pa.array([1.5, None], pa.float32())}), folder + "a.parquet")
pq.write_table(pa.table({"ID": pa.array([3], pa.int64()), "note": ["new"]}), folder + "b.parquet")
)"));
  const std::vector<FileRange> files = {Whole("a.parquet"), Whole("b.parquet")};
  ASSERT_OK_AND_ASSIGN(std::optional<Schema> schema, SchemaOf(files));
  ASSERT_TRUE(schema);
  EXPECT_EQ(schema->ToString(), "struct<id:long,x:float,note:string>");
  ASSERT_OK_AND_ASSIGN(std::vector<RecordBatch> batches, Read({}, schema, files));
  ASSERT_EQ(batches.size(), 1U);  // Small files make no small batches.
  EXPECT_EQ(batches[0].schema(), *schema);
  EXPECT_THAT(RowTexts(batches[0]),
              ElementsAre(R"({"id":1,"x":1.5})", R"({"id":2})", R"({"id":3,"note":"new"})"));
  // Columns in the order asked for; a file without any of them has its rows all the same.
  ASSERT_OK_AND_ASSIGN(batches, Read({.columns = {{"note"}}}, schema, files));
  EXPECT_THAT(RowTexts(batches[0]), ElementsAre("{}", "{}", R"({"note":"new"})"));
  ASSERT_OK_AND_ASSIGN(batches, Read({.columns = {std::vector<std::string>{}}}, schema, files));
  EXPECT_EQ(batches[0].num_rows() + batches[1].num_rows(), 3);
}

TEST_F(ParquetReadFormatTest, FilesThatContradictOneAnotherAreNamed) {
  ASSERT_TRUE(folder_.Run(R"(
pq.write_table(pa.table({"id": [1]}), folder + "a.parquet")
pq.write_table(pa.table({"id": ["x"]}), folder + "b.parquet")
open(folder + "c.parquet", "w").write("id,name\n1,x\n")
)"));
  EXPECT_THAT(SchemaOf({Whole("a.parquet"), Whole("b.parquet")}),
              IsError(StatusCode::kDataError,
                      AllOf(HasSubstr("column=id type=long"),
                            HasSubstr("a.parquet other_type=string"), HasSubstr("b.parquet"))));
  EXPECT_THAT(SchemaOf({Whole("a.parquet"), Whole("c.parquet")}),
              IsError(StatusCode::kDataError,
                      AllOf(HasSubstr("Parquet file is damaged: path="), HasSubstr("c.parquet"))));
  ASSERT_OK_AND_ASSIGN(std::optional<Schema> none, SchemaOf({}));
  EXPECT_FALSE(none);
}

TEST_F(ParquetReadFormatTest, RangesGiveEachRowOnceWhereverTheirBordersAre) {
  ASSERT_TRUE(folder_.Run(R"(
pq.write_table(pa.table({"i": list(range(5000)), "s": [str(i) * 3 for i in range(5000)]}), folder + "a.parquet", row_group_size=100)
)"));
  const FileRange whole = Whole("a.parquet");
  ASSERT_OK_AND_ASSIGN(std::optional<Schema> schema, SchemaOf({whole}));
  RowChecksum wanted;
  ASSERT_OK_AND_ASSIGN(std::vector<RecordBatch> batches, Read({}, schema, {whole}));
  for (const RecordBatch& batch : batches) wanted.Add(batch);
  EXPECT_EQ(wanted.rows(), 5000U);
  std::mt19937_64 random(tenon::testing::Seed());
  for (int turn = 0; turn < 40; ++turn) {
    std::vector<int64_t> cuts = {0, whole.file_bytes};
    for (int i = 0; i < 6; ++i)
      cuts.push_back(static_cast<int64_t>(random() % static_cast<uint64_t>(whole.file_bytes)));
    std::sort(cuts.begin(), cuts.end());
    RowChecksum found;
    for (size_t i = 0; i + 1 < cuts.size(); ++i) {
      FileRange part = whole;
      part.begin = cuts[i];
      part.end = cuts[i + 1];
      ASSERT_OK_AND_ASSIGN(batches, Read({}, schema, {part}));
      for (const RecordBatch& batch : batches) found.Add(batch);
    }
    ASSERT_EQ(found.ToString(), wanted.ToString());
  }
}

TEST_F(ParquetReadFormatTest, ConditionsAreOfferedInexactlyAndTextsNotAtAll) {
  const Schema schema = *testing::SchemaOf("id:int, s:struct<x:long>");
  ScanRequest request{.columns = {{"s"}},
                      .where = {Predicate::Compare(Op::kEqual, "id", Literal::Int(1)),
                                Predicate::Text("id % 2 = 0"),
                                Predicate::Compare(Op::kLess, "s.x", Literal::Long(1)),
                                Predicate::IsNull("nowhere")}};
  ScanOffer offer;
  ASSERT_THAT(format_->Offer(request, schema, &offer), IsOk());
  EXPECT_THAT(offer.where, ElementsAre(PushDown::kInexact, PushDown::kNone, PushDown::kInexact,
                                       PushDown::kNone));
  EXPECT_TRUE(offer.columns);
  EXPECT_EQ(offer.schema->ToString(), "struct<s:struct<x:long>>");
  request.columns = {{"S"}};
  EXPECT_THAT(format_->Offer(request, schema, &offer),
              IsError(StatusCode::kInvalidArgument, HasSubstr("column=S")));
}

TEST_F(ParquetReadFormatTest, RowGroupsAndPagesWithoutMatchesAreNotReadAndCounted) {
  ASSERT_TRUE(folder_.Run(R"(
t = pa.table({"i": pa.array(range(100000), pa.int32()), "s": [f"{i:08}" for i in range(100000)]})
pq.write_table(t, folder + "a.parquet", row_group_size=10000, write_page_index=True, max_rows_per_page=1000)
)"));
  ASSERT_OK_AND_ASSIGN(std::optional<Schema> schema, SchemaOf({Whole("a.parquet")}));
  const auto rows_of = [&](std::string_view sql) -> int64_t {
    counters_.counts.clear();
    const auto where =
        expression::BindPredicate(expression::ParsePredicate(sql).value(), *schema).value();
    const auto batches = Read({.where = where}, schema, {Whole("a.parquet")});
    EXPECT_THAT(batches, IsOk());
    int64_t rows = 0;
    for (const RecordBatch& batch : *batches) rows += batch.num_rows();
    return rows;
  };
  EXPECT_EQ(rows_of("i < 0"), 0);
  EXPECT_EQ(counters_.counts["parquet.row_groups_skipped"], 10);
  EXPECT_EQ(rows_of("i = 12345"), 1000);  // One page of each column.
  EXPECT_EQ(counters_.counts["parquet.row_groups"], 10);
  EXPECT_EQ(counters_.counts["parquet.row_groups_skipped"], 9);
  EXPECT_EQ(counters_.counts["parquet.rows_skipped"], 99000);
  EXPECT_EQ(rows_of("s LIKE '000123%' AND i IS NOT NULL"), 1000);
  EXPECT_EQ(rows_of("i IN (5, 99999) OR s = '00050000'"), 3000);
  EXPECT_EQ(rows_of("i IS NULL"), 0);
}

// The literal that a row holds; none for types that no condition is made of.
std::optional<Literal> LiteralAt(const ColumnView& column, int64_t row) {
  const DataType& type = column.type();
  if (column.is_null(row)) return std::nullopt;
  switch (type.id()) {
    case TypeId::kBoolean: return Literal{type, column.GetBoolean(row)};
    case TypeId::kFloat:
    case TypeId::kDouble: return Literal{type, column.GetDouble(row)};
    case TypeId::kDecimal:
      if (type.precision() > 38) return std::nullopt;
      return Literal{type, column.GetDecimal(row)};
    case TypeId::kString:
    case TypeId::kBinary: return Literal{type, std::string(column.GetString(row))};
    case TypeId::kByte:
    case TypeId::kShort:
    case TypeId::kInt:
    case TypeId::kLong:
    case TypeId::kDate:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: return Literal{type, column.GetLong(row)};
    default: return std::nullopt;
  }
}

class PredicateMaker {
 public:
  PredicateMaker(const RecordBatch& rows, std::mt19937_64& random)
      : rows_(rows), view_(rows), random_(random) {}

  Predicate Any(int depth = 0) {
    if (depth < 2 && Below(3) == 0) {
      std::vector<Predicate> args;
      for (uint64_t i = 2 + Below(2); i > 0; --i) args.push_back(Any(depth + 1));
      return Below(2) == 0 ? Predicate::And(std::move(args)) : Predicate::Or(std::move(args));
    }
    if (depth < 2 && Below(8) == 0) return Predicate::Not(Any(depth + 1));
    const auto at = static_cast<int>(Below(static_cast<uint64_t>(rows_.num_columns())));
    const Field& field = rows_.schema().field(at);
    if (Below(10) == 0)
      return Below(2) == 0 ? Predicate::IsNull(field.name) : Predicate::IsNotNull(field.name);
    const std::optional<Literal> literal = Value(at);
    if (!literal) return Predicate::IsNotNull(field.name);
    if (Below(6) == 0) {
      std::vector<Literal> list = {*literal};
      for (uint64_t i = Below(4); i > 0; --i)
        if (const auto more = Value(at)) list.push_back(*more);
      return Predicate::In(field.name, std::move(list));
    }
    if (field.type.id() == TypeId::kString && Below(4) == 0) {
      std::string prefix = std::get<std::string>(literal->value);
      prefix.resize(std::min<size_t>(prefix.size(), Below(6)));
      return Predicate::Compare(Op::kStartsWith, field.name, Literal::String(prefix));
    }
    static constexpr Op kOps[] = {Op::kEqual,         Op::kNullSafeEqual, Op::kNotEqual,
                                  Op::kLess,          Op::kLessOrEqual,   Op::kGreater,
                                  Op::kGreaterOrEqual};
    return Predicate::Compare(kOps[Below(7)], field.name, *literal);
  }

 private:
  uint64_t Below(uint64_t bound) { return random_() % bound; }
  std::optional<Literal> Value(int column) {
    if (rows_.num_rows() == 0) return std::nullopt;
    return LiteralAt(view_.column(column),
                     static_cast<int64_t>(Below(static_cast<uint64_t>(rows_.num_rows()))));
  }

  const RecordBatch& rows_;
  const BatchView view_;
  std::mt19937_64& random_;
};

// The rows for which the predicate is true, as a multiset.
RowChecksum Matching(const Predicate& predicate, const std::vector<SharedBatch>& batches) {
  RowChecksum sum;
  for (const SharedBatch& batch : batches) {
    const std::vector<uint8_t> keep = expression::Evaluate(predicate, batch.Share()).value();
    sum.Add(columnar::Filter(batch.Share(), keep).value());
  }
  return sum;
}

Result<std::vector<SharedBatch>> ReadShared(const std::string& bytes,
                                            columnar::ParquetReadOptions options = {},
                                            ParquetReadCounts* counts = nullptr) {
  TENON_ASSIGN_OR_RETURN(
      std::vector<RecordBatch> batches,
      ReadBatches(std::make_unique<Bytes>(bytes), std::move(options), {}, counts));
  std::vector<SharedBatch> shared;
  for (RecordBatch& batch : batches) shared.emplace_back(std::move(batch));
  return shared;
}

void CheckNoRowIsLost(const ParquetFolder& folder, int files, ParquetReadCounts* all) {
  std::mt19937_64 random(tenon::testing::Seed());
  for (int i = 0; i < files; ++i) {
    const std::string bytes = Bytes::Of(folder / (std::to_string(i) + ".parquet"));
    ASSERT_OK_AND_ASSIGN(const std::vector<SharedBatch> whole, ReadShared(bytes));
    if (whole.empty()) continue;
    for (int turn = 0; turn < 12; ++turn) {
      const RecordBatch some = whole[random() % whole.size()].Share();
      const Predicate predicate = PredicateMaker(some, random).Any();
      ASSERT_OK_AND_ASSIGN(const std::vector<Predicate> where,
                           expression::BindPredicate(predicate, some.schema()));
      ParquetReadCounts counts;
      ASSERT_OK_AND_ASSIGN(const std::vector<SharedBatch> pruned,
                           ReadShared(bytes, {.where = where}, &counts));
      ASSERT_EQ(Matching(predicate, pruned).ToString(), Matching(predicate, whole).ToString())
          << folder / std::to_string(i) << " where " << predicate.ToString();
      all->rows_skipped += counts.rows_skipped;
      all->skipped_by_statistics += counts.skipped_by_statistics;
      all->skipped_by_bloom_filter += counts.skipped_by_bloom_filter;
      all->pages_skipped += counts.pages_skipped;
    }
  }
}

TEST(ParquetPruneTest, NoConditionCostsAMatchingRowOfOrderedFiles) {
  const ParquetFolder folder;
  ASSERT_TRUE(folder.MakeFiles(tenon::testing::Seed(), 60, "ordered"));
  ParquetReadCounts all;
  CheckNoRowIsLost(folder, 60, &all);
  EXPECT_GT(all.rows_skipped, 1000);
  EXPECT_GT(all.skipped_by_statistics, 50);
  EXPECT_GT(all.skipped_by_bloom_filter, 5);
  EXPECT_GT(all.pages_skipped, 500);
}

TEST(ParquetPruneTest, NoConditionCostsAMatchingRowOfAnyFile) {
  const ParquetFolder folder;
  ASSERT_TRUE(folder.MakeFiles(tenon::testing::Seed(), 300));
  ParquetReadCounts all;
  CheckNoRowIsLost(folder, 300, &all);
  EXPECT_GT(all.rows_skipped, 100);
}

}  // namespace
}  // namespace tenon::files
