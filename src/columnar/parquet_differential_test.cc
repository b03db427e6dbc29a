// Two thousand files that pyarrow wrote in every encoding, compression, version and type it has, read value by value as
// what was written.
#include <arrow/array/array_base.h>
#include <arrow/array/concatenate.h>
#include <arrow/c/bridge.h>
#include <arrow/chunked_array.h>
#include <arrow/io/file.h>
#include <arrow/ipc/reader.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "columnar/parquet_reader.h"
#include "columnar/validate.h"
#include "testing/matchers.h"
#include "testing/parquet/parquet_files.h"
#include "testing/seed.h"

namespace tenon::columnar {
namespace {

using tenon::testing::Bytes;
using tenon::testing::IsOk;
using tenon::testing::ParquetFolder;
using tenon::testing::ReadBatches;

using TablePtr = std::shared_ptr<arrow::Table>;

TablePtr TableOf(const std::string& path) {
  const auto file = arrow::io::ReadableFile::Open(path).ValueOrDie();
  const auto reader = arrow::ipc::RecordBatchFileReader::Open(file).ValueOrDie();
  arrow::RecordBatchVector batches;
  for (int i = 0; i < reader->num_record_batches(); ++i)
    batches.push_back(reader->ReadRecordBatch(i).ValueOrDie());
  return arrow::Table::FromRecordBatches(reader->schema(), batches).ValueOrDie();
}

// What the reader gives, as Arrow's own.
Result<TablePtr> ReadTable(std::string bytes, const BatchLimits& limits, bool far) {
  TENON_ASSIGN_OR_RETURN(std::vector<RecordBatch> batches,
                         ReadBatches(std::make_unique<Bytes>(std::move(bytes), far), {}, limits));
  if (batches.empty()) return TablePtr();
  arrow::RecordBatchVector converted;
  for (RecordBatch& batch : batches) {
    TENON_RETURN_IF_ERROR(ValidateFull(batch));
    if (batch.num_rows() > limits.max_rows) return Status::Internal("Batch beyond the limit");
    ArrowSchema schema;
    ExportSchema(batch.schema(), &schema);
    ArrowArray rows = std::move(batch).Release();
    converted.push_back(arrow::ImportRecordBatch(&rows, &schema).ValueOrDie());
  }
  return arrow::Table::FromRecordBatches(converted).ValueOrDie();
}

std::string FirstDifference(const arrow::Table& wanted, const arrow::Table& found) {
  if (wanted.num_columns() != found.num_columns() || wanted.num_rows() != found.num_rows())
    return "rows=" + std::to_string(found.num_rows()) +
           " wanted=" + std::to_string(wanted.num_rows());
  arrow::EqualOptions equal =
      arrow::EqualOptions::Defaults().nans_equal(true).signed_zeros_equal(false);
  for (int i = 0; i < wanted.num_columns(); ++i) {
    const auto a = arrow::Concatenate(wanted.column(i)->chunks()).ValueOrDie();
    const auto b = arrow::Concatenate(found.column(i)->chunks()).ValueOrDie();
    std::stringstream words;
    equal = equal.diff_sink(&words);
    if (!a->Equals(*b, equal))
      return "column=" + wanted.field(i)->ToString() + " found=" + b->type()->ToString() +
             words.str();
  }
  return "";
}

void CompareFiles(int files, const std::string& how, std::span<const BatchLimits> limits) {
  const ParquetFolder folder;
  ASSERT_TRUE(folder.MakeFiles(tenon::testing::Seed(), files, how));
  for (int i = 0; i < files; ++i) {
    const std::string path = folder / std::to_string(i);
    const TablePtr wanted = TableOf(path + ".arrow");
    const Result<TablePtr> found = ReadTable(
        Bytes::Of(path + ".parquet"), limits[static_cast<size_t>(i) % limits.size()], i % 2 == 0);
    ASSERT_THAT(found, IsOk()) << path << "\n" << wanted->schema()->ToString();
    if (*found == nullptr) {
      ASSERT_EQ(wanted->num_rows(), 0) << path;
      continue;
    }
    ASSERT_EQ(FirstDifference(*wanted, **found), "") << path;
  }
}

TEST(ParquetDifferentialTest, FilesOfEveryKindAreReadAsTheyWereWritten) {
  const BatchLimits limits[] = {{}, {.max_rows = 3}, {.max_rows = 64, .max_bytes = 512}};
  CompareFiles(2000, "", limits);
}

TEST(ParquetDifferentialTest, LongColumnsAreReadAsTheyWereWritten) {
  const BatchLimits limits[] = {{}, {.max_rows = 1000}, {.max_rows = 77}};
  CompareFiles(40, "long", limits);
}

}  // namespace
}  // namespace tenon::columnar
