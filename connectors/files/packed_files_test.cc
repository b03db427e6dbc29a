// Text that is packed as it is written: names, what other programs unpack, and targets that are one file.
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "connectors/files/scratch_folder_test.h"
#include "connectors/files/sink_call_test.h"
#include "testing/matchers.h"

namespace tenon::files {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Ends with 0 when the file, unpacked by others, holds just the expected text.
const char kUnpack[] = R"(
import bz2, gzip, sys
import pyarrow
path, expected = sys.argv[1:]
readers = {"gz": lambda: gzip.open(path).read(), "bz2": lambda: bz2.open(path).read(),
           "zst": lambda: pyarrow.input_stream(path, compression="zstd").read(),
           "lz4": lambda: pyarrow.input_stream(path, compression="lz4").read()}
text = readers[path.rsplit(".", 1)[1]]()
assert text == open(expected, "rb").read(), text
)";

int Unpacks(const ScratchFolder& folder, const std::string& path, const std::string& text) {
  const std::string script = folder.Put("script/unpack.py", kUnpack);
  const std::string expected = folder.Put("script/expected", text);
  const std::string words = std::string(TENON_PYTHON) + " " + script + " " + path + " " + expected;
  return std::system(words.c_str());
}

TEST(PackedFilesTest, FilesInAFolderAreNamedByFormatAndCodec) {
  for (const auto& [codec, ending] : std::vector<std::pair<std::string, std::string>>{
           {"gzip", ".gz"}, {"bzip2", ".bz2"}, {"zstd", ".zst"}, {"lz4", ".lz4"}}) {
    const ScratchFolder folder;
    Call call(folder / "out", "csv");
    call.options.Set("compression", codec);
    ASSERT_THAT(call.Prepare(), IsOk());
    ASSERT_THAT(call.Commit(), IsOk());
    EXPECT_THAT(folder.FilesIn("out"), ElementsAre("part-00000-01234567.csv" + ending,
                                                   "part-00001-01234567.csv" + ending));
    EXPECT_EQ(Unpacks(folder, folder / "out/part-00000-01234567.csv" + ending, "a\n1\n2\n"), 0);
  }
}

TEST(PackedFilesTest, PiecesOfOneFileStandOneBehindTheOther) {
  for (const std::string ending : {"gz", "bz2", "zst", "lz4"}) {
    const ScratchFolder folder;
    Call call(folder / "out.json." + ending, "");
    ASSERT_THAT(call.Prepare(), IsOk());
    ASSERT_THAT(call.Commit(), IsOk());
    EXPECT_THAT(folder.FilesIn(), ElementsAre("out.json." + ending));
    EXPECT_EQ(Unpacks(folder, folder / "out.json." + ending, "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n"),
              0);
  }
}

TEST(PackedFilesTest, AFileWithoutRowsIsAWholeStreamAllTheSame) {
  const ScratchFolder folder;
  Call call(folder / "out.csv.gz", "csv");
  ASSERT_THAT(call.Open(), IsOk());
  ASSERT_THAT(call.WritePartition({.partition = 0}, {}), IsOk());
  ASSERT_THAT(call.Commit(), IsOk());
  EXPECT_EQ(Unpacks(folder, folder / "out.csv.gz", "a\n"), 0);
}

TEST(PackedFilesTest, WhatCannotBeWrittenIsSaidBeforeAnythingIsMade) {
  const ScratchFolder folder;
  const auto open = [&](const std::string& path, const std::string& compression) {
    Call call(folder / path, "csv");
    if (!compression.empty()) call.options.Set("compression", compression);
    return call.Open();
  };
  EXPECT_THAT(
      open("out.csv", "gzip"),
      IsError(StatusCode::kInvalidArgument,
              AllOf(HasSubstr("Compression is not what the file's name says: path="),
                    HasSubstr("out.csv compression=gzip"), HasSubstr("or write into a folder"))));
  EXPECT_THAT(open("out.csv.gz", "none"),
              IsError(StatusCode::kInvalidArgument, HasSubstr("compression=none")));
  EXPECT_THAT(open("out.csv.xz", ""),
              IsError(StatusCode::kUnsupported,
                      AllOf(HasSubstr("Compression is not written: path="),
                            HasSubstr("Choose one of gzip, bzip2, zstd, snappy, lz4"))));
  EXPECT_THAT(open("out", "gzp"),
              IsErrorNumber(1004, AllOf(HasSubstr("option=compression value=gzp"),
                                        HasSubstr("Did you mean gzip?"))));
  EXPECT_THAT(folder.FilesIn(), IsEmpty());
}

TEST(PackedFilesTest, CsvIsWrittenInTheWordsThatAreAskedFor) {
  const ScratchFolder folder;
  Call call(folder / "out.csv", "csv");
  call.options.Set("separator", "|").Set("quoteChar", "-1").Set("writeHeader", "false");
  call.request.schema = Schema({{"a", DataType::Long()}, {"b", DataType::Long()}});
  ASSERT_THAT(call.Open(), IsOk());
  BatchBuilder rows(std::make_shared<const Schema>(*call.request.schema));
  for (const int64_t value : {1, 2}) rows.Append(value, value);
  std::vector<RecordBatch> batches;
  batches.push_back(std::move(rows.Finish()).value());
  ASSERT_THAT(call.WritePartition({.partition = 0}, std::move(batches)), IsOk());
  ASSERT_THAT(call.Commit(), IsOk());
  EXPECT_EQ(ContentOf(folder / "out.csv"), "1|1\n2|2\n");
}

}  // namespace
}  // namespace tenon::files
