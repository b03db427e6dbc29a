// What a write says, shows and leaves when the disk fails it.
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/platform_file.h"
#include "connectors/files/json/json_format.h"
#include "connectors/files/scratch_folder_test.h"
#include "connectors/files/sink_call_test.h"
#include "connectors/files/write/file_series.h"
#include "connectors/files/write/local_target.h"
#include "object_store/local_store.h"
#include "testing/matchers.h"

namespace tenon::files {
namespace {

using object_store::StagedObject;
using object_store::StagedWriter;
using tenon::testing::IsError;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<RecordBatch> ManyRows(int batches) {
  std::vector<RecordBatch> rows;
  for (int i = 0; i < batches; ++i) {
    std::vector<int64_t> values;
    for (int64_t row = 0; row < 20'000; ++row) values.push_back(row * 7919 % 1'000'003 + i);
    rows.push_back(Rows(OneLong(), std::move(values)));
  }
  return rows;
}

// A device of fixed size stands for the disk; only root may make one.
class SmallDisk {
 public:
  SmallDisk(std::string folder, const std::string& size) : folder_(std::move(folder)) {
    std::filesystem::create_directory(folder_);
    const std::string words = "mount -t tmpfs -o size=" + size + " tmpfs " + folder_;
    mounted_ = std::system((words + " 2>/dev/null").c_str()) == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) static_cast<void>(std::system(("umount " + folder_).c_str()));
  }
  bool mounted() const { return mounted_; }
  void Remount(const std::string& options) const {
    ASSERT_EQ(std::system(("mount -o remount," + options + " " + folder_).c_str()), 0);
  }

 private:
  const std::string folder_;
  bool mounted_ = false;
};

TEST(WriteFaultsTest, AFullDiskIsSaidForEveryTargetAndNothingIsVisibleOrLeft) {
  const ScratchFolder folder;
  const SmallDisk disk(folder / "small", "256k");
  if (!disk.mounted()) GTEST_SKIP() << "no right to mount a file system";
  std::filesystem::create_directory(folder / "small/there");
  for (const char* target : {"new", "there", "one.json", "keys"}) {
    Call call(folder / "small/" + target, "json");
    if (std::string(target) == "keys") {
      call.request.schema = Schema({{"a", DataType::Long()}, {"k", DataType::Long()}});
      call.options.Set("partitionKeys", "k");
    }
    ASSERT_THAT(call.Open(), IsOk()) << target;
    EXPECT_THAT(call.WritePartition({.partition = 0}, ManyRows(10)),
                IsErrorNumber(4005, AllOf(HasSubstr("File cannot be written: path="),
                                          HasSubstr("No space left on device"),
                                          HasSubstr("Make room on the disk"))))
        << target;
    ASSERT_THAT(call.Discard(), IsOk());
    EXPECT_THAT(folder.FilesIn("small"), IsEmpty()) << target;
  }
}

// The pieces fit and what they become does not: the outcome is decided, so it waits for room and goes on.
TEST(WriteFaultsTest, OneFileThatDoesNotFitYetIsFinishedWhenThereIsRoom) {
  const ScratchFolder folder;
  const SmallDisk disk(folder / "small", "800k");
  if (!disk.mounted()) GTEST_SKIP() << "no right to mount a file system";
  Call call(folder / "small/out.json", "json");
  ASSERT_THAT(call.Open(), IsOk());
  ASSERT_THAT(call.WritePartition({.partition = 0}, ManyRows(1)), IsOk());
  ASSERT_THAT(call.WritePartition({.partition = 1}, ManyRows(1)), IsOk());
  EXPECT_THAT(call.Commit(), IsErrorNumber(4005, HasSubstr(".whole.unfinished")));
  EXPECT_FALSE(std::filesystem::exists(folder / "small/out.json"));
  disk.Remount("size=4m");
  ASSERT_THAT(call.Settle(), IsOk());
  EXPECT_THAT(folder.FilesIn("small"), ElementsAre("out.json"));
  const std::string content = ContentOf(folder / "small/out.json");
  EXPECT_EQ(content.substr(0, content.size() / 2), content.substr(content.size() / 2));
}

TEST(WriteFaultsTest, AReadOnlyFileSystemIsSaidBeforeAnythingIsMade) {
  const ScratchFolder folder;
  const SmallDisk disk(folder / "small", "256k");
  if (!disk.mounted()) GTEST_SKIP() << "no right to mount a file system";
  disk.Remount("ro");
  EXPECT_THAT(Call(folder / "small/out", "json").Open(),
              IsErrorNumber(5002, AllOf(HasSubstr("Folder cannot be written"),
                                        HasSubstr("Read-only file system"))));
}

TEST(WriteFaultsTest, AFileAboveTheLimitOfItsUserIsSaid) {
  const ScratchFolder folder;
  Call call(folder / "out", "json");
  ASSERT_THAT(call.Open(), IsOk());
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 64 << 10;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status written = call.WritePartition({.partition = 0}, ManyRows(10));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_THAT(written, IsErrorNumber(4005, HasSubstr("File too large")));
  ASSERT_THAT(call.Discard(), IsOk());
  EXPECT_THAT(folder.FilesIn(), IsEmpty());
}

// A local store whose disk answers EIO at the n-th step of a kind.
class FailingStore : public object_store::LocalStore {
 public:
  int stage_fails = 0, append_fails = 0, finish_fails = 0, publish_fails = 0, remove_fails = 0;

