// Reading through the connector, as the engine does.
#include "connectors/files/files.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "connectors/files/scratch_folder_test.h"
#include "testing/matchers.h"
#include "testing/typed_text.h"

namespace tenon::files {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Options Reading(const std::string& path) { return Options().Set("paths", "[\"" + path + "\"]"); }

Status OpenError(const Options& options) {
  return MakeFilesConnector()->OpenSource(options, TaskContext()).status();
}

struct Read {
  std::vector<std::string> rows;
  std::vector<Partition> partitions;
  std::vector<SchemaPtr> schemas;
  std::string pin;
  ScanState state;
};

Result<Read> ReadAll(const Options& options, const ScanRequest& request = {},
                     TaskHost* host = nullptr) {
  const TaskContext context(host, {});
  const std::unique_ptr<Connector> connector = MakeFilesConnector();
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Source> source,
                         connector->OpenSource(options, context));
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Scan> scan, source->Plan(request, context));
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<ReaderFactory> readers,
                         connector->OpenReaders(options, scan->state(), context));
  Read read;
  read.pin = scan->pin();
  read.state = scan->state();
  for (;;) {
    TENON_ASSIGN_OR_RETURN(const std::vector<Partition> some, scan->NextPartitions(context));
    if (some.empty()) break;
    read.partitions.insert(read.partitions.end(), some.begin(), some.end());
  }
  for (const Partition& partition : read.partitions) {
    TENON_ASSIGN_OR_RETURN(const std::unique_ptr<PartitionReader> reader,
                           readers->Open(partition, context));
    for (;;) {
      TENON_ASSIGN_OR_RETURN(const std::optional<RecordBatch> batch, reader->Next());
      if (!batch) break;
      read.schemas.push_back(batch->schema_ptr());
      for (int64_t row = 0; row < batch->num_rows(); ++row)
        read.rows.push_back(testing::TypedRow(*batch, row));
    }
  }
  return read;
}

TEST(FilesTest, ReadsFilesAndFoldersInOrderAndLeavesHiddenFilesOut) {
  const ScratchFolder folder;
  folder.Put("in/b.json", "{\"a\":2}\n");
  folder.Put("in/a.json", "{\"a\":1}\n");
  folder.Put("in/_SUCCESS", "");
  folder.Put("in/.hidden", "no");
  folder.Put("in/deeper/c.json", "{\"a\":3}\n");
  folder.Put("in/_temporary/d.json", "{\"a\":4}\n");
  folder.Put("other.json", "{\"a\":5}\n");
  const Options flat =
      Options().Set("paths", "[\"" + folder / "other.json" + "\",\"" + folder / "in" + "\",\"" +
                                 folder / "other.json" + "\"]");
  ASSERT_OK_AND_ASSIGN(const Read read, ReadAll(flat));
  EXPECT_THAT(read.rows, ElementsAre("{\"a\":int 5}", "{\"a\":int 1}", "{\"a\":int 2}"));
  ASSERT_OK_AND_ASSIGN(const Read deep,
                       ReadAll(Reading("file://" + folder / "in/").Set("recurse", "true")));
  EXPECT_THAT(deep.rows, ElementsAre("{\"a\":int 1}", "{\"a\":int 2}", "{\"a\":int 3}"));
}

TEST(FilesTest, LeavesExcludedFilesOut) {
  const ScratchFolder folder;
  folder.Put("in/a.json", "{\"a\":1}");
  folder.Put("in/a.txt", "not json");
  folder.Put("in/x/b.json", "{\"a\":2}");
  folder.Put("in/x/b.txt", "not json");
  const Options options = Reading(folder / "in").Set("recurse", "true");
  ASSERT_OK_AND_ASSIGN(const Read read,
                       ReadAll(Options(options).Set("exclusions", "[\"**.txt\"]")));
  EXPECT_THAT(read.rows, ElementsAre("{\"a\":int 1}", "{\"a\":int 2}"));
  ASSERT_OK_AND_ASSIGN(const Read none, ReadAll(Options(options).Set("exclusions", "[\"**\"]")));
  EXPECT_TRUE(none.rows.empty());
}

