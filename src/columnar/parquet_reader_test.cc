#include "columnar/parquet_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "tenon/column_view.h"
#include "testing/matchers.h"
#include "testing/parquet/parquet_files.h"
#include "testing/rows/rows.h"
#include "testing/seed.h"

namespace tenon::columnar {
namespace {

using tenon::testing::Bytes;
using tenon::testing::IsError;
using tenon::testing::IsOk;
using tenon::testing::ParquetFolder;
using tenon::testing::ReadBatches;
using tenon::testing::RowTexts;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Whose reads fail behind `limit`.
class Broken : public ByteSource {
 public:
  Broken(std::string bytes, int64_t limit) : inner_(std::move(bytes)), limit_(limit) {}
  std::string name() const override { return "path=s3://b/k"; }
  int64_t size() const override { return inner_.size(); }
  bool far() const override { return true; }
  Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) override {
    if (offset < limit_) return Status::Unavailable("Store answered 503: path=s3://b/k");
    return inner_.ReadAt(offset, out);
  }

 private:
  Bytes inner_;
  const int64_t limit_;
};

class ParquetReaderTest : public ::testing::Test {
 protected:
  // The file that the code writes as folder + "x.parquet".
  std::string Made(const std::string& code) const {
    EXPECT_TRUE(folder_.Run(code));
    return Bytes::Of(folder_ / "x.parquet");
  }
  static std::vector<std::string> Texts(const std::vector<RecordBatch>& batches) {
    std::vector<std::string> texts;
    for (const RecordBatch& batch : batches)
      for (std::string& text : RowTexts(batch)) texts.push_back(std::move(text));
    return texts;
  }

  // The first column of what the readers of these ranges give, one after the other.
  struct Ranges {
    std::vector<int64_t> numbers;
    int with_rows = 0;  // Of the readers.
    ParquetReadCounts counts;
  };
  static Ranges ReadRanges(const std::string& file, const std::vector<int64_t>& cuts,
                           ParquetReadOptions options, bool far = false) {
    Ranges all;
    for (size_t i = 0; i + 1 < cuts.size(); ++i) {
      options.begin = cuts[i];
      options.end = cuts[i + 1];
      ParquetReadCounts counts;
      const auto batches = ReadBatches(std::make_unique<Bytes>(file, far), options, {}, &counts);
      EXPECT_THAT(batches, IsOk());
      const size_t before = all.numbers.size();
      for (const RecordBatch& batch : *batches) {
        const ColumnView ids(batch.schema().field(0).type, *batch.array().children[0]);
        for (int64_t row = 0; row < batch.num_rows(); ++row)
          all.numbers.push_back(ids.GetLong(row));
      }
      all.with_rows += all.numbers.size() > before ? 1 : 0;
      all.counts.row_groups += counts.row_groups;
      all.counts.rows_skipped += counts.rows_skipped;
    }
    return all;
  }

  const ParquetFolder folder_;
};

constexpr const char* kFile = R"(
pq.write_table(pa.table({"Id": range(6), "s": [None, "a", "b", "c", "d", "e"], "x": [{"y": i, "z": [i]} for i in range(6)]}),
               folder + "x.parquet", row_group_size=4)
)";

TEST_F(ParquetReaderTest, ColumnsAreTakenInTheOrderAskedForAndByNameIgnoringCase) {
  const std::string file = Made(kFile);
  ASSERT_OK_AND_ASSIGN(auto reader, ParquetReader::Open(std::make_unique<Bytes>(file),
                                                        {.columns = {{"S", "nowhere", "id"}}}));
  EXPECT_EQ(reader->schema()->ToString(), "struct<s:string,Id:long>");
  ASSERT_OK_AND_ASSIGN(auto batches, ReadBatches(std::make_unique<Bytes>(file),
                                                 {.columns = {{"x"}}}, {.max_rows = 3}));
  EXPECT_EQ(batches.size(), 3U);  // Batches end with row groups and at the limit.
  EXPECT_EQ(Texts(batches)[5], R"({"x":{"y":5,"z":[5]}})");
  ASSERT_OK_AND_ASSIGN(batches, ReadBatches(std::make_unique<Bytes>(file),
                                            {.columns = {std::vector<std::string>{}}}));
  EXPECT_EQ(batches[0].num_rows() + batches[1].num_rows(), 6);
  EXPECT_EQ(batches[0].num_columns(), 0);
}