  Result<std::unique_ptr<StagedWriter>> Stage(std::string temporary, std::string final) override {
    if (stage_fails > 0 && --stage_fails == 0) return Eio("File cannot be made", temporary);
    const std::string path = temporary;
    TENON_ASSIGN_OR_RETURN(auto writer, LocalStore::Stage(std::move(temporary), std::move(final)));
    return std::make_unique<Writer>(*this, path, std::move(writer));
  }
  Result<bool> Publish(const StagedObject& object) override {
    if (publish_fails > 0 && --publish_fails == 0)
      return Eio("File cannot be published", object.final);
    return LocalStore::Publish(object);
  }
  Status Remove(const std::string& path) override {
    if (remove_fails > 0 && --remove_fails == 0) return Eio("File cannot be removed", path);
    return LocalStore::Remove(path);
  }

 private:
  class Writer : public StagedWriter {
   public:
    Writer(FailingStore& store, std::string path, std::unique_ptr<StagedWriter> inner)
        : store_(store), path_(std::move(path)), inner_(std::move(inner)) {}
    Status Append(std::span<const uint8_t> bytes) override {
      if (store_.append_fails > 0 && --store_.append_fails == 0)
        return Eio("File cannot be written", path_);
      return inner_->Append(bytes);
    }
    int64_t bytes() const override { return inner_->bytes(); }
    Result<StagedObject> Finish() override {
      if (store_.finish_fails > 0 && --store_.finish_fails == 0)
        return Eio("File cannot be made durable", path_);
      return inner_->Finish();
    }

   private:
    FailingStore& store_;
    const std::string path_;
    const std::unique_ptr<StagedWriter> inner_;
  };

  static Status Eio(const char* what, const std::string& path) {
    return base::FileError(what, path, EIO);
  }
};

// A call over a store that fails, without the connector, which opens its own.
struct FailingCall {
  std::shared_ptr<FailingStore> store = std::make_shared<FailingStore>();
  std::shared_ptr<WriterTerms> terms = std::make_shared<WriterTerms>();
  SinkPlaces places;
  std::vector<StagedObject> files;

