// Writing through the connector: what becomes visible, when, and what a cut call leaves.
#include "connectors/files/write/file_sink.h"

#include <sys/fsuid.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
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
using ::testing::SizeIs;

TEST(FileSinkTest, ANewFolderAppearsWholeByOneRename) {
  const ScratchFolder folder;
  Call call(folder / "deep/out", "json");
  ASSERT_THAT(call.Prepare(), IsOk());
  EXPECT_EQ(call.sink->commit_class(), CommitClass::kAtomic);
  EXPECT_FALSE(std::filesystem::exists(folder / "deep/out"));
  ASSERT_THAT(call.Commit(), IsOk());
  EXPECT_THAT(folder.FilesIn(), ElementsAre("deep/out/part-00000-01234567.json",
                                            "deep/out/part-00001-01234567.json"));
  EXPECT_EQ(ContentOf(folder / "deep/out/part-00000-01234567.json"), "{\"a\":1}\n{\"a\":2}\n");
  EXPECT_EQ(ContentOf(folder / "deep/out/part-00001-01234567.json"), "{\"a\":3}\n");
}

TEST(FileSinkTest, FilesGoIntoAFolderThatIsThere) {
  const ScratchFolder folder;
  folder.Put("out/older.json", "{}");
  Call call(folder / "out", "json");
  ASSERT_THAT(call.Prepare(), IsOk());
  EXPECT_EQ(call.sink->commit_class(), CommitClass::kRecoverable);
  ASSERT_THAT(call.Commit(), IsOk());
  EXPECT_THAT(folder.FilesIn("out"),
              ElementsAre("older.json", "part-00000-01234567.json", "part-00001-01234567.json"));
  EXPECT_FALSE(std::filesystem::exists(folder / "out/.tenon-run_1-01234567"));
}

TEST(FileSinkTest, ReplaceRemovesWhatWasListedAndKeepsWhatCameLater) {
  const ScratchFolder folder;
  folder.Put("out/old.json", "{}");
  folder.Put("out/k=1/old.json", "{}");
  folder.Put("out/_SUCCESS", "");
  Call call(folder / "out", "json", WriteMode::kReplace);
  ASSERT_THAT(call.Prepare(), IsOk());
  folder.Put("out/later.json", "{}");
  EXPECT_THAT(folder.FilesIn("out/k=1"), SizeIs(1));
  ASSERT_THAT(call.Commit(), IsOk());
  EXPECT_THAT(folder.FilesIn("out"),
              ElementsAre("later.json", "part-00000-01234567.json", "part-00001-01234567.json"));
  EXPECT_FALSE(std::filesystem::exists(folder / "out/k=1"));
}

TEST(FileSinkTest, AttemptsThatLostLeaveNothing) {
  const ScratchFolder folder;
  for (const bool exists : {false, true}) {
    const std::string name = exists ? "there" : "new";
    if (exists) std::filesystem::create_directory(folder / name);
    Call call(folder / name, "json");
    ASSERT_THAT(call.Open(), IsOk());
    ASSERT_THAT(call.WriteNumbers({.partition = 0, .attempt = 1}, {7}, false), IsOk());
    ASSERT_THAT(call.WriteNumbers({.partition = 0, .attempt = 2}, {8}), IsOk());
    ASSERT_THAT(call.Commit(), IsOk());
    EXPECT_THAT(folder.FilesIn(name), ElementsAre("part-00000-01234567.json"));
    EXPECT_EQ(ContentOf(folder / (name + "/part-00000-01234567.json")), "{\"a\":8}\n");
  }
}

TEST(FileSinkTest, DiscardRemovesWhatWasPreparedAndNothingElse) {
  const ScratchFolder folder;
  folder.Put("there/old.json", "{}");
  for (const char* name : {"new", "there"}) {
    Call call(folder / name, "json");
    ASSERT_THAT(call.Prepare(), IsOk());
    ASSERT_THAT(call.Discard(), IsOk());
    ASSERT_THAT(call.Discard(), IsOk());
  }
  EXPECT_THAT(folder.FilesIn(), ElementsAre("there/old.json"));
  Call call(folder / "there", "json");
  ASSERT_THAT(call.Prepare(), IsOk());
  ASSERT_THAT(call.Commit(), IsOk());
  ASSERT_THAT(call.Discard(), IsOk());
  EXPECT_THAT(folder.FilesIn("there"), SizeIs(3));
}