TEST_F(ParquetReaderTest, AConditionOnAColumnThatTheFileLacksHoldsForNoValue) {
  const std::string file = Made(kFile);
  const auto rows = [&](Predicate where) {
    const auto batches = ReadBatches(std::make_unique<Bytes>(file), {.where = {std::move(where)}});
    int64_t count = 0;
    for (const RecordBatch& batch : *batches) count += batch.num_rows();
    return count;
  };
  EXPECT_EQ(rows(Predicate::Compare(Op::kEqual, "new", Literal::Long(1))), 0);
  EXPECT_EQ(rows(Predicate::IsNull("new")), 6);
  EXPECT_EQ(rows(Predicate::Compare(Op::kGreater, "x.y", Literal::Long(4))), 2);
  EXPECT_EQ(rows(Predicate::Compare(Op::kGreater, "x.nowhere", Literal::Long(4))), 6);
  EXPECT_EQ(rows(Predicate::Compare(Op::kLess, "ID", Literal::Long(4))), 4);
}

TEST_F(ParquetReaderTest, ReadersOfRangesShareTheRowsOfOneRowGroup) {
  const uint64_t seed = tenon::testing::Seed();
  std::mt19937_64 random(seed);
  constexpr int64_t kRows = 300'000;
  for (const std::string how :
       {"data_page_version='1.0', use_dictionary=['word']",
        "data_page_version='2.0', max_rows_per_page=7000, write_page_index=True",
        "data_page_size=3000, compression='none', use_dictionary=False"}) {
    const std::string file = Made(R"(
n = 300000
pq.write_table(pa.table({"i": pa.array(range(n)), "half": pa.array([None if i % 3 else i for i in range(n)], pa.int32()),
                         "word": [f"w{i % 1000}" for i in range(n)], "text": [f"{i * 7919 % n:>9}" for i in range(n)]}),
               folder + "x.parquet", row_group_size=n, )" +
                                  how + ")\n");
    std::vector<int64_t> wanted(kRows);
    for (int64_t i = 0; i < kRows; ++i) wanted[static_cast<size_t>(i)] = i;
    const auto size = static_cast<int64_t>(file.size());
    std::vector<int64_t> cuts = {0, size};
    for (int i = 0; i < 5; ++i)
      cuts.push_back(static_cast<int64_t>(random() % static_cast<uint64_t>(size)));
    std::sort(cuts.begin(), cuts.end());
    const Ranges near = ReadRanges(file, cuts, {});
    EXPECT_EQ(near.numbers, wanted) << how << " seed=" << seed;
    EXPECT_EQ(near.counts.row_groups, 1);
    EXPECT_GE(ReadRanges(file, {0, size / 3, size / 3 * 2, size}, {}).with_rows, 3);
    // Each request would fetch the row group again.
    const Ranges far = ReadRanges(file, cuts, {}, true);
    EXPECT_EQ(far.numbers, wanted);
    EXPECT_EQ(far.with_rows, 1);
    // What a condition leaves of the row group is shared too.
    const std::vector<Predicate> where = {
        Predicate::Compare(Op::kGreater, "i", Literal::Long(kRows / 2))};
    const Ranges once = ReadRanges(file, {0, size}, {.where = where});
    const Ranges shared = ReadRanges(file, cuts, {.where = where});
    EXPECT_EQ(shared.numbers, once.numbers) << how << " seed=" << seed;
    EXPECT_EQ(shared.counts.rows_skipped, once.counts.rows_skipped);
  }
}

