#include "location.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "testing/matchers.h"

namespace tenon::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::IsErrorNumber;

TEST(LocationTest, TheEndingTellsFormatAndCompression) {
  EXPECT_EQ(EndingOf("a.json").format, "json");
  EXPECT_EQ(EndingOf("s3://b/A.NDJSON").format, "json");
  EXPECT_EQ(EndingOf("in/*.csv.gz").format, "csv");
  EXPECT_EQ(EndingOf("in/*.csv.gz").compression, "gzip");
  EXPECT_EQ(EndingOf("a.tsv.zst").compression, "zstd");
  EXPECT_TRUE(EndingOf("a.tsv").tabs);
  EXPECT_FALSE(EndingOf("a.csv").tabs);
  EXPECT_EQ(EndingOf("a.parquet").format, "parquet");
  for (const char* nothing : {"out", "out/", "a.gz", ".json", "in/.csv", "a.txt", "", "json"}) {
    EXPECT_EQ(EndingOf(nothing).format, "") << nothing;
    EXPECT_EQ(EndingOf(nothing).compression, "") << nothing;
  }
}

TEST(LocationTest, ATargetIsAFileByItsEndingElseAFolder) {
  ASSERT_OK_AND_ASSIGN(const Location file, ParseTarget("out/a.parquet"));
  EXPECT_FALSE(file.folder);
  EXPECT_EQ(file.path, (fs::current_path() / "out/a.parquet").string());
  for (const char* word : {"out", "out/", "a.json/", "s3://bucket/out"}) {
    ASSERT_OK_AND_ASSIGN(const Location folder, ParseTarget(word));
    EXPECT_TRUE(folder.folder) << word;
  }
  ASSERT_OK_AND_ASSIGN(const Location console, ParseTarget("-"));
  EXPECT_TRUE(console.console);
  EXPECT_THAT(ParseTarget(""), IsErrorNumber(1104, HasSubstr("A path is empty: argument=DST")));
}

TEST(LocationTest, UrlsAreLeftAsTheyAreAndTellTheStore) {
  ASSERT_OK_AND_ASSIGN(const Location s3, ParseSource("s3a://bucket/a.csv", true));
  EXPECT_EQ(s3.connection_type, "s3");
  EXPECT_EQ(s3.path, "s3a://bucket/a.csv");
  ASSERT_OK_AND_ASSIGN(const Location file, ParseSource("file:///tmp/a.json", true));
  EXPECT_EQ(file.connection_type, "file");
  EXPECT_EQ(file.path, "file:///tmp/a.json");
}

TEST(LocationTest, AFoldersFormatIsThatOfItsFirstFileThatIsNotHidden) {
  const fs::path folder =
      fs::temp_directory_path() / ("tenon-location-" + std::to_string(getpid()));
  fs::create_directories(folder / "b");
  fs::create_directories(folder / ".hidden");
  for (const char* name : {"_a.csv", ".hidden/a.csv", "notes.txt", "b/rows.parquet", "c.json"}) {
    std::ofstream(folder / name) << "";
  }
  ASSERT_OK_AND_ASSIGN(const Location location, ParseSource(folder.string(), true));
  EXPECT_EQ(location.ending.format, "parquet");
  ASSERT_OK_AND_ASSIGN(const Location unseen, ParseSource(folder.string(), false));
  EXPECT_EQ(unseen.ending.format, "");
  fs::remove_all(folder / "b");
  fs::remove(folder / "c.json");
  ASSERT_OK_AND_ASSIGN(const Location nothing, ParseSource(folder.string(), true));
  EXPECT_EQ(nothing.ending.format, "");
  fs::remove_all(folder);
}

}  // namespace
}  // namespace tenon::cli