TEST(FilesTest, BatchesOfEqualShapeShareTheirSchema) {
  const ScratchFolder folder;
  for (int i = 0; i < 4; ++i)
    folder.Put("in/" + std::to_string(i) + ".json", "{\"a\":1,\"b\":{\"c\":\"x\"}}\n");
  ASSERT_OK_AND_ASSIGN(const Read read, ReadAll(Reading(folder / "in").Set("groupFiles", "none")));
  ASSERT_EQ(read.schemas.size(), 4u);
  EXPECT_EQ(std::set<SchemaPtr>(read.schemas.begin(), read.schemas.end()).size(), 1u);
}

TEST(FilesTest, AMissingPathIsAnErrorThatNamesItsNearestNeighbour) {
  const ScratchFolder folder;
  folder.Put("persons.json", "{}");
  EXPECT_THAT(OpenError(Reading(folder / "person.json")),
              IsErrorNumber(2003, AllOf(HasSubstr("NotFound: Path is not there: path=" +
                                                  folder / "person.json"),
                                        HasSubstr("Did you mean " + folder / "persons.json?"))));
  EXPECT_THAT(OpenError(Reading(folder / "zzzzzzzzzz/deeper/x.json")),
              IsErrorNumber(2003, HasSubstr("The folder " + folder.path() + " has no such name.")));
}

TEST(FilesTest, AFolderWithoutFilesIsAnErrorThatSaysWhatIsThere) {
  const ScratchFolder folder;
  folder.Put("in/deeper/c.json", "{}");
  EXPECT_THAT(
      ReadAll(Reading(folder / "in")),
      IsErrorNumber(2003, AllOf(HasSubstr("Folder has no files to read: path=" + folder / "in"),
                                HasSubstr("set recurse to true"))));
  folder.Put("hidden/_x", "");
  EXPECT_THAT(ReadAll(Reading(folder / "hidden")),
              IsErrorNumber(2003, HasSubstr("start with _ or . are left out")));
}

TEST(FilesTest, OptionsThatAreWrongOrAskForTooMuchAreNamed) {
  const ScratchFolder folder;
  const Options good = Reading(folder.Put("a.json", "{}"));
  EXPECT_THAT(OpenError(Options()),
              IsError(StatusCode::kInvalidArgument, HasSubstr("option=paths")));
  EXPECT_THAT(
      OpenError(Options(good).Set("pathes", "x")),
      IsError(StatusCode::kInvalidArgument, AllOf(HasSubstr("pathes"), HasSubstr("paths"))));
  EXPECT_THAT(OpenError(Options(good).Set("path", "x")),
              IsError(StatusCode::kInvalidArgument, HasSubstr("option=path option=paths")));
  EXPECT_THAT(OpenError(Options(good).Set("withSchema", "{}")),
              IsError(StatusCode::kInvalidArgument, HasSubstr("option=withSchema")));
  EXPECT_THAT(OpenError(Options(good).Set("format", "orc")),
              IsErrorNumber(1013, HasSubstr("Format cannot be read: format=orc")));
  EXPECT_THAT(OpenError(Options(good).Set("format", "jsn")),
              IsErrorNumber(1012, AllOf(HasSubstr("format=jsn"), HasSubstr("Did you mean json?"))));
  EXPECT_THAT(OpenError(Reading("gs://bucket/key")),
              IsError(StatusCode::kUnsupported, HasSubstr("gs://bucket/key")));
  EXPECT_THAT(OpenError(Options(good).Set("exclusions", "[\"[a\"]")),
              IsError(StatusCode::kInvalidArgument, HasSubstr("pattern=[a")));
  EXPECT_THAT(OpenError(Options(good).Set("groupFiles", "inPartition").Set("multiLine", "false")),
              IsOk());
}

