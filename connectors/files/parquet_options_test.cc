// What a job says about Parquet files stands in the files: pyarrow reads it from their footers.
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "connectors/files/scratch_folder_test.h"
#include "connectors/files/sink_call_test.h"
#include "testing/matchers.h"
#include "testing/parquet/parquet_files.h"

namespace tenon::files {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::HasSubstr;

// Compression, row groups, whether the first one's column has a bloom filter, and rows.
constexpr char kFooter[] = R"(
import glob, sys
import pyarrow.parquet as pq
(path,) = glob.glob(sys.argv[1] + "/*.parquet")
metadata = pq.ParquetFile(path).metadata
column = metadata.row_group(0).column(0)
print(column.compression, metadata.num_row_groups, "bloom" if column.bloom_filter_offset else "none", metadata.num_rows)
)";

class ParquetOptionsTest : public ::testing::Test {
 protected:
  using Names = std::vector<std::pair<std::string, std::string>>;

  static Call CallOf(const std::string& target, const std::string& format, const Names& more) {
    Call call(target, format);
    for (const auto& [option, value] : more) call.options.Set(option, value);
    return call;
  }

  // Writes 20,000 numbers that do not repeat; gives the target.
  std::string Written(const std::string& format, const Names& more) {
    const std::string name = "out" + std::to_string(++targets_);
    Call call = CallOf(folder_ / name, format, more);
    EXPECT_THAT(call.Open(), IsOk());
    std::vector<RecordBatch> batches;
    for (int64_t i = 0; i < 20; ++i) {
      std::vector<int64_t> values;
      for (int64_t row = i * 1000; row < (i + 1) * 1000; ++row)
        values.push_back(row << 40 | row * 7919 * 7919 % 1'000'003);
      batches.push_back(Rows(OneLong(), std::move(values)));
    }
    EXPECT_THAT(call.WritePartition({.partition = 0}, std::move(batches)), IsOk());
    EXPECT_THAT(call.Commit(), IsOk());
    return folder_ / name;
  }

  std::string Footer(const std::string& target) {
    const std::string script = folder_.Put("footer.py", kFooter), out = folder_ / "footer.txt";
    const std::string command = std::string(TENON_PYTHON) + " " + script + " " + target;
    EXPECT_EQ(std::system((command + " > " + out).c_str()), 0);
    return ContentOf(out);
  }

  // Pages that a condition on the last row leaves out.
  static int64_t PagesBefore(const std::string& target) {
    const std::filesystem::path file = *std::filesystem::directory_iterator(target);
    columnar::ParquetReadCounts counts;
    const auto last = Predicate::Compare(Op::kGreaterOrEqual, "a", Literal::Long(19'999LL << 40));
    EXPECT_THAT(
        tenon::testing::ReadBatches(std::make_unique<tenon::testing::Bytes>(ContentOf(file)),
                                    {.where = {last}}, {}, &counts),
        IsOk());
    return counts.pages_skipped;
  }

  const ScratchFolder folder_;
  int targets_ = 0;
};

TEST_F(ParquetOptionsTest, CompressionIsAsAskedInBothFormats) {
  for (const char* format : {"parquet", "glueparquet"}) {
    const auto compressed = [&](const std::string& by) {
      return Footer(Written(format, {{"compression", by}}));
    };
    EXPECT_EQ(Footer(Written(format, {})), "SNAPPY 1 none 20000\n");
    EXPECT_EQ(compressed("zstd"), "ZSTD 1 none 20000\n");
    EXPECT_EQ(compressed("GZIP"), "GZIP 1 none 20000\n");
    EXPECT_EQ(compressed("lz4"), "LZ4 1 none 20000\n");
    EXPECT_EQ(compressed("uncompressed"), "UNCOMPRESSED 1 none 20000\n");
  }
  Call wrong = CallOf(folder_ / "wrong", "parquet", {{"compression", "snapy"}});
  EXPECT_THAT(wrong.Open(), IsError(StatusCode::kInvalidArgument,
                                    AllOf(HasSubstr("compression=snapy"), HasSubstr("snappy?"))));
}

TEST_F(ParquetOptionsTest, RowGroupsAndPagesHaveTheSizesAskedFor) {
  EXPECT_EQ(Footer(Written("parquet", {{"blockSize", "40000"}})), "SNAPPY 4 none 20000\n");
  const int64_t few = PagesBefore(Written("parquet", {}));
  const int64_t many = PagesBefore(Written("parquet", {{"pageSize", "4096"}}));
  EXPECT_EQ(few, 0);
  EXPECT_GE(many, 8);
  EXPECT_GE(
      PagesBefore(Written("parquet", {{"useGlueParquetWriter", "true"}, {"pageSize", "4096"}})), 8);
}

TEST_F(ParquetOptionsTest, BloomFiltersStandForTheColumnsNamed) {
  EXPECT_EQ(Footer(Written("parquet", {{"bloomFilterColumns", "[\"a\"]"}})),
            "SNAPPY 1 bloom 20000\n");
  Call wrong = CallOf(folder_ / "wrong", "parquet", {{"bloomFilterColumns", "[\"b\"]"}});
  ASSERT_THAT(wrong.Open(), IsOk());
  EXPECT_THAT(wrong.sink->CheckSchema(*wrong.request.schema),
              IsError(StatusCode::kInvalidArgument,
                      AllOf(HasSubstr("Bloom filter"), HasSubstr("column=b"))));
}

}  // namespace
}  // namespace tenon::files
