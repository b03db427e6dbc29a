#include "columnar/ipc_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "columnar/slice.h"
#include "columnar/validate.h"
#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::columnar {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOk;
using tenon::testing::Rows;
using tenon::testing::RowTexts;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class IpcFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::path(::testing::TempDir()) / ("ipc_file_test." + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path() const { return (folder_ / "a.arrow").string(); }
  std::filesystem::path folder_;
};

TEST_F(IpcFileTest, BatchesOfDifferentSchemasAreReadBackInAnyOrder) {
  ASSERT_OK_AND_ASSIGN(auto writer, IpcWriter::Create(path()));
  ASSERT_OK_AND_ASSIGN(IpcEntry one, writer->Append(Rows("a:int", R"({"a": 1} {})")));
  ASSERT_OK_AND_ASSIGN(
      RecordBatch slice,
      Slice(Rows("c:choice<int,string>, l:array<struct<x:string>>, m:map<string,int>",
                 R"({"c": 1} {"c": "x", "l": [{"x": "y"}], "m": {"k": 1}} {"c": 2})"),
            1, 2));
  ASSERT_OK_AND_ASSIGN(IpcEntry two, writer->Append(slice));
  ASSERT_OK_AND_ASSIGN(IpcEntry three, writer->Append(RecordBatch::RowCount(7)));
  ASSERT_OK_AND_ASSIGN(auto reader, IpcReader::Open(path()));
  ASSERT_OK_AND_ASSIGN(RecordBatch second, reader->Read(two));
  ASSERT_OK_AND_ASSIGN(RecordBatch first, reader->Read(one));
  ASSERT_OK_AND_ASSIGN(RecordBatch third, reader->Read(three));
  EXPECT_THAT(RowTexts(first), ElementsAre(R"({"a":1})", "{}"));
  EXPECT_THAT(RowTexts(second),
              ElementsAre(R"({"c":"x","l":[{"x":"y"}],"m":{"k":1}})", R"({"c":2})"));
  EXPECT_THAT(ValidateFull(second), IsOk());
  EXPECT_EQ(third.num_rows(), 7);
  EXPECT_EQ(writer->bytes(), static_cast<int64_t>(std::filesystem::file_size(path())));
}

TEST_F(IpcFileTest, ABatchLivesOnWhenItsFileIsGone) {
  ASSERT_OK_AND_ASSIGN(auto writer, IpcWriter::Create(path()));
  ASSERT_OK_AND_ASSIGN(IpcEntry entry, writer->Append(Rows("a:string", R"({"a": "still here"})")));
  RecordBatch batch;
  {
    ASSERT_OK_AND_ASSIGN(auto reader, IpcReader::Open(path()));
    ASSERT_OK_AND_ASSIGN(batch, reader->Read(entry));
  }
  writer.reset();
  std::filesystem::remove(path());
  EXPECT_THAT(RowTexts(batch), ElementsAre(R"({"a":"still here"})"));
}

TEST_F(IpcFileTest, ErrorsNameThePath) {
  ASSERT_OK_AND_ASSIGN(auto writer, IpcWriter::Create(path()));
  EXPECT_THAT(IpcWriter::Create(path()),
              IsError(StatusCode::kAlreadyExists, HasSubstr("path=" + path())));
  EXPECT_THAT(IpcWriter::Create("/nowhere/a"),
              IsError(StatusCode::kNotFound, HasSubstr("path=/nowhere/a")));
  EXPECT_THAT(IpcReader::Open("/nowhere/a"),
              IsError(StatusCode::kNotFound, HasSubstr("path=/nowhere/a")));
}

TEST_F(IpcFileTest, AFileThatWasCutOrChangedIsADataError) {
  ASSERT_OK_AND_ASSIGN(auto writer, IpcWriter::Create(path()));
  ASSERT_OK_AND_ASSIGN(IpcEntry entry, writer->Append(Rows("a:long", R"({"a": 1} {"a": 2})")));
  ASSERT_OK_AND_ASSIGN(auto reader, IpcReader::Open(path()));
  IpcEntry wrong = entry;
  wrong.rows = 3;
  EXPECT_THAT(reader->Read(wrong),
              IsError(StatusCode::kDataError, AllOf(HasSubstr("rows=2"), HasSubstr("wanted=3"))));
  std::filesystem::resize_file(path(), 10);
  EXPECT_THAT(reader->Read(entry),
              IsError(StatusCode::kDataError, AllOf(HasSubstr("was cut"), HasSubstr("bytes=10"))));
}

}  // namespace
}  // namespace tenon::columnar