TEST_F(ParquetReaderTest, ARowGroupWithNestedColumnsIsReadByOneReader) {
  const std::string file = Made(R"(
n = 200000
pq.write_table(pa.table({"i": range(n), "l": [[i, i] for i in range(n)]}), folder + "x.parquet", row_group_size=n)
)");
  const auto size = static_cast<int64_t>(file.size());
  const Ranges all = ReadRanges(file, {0, size / 4, size / 2, size}, {});
  EXPECT_EQ(all.with_rows, 1);
  EXPECT_EQ(all.numbers.size(), 200'000U);
  EXPECT_EQ(ReadRanges(file, {0, size / 4, size / 2, size}, {.columns = {{"i"}}}).with_rows, 3);
}

TEST_F(ParquetReaderTest, TheFooterTellsSchemaAndRows) {
  Bytes source(Made(kFile));
  ASSERT_OK_AND_ASSIGN(const ParquetFooter footer, ReadParquetFooter(source));
  EXPECT_EQ(footer.schema.ToString(), "struct<Id:long,s:string,x:struct<y:long,z:array<long>>>");
  EXPECT_EQ(footer.rows, 6);
  EXPECT_EQ(footer.row_groups, 2);
}

TEST_F(ParquetReaderTest, TheStoresOwnErrorIsReturned) {
  const std::string file = Made(kFile);
  EXPECT_THAT(ReadBatches(std::make_unique<Broken>(file, 1 << 20)),
              IsError(StatusCode::kUnavailable, HasSubstr("Store answered 503")));
  EXPECT_THAT(ReadBatches(std::make_unique<Broken>(file, 5)),
              IsError(StatusCode::kUnavailable, HasSubstr("Store answered 503")));
}

TEST_F(ParquetReaderTest, ErrorsNameFileRowGroupAndColumn) {
  std::string file = Made(R"(
t = pa.table({"a": [b"x", b"y", b"\xff"]})
t = t.set_column(0, "a", pa.Array.from_buffers(pa.string(), 3, t["a"].chunk(0).buffers()))
pq.write_table(t, folder + "x.parquet", row_group_size=2, compression="none")
)");
  EXPECT_THAT(ReadBatches(std::make_unique<Bytes>(file)),
              IsError(StatusCode::kDataError, AllOf(HasSubstr("Text is not UTF-8: column=a"),
                                                    HasSubstr("path=bytes row_group=1"))));
  EXPECT_THAT(ReadBatches(std::make_unique<Bytes>(file.substr(0, file.size() - 1))),
              IsError(StatusCode::kDataError, HasSubstr("Parquet file is damaged: path=bytes")));
  // The first page's first byte: how long its levels are.
  std::string damaged = Made(R"(
pq.write_table(pa.table({"a": range(9), "b": range(9)}), folder + "x.parquet", row_group_size=4, compression="none",
               use_dictionary=False, write_statistics=False)
)");
  const size_t levels = damaged.find(std::string("\x02\x00\x00\x00\x08\x01", 6));
  ASSERT_NE(levels, std::string::npos);
  damaged[levels + 3] = 1;
  EXPECT_THAT(
      ReadBatches(std::make_unique<Bytes>(damaged)),
      IsError(StatusCode::kDataError,
              HasSubstr("path=bytes row_group=0 column=a reason=Page is shorter than its")));
  std::string sealed = file;
  sealed[sealed.size() - 1] = 'E';
  EXPECT_THAT(ReadBatches(std::make_unique<Bytes>(sealed)),
              IsError(StatusCode::kUnsupported, HasSubstr("encrypted: path=bytes")));
}

TEST_F(ParquetReaderTest, MoreMemoryThanAllowedIsAnErrorThatSaysSo) {
  const std::string file = Made(R"(
pq.write_table(pa.table({"a": ["x" * 20_000_000]}), folder + "x.parquet", compression="zstd")
)");
  EXPECT_THAT(
      ReadBatches(std::make_unique<Bytes>(file), {.memory_bytes = 10 << 20}),
      IsError(StatusCode::kResourceExhausted,
              AllOf(HasSubstr("too much memory: path=bytes"), HasSubstr("limit=10485760"))));
  ASSERT_OK_AND_ASSIGN(auto batches, ReadBatches(std::make_unique<Bytes>(file)));
  EXPECT_EQ(batches[0].num_rows(), 1);
}

}  // namespace
}  // namespace tenon::columnar