TEST(FileSinkTest, SettleRollsForwardFromEveryPartOfTheWayAndAgain) {
  for (const bool exists : {false, true}) {
    for (int moved = 0; moved <= 3; ++moved) {
      const ScratchFolder folder;
      if (exists) folder.Put("out/old.json", "{}");
      Call call(folder / "out", "json", WriteMode::kReplace);
      ASSERT_THAT(call.Prepare(), IsOk());
      // What a commit that was cut has left: some files under their final names.
      const std::string temporary =
          exists ? folder / "out/.tenon-run_1-01234567" : folder / ".tenon-run_1-01234567";
      const std::string target = exists ? folder / "out" : temporary;
      for (int i = 0; i < std::min(moved, 2); ++i) {
        const std::string name = "part-0000" + std::to_string(i) + "-01234567";
        std::filesystem::rename(temporary + "/." + name + ".json.attempt-0",
                                target + "/" + name + ".json");
      }
      if (moved == 3 && !exists) std::filesystem::rename(temporary, folder / "out");
      for (int again = 0; again < 2; ++again) {
        Result<Outcome> outcome = call.Settle();
        ASSERT_THAT(outcome, IsOk());
        EXPECT_EQ(*outcome, Outcome::kPublished);
        EXPECT_THAT(folder.FilesIn(),
                    ElementsAre("out/part-00000-01234567.json", "out/part-00001-01234567.json"));
      }
    }
  }
}

