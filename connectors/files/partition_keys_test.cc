// Writing by partition keys: names of folders, what is left in the files, and how few files are open.
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "connectors/files/scratch_folder_test.h"
#include "connectors/files/sink_call_test.h"
#include "connectors/files/write/partition_split.h"
#include "connectors/files/write/row_pile.h"
#include "testing/matchers.h"

namespace tenon::files {
namespace {

using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

SchemaPtr Sales() {
  return std::make_shared<const Schema>(Schema(
      {{"id", DataType::Long()}, {"region", DataType::String()}, {"day", DataType::Date()}}));
}

struct Sale {
  int64_t id;
  std::optional<std::string> region;
  int64_t day;
};

RecordBatch Batch(const std::vector<Sale>& sales) {
  BatchBuilder rows(Sales());
  for (const Sale& sale : sales) rows.Append(sale.id, sale.region, sale.day);
  return rows.Finish().value();
}

Call Partitioned(const std::string& folder, const std::string& format, const std::string& keys) {
  Call call(folder, format);
  call.request.schema = *Sales();
  call.options.Set("partitionKeys", keys);
  return call;
}

TEST(PartitionKeysTest, ColumnsBecomeFoldersInTheOrderOfTheKeysAndLeaveTheRows) {
  const ScratchFolder folder;
  for (const bool exists : {false, true}) {
    const std::string name = exists ? "there" : "new";
    if (exists) folder.Put(name + "/day=2026-01-01/older.json", "{}\n");
    Call call = Partitioned(folder / name, "json", R"(["day","region"])");
    ASSERT_THAT(call.Open(), IsOk());
    EXPECT_EQ(call.sink->commit_class(), exists ? CommitClass::kRecoverable : CommitClass::kAtomic);
    std::vector<RecordBatch> batches;
    batches.push_back(Batch({{1, "north", 20454}, {2, "a/b=c", 20454}, {3, "north", 20454}}));
    batches.push_back(Batch({{4, std::nullopt, 20455}, {5, "", 20455}}));
    ASSERT_THAT(call.WritePartition({.partition = 0}, std::move(batches)), IsOk());
    EXPECT_FALSE(std::filesystem::exists(folder / (name + "/day=2026-01-02")));
    ASSERT_THAT(call.Commit(), IsOk());
    std::vector<std::string> files = folder.FilesIn(name);
    if (exists) std::erase(files, "day=2026-01-01/older.json");
    EXPECT_THAT(files, ElementsAre("day=2026-01-01/region=a%2Fb%3Dc/part-00000-01234567.json",
                                   "day=2026-01-01/region=north/part-00000-01234567.json",
                                   "day=2026-01-02/region=__HIVE_DEFAULT_PARTITION__/"
                                   "part-00000-01234567.json"));
    EXPECT_EQ(ContentOf(folder / (name + "/day=2026-01-01/region=north/part-00000-01234567.json")),
              "{\"id\":1}\n{\"id\":3}\n");
    EXPECT_EQ(ContentOf(folder / (name + "/" + files.back())), "{\"id\":4}\n{\"id\":5}\n");
    EXPECT_FALSE(std::filesystem::exists(call.places));
  }
  // Nothing but the two targets.
  EXPECT_THAT(
      std::vector<std::filesystem::path>(std::filesystem::directory_iterator(folder.path()), {}),
      SizeIs(2));
}

TEST(PartitionKeysTest, CharactersThatHiveEscapesAreEscaped) {
  EXPECT_EQ(EscapeForFolder("plain text, A-Z_0.9~!@$&()+;<>|`}"),
            "plain text, A-Z_0.9~!@$&()+;<>|`}");
  EXPECT_EQ(EscapeForFolder("\"#%'*/:=?\\{[]^"), "%22%23%25%27%2A%2F%3A%3D%3F%5C%7B%5B%5D%5E");
  EXPECT_EQ(EscapeForFolder(std::string("\0\x01\n\x1f\x7f", 5)), "%00%01%0A%1F%7F");
  EXPECT_EQ(EscapeForFolder("Grüße"), "Grüße");
}

TEST(PartitionKeysTest, KeysThatCannotBeAreRefusedBeforeAnythingIsMade) {
  const ScratchFolder folder;
  const auto open = [&](const std::string& keys) {
    return Partitioned(folder / "out", "parquet", keys).Open();
  };
  EXPECT_THAT(
      open(R"(["regoin"])"),
      IsErrorNumber(1040, AllOf(HasSubstr("is no column of the rows"), HasSubstr("column=regoin"),
                                HasSubstr("Did you mean region?"))));
  EXPECT_THAT(open(R"(["day","day"])"), IsErrorNumber(1040, HasSubstr("given twice")));
  EXPECT_THAT(open(R"(["day","id","region"])"),
              IsErrorNumber(1040, HasSubstr("All columns are partition keys")));
  Call nested = Partitioned(folder / "out", "json", "who");
  ASSERT_OK_AND_ASSIGN(DataType choice, DataType::Choice({DataType::Int(), DataType::String()}));
  nested.request.schema = Schema({{"id", DataType::Long()}, {"who", choice}});
  EXPECT_THAT(nested.Open(), IsErrorNumber(1040, AllOf(HasSubstr("more than one type"),
                                                       HasSubstr("resolveChoice"))));
  nested.request.schema =
      Schema({{"id", DataType::Long()}, {"who", DataType::Array(DataType::Int())}});
  EXPECT_THAT(nested.Open(), IsErrorNumber(1040, HasSubstr("type=array<int>")));
  // Without a schema nobody could tell; the engine then asks for it.
  nested.request.schema.reset();
  EXPECT_THAT(nested.Open(), IsErrorNumber(3101, HasSubstr("needs the schema")));
  Call one = Partitioned(folder / "out.json", "json", "day");
  one.options.Set("singleFile", "true");
  EXPECT_THAT(one.Open(), tenon::testing::IsError(StatusCode::kInvalidArgument,
                                                  HasSubstr("One file cannot have folders")));
  EXPECT_THAT(folder.FilesIn(), SizeIs(0));
}

TEST(PartitionKeysTest, AFolderNameThatIsTooLongIsSaidAndNothingIsVisible) {
  const ScratchFolder folder;
  Call call = Partitioned(folder / "out", "json", "region");
  ASSERT_THAT(call.Open(), IsOk());
  std::vector<RecordBatch> batches;
  batches.push_back(Batch({{1, std::string(300, 'x'), 0}}));
  EXPECT_THAT(call.WritePartition({.partition = 0}, std::move(batches)),
              tenon::testing::IsError(StatusCode::kInvalidArgument,
                                      AllOf(HasSubstr("region=xxx"), HasSubstr("name too long"))));
  ASSERT_THAT(call.Discard(), IsOk());
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

int OpenFiles() {
  int count = 0;
  for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator("/proc/self/fd"))
    ++count;
  return count;
}

// Far more folders than may be open, in mixed order: each row comes out once, each folder has one file, and few are
// open at any time.
TEST(PartitionKeysTest, ThousandsOfMixedFoldersNeedFewOpenFilesAndOneFileEach) {
  const char* const given = std::getenv("TENON_TEST_SEED");
  const unsigned seed = given ? static_cast<unsigned>(std::atoi(given)) : 20261122u;
  RecordProperty("TENON_TEST_SEED", static_cast<int>(seed));
  for (const char* format : {"json", "parquet"}) {
    const ScratchFolder folder;
    Call call = Partitioned(folder / "out", format, "region");
    ASSERT_THAT(call.Open(), IsOk());
    ASSERT_OK_AND_ASSIGN(const auto writers, call.connector->OpenWriters(
                                                 call.options, call.sink->state(), TaskContext()));
    ASSERT_OK_AND_ASSIGN(const auto writer, writers->Open({.partition = 0}, TaskContext()));
    std::map<std::string, std::set<int64_t>> wanted;
    unsigned random = seed;
    const int before = OpenFiles();
    for (int64_t id = 0; id < 6000;) {
      std::vector<Sale> sales;
      for (int i = 0; i < 500; ++i, ++id) {
        random = random * 1664525u + 1013904223u;
        const std::string region = "r" + std::to_string((random >> 8) % 1500);
        sales.push_back({id, region, 0});
        wanted[region].insert(id);
      }
      ASSERT_THAT(writer->Write(Batch(sales)), IsOk());
      EXPECT_LE(OpenFiles(), before + 18);
    }
    ASSERT_OK_AND_ASSIGN(const std::string message, writer->Commit());
    call.messages = {message};
    ASSERT_THAT(call.Commit(), IsOk());
    const std::vector<std::string> files = folder.FilesIn("out");
    EXPECT_EQ(files.size(), wanted.size()) << format;
    if (std::string(format) != "json") continue;
    for (const std::string& file : files) {
      std::istringstream lines(ContentOf(folder / ("out/" + file)));
      std::set<int64_t> found;
      for (std::string line; std::getline(lines, line);)
        EXPECT_TRUE(found.insert(std::stoll(line.substr(6))).second);
      EXPECT_EQ(found, wanted[file.substr(7, file.find('/') - 7)]) << file;
    }
  }
}

// Rows that come sorted by the keys go straight into their files.
TEST(PartitionKeysTest, SortedRowsNeverWait) {
  const ScratchFolder folder;
  Call call = Partitioned(folder / "out", "json", "region");
  ASSERT_THAT(call.Open(), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto writers, call.connector->OpenWriters(
                                               call.options, call.sink->state(), TaskContext()));
  ASSERT_OK_AND_ASSIGN(const auto writer, writers->Open({.partition = 0}, TaskContext()));
  const std::string temporary = folder / ".tenon-run_1-01234567";
  for (int64_t i = 0; i < 40; ++i) {
    ASSERT_THAT(writer->Write(Batch({{i, "r" + std::to_string(100 + i), 0}})), IsOk());
    EXPECT_TRUE(std::filesystem::exists(temporary + "/region=r" + std::to_string(100 + i)));
  }
  // One that has lost its file waits, and gets a second one.
  ASSERT_THAT(writer->Write(Batch({{77, "r100", 0}})), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::string message, writer->Commit());
  call.messages = {message};
  ASSERT_THAT(call.Commit(), IsOk());
  EXPECT_THAT(folder.FilesIn("out/region=r100"),
              ElementsAre("part-00000-01234567.json", "part-00000-01234567_001.json"));
  EXPECT_THAT(folder.FilesIn("out"), SizeIs(41));
}

TEST(PartitionKeysTest, AttemptsThatLostLeaveNoFolder) {
  const ScratchFolder folder;
  Call call = Partitioned(folder / "out", "json", "region");
  ASSERT_THAT(call.Open(), IsOk());
  for (const char* region : {"lost", "won"}) {
    std::vector<RecordBatch> batches;
    batches.push_back(Batch({{1, region, 0}}));
    const bool won = std::string(region) == "won";
    ASSERT_THAT(
        call.WritePartition({.partition = 0, .attempt = won ? 1 : 0}, std::move(batches), won),
        IsOk());
  }
  ASSERT_THAT(call.Commit(), IsOk());
  EXPECT_THAT(folder.FilesIn("out"), ElementsAre("region=won/part-00000-01234567.json"));
  EXPECT_FALSE(std::filesystem::exists(folder / "out/region=lost"));
}

TEST(RowPileTest, RowsBeyondTheMemoryComeBackFromAFileThatGoesWithThePile) {
  const ScratchFolder folder;
  auto pile = std::make_unique<RowPile>(folder / "deep/.pile", 100);
  for (int64_t i = 0; i < 50; ++i) {
    std::vector<int64_t> ids;
    for (int64_t row = 0; row < 100; ++row) ids.push_back(i * 100 + row);
    ASSERT_THAT(pile->Add(Rows(OneLong(), ids), {{.folder = 7, .begin = 0, .rows = 60},
                                                 {.folder = 3, .begin = 60, .rows = 40}}),
                IsOk());
  }
  EXPECT_THAT(folder.FilesIn(), ElementsAre("deep/.pile"));
  EXPECT_THAT(pile->folders(), ElementsAre(3, 7));
  std::vector<int64_t> seen;
  for (const int each : pile->folders()) {
    ASSERT_THAT(pile->Visit(each,
                            [&](RecordBatch rows) {
                              const BatchView view(rows);
                              for (int64_t row = 0; row < rows.num_rows(); ++row)
                                seen.push_back(view.column(0).GetLong(row));
                              return Status::Ok();
                            }),
                IsOk());
  }
  ASSERT_THAT(seen, SizeIs(5000));
  EXPECT_EQ(seen[0], 60);
  EXPECT_EQ(seen[40], 160);
  EXPECT_EQ(seen[2000], 0);
  EXPECT_EQ(seen[2060], 100);
  pile.reset();
  EXPECT_THAT(folder.FilesIn(), SizeIs(0));
}

}  // namespace
}  // namespace tenon::files
