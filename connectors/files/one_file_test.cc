// Targets that are one file: which paths are, how pieces become one, and where a cut publication goes on.
#include "connectors/files/write/one_file.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "connectors/files/scratch_folder_test.h"
#include "connectors/files/sink_call_test.h"
#include "connectors/files/write/local_publish.h"
#include "connectors/files/write/parquet_join.h"
#include "testing/matchers.h"

namespace tenon::files {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const char kThree[] = "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n";

TEST(OneFileTest, APathThatEndsLikeAFileBecomesThatFile) {
  const ScratchFolder folder;
  Call call(folder / "deep/out.json", "json");
  ASSERT_THAT(call.Prepare(), IsOk());
  EXPECT_EQ(call.sink->commit_class(), CommitClass::kAtomic);
  EXPECT_FALSE(std::filesystem::exists(folder / "deep/out.json"));
  ASSERT_THAT(call.Commit(), IsOk());
  EXPECT_THAT(folder.FilesIn(), ElementsAre("deep/out.json"));
  EXPECT_EQ(ContentOf(folder / "deep/out.json"), kThree);
}

TEST(OneFileTest, CsvHasItsHeaderOnceAndFirst) {
  const ScratchFolder folder;
  Call call(folder / "out.csv", "csv");
  ASSERT_THAT(call.Open(), IsOk());
  ASSERT_THAT(call.WritePartition({.partition = 0}, {}), IsOk());
  ASSERT_THAT(call.WriteNumbers({.partition = 1}, {1, 2}), IsOk());
  ASSERT_THAT(call.WriteNumbers({.partition = 2}, {3}), IsOk());
  ASSERT_THAT(call.Commit(), IsOk());
  EXPECT_THAT(folder.FilesIn(), ElementsAre("out.csv"));
  EXPECT_EQ(ContentOf(folder / "out.csv"), "a\n1\n2\n3\n");
}

TEST(OneFileTest, ThePathsThatAreFolders) {
  const ScratchFolder folder;
  std::filesystem::create_directory(folder / "there.json");
  const auto files = [&](const std::string& path, const std::string& format,
                         const std::string& single) {
    Call call(folder / path, format, WriteMode::kAppend);
    if (!single.empty()) call.options.Set("singleFile", single);
    EXPECT_THAT(call.Prepare(), IsOk()) << path;
    EXPECT_THAT(call.Commit(), IsOk()) << path;
    return folder.FilesIn(path);
  };
  // A slash, another format's ending, a wish, and a folder that is there already.
  EXPECT_EQ(files("a.json/", "json", "").size(), 2u);
  EXPECT_EQ(files("b.parquet", "json", "").size(), 2u);
  EXPECT_EQ(files("c.json", "json", "false").size(), 2u);
  EXPECT_EQ(files("there.json", "json", "").size(), 2u);
  Call named(folder / "plain", "json");
  named.options.Set("singleFile", "true");
  ASSERT_THAT(named.Prepare(), IsOk());
  ASSERT_THAT(named.Commit(), IsOk());
  EXPECT_EQ(ContentOf(folder / "plain"), kThree);
}

TEST(OneFileTest, TheEndingNamesTheFormatWhenNothingElseDoes) {
  const ScratchFolder folder;
  Call call(folder / "out.jsonl", "json");
  call.options = Options().Set("path", folder / "out.jsonl");
  ASSERT_THAT(call.Prepare(), IsOk());
  ASSERT_THAT(call.Commit(), IsOk());
  EXPECT_EQ(ContentOf(folder / "out.jsonl"), kThree);
}

TEST(OneFileTest, AFileThatIsThereIsReplacedOnlyOnDemand) {
  const ScratchFolder folder;
  folder.Put("out.json", "older");
  for (const WriteMode mode : {WriteMode::kAppend, WriteMode::kCreate}) {
    EXPECT_THAT(Call(folder / "out.json", "json", mode).Open(),
                IsError(StatusCode::kAlreadyExists,
                        HasSubstr("Target file is there already: path=" + folder / "out.json")));
  }
  Call call(folder / "out.json", "json", WriteMode::kReplace);
  ASSERT_THAT(call.Prepare(), IsOk());
  EXPECT_EQ(ContentOf(folder / "out.json"), "older");
  ASSERT_THAT(call.Commit(), IsOk());
  EXPECT_EQ(ContentOf(folder / "out.json"), kThree);
  EXPECT_THAT(folder.FilesIn(), ElementsAre("out.json"));
  Call wrong(folder.path(), "json");
  wrong.options.Set("singleFile", "true");
  EXPECT_THAT(wrong.Open(),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Target is a folder, not a file")));
}

TEST(OneFileTest, NoRowsAreAnEmptyFileOfThatName) {
  const ScratchFolder folder;
  Call call(folder / "out.json", "json");
  ASSERT_THAT(call.Open(), IsOk());
  ASSERT_THAT(call.WritePartition({.partition = 0}, {}), IsOk());
  ASSERT_THAT(call.WritePartition({.partition = 1}, {}), IsOk());
  ASSERT_THAT(call.Commit(), IsOk());
  EXPECT_THAT(folder.FilesIn(), ElementsAre("out.json"));
  EXPECT_EQ(ContentOf(folder / "out.json"), "");
}

TEST(OneFileTest, AFormatWithOneSchemaAsksForItFirst) {
  const ScratchFolder folder;
  Call call(folder / "out.parquet", "glueparquet");
  call.request.schema.reset();
  EXPECT_THAT(call.Open(), IsErrorNumber(3101, HasSubstr("One file of this format")));
}

// Every state that a publication may be cut in, made by hand: recovery ends with the file, once, and again.
TEST(OneFileTest, SettleGoesOnFromEveryPartOfTheWay) {
  for (int cut = 0; cut <= 4; ++cut) {
    const ScratchFolder folder;
    folder.Put("out.json", "older");
    Call call(folder / "out.json", "json", WriteMode::kReplace);
    ASSERT_THAT(call.Prepare(), IsOk());
    const std::string temporary = folder / ".tenon-run_1-01234567";
    const std::string first = temporary + "/.part-00000-01234567.json.attempt-0";
    const std::string second = temporary + "/.part-00001-01234567.json.attempt-0";
    if (cut >= 1) folder.Put(".tenon-run_1-01234567/.whole.unfinished", "{\"a\":");
    if (cut >= 2) {
      std::filesystem::remove(temporary + "/.whole.unfinished");
      folder.Put(".tenon-run_1-01234567/.whole", kThree);
    }
    if (cut >= 3) std::filesystem::remove(first);
    if (cut >= 4) {
      std::filesystem::remove(second);
      std::filesystem::rename(temporary + "/.whole", folder / "out.json");
    }
    for (int again = 0; again < 2; ++again) {
      ASSERT_OK_AND_ASSIGN(const Outcome outcome, call.Settle());
      EXPECT_EQ(outcome, Outcome::kPublished);
      EXPECT_THAT(folder.FilesIn(), ElementsAre("out.json")) << cut;
      EXPECT_EQ(ContentOf(folder / "out.json"), kThree) << cut;
    }
  }
}

TEST(OneFileTest, WhatIsGoneIsNotTakenForPublished) {
  const ScratchFolder folder;
  Call call(folder / "out.json", "json");
  ASSERT_THAT(call.Prepare(), IsOk());
  std::filesystem::remove(folder / ".tenon-run_1-01234567/.part-00000-01234567.json.attempt-0");
  EXPECT_THAT(call.Settle(), IsError(StatusCode::kDataError, HasSubstr("left=1 expected=2")));
  std::filesystem::remove_all(folder / ".tenon-run_1-01234567");
  EXPECT_THAT(call.Settle(), IsError(StatusCode::kDataError, HasSubstr("Target has vanished")));
  EXPECT_THAT(folder.FilesIn(), IsEmpty());
}

const char kReadParquet[] = R"(
import sys
import pyarrow.parquet as parquet
file = parquet.ParquetFile(sys.argv[1])
ids = file.read().column(0).to_pylist()
assert ids == list(range(int(sys.argv[2]))), (len(ids), ids[:5])
assert file.metadata.num_rows == len(ids)
assert file.metadata.num_row_groups == int(sys.argv[3]), file.metadata.num_row_groups
for group in range(file.metadata.num_row_groups):
    rows = file.read_row_group(group).num_rows
    assert rows == file.metadata.row_group(group).num_rows, (group, rows)
)";

int PyarrowReads(const ScratchFolder& folder, const std::string& path, int rows, int groups) {
  const std::string script = folder.Put("script/read.py", kReadParquet);
  return std::system((std::string(TENON_PYTHON) + " " + script + " " + path + " " +
                      std::to_string(rows) + " " + std::to_string(groups))
                         .c_str());
}

TEST(OneFileTest, ParquetPiecesBecomeOneFileThatPyarrowReads) {
  const ScratchFolder folder;
  Call call(folder / "out.parquet", "parquet");
  ASSERT_THAT(call.Open(), IsOk());
  int64_t next = 0;
  for (int partition = 0; partition < 20; ++partition) {
    std::vector<int64_t> ids;
    for (int i = 0; i < 1000 * (partition % 3); ++i) ids.push_back(next++);
    ASSERT_THAT(call.WriteNumbers({.partition = partition}, ids), IsOk());
  }
  ASSERT_THAT(call.Commit(), IsOk());
  EXPECT_TRUE(std::filesystem::exists(folder / "out.parquet"));
  // The first piece has no rows and no row group.
  EXPECT_EQ(PyarrowReads(folder, folder / "out.parquet", static_cast<int>(next), 13), 0);
}

const char kWritePieces[] = R"(
import sys
import pyarrow
import pyarrow.parquet as parquet
for piece in range(3):
    ids = list(range(piece * 5000, piece * 5000 + 5000))
    table = pyarrow.table({"id": pyarrow.array(ids, pyarrow.int64()), "text": [f"text {i % 97}" for i in ids],
                           "list": [[i, None] for i in ids]})
    parquet.write_table(table, f"{sys.argv[1]}/{piece}.parquet", row_group_size=2000, data_page_size=1000,
                        write_page_index=True, compression=["snappy", "zstd", "none"][piece])
)";