  Status Open(const std::string& path, WriteMode mode = WriteMode::kAppend) {
    SinkOptions options;
    options.path = path;
    options.format = SinkFormat::kJson;
    WriteRequest request;
    request.call = {.home = "h", .job = "j", .sink = "s", .run = "r", .token = kToken};
    request.mode = mode;
    terms->target = MakeLocalTarget(store);
    terms->format = MakeJsonWriteFormat(false);
    TENON_ASSIGN_OR_RETURN(places, terms->target->Plan(options, request));
    terms->places = places;
    return Status::Ok();
  }
  Status Write() {
    for (int partition = 0; partition < 3; ++partition) {
      FileSeries series(terms, {.partition = partition}, "", nullptr);
      TENON_RETURN_IF_ERROR(series.Write(Rows(OneLong(), {partition})));
      TENON_RETURN_IF_ERROR(series.Close());
      files.insert(files.end(), series.files().begin(), series.files().end());
    }
    return Status::Ok();
  }
  Status Publish() { return terms->target->Publish(places, 1, files, Publisher::kCommit); }
  Status Discard() { return terms->target->Discard(places, {}); }
};

TEST(WriteFaultsTest, AnErrorOfTheDiskWhileWritingNamesTheFileAndShowsNothing) {
  const struct {
    int FailingStore::*fails;
    const char* words;
  } kFaults[] = {{&FailingStore::stage_fails, "File cannot be made"},
                 {&FailingStore::append_fails, "File cannot be written"},
                 {&FailingStore::finish_fails, "File cannot be made durable"}};
  for (const auto& fault : kFaults) {
    for (const bool exists : {false, true}) {
      const ScratchFolder folder;
      if (exists) folder.Put("out/older.json", "{}");
      FailingCall call;
      ASSERT_THAT(call.Open(folder / "out"), IsOk());
      (*call.store).*fault.fails = 2;
      EXPECT_THAT(call.Write(),
                  IsError(StatusCode::kUnavailable,
                          AllOf(HasSubstr(fault.words), HasSubstr("Input/output error"),
                                HasSubstr("part-00001-01234567.json"))));
      ASSERT_THAT(call.Discard(), IsOk());
      EXPECT_THAT(folder.FilesIn(), SizeIs(exists ? 1 : 0));
    }
  }
}

TEST(WriteFaultsTest, AnErrorOfTheDiskWhilePublishingIsFinishedByTheNextTry) {
  for (const bool exists : {false, true}) {
    for (int step = 1; step <= 3; ++step) {
      const ScratchFolder folder;
      if (exists) folder.Put("out/older.json", "{}");
      FailingCall call;
      ASSERT_THAT(call.Open(folder / "out", WriteMode::kReplace), IsOk());
      ASSERT_THAT(call.Write(), IsOk());
      call.store->publish_fails = step;
      EXPECT_THAT(call.Publish(),
                  IsError(StatusCode::kUnavailable, HasSubstr("cannot be published")));
      EXPECT_EQ(std::filesystem::exists(folder / "out"), exists);
      if (exists) {
        call.store->remove_fails = 1;
        EXPECT_THAT(call.Publish(),
                    IsError(StatusCode::kUnavailable, HasSubstr("File cannot be removed")));
      }
      ASSERT_THAT(call.Publish(), IsOk());
      EXPECT_THAT(folder.FilesIn(),
                  ElementsAre("out/part-00000-01234567.json", "out/part-00001-01234567.json",
                              "out/part-00002-01234567.json"));
    }
  }
}

TEST(WriteFaultsTest, ATargetThatVanishesWithWhatWasPreparedIsSaidAndNotMadeAgain) {
  for (const bool exists : {false, true}) {
    const ScratchFolder folder;
    if (exists) folder.Put("base/out/older.json", "{}");
    Call call(folder / "base/out", "json");
    ASSERT_THAT(call.Prepare(), IsOk());
    std::filesystem::remove_all(folder / "base");
    EXPECT_THAT(call.Commit(),
                IsError(StatusCode::kDataError,
                        AllOf(HasSubstr("Target has vanished"), HasSubstr("base/out"),
                              HasSubstr("rows of this call are nowhere else"))));
    EXPECT_THAT(folder.FilesIn(), IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(folder / "base/out"));
  }
}

}  // namespace
}  // namespace tenon::files