TEST(FilesTest, APinReadsTheSameFilesAgainOrSaysWhatChanged) {
  const ScratchFolder folder;
  const std::string path = folder.Put("in/a.json", "{\"a\":1}\n");
  ASSERT_OK_AND_ASSIGN(const Read first, ReadAll(Reading(folder / "in")));
  folder.Put("in/b.json", "{\"a\":2}\n");
  ScanRequest pinned;
  pinned.pin = first.pin;
  ASSERT_OK_AND_ASSIGN(const Read again, ReadAll(Reading(folder / "in"), pinned));
  EXPECT_EQ(again.rows, first.rows);
  EXPECT_EQ(again.pin, first.pin);
  folder.Put("in/a.json", "{\"a\":100}\n");
  EXPECT_THAT(ReadAll(Reading(folder / "in"), pinned),
              IsErrorNumber(6004, AllOf(HasSubstr("path=" + path), HasSubstr("bytes=8 now=10"))));
  std::filesystem::remove(path);
  EXPECT_THAT(ReadAll(Reading(folder / "in"), pinned), IsErrorNumber(6004, HasSubstr("now=gone")));
  pinned.pin = "{\"v\":2}";
  EXPECT_THAT(ReadAll(Reading(folder / "in"), pinned),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Pin")));
}

TEST(FilesTest, ReaderRefusesForeignPartitionsAndFilesThatChanged) {
  const ScratchFolder folder;
  const std::string path = folder.Put("a.json", "{\"a\":1}\n");
  ASSERT_OK_AND_ASSIGN(const Read read, ReadAll(Reading(path)));
  ASSERT_OK_AND_ASSIGN(const auto readers,
                       MakeFilesConnector()->OpenReaders(Reading(path), read.state, TaskContext()));
  EXPECT_THAT(readers->Open({.payload = "junk"}, TaskContext()).status().code(),
              StatusCode::kInvalidArgument);
  folder.Put("a.json", "{\"a\":1}\n{\"a\":2}\n");
  EXPECT_THAT(readers->Open(read.partitions[0], TaskContext()),
              IsError(StatusCode::kDataError, HasSubstr("File has changed since the read began")));
}

// Takes every part of a partition that is offered.
class Taker : public TaskHost {
 public:
  BatchLimits Limits() override { return {.max_rows = 1000}; }
  void AddError(ErrorRecord) override {}
  void Count(std::string_view, int64_t) override {}
  void Log(LogLevel, std::string_view) override {}
  bool SplitWanted() override { return true; }
  bool GiveAway(const Partition&, const Partition& rest) override {
    taken.push_back(rest);
    return true;
  }
  std::vector<Partition> taken;
};

TEST(FilesTest, LargeFilesAreCutAndWhatIsGivenAwayIsReadOnceByOthers) {
  const ScratchFolder folder;
  std::string text;
  constexpr int kRows = 1'200'000;
  for (int i = 0; i < kRows; ++i) text += "{\"number\":" + std::to_string(1'000'000 + i) + "}\n";
  const std::string path = folder.Put("large.json", text);
  ScanRequest request;
  request.wanted_partitions = 2;
  Taker host;
  const TaskContext context(&host, {});
  const std::unique_ptr<Connector> connector = MakeFilesConnector();
  ASSERT_OK_AND_ASSIGN(const auto source, connector->OpenSource(Reading(path), context));
  ASSERT_OK_AND_ASSIGN(const auto scan, source->Plan(request, context));
  ASSERT_OK_AND_ASSIGN(const auto readers,
                       connector->OpenReaders(Reading(path), scan->state(), context));
  ASSERT_OK_AND_ASSIGN(host.taken, scan->NextPartitions(context));
  EXPECT_EQ(host.taken.size(), 2u);
  std::vector<bool> seen(kRows, false);
  size_t read_partitions = 0;
  for (; read_partitions < host.taken.size(); ++read_partitions) {
    const Partition partition = host.taken[read_partitions];
    ASSERT_OK_AND_ASSIGN(const auto reader, readers->Open(partition, context));
    for (;;) {
      ASSERT_OK_AND_ASSIGN(const std::optional<RecordBatch> batch, reader->Next());
      if (!batch) break;
      const BatchView view(*batch);
      for (int64_t row = 0; row < batch->num_rows(); ++row) {
        const auto number = static_cast<size_t>(view.column(0).GetLong(row) - 1'000'000);
        ASSERT_FALSE(seen[number]);
        seen[number] = true;
      }
    }
  }
  EXPECT_GT(read_partitions, 4u);
  EXPECT_EQ(std::count(seen.begin(), seen.end(), true), kRows);
}

}  // namespace
}  // namespace tenon::files