const char kFilterByIndex[] = R"(
import sys
import pyarrow.parquet as parquet
path = sys.argv[1]
file = parquet.ParquetFile(path)
table = file.read()
assert table.column("id").to_pylist() == list(range(15000))
assert table.column("text").to_pylist() == [f"text {i % 97}" for i in range(15000)]
assert table.column("list").to_pylist() == [[i, None] for i in range(15000)]
meta = file.metadata
assert all(meta.row_group(g).column(0).has_offset_index and meta.row_group(g).column(0).has_column_index
           for g in range(meta.num_row_groups))
# Page offsets as the moved index gives them: each is a page that begins there.
raw = open(path, "rb").read()
ends = sorted(meta.row_group(g).column(c).data_page_offset for g in range(meta.num_row_groups) for c in range(3))
assert all(4 <= offset < len(raw) for offset in ends)
assert parquet.read_table(path, filters=[("id", "==", 12345)]).column("text").to_pylist() == ["text " + str(12345 % 97)]
)";

TEST(OneFileTest, PageIndexAndDictionariesMoveWithTheirRowGroups) {
  const ScratchFolder folder;
  const std::string make = folder.Put("script/make.py", kWritePieces);
  const std::string check = folder.Put("script/check.py", kFilterByIndex);
  ASSERT_EQ(std::system((std::string(TENON_PYTHON) + " " + make + " " + folder.path()).c_str()), 0);
  const std::string whole = folder / "whole.parquet";
  ASSERT_THAT(
      JoinParquet({folder / "0.parquet", folder / "1.parquet", folder / "2.parquet"}, whole),
      IsOk());
  EXPECT_EQ(std::system((std::string(TENON_PYTHON) + " " + check + " " + whole).c_str()), 0);
}