TEST(FileSinkTest, SettleRefusesPreparedFilesThatAreDamaged) {
  const ScratchFolder folder;
  Call call(folder / "out", "json");
  ASSERT_THAT(call.Prepare(), IsOk());
  folder.Put(".tenon-run_1-01234567/.part-00001-01234567.json.attempt-0", "{\"a\":4}\n");
  EXPECT_THAT(call.Settle(),
              IsError(StatusCode::kDataError, HasSubstr("Prepared file is not what was written")));
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

TEST(FileSinkTest, AFolderThatAppearsMeanwhileGetsTheFilesOneByOne) {
  const ScratchFolder folder;
  Call call(folder / "out", "json");
  ASSERT_THAT(call.Prepare(), IsOk());
  folder.Put("out/others.json", "{}");
  ASSERT_THAT(call.Commit(), IsOk());
  EXPECT_THAT(folder.FilesIn(), ElementsAre("out/others.json", "out/part-00000-01234567.json",
                                            "out/part-00001-01234567.json"));
}

#if defined(TENON_FAILPOINTS) && TENON_FAILPOINTS

// A call in a process of its own, which the failpoints of its environment end: run by the test
// below.
TEST(FileSinkTest, DISABLED_CallOfAnotherProcess) {
  const std::string folder = getenv("TENON_TEST_FOLDER");
  Call call(folder + "/out", "json", WriteMode::kReplace);
  ASSERT_THAT(call.Open(), IsOk());
  std::ofstream(folder + "/places") << call.places;
  ASSERT_THAT(call.WriteNumbers({.partition = 0}, {1, 2}), IsOk());
  ASSERT_THAT(call.WriteNumbers({.partition = 1}, {3}), IsOk());
  for (size_t i = 0; i < 2; ++i)
    std::ofstream(folder + "/message" + std::to_string(i)) << call.messages[i];
  ASSERT_THAT(call.Commit(), IsOk());
}

// True when the call was killed.
bool KilledAt(const std::string& folder, const std::string& script) {
  const pid_t child = fork();
  if (child == 0) {
    setenv("TENON_FAIL", script.c_str(), 1);
    setenv("TENON_TEST_FOLDER", folder.c_str(), 1);
    execl("/proc/self/exe", "files_test", "--gtest_also_run_disabled_tests", "--gtest_brief=1",
          "--gtest_filter=FileSinkTest.DISABLED_CallOfAnotherProcess", nullptr);
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

TEST(FileSinkTest, ACallKilledAnywhereIsSweptOrFinishedByAnotherProcess) {
  for (const bool exists : {false, true}) {
    for (const char* point : {"K10", "K12", "K12:hit=2", "K16", "K16:hit=2"}) {
      const ScratchFolder folder;
      if (exists) folder.Put("out/old.json", "{}");
      const std::string name = std::string(point).substr(0, 3);
      const std::string script = name + ":kill" + std::string(point).substr(3);
      if (!KilledAt(folder.path(), script)) {
        EXPECT_TRUE(!exists && script == "K16:kill:hit=2") << script;
      }
      Call call(folder / "out", "json", WriteMode::kReplace);
      call.places = ContentOf(folder / "places");
      if (name < "K14") {
        // Cut before its intent: nothing is visible, and the sweep leaves nothing.
        EXPECT_EQ(std::filesystem::exists(folder / "out/old.json"), exists);
        EXPECT_FALSE(std::filesystem::exists(folder / "out/part-00000-01234567.json"));
        ASSERT_THAT(call.Discard(), IsOk());
        EXPECT_THAT(folder.FilesIn("out"), SizeIs(exists ? 1 : 0)) << script;
        continue;
      }
      call.messages = {ContentOf(folder / "message0"), ContentOf(folder / "message1")};
      ASSERT_THAT(call.Settle(), IsOk());
      EXPECT_THAT(folder.FilesIn("out"),
                  ElementsAre("part-00000-01234567.json", "part-00001-01234567.json"));
      EXPECT_EQ(ContentOf(folder / "out/part-00001-01234567.json"), "{\"a\":3}\n");
    }
  }
}

#endif

TEST(FileSinkTest, TargetsThatCannotBeWrittenAreRefusedBeforeAnythingIsMade) {
  const ScratchFolder folder;
  folder.Put("file", "x");
  folder.Put("there/x", "x");
  const auto open = [](Call call) { return call.Open(); };
  EXPECT_THAT(open({folder / "file", "json"}),
              IsError(StatusCode::kInvalidArgument,
                      HasSubstr("Target is a file, not a folder: path=" + folder / "file")));
  EXPECT_THAT(open({folder / "file/below", "json"}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("file is in the way")));
  EXPECT_EQ(open({folder / "file/below", "json"}).hint(),
            "Name another folder, or move the file away.");
  EXPECT_THAT(open({folder / "there", "json", WriteMode::kCreate}),
              IsError(StatusCode::kAlreadyExists,
                      HasSubstr("Target is there already: path=" + folder / "there")));
  EXPECT_THAT(open({folder / "there", "json", WriteMode::kUpsert}),
              IsError(StatusCode::kUnsupported, HasSubstr("by key")));
  EXPECT_THAT(open({folder / "x", "avro"}), IsErrorNumber(1014, HasSubstr("format=avro")));
  EXPECT_THAT(open({"gs://bucket/x", "json"}),
              IsError(StatusCode::kUnsupported, HasSubstr("gs://bucket/x")));
  Call packed(folder / "x", "parquet");
  packed.options.Set("compression", "snapy");
  EXPECT_THAT(packed.Open(), IsError(StatusCode::kInvalidArgument, HasSubstr("snapy")));
  EXPECT_THAT(folder.FilesIn(), ElementsAre("file", "there/x"));
}

// To files this thread is an ordinary user, also when root runs the test.
class OrdinaryUser {
 public:
  OrdinaryUser() : before_(setfsuid(65534)) {}
  OrdinaryUser(const OrdinaryUser&) = delete;
  OrdinaryUser& operator=(const OrdinaryUser&) = delete;
  ~OrdinaryUser() { setfsuid(static_cast<uid_t>(before_)); }

 private:
  int before_;
};

TEST(FileSinkTest, AFolderWithoutRightsIsRefused) {
  const ScratchFolder folder;
  std::filesystem::create_directory(folder / "closed");
  std::filesystem::permissions(folder / "closed", std::filesystem::perms::owner_read);
  Call call(folder / "closed/out", "json");
  std::filesystem::create_directory(folder / "shut");
  std::filesystem::permissions(folder / "shut", std::filesystem::perms(0555));
  std::filesystem::permissions(folder / ".", std::filesystem::perms(0755));
  const OrdinaryUser user;
  EXPECT_THAT(call.Open(),
              IsErrorNumber(5002, AllOf(HasSubstr("closed"), HasSubstr("Permission denied"),
                                        HasSubstr("Ask for the right to it"))));
  Call beside(folder / "shut/out", "json");
  EXPECT_THAT(beside.Open(), IsErrorNumber(5002, HasSubstr("Folder cannot be written")));
}

TEST(FileSinkTest, ParquetAsksForTheSchemaFirstAndRefusesChoices) {
  const ScratchFolder folder;
  Call call(folder / "out", "parquet");
  call.request.schema.reset();
  EXPECT_THAT(call.Open(), IsErrorNumber(3101, HasSubstr("Parquet needs the schema")));
  call.request.schema = OneLong();
  ASSERT_THAT(call.Open(), IsOk());
  ASSERT_OK_AND_ASSIGN(DataType choice, DataType::Choice({DataType::Int(), DataType::String()}));
  EXPECT_THAT(call.sink->CheckSchema(Schema({{"zip", choice}})),
              IsErrorNumber(2002, AllOf(HasSubstr("column=zip"), HasSubstr("resolveChoice"))));
  EXPECT_THAT(call.sink->CheckSchema(OneLong()), IsOk());
}

TEST(FileSinkTest, AKnownSchemaWithoutRowsIsOneEmptyParquetFile) {
  const ScratchFolder folder;
  Call call(folder / "out", "parquet");
  ASSERT_THAT(call.Open(), IsOk());
  ASSERT_THAT(call.WritePartition({.partition = 0}, {}), IsOk());
  ASSERT_THAT(call.WritePartition({.partition = 1}, {}), IsOk());
  ASSERT_THAT(call.Commit(), IsOk());
  EXPECT_THAT(folder.FilesIn("out"), ElementsAre("part-00000-01234567.parquet"));
}

TEST(FileSinkTest, NoRowsOfJsonMakeNoFile) {
  const ScratchFolder folder;
  Call call(folder / "out", "json");
  ASSERT_THAT(call.Open(), IsOk());
  ASSERT_THAT(call.WritePartition({.partition = 0}, {}), IsOk());
  ASSERT_THAT(call.Commit(), IsOk());
  EXPECT_THAT(folder.FilesIn(), IsEmpty());
}

TEST(FileSinkTest, AFileThatIsLargeEnoughIsFollowedByAnother) {
  const ScratchFolder folder;
  Call call(folder / "out", "json");
  call.options.Set("maxFileBytes", "10");
  ASSERT_THAT(call.Open(), IsOk());
  std::vector<RecordBatch> batches;
  for (int i = 0; i < 3; ++i) batches.push_back(Rows(OneLong(), {i, i}));
  ASSERT_THAT(call.WritePartition({.partition = 4}, std::move(batches)), IsOk());
  ASSERT_THAT(call.Commit(), IsOk());
  EXPECT_THAT(folder.FilesIn("out"),
              ElementsAre("part-00004-01234567.json", "part-00004-01234567_001.json",
                          "part-00004-01234567_002.json"));
}

TEST(FileSinkTest, GlueparquetStartsAFileWhenTheSchemaGrowsAndRefusesAnotherType) {
  const ScratchFolder folder;
  Call call(folder / "out", "glueparquet");
  call.request.schema.reset();
  ASSERT_THAT(call.Open(), IsOk());
  std::vector<RecordBatch> batches;
  batches.push_back(Rows(OneLong("a"), {1}));
  batches.push_back(Rows(OneLong("b"), {2}));
  batches.push_back(Rows(OneLong("a"), {3}));
  ASSERT_THAT(call.WritePartition({.partition = 0}, std::move(batches)), IsOk());
  ASSERT_THAT(call.Commit(), IsOk());
  EXPECT_THAT(folder.FilesIn("out"), SizeIs(2));
  Call other(folder / "other", "glueparquet");
  other.request.schema.reset();
  ASSERT_THAT(other.Open(), IsOk());
  BatchBuilder text(std::make_shared<const Schema>(Schema({{"a", DataType::String()}})));
  text.Append("x");
  std::vector<RecordBatch> mixed;
  mixed.push_back(Rows(OneLong("a"), {1}));
  mixed.push_back(text.Finish().value());
  EXPECT_THAT(
      other.WritePartition({.partition = 0}, std::move(mixed)),
      IsErrorNumber(2020, HasSubstr("Column has changed its type: column=a was=long now=string")));
}

// A device of fixed size stands for the disk; only root may make one.
TEST(FileSinkTest, AFullDiskIsSaidAndNothingIsVisible) {
  const ScratchFolder folder;
  std::filesystem::create_directory(folder / "small");
  const std::string mount = "mount -t tmpfs -o size=256k tmpfs " + folder / "small 2>/dev/null";
  if (std::system(mount.c_str()) != 0) GTEST_SKIP() << "no right to mount a file system";
  Call call(folder / "small/out", "json");
  ASSERT_THAT(call.Open(), IsOk());
  std::vector<RecordBatch> batches;
  for (int i = 0; i < 3; ++i)
    batches.push_back(Rows(OneLong(), std::vector<int64_t>(100'000, 1234567)));
  EXPECT_THAT(call.WritePartition({.partition = 0}, std::move(batches)),
              IsErrorNumber(4005, AllOf(HasSubstr("File cannot be written"),
                                        HasSubstr("Make room on the disk"))));
  EXPECT_FALSE(std::filesystem::exists(folder / "small/out"));
  ASSERT_THAT(call.Discard(), IsOk());
  EXPECT_THAT(folder.FilesIn("small"), IsEmpty());
  ASSERT_EQ(std::system(("umount " + folder / "small").c_str()), 0);
}

TEST(FileSinkTest, RecordsOfOthersAreRefused) {
  const ScratchFolder folder;
  Call call(folder / "out", "json");
  ASSERT_THAT(call.Open(), IsOk());
  EXPECT_THAT(call.connector->OpenWriters(call.options, "junk", TaskContext()).status().code(),
              StatusCode::kInvalidArgument);
  call.messages = {R"({"v":2,"attempt":0,"files":[["k=1/../../x",1,"0"]]})"};
  EXPECT_THAT(call.Commit(),
              IsError(StatusCode::kInvalidArgument, HasSubstr("a file that cannot be")));
  call.messages = {R"({"v":9})"};
  EXPECT_THAT(call.Settle(), IsError(StatusCode::kInvalidArgument, HasSubstr("another version")));
}

}  // namespace
}  // namespace tenon::files