TEST(OneFileTest, PiecesThatAreDamagedOrOfAnotherSchemaAreRefused) {
  const ScratchFolder folder;
  Call call(folder / "a.parquet", "parquet");
  ASSERT_THAT(call.Open(), IsOk());
  ASSERT_THAT(call.WriteNumbers({.partition = 0}, {1}), IsOk());
  ASSERT_THAT(call.Commit(), IsOk());
  Call other(folder / "b.parquet", "parquet");
  other.request.schema = OneLong("b");
  ASSERT_THAT(other.Open(), IsOk());
  std::vector<RecordBatch> batches;
  batches.push_back(Rows(OneLong("b"), {1}));
  ASSERT_THAT(other.WritePartition({.partition = 0}, std::move(batches)), IsOk());
  ASSERT_THAT(other.Commit(), IsOk());
  const std::string whole = folder / "whole";
  EXPECT_THAT(JoinParquet({folder / "a.parquet", folder / "b.parquet"}, whole),
              IsError(StatusCode::kDataError, HasSubstr("b.parquet what=schema")));
  const std::string good = ContentOf(folder / "a.parquet");
  // Cut anywhere, and with any byte of the footer changed: an error or a file, never a crash.
  for (size_t bytes = 0; bytes < good.size(); bytes += 7) {
    EXPECT_THAT(JoinParquet({folder.Put("cut", good.substr(0, bytes))}, whole).code(),
                StatusCode::kDataError);
  }
  for (size_t at = good.size() - 8; at > 8 && at > good.size() - 400; --at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x55);
    static_cast<void>(JoinParquet({folder.Put("bad", bad)}, whole));
  }
}

}  // namespace
}  // namespace tenon::files
